//! Events: validated, read, migrated and sampled by the base catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::path::Path;
use std::sync::LazyLock;

use catalogue::{base, compile, lay};
use knative_lambda_codegen::Checked;
use knative_lambda_codegen::check::Index;
use knative_lambda_codegen::diagnostics::Finding;
use knative_lambda_codegen::event::{
    Declared, Form, Limits, Migrated, Migrations, Reading, binary, check, complete, migrate_event,
    read, sample,
};
use knative_lambda_codegen::source::Sources;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// What reading a text with events gave.
struct Outcome {
    form: Option<Form>,
    sources: Sources,
    findings: Vec<Finding>,
    /// What became of the events that were migrated.
    migrated: Vec<Json>,
    /// Events that were read.
    events: usize,
}

impl Outcome {
    /// `line:column message` of each finding.
    fn messages(&self) -> Vec<String> {
        let line = |finding: &Finding| {
            let span = finding.primary.span;
            let (line, column) = self.sources.get(span.file).line_column(span.start);
            format!("{line}:{column} {}", finding.message)
        };
        self.findings.iter().map(line).collect()
    }
}

/// The base catalogue; compiling it for each of many texts would take long.
static BASE: LazyLock<Checked> = LazyLock::new(|| compile(&base()));

fn with_limits(checked: &Checked, text: &[u8], limits: Limits, migrating: bool) -> Outcome {
    assert!(!checked.has_errors(), "{:#?}", checked.findings);
    let index = Index::new(&checked.spec);
    let migrations = Migrations::new(&index);
    let mut outcome = Outcome {
        form: None,
        sources: Sources::new(Path::new("")),
        findings: Vec::new(),
        migrated: Vec::new(),
        events: 0,
    };
    let (migrated, events) = (&mut outcome.migrated, &mut outcome.events);
    let reading = Reading {
        sources: &mut outcome.sources,
        findings: &mut outcome.findings,
    };
    let mut input = text;
    let form = read(
        &mut input,
        Path::new("events"),
        &limits,
        reading,
        &mut |event, findings| {
            *events += 1;
            if !migrating {
                findings.extend(check(&index, event));
                return;
            }
            match migrate_event(&index, &migrations, event) {
                Migrated::Translated(event) => migrated.push(event),
                Migrated::Unchanged => {}
                Migrated::Refused(found) => findings.extend(found),
            }
        },
    );
    outcome.form = form.unwrap();
    outcome
}

fn validated(text: &str) -> Outcome {
    with_limits(&BASE, text.as_bytes(), Limits::default(), false)
}

fn order() -> Json {
    json!({
        "specversion": "1.0",
        "id": "1",
        "source": "com.example.shop/desk/shop/order-7",
        "type": "com.example.shop.command.order.place",
        "subject": "shop/order-7",
        "time": "2025-12-04T10:30:00Z",
        "datacontenttype": "application/json",
        "dataschema": "https://shop.example.com/schemas/order/v1.0.0",
        "idempotencykey": "order-7-place",
        "data": { "name": "order-7", "quantity": 2 },
    })
}

#[test]
fn samples_are_valid_and_complete() {
    let index = Index::new(&BASE.spec);
    for event in &index.events {
        let sample = sample(&index, *event).unwrap();
        let names: Vec<_> = sample.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            names[..4],
            ["specversion", "id", "source", "type"],
            "{sample}"
        );
        assert_eq!(names.last().unwrap(), "data");
        assert_eq!(
            validated(&sample.to_string()).messages(),
            Vec::<String>::new()
        );
    }
    let name = "org.example.bank.paid";
    let partner = index.partner_event(name).unwrap();
    let event = complete(
        &index,
        Declared::Partner(name, partner),
        &partner.examples[0],
    );
    assert_eq!(
        event["dataschema"],
        "https://shop.example.com/schemas/receipt/v1.0.0"
    );
    assert_eq!(
        validated(&event.to_string()).messages(),
        Vec::<String>::new()
    );
}

