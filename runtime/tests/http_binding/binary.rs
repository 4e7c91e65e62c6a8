//! Events in binary mode.

use knative_lambda_runtime::cloudevent::Data;

use crate::message::Expected::{Attribute, Bad, Data as Carries};
use crate::message::{Case, binary, case};

pub(crate) fn cases() -> Vec<Case> {
    [attributes(), values(), core_values(), data()].concat()
}

fn attributes() -> Vec<Case> {
    const REQUIRED: [&str; 4] = ["specversion", "id", "source", "type"];
    let mut cases = vec![
        case(
            "attributes",
            "all required",
            binary(),
            Attribute("id", Some("1")),
        ),
        case(
            "datacontenttype",
            "is the content type with its parameters",
            binary().with("content-type", "application/json; charset=utf-8"),
            Attribute("datacontenttype", Some("application/json; charset=utf-8")),
        ),
        case(
            "header names",
            "in any case",
            binary().with("CE-ID", "2").with("Ce-Source", "/c"),
            Attribute("id", Some("2")),
        ),
        case(
            "datacontenttype",
            "has no header of its own",
            binary().with("ce-datacontenttype", "application/json"),
            Bad(Some("datacontenttype")),
        ),
        case(
            "datacontenttype",
            "given twice",
            binary().and("content-type", "text/plain"),
            Bad(Some("datacontenttype")),
        ),
        case(
            "datacontenttype",
            "not ASCII",
            binary().with("content-type", "text/plä"),
            Bad(Some("datacontenttype")),
        ),
        case(
            "datacontenttype",
            "with a tab",
            binary().with("content-type", "text/plain;\tx"),
            Bad(Some("datacontenttype")),
        ),
        case(
            "twice",
            "ce-id",
            binary().and("ce-id", "2"),
            Bad(Some("id")),
        ),
        case(
            "twice",
            "equal",
            binary().and("ce-type", "a.b"),
            Bad(Some("type")),
        ),
        case(
            "twice",
            "ce-specversion",
            binary().and("ce-specversion", "1.0"),
            Bad(Some("specversion")),
        ),
        case(
            "twice",
            "an extension",
            binary().and("ce-x", "1").and("ce-x", "2"),
            Bad(Some("x")),
        ),
        case(
            "extension names",
            "with _ are ignored",
            binary().with("ce-my_ext", "1"),
            Attribute("my_ext", None),
        ),
        case(
            "extension names",
            "with - are ignored",
            binary().with("ce-my-ext", "1"),
            Attribute("my-ext", None),
        ),
        case(
            "extension names",
            "that are empty are ignored",
            binary().with("ce-", "1"),
            Attribute("", None),
        ),
        case(
            "extension names",
            "longer than 20 characters",
            binary().with("ce-abcdefghijklmnopqrstuvwxyz0123", "1"),
            Attribute("abcdefghijklmnopqrstuvwxyz0123", Some("1")),
        ),
        case(
            "extension names",
            "that start with a digit",
            binary().with("ce-2nd", "1"),
            Attribute("2nd", Some("1")),
        ),
        case(
            "extension names",
            "in upper case are those in lower case",
            binary().with("CE-MyExt", "1"),
            Attribute("myext", Some("1")),
        ),
        case(
            "extension names",
            "data is none",
            binary().with("ce-data", "1"),
            Bad(Some("data")),
        ),
        case(
            "extensions",
            "an empty text",
            binary().with("ce-x", ""),
            Attribute("x", Some("")),
        ),
        case(
            "extensions",
            "headers without ce- are none",
            binary().with("traceparent", "00-1"),
            Attribute("traceparent", None),
        ),
        case(
            "extensions",
            "ce-traceparent is handed on",
            binary()
                .with("ce-traceparent", "00-1")
                .with("traceparent", "00-2"),
            Attribute("traceparent", Some("00-1")),
        ),
    ];
    for name in REQUIRED {
        let header = format!("ce-{name}");
        cases.push(case(
            "missing",
            name,
            binary().without(&header),
            Bad(Some(name)),
        ));
        cases.push(case(
            "empty",
            name,
            binary().with(&header, ""),
            Bad(Some(name)),
        ));
        cases.push(case(
            "empty after decoding",
            name,
            binary().with(&header, "\"\""),
            Bad(Some(name)),
        ));
    }
    for version in ["0.3", "2.0", "1.0.2", "1", "v1.0", "1.0,1.0"] {
        let message = binary().with("ce-specversion", version);
        cases.push(case("version", version, message, Bad(Some("specversion"))));
    }
    let version = binary().with("ce-specversion", "%31.0");
    cases.push(case(
        "version",
        "encoded",
        version,
        Attribute("id", Some("1")),
    ));
    let many = |count| (0..count).fold(binary(), |m, n| m.with(&format!("ce-x{n}"), "1"));
    cases.push(case(
        "extensions",
        "64",
        many(64),
        Attribute("x63", Some("1")),
    ));
    cases.push(case("extensions", "65", many(65), Bad(Some("x64"))));
    cases
}

