//! Batches, other formats, and messages without an event.

use crate::message::Expected::{Bad, BadAt, Batch, Plain, Unsupported};
use crate::message::{Case, Message, batch, binary, case, structured};

pub(crate) fn cases() -> Vec<Case> {
    [batches(), formats(), plain()].concat()
}

fn batches() -> Vec<Case> {
    let event = String::from_utf8(structured("").body.to_vec()).unwrap();
    let many = |count: usize| format!("[{}]", vec![event.as_str(); count].join(","));
    let then = |bad: &str| batch(&format!("[{event},{bad}]"));
    vec![
        case("batch", "empty", batch("[]"), Batch(0)),
        case("batch", "of two", batch(&many(2)), Batch(2)),
        case("batch", "of the most", batch(&many(10_000)), Batch(10_000)),
        case("batch", "of one too many", batch(&many(10_001)), Bad(None)),
        case(
            "batch",
            "an attribute is missing",
            then(r#"{"specversion":"1.0"}"#),
            BadAt(1, Some("id")),
        ),
        case(
            "batch",
            "of two versions",
            then(&event.replace("1.0", "0.3")),
            BadAt(1, Some("specversion")),
        ),
        case("batch", "a number in it", then("7"), BadAt(1, None)),
        case("batch", "an array in it", then("[]"), BadAt(1, None)),
        case("batch", "null in it", then("null"), BadAt(1, None)),
        case("batch", "broken at its end", then("{"), Bad(None)),
        case("batch", "an object", batch(&event), Bad(None)),
        case("batch", "no body", batch(""), Bad(None)),
        case(
            "batch",
            "media type in any case, with parameters",
            batch(&many(1)).with(
                "content-type",
                "Application/CloudEvents-Batch+JSON;charset=utf-8",
            ),
            Batch(1),
        ),
        case(
            "batch",
            "headers beside it",
            batch("[]").with("ce-id", "1"),
            Batch(0),
        ),
    ]
}

fn formats() -> Vec<Case> {
    let types = [
        "application/cloudevents+avro",
        "application/cloudevents+xml",
        "application/cloudevents+protobuf",
        "application/cloudevents",
        "application/cloudevents; charset=utf-8",
        "application/cloudevents+jsonx",
        "application/cloudevents-batch",
        "application/cloudevents-batch+avro",
        "APPLICATION/CLOUDEVENTS+AVRO",
    ];
    let bare = types.map(|t| {
        case(
            "format",
            t,
            structured("").with("content-type", t),
            Unsupported,
        )
    });
    let headers = binary().with("content-type", types[0]);
    let headers = case("format", "with headers of an event", headers, Unsupported);
    bare.into_iter().chain([headers]).collect()
}

fn plain() -> Vec<Case> {
    let typed = |media_type: &str, body: &str| {
        Message::default()
            .with("content-type", media_type)
            .body(body)
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    vec![
        case("plain", "JSON", typed("application/json", "{}"), Plain),
        case(
            "plain",
            "JSON with parameters",
            typed("Application/JSON; charset=utf-8", "[1]"),
            Plain,
        ),
        case(
            "plain",
            "JSON of another type",
            typed("application/problem+json", "1"),
            Plain,
        ),
        case(
            "plain",
            "JSON without a type",
            Message::default().body("{}"),
            Plain,
        ),
        case("plain", "JSON with an empty type", typed("", "{}"), Plain),
        case(
            "plain",
            "JSON as curl sends it",
            typed(FORM, "{\"a\": 1}"),
            Plain,
        ),
        case("plain", "a form", typed(FORM, "a=1"), Unsupported),
        case("plain", "an empty form", typed(FORM, ""), Unsupported),
        case("plain", "text", typed("text/plain", "{}"), Unsupported),
        case(
            "plain",
            "bytes",
            typed("application/octet-stream", "{}"),
            Unsupported,
        ),
        case(
            "plain",
            "no JSON, without a type",
            Message::default().body("a"),
            Unsupported,
        ),
        case("plain", "nothing", Message::default(), Bad(None)),
        case(
            "plain",
            "broken JSON",
            typed("application/json", "{"),
            Bad(None),
        ),
        case(
            "plain",
            "JSON without a body",
            typed("application/json", ""),
            Bad(None),
        ),
        case(
            "plain",
            "JSON too deep",
            typed("application/json", &("[".repeat(129) + &"]".repeat(129))),
            Bad(None),
        ),
        case(
            "plain",
            "headers that are no attributes",
            typed("application/json", "{}").with("ce-a-b", "1"),
            Plain,
        ),
        case(
            "plain",
            "an extension alone",
            typed("application/json", "{}").with("ce-x", "1"),
            Bad(Some("specversion")),
        ),
        case(
            "plain",
            "text with an attribute",
            typed("text/plain", "a").with("ce-id", "1"),
            Bad(Some("specversion")),
        ),
    ]
}