#[test]
fn wrong_events_are_told_apart() {
    let nothing = Json::Null;
    #[rustfmt::skip]
    let cases: Vec<(&str, Json, &str)> = vec![
        ("id", json!(""), "`id` is empty"),
        ("id", json!(5), "`id` must be text, not integer"),
        ("id", json!("a\u{7}"), "`id` holds a control character"),
        ("source", nothing.clone(), "`source` is missing"),
        ("source", json!("a b"), "`source` is not a URI reference"),
        ("source", json!("com.example.shop/desk/shop"), "`source` does not follow `{prefix}/{component}/{namespace}/{name}`"),
        ("source", json!("com.example.other/desk/shop/order-7/x"), ""),
        ("specversion", json!("0.3"), "`specversion` is not `1.0`"),
        ("subject", json!("order-7"), "`subject` does not follow `{namespace}/{name}`"),
        ("subject", nothing.clone(), "`subject` is missing, which `command` events must carry"),
        ("time", json!("2025-13-04T10:30:00Z"), "`time` is not an RFC 3339 date and time such as `2025-12-04T10:30:00Z`"),
        ("time", nothing.clone(), ""),
        ("datacontenttype", json!("json"), "`datacontenttype` is not a media type such as `application/json`"),
        ("datacontenttype", json!("text/plain"), "the data are JSON, not `text/plain`"),
        ("datacontenttype", json!("application/json; charset=utf-8"), ""),
        ("dataschema", json!("https://shop.example.com/schemas/order/v1.9.2"), ""),
        ("dataschema", json!("https://shop.example.com/schemas/order/v2.0.0"), "`dataschema` names another major version of the schema"),
        ("dataschema", json!("https://shop.example.com/schemas/receipt/v1.0.0"), "`dataschema` is not the address of this event's schema"),
        ("dataschema", nothing.clone(), ""),
        ("type", json!("com.example.shop.command.order.plaice"), "`com.example.shop.command.order.plaice` is not an event type of the catalogue"),
        ("type", json!("command.order.place"), "`command.order.place` is not an event type of the catalogue"),
        ("type", json!("shop.order.new"), "`shop.order.new` is a legacy type; it is `com.example.shop.command.order.place` now"),
        ("idempotencykey", nothing.clone(), "`idempotencykey` is missing, which `command` events must carry"),
        ("idempotencykey", json!(5), "`idempotencykey` must be text without control characters, not `5`"),
        ("idempotencyKey", json!("x"), "`idempotencyKey` is no name for an attribute"),
        ("averyveryverylongname", json!("x"), "the attribute name `averyveryverylongname` has more than 20 characters"),
        ("mine", json!([1]), "the attribute `mine` must be text, a whole number or a boolean, not array"),
        ("mine", json!(true), ""),
        ("data", nothing.clone(), "the value must be object, not null"),
        ("data", json!({ "name": "order-7" }), "`quantity` is missing"),
        ("data", json!({ "name": "order-7", "quantity": 2, "colour": "red" }), "`colour` is not a member that the schema lists"),
        ("data_base64", json!("!"), "`data_base64` is not base64"),
        ("data_base64", json!("aGk="), "`data` and `data_base64` in one event"),
    ];
    for (name, value, expected) in cases {
        let mut event = order();
        event[name] = value;
        let found = validated(&event.to_string()).messages();
        let messages: Vec<&str> = found.iter().map(|m| m.split_once(' ').unwrap().1).collect();
        if expected.is_empty() {
            // A source that does not follow the prefix is that of a migrated event.
            assert!(messages.is_empty(), "{name}: {found:?}");
        } else {
            assert!(messages.contains(&expected), "{name}: {found:?}");
        }
    }
}

#[test]
fn later_versions_may_have_more_members() {
    let mut event = order();
    event["data"]["colour"] = json!("red");
    event["dataschema"] = json!("https://shop.example.com/schemas/order/v1.1.0");
    assert_eq!(
        validated(&event.to_string()).messages(),
        Vec::<String>::new()
    );
    event["data"]["quantity"] = json!(0);
    let found = validated(&event.to_string());
    assert_eq!(found.findings.len(), 1, "{:?}", found.messages());
}