/// How headers are decoded.
fn values() -> Vec<Case> {
    let accepted: &[(&str, &[u8], &str)] = &[
        ("UTF-8", b"Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ("lower case", b"%e2%82%ac", "€"),
        ("mixed case", b"%e2%82%aC", "€"),
        ("not needed", b"%41", "A"),
        ("one round only", b"%2541", "%41"),
        ("a sign at the end", b"100%", "100%"),
        ("a sign and one digit", b"%4", "%4"),
        ("no hexadecimal digits", b"%zz", "%zz"),
        ("a sign before an escape", b"%%41", "%A"),
        ("a sign within", b"5% of %E2%82%AC", "5% of €"),
        ("quoted", b"\"a b\"", "a b"),
        ("quoted with escapes", br#""a \"b\" \\""#, "a \"b\" \\"),
        ("quoted, then percent-encoded", br#""%41\%42""#, "AB"),
        ("a quote alone", b"\"", "\""),
        ("a quote within", b"a\"b", "a\"b"),
        ("spaces", b"a b", "a b"),
        ("bare UTF-8", "Größe €".as_bytes(), "Größe €"),
        ("bare and encoded UTF-8", "€%E2%82%AC".as_bytes(), "€€"),
        ("plus", b"a+b", "a+b"),
    ];
    let refused: &[(&str, &[u8])] = &[
        ("overlong", b"%C0%A0"),
        ("no UTF-8", b"%FF"),
        ("a surrogate", b"%ED%A0%80"),
        ("cut off", b"%E2%82"),
        ("bare bytes that are no UTF-8", b"\xff"),
        ("a line feed", b"%0A"),
        ("a null", b"%00"),
        ("a delete", b"%7F"),
        ("a control of C1", b"%C2%85"),
        ("U+FFFE", b"%EF%BF%BE"),
        ("U+FDD0", b"%EF%B7%90"),
        ("U+1FFFF", b"%F0%9F%BF%BF"),
        ("a tab", b"a\tb"),
    ];
    let accepted = accepted.iter().map(|(what, value, text)| {
        case(
            "percent-encoding",
            what,
            binary().with("ce-subject", value),
            Attribute("subject", Some(text)),
        )
    });
    let refused = refused.iter().map(|(what, value)| {
        let message = binary().with("ce-subject", value);
        case("characters", what, message, Bad(Some("subject")))
    });
    accepted.chain(refused).collect()
}

fn core_values() -> Vec<Case> {
    let accepted = [
        ("time", "2018-04-05T17:31:00Z"),
        ("time", "2018-04-05T17:31:00.123456789+02:00"),
        ("time", "2018-04-05T17:31:00.123456789012-02:00"),
        ("time", "2018-04-05t17:31:00z"),
        ("time", "2016-12-31T23:59:60Z"),
        ("source", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("source", "1-555-123-4567"),
        ("source", "https://a.example/b?c=d#e"),
        ("source", "io.knative.lambda/operator"),
        ("source", "mailto:a@b.example"),
        ("source", "/größe"),
        ("dataschema", "https://a.example/build/v1.0.0"),
        ("dataschema", "urn:a:b"),
        ("subject", "a"),
    ];
    let refused = [
        ("time", ""),
        ("time", "2018-04-05T17:31:00"),
        ("time", "2018-04-05 17:31:00Z"),
        ("time", "2018-13-01T00:00:00Z"),
        ("time", "2018-02-30T00:00:00Z"),
        ("time", "2018-04-05T25:00:00Z"),
        ("time", "2018-04-05"),
        ("time", "1522949460"),
        ("source", "/a b"),
        ("source", "<a>"),
        ("source", "{a}"),
        ("dataschema", ""),
        ("dataschema", "/a/b"),
        ("dataschema", "a"),
        ("dataschema", "1a:b"),
        ("dataschema", "a:"),
        ("dataschema", "https://a.example/b c"),
        ("subject", ""),
    ];
    let header = |name: &str, value: &str| binary().with(&format!("ce-{name}"), value);
    let accepted = accepted.map(|(name, value)| {
        case(
            name,
            value,
            header(name, value),
            Attribute(name, Some(value)),
        )
    });
    let refused =
        refused.map(|(name, value)| case(name, value, header(name, value), Bad(Some(name))));
    accepted.into_iter().chain(refused).collect()
}

fn data() -> Vec<Case> {
    let typed = |media_type: &str, body: &'static [u8]| {
        binary().with("content-type", media_type).body(body)
    };
    vec![
        case(
            "data",
            "JSON as it came",
            binary().body(" {\"a\" : 1.0} "),
            Carries(Data::Json(" {\"a\" : 1.0} ".into())),
        ),
        case(
            "data",
            "JSON null",
            binary().body("null"),
            Carries(Data::Json("null".into())),
        ),
        case(
            "data",
            "any subtype json",
            typed("X/Y+JSON; a=b", b"[]"),
            Carries(Data::Json("[]".into())),
        ),
        case(
            "data",
            "a subtype that only ends in json",
            typed("x/notjson", b"{}"),
            Carries(Data::Binary("{}".into())),
        ),
        case(
            "data",
            "JSON is not assumed",
            binary().without("content-type").body("{}"),
            Carries(Data::Binary("{}".into())),
        ),
        case(
            "datacontenttype",
            "absent without a content type",
            binary().without("content-type"),
            Attribute("datacontenttype", None),
        ),
        case("data", "absent", binary().body(""), Carries(Data::Absent)),
        case(
            "datacontenttype",
            "alone",
            binary().body(""),
            Attribute("datacontenttype", Some("application/json")),
        ),
        case(
            "data",
            "text",
            typed("text/plain", "é".as_bytes()),
            Carries(Data::Text("é".into())),
        ),
        case(
            "data",
            "XML",
            typed("application/soap+xml", b"<a/>"),
            Carries(Data::Text("<a/>".into())),
        ),
        case(
            "data",
            "text that is no UTF-8",
            typed("text/plain", b"\xe9"),
            Carries(Data::Binary(b"\xe9"[..].into())),
        ),
        case(
            "data",
            "bytes",
            typed("application/octet-stream", b"\0\xff"),
            Carries(Data::Binary(b"\0\xff"[..].into())),
        ),
        case(
            "data",
            "broken JSON",
            binary().body("{\"a\":"),
            Bad(Some("data")),
        ),
        case(
            "data",
            "two JSON texts",
            binary().body("{} {}"),
            Bad(Some("data")),
        ),
        case("data", "NaN", binary().body("NaN"), Bad(Some("data"))),
        case(
            "data",
            "a byte order mark",
            binary().body("\u{feff}{}"),
            Bad(Some("data")),
        ),
        case(
            "data",
            "JSON that is no UTF-8",
            binary().body(b"\"\xff\""),
            Bad(Some("data")),
        ),
        case(
            "data",
            "128 arrays",
            binary().body("[".repeat(128) + &"]".repeat(128)),
            Carries(Data::Json(("[".repeat(128) + &"]".repeat(128)).into())),
        ),
        case(
            "data",
            "129 arrays",
            binary().body("[".repeat(129) + &"]".repeat(129)),
            Bad(Some("data")),
        ),
        case(
            "data",
            "many brackets that are not nested",
            binary().body(format!(
                "[{}\"\\\"{}\"]",
                "{\"a\":[]},".repeat(999),
                "[".repeat(999)
            )),
            Carries(Data::Json(
                format!("[{}\"\\\"{}\"]", "{\"a\":[]},".repeat(999), "[".repeat(999)).into(),
            )),
        ),
        case(
            "data",
            "100,000 arrays",
            binary().body("[".repeat(100_000) + &"]".repeat(100_000)),
            Bad(Some("data")),
        ),
        case(
            "size",
            "64 KiB",
            binary().body(format!("\"{}\"", "a".repeat(65_534))),
            Carries(Data::Json(format!("\"{}\"", "a".repeat(65_534)).into())),
        ),
    ]
}