#[test]
fn an_open_family_takes_members_but_not_its_star() {
    let mut files = base();
    let mut events = files["events/lifecycle.yaml"].clone();
    events.push_str(
        "  order.*:\n    summary: Anything else\n    data: order\n    when: At times\n    examples: []\n",
    );
    // Only what the catalogue knows matters here, not that such a spec has findings.
    lay(&mut files, "events/lifecycle.yaml", &events);
    let checked = compile(&files);
    let index = Index::new(&checked.spec);
    let find = |name: &str| Declared::find(&index, name).is_some();
    assert!(find("com.example.shop.lifecycle.order.lost"));
    for name in ["*", "", "Lost", "a b"] {
        assert!(
            !find(&format!("com.example.shop.lifecycle.order.{name}")),
            "{name}"
        );
    }
}

#[test]
fn forms_are_recognised_and_places_are_those_of_the_file() {
    let good = order();
    let mut bad = order();
    bad["time"] = json!("never");
    let time = "`time` is not an RFC 3339 date and time such as `2025-12-04T10:30:00Z`";

    let lines = validated(&format!("\n{good}\n\n{bad}\r\n{{'a': 1}}\n[]\n{bad}"));
    assert_eq!(lines.form, Some(Form::Lines));
    let column = bad.to_string().find("\"never\"").unwrap() + 1;
    assert_eq!(
        lines.messages(),
        [
            format!("4:{column} {time}"),
            "5:2 text in single quotes".into(),
            "6:1 an event is an object, not array".into(),
            format!("7:{column} {time}"),
        ]
    );

    let pretty = validated(&format!("\n\n{bad:#}\n"));
    assert_eq!(pretty.form, Some(Form::Document));
    assert_eq!(pretty.messages(), [format!("9:11 {time}")]);

    let list = validated(&format!("[\n{good},\n{bad},\n5]"));
    assert_eq!((list.form, list.events), (Some(Form::Batch), 2));
    assert_eq!(
        list.messages(),
        [
            format!("3:{column} {time}"),
            "4:1 an event is an object, not integer".into()
        ]
    );

    // The first line is broken, the next shows that each is an event.
    let broken = validated(&format!("{{\"a\": \n{good}\n"));
    assert_eq!((broken.form, broken.events), (Some(Form::Lines), 1));
    assert_eq!(
        broken.messages(),
        ["1:6 the text ends where a value is expected"]
    );

    assert_eq!(validated(" \n\n").form, None);
    assert_eq!(validated("\u{feff}{}").events, 1);
    assert_eq!(
        validated("{\n\"a\":\t1, // no\n}").messages(),
        ["2:9 a comment in JSON"]
    );
    assert_eq!(
        validated("{\n\"a\": 1}\n{}").messages(),
        ["3:1 more text after the value"]
    );
}

#[test]
fn offsets_are_those_of_the_file() {
    let text = format!("{}\n{{]\n", order());
    let found = validated(&text);
    let span = found.findings[0].primary.span;
    let offset = found.sources.get(span.file).file_offset(span.start);
    assert_eq!(offset as usize, text.find("{]").unwrap() + 1);
}

#[test]
fn what_is_no_text_is_refused_at_its_place() {
    let mut text = order().to_string().into_bytes();
    text.extend(b"\n{\"id\": \"\xff\"}\n");
    let found = with_limits(&BASE, &text, Limits::default(), false);
    assert_eq!(found.messages(), ["2:9 the file is not UTF-8 from here on"]);
}

#[test]
fn sizes_are_bounded_and_the_rest_is_read() {
    let limits = Limits {
        line_bytes: 400,
        document_bytes: 1000,
        findings: 3,
    };
    let long = json!({ "id": "x".repeat(2000) }).to_string();
    let read = |text: String| with_limits(&BASE, text.as_bytes(), limits, false);
    let found = read(format!("{}\n{long}\n{}\n{{}}x\n", order(), order()));
    assert_eq!(found.events, 2);
    assert_eq!(
        found.messages(),
        [
            "2:1 the line has 2010 bytes; at most 400 are read",
            "4:3 more text after the value"
        ]
    );
    for text in [
        format!("[{long}]"),
        format!("[\n{long}]"),
        format!("{{\n\"a\":\n{long}}}"),
    ] {
        let found = read(text);
        assert_eq!(
            found.messages(),
            ["1:1 the file has more than 1000 bytes in one JSON text"]
        );
    }
    let found = read("[\n".to_owned() + &"5,\n".repeat(100) + "5]");
    assert_eq!(found.events, 0);
    let found = read("{}\n".repeat(50));
    assert_eq!(found.events, 1, "each lacks more than three attributes");
    assert!(
        found
            .messages()
            .last()
            .unwrap()
            .ends_with("more than 3 findings; the rest is not read")
    );
}

#[test]
fn a_large_event_does_not_flood() {
    let mut event = order();
    for number in 0..10_000 {
        event[format!("Wrong{number}")] = json!(1);
    }
    let found = validated(&event.to_string());
    assert_eq!(found.findings.len(), 50);
    assert!(
        found.findings[49]
            .help
            .last()
            .unwrap()
            .starts_with("9950 more findings")
    );
}

fn migrated(migration: &str, event: &Json) -> Outcome {
    let mut files = base();
    let text =
        format!("tenses: {{}}\nmigrations:\n  shop.old:\n    to: command.order.place\n{migration}");
    lay(&mut files, "migrations.yaml", &text);
    with_limits(
        &compile(&files),
        event.to_string().as_bytes(),
        Limits::default(),
        true,
    )
}

fn legacy(data: Json) -> Json {
    json!({
        "specversion": "1.0",
        "id": "77",
        "source": "old-desk",
        "type": "shop.old",
        "subject": "shop/order-7",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": data,
    })
}

const KEY: &str = "    extensions:\n      idempotencykey: { attribute: id }\n";

#[test]
fn rules_translate_data() {
    let rules = format!(
        "{KEY}    data:\n\
        \x20     name: {{ join: [\"@source\", \"org|customer.org\", no], trimPrefix: old-, nameLength: 30 }}\n\
        \x20     quantity: {{ from: [pieces, count], default: 1 }}\n\
        \x20     state: {{ from: [status], map: {{ \"7\": open, gone: refused }} }}\n\
        \x20     address.city: {{ from: [where], part: 1 }}\n\
        \x20     labels: {{ from: [label], wrap: text }}\n\
        \x20     total: {{ value: 3.5 }}\n"
    );
    let found = migrated(
        &rules,
        &legacy(json!({
            "customer": { "org": "ACME & Sons", "kind": "big" },
            "no": 42,
            "count": 3,
            "pieces": null,
            "status": 7,
            "where": "PT/Porto",
            "label": "red",
            "placedAt": "2025-12-04T10:30:00Z",
            "customerKind": "x",
        })),
    );
    // `customer.kind` and `customerKind` are named by no rule, so they are kept, and refused.
    let messages: Vec<_> = found.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "it would not be valid: `customer` is not a member that the schema lists",
            "it would not be valid: `customerKind` is not a member that the schema lists",
        ]
    );
    let rules = format!("    unmapped: drop\n{rules}");
    let found = migrated(
        &rules,
        &legacy(json!({
            "customer": { "org": "ACME & Sons" },
            "no": 42,
            "count": 3,
            "status": 7,
            "where": "PT/Porto",
            "label": "red",
            "customerKind": "x",
        })),
    );
    assert_eq!(found.messages(), Vec::<String>::new());
    assert_eq!(
        found.migrated,
        [json!({
            "specversion": "1.0",
            "id": "77",
            "source": "old-desk",
            "type": "com.example.shop.command.order.place",
            "subject": "shop/order-7",
            "datacontenttype": "application/json",
            "dataschema": "https://shop.example.com/schemas/order/v1.0.0",
            "idempotencykey": "77",
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "data": {
                "name": "desk-acme-sons-42",
                "quantity": 3,
                "state": "open",
                "address": { "city": "Porto" },
                "labels": { "text": "red" },
                "total": 3.5,
            },
        })]
    );
}

#[test]
fn what_no_rule_names_is_kept() {
    let rules = format!(
        "{KEY}    data:\n      name: {{ from: [key, ident.key] }}\n      quantity: {{ from: [pieces] }}\n      address.city: {{ from: [ident.city] }}\n"
    );
    let old = json!({
        "key": "a", "pieces": 2, "total": 5, "ident": { "city": "Porto", "key": "b" }, "address": { "lines": ["x"], "city": "no" },
    });
    let found = migrated(&rules, &legacy(old));
    assert_eq!(found.messages(), Vec::<String>::new());
    assert_eq!(
        found.migrated[0]["data"],
        json!({ "name": "a", "address": { "city": "Porto", "lines": ["x"] }, "quantity": 2, "total": 5 })
    );
}

#[test]
fn what_is_missing_is_named_as_the_legacy_event_names_it() {
    let rules = "    extensions:\n      idempotencykey: { attribute: key }\n    data:\n      name: { join: [org, no|number] }\n      quantity: { from: [pieces] }\n";
    let found = migrated(
        rules,
        &legacy(json!({ "org": "acme", "number": "", "pieces": 1 })),
    );
    let messages: Vec<_> = found.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "nothing fills `name`: the legacy event has no usable `data.org`, `data.no`, `data.number`",
            "nothing fills `idempotencykey`: the legacy event has no usable `key`",
        ]
    );
}

#[test]
fn wrong_values_are_reported_where_they_come_from() {
    let rules = format!(
        "{KEY}    data:\n      name: {{ from: [name] }}\n      quantity: {{ from: [pieces] }}\n"
    );
    let event = legacy(json!({ "name": "a", "pieces": "many" }));
    let found = migrated(&rules, &event);
    let column = event.to_string().find("\"many\"").unwrap() + 1;
    assert_eq!(
        found.messages(),
        [format!(
            "1:{column} it would not be valid: `quantity` must be integer, not string"
        )]
    );
    for (data, message) in [
        (json!([1]), "the data must be an object, not array"),
        (
            json!({ "name": "a", "pieces": 2, "total": 123456789012345678901234567890_u128 as f64 }),
            "",
        ),
    ] {
        let found = migrated(&rules, &legacy(data));
        let messages: Vec<_> = found.findings.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(messages.join("; "), message);
    }
    let mut bytes = legacy(Json::Null);
    bytes["data_base64"] = json!("aGk=");
    let found = migrated(&rules, &bytes);
    assert_eq!(
        found.findings[0].message,
        "the data are bytes, which no rule can translate"
    );
}

#[test]
fn subjects_follow_from_the_data() {
    let rules = format!(
        "    unmapped: drop\n{KEY}    data:\n      name: {{ from: [key] }}\n      quantity: {{ value: 1 }}\n"
    );
    let mut files = base();
    let catalog =
        files["catalog.yaml"].replace("format: \"{namespace}/{name}\"", "format: \"shop/{name}\"");
    lay(&mut files, "catalog.yaml", &catalog);
    let text =
        format!("tenses: {{}}\nmigrations:\n  shop.old:\n    to: command.order.place\n{rules}");
    lay(&mut files, "migrations.yaml", &text);
    let mut event = legacy(json!({ "key": "order-8" }));
    event["subject"] = json!("something else");
    let found = with_limits(
        &compile(&files),
        event.to_string().as_bytes(),
        Limits::default(),
        true,
    );
    assert_eq!(found.messages(), Vec::<String>::new());
    assert_eq!(found.migrated[0]["subject"], "shop/order-8");
}

#[test]
fn live_events_pass_and_unknown_ones_do_not() {
    let mut unknown = order();
    unknown["type"] = json!("shop.order.neww");
    let text = format!("{}\n{unknown}\n{{}}\n", order());
    let found = with_limits(&BASE, text.as_bytes(), Limits::default(), true);
    let messages: Vec<_> = found.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`shop.order.neww` is neither a legacy type nor a live one",
            "the event has no `type`"
        ]
    );
    assert!(
        found.findings[0]
            .help
            .contains(&"did you mean `shop.order.new`?".to_owned())
    );
}

#[test]
fn examples_of_migrations_become_what_they_say() {
    let index = Index::new(&BASE.spec);
    let migrations = Migrations::new(&index);
    let migration = migrations.of_type("shop.order.new").unwrap();
    for example in &migration.examples {
        let event = migrations.migrate(migration, &example.event).unwrap();
        let data = event.as_map().unwrap().get("data").unwrap().to_json();
        assert_eq!(data, example.becomes.as_ref().unwrap().to_json());
    }
}

#[test]
fn binary_form_encodes_headers_and_curl_quotes() {
    let mut event = order();
    event["subject"] = json!("a b/\"é%\"");
    event["mine"] = json!(5);
    event["data"]["name"] = json!("it's");
    let message = binary(&event).unwrap();
    let header = |name: &str| {
        let found = message.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(header("ce-subject"), Some("a%20b/%22%C3%A9%25%22"));
    assert_eq!(header("ce-mine"), Some("5"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(
        (header("ce-datacontenttype"), header("ce-data")),
        (None, None)
    );
    assert_eq!(
        serde_json::from_str::<Json>(&message.body).unwrap(),
        event["data"]
    );
    let command = message.curl("http://broker/x");
    assert!(command.starts_with("curl -X POST 'http://broker/x' \\\n  -H 'ce-specversion: 1.0'"));
    assert!(command.contains("it'\\''s"), "{command}");
}

#[test]
fn sensitive_data_are_not_shown() {
    let mut files = base();
    let schema = files["data/order.yaml"]
        .replace(
            "name: { type: string,",
            "name: { type: string, x-sensitive: true,",
        )
        .replace("address: { $ref", "address: { x-sensitive: true, $ref");
    lay(&mut files, "data/order.yaml", &schema);
    let checked = compile(&files);
    let index = Index::new(&checked.spec);
    for event in &index.events {
        let sample = sample(&index, *event).unwrap();
        assert_eq!(sample["data"]["name"], "[redacted]", "{sample}");
        assert!(sample["data"]["quantity"].as_u64().unwrap() > 0);
    }
}

/// Every place lies inside its text.
fn assert_places(outcome: &Outcome) {
    for finding in &outcome.findings {
        let span = finding.primary.span;
        let text = &outcome.sources.get(span.file).text;
        assert!(
            span.start <= span.end && span.end as usize <= text.len(),
            "{finding:?}"
        );
        assert!(text.is_char_boundary(span.start as usize), "{finding:?}");
        assert!(!finding.help.is_empty(), "{finding:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for migrating in [false, true] {
            assert_places(&with_limits(&BASE, &bytes, Limits::default(), migrating));
        }
    }

    #[test]
    fn any_damage_to_an_event_is_survived(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), "[\\PC\"\\\\{}\\[\\],:\n]{0,3}", 0..6_usize), 1..6),
        list in any::<bool>(),
    ) {
        let old = legacy(json!({ "key": "order-7", "pieces": 2 }));
        let mut old = old;
        old["type"] = json!("shop.order.new");
        let mut text = if list { format!("[{},{old}]", order()) } else { format!("{}\n{old:#}\n", order()) };
        for (at, insert, cut) in damage {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) { start -= 1; }
            let mut end = (start + cut).min(text.len());
            while !text.is_char_boundary(end) { end += 1; }
            text.replace_range(start..end, &insert);
        }
        for migrating in [false, true] {
            assert_places(&with_limits(&BASE, text.as_bytes(), Limits::default(), migrating));
        }
    }
}
