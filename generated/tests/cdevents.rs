//! Every event becomes a CDEvent.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;
#[path = "support/examples.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod examples;

use std::collections::BTreeSet;

use knative_lambda_events::Envelope;
use knative_lambda_events::cdevents::{MAPPING, from_event, to_http};
use proptest::prelude::*;
use serde_json::{Value, json};

use catalog::with_catalog;
use examples::examples;

fn envelope(example: Value) -> Envelope {
    Envelope::from_value(example).unwrap()
}

/// The CDEvent of an event with that type and data, as JSON.
fn cdevent(r#type: &str, data: Value) -> Value {
    let event = json!({
        "specversion": "1.0", "id": "1", "source": "a/b", "type": r#type,
        "time": "2025-12-04T12:30:00.5+02:00", "data": data,
    });
    serde_json::to_value(from_event(&envelope(event))).unwrap()
}

/// What every CDEvent has, whatever its type.
fn assert_is_cdevent(event: &Envelope, cdevent: &Value) {
    let context = &cdevent["context"];
    assert_eq!(context["version"], "0.4.1");
    assert_eq!(context["id"], event.id);
    assert_eq!(context["source"], event.source);
    let subject = &cdevent["subject"];
    assert_ne!(subject["id"], "");
    assert!(subject["content"].is_object());
    let name = context["type"].as_str().unwrap();
    let parts: Vec<_> = name.splitn(5, '.').collect();
    let &["dev", root, thing, predicate, _version] = parts.as_slice() else {
        panic!("{name}");
    };
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    assert!(is_word(predicate), "{name}");
    match root {
        "cdevents" => assert!(is_word(thing), "{name}"),
        "cdeventsx" => {
            let (tool, entity) = thing.split_once('-').unwrap();
            assert!(is_word(tool) && is_word(entity), "{name}");
            assert_eq!(subject["type"], thing);
        }
        _ => panic!("{name}"),
    }
}

#[test]
fn every_example() {
    let mut standard = BTreeSet::new();
    for example in with_catalog(examples) {
        let data = example["data"].clone();
        let event = envelope(example);
        let cdevent = serde_json::to_value(from_event(&event)).unwrap();
        assert_is_cdevent(&event, &cdevent);
        let r#type = cdevent["context"]["type"].as_str().unwrap().to_owned();
        match r#type.starts_with("dev.cdevents.") {
            true => drop(standard.insert(r#type)),
            false => assert_eq!(cdevent["subject"]["content"], data),
        }
    }
    let declared = MAPPING.standard.iter().map(|one| one.r#type.to_owned());
    assert_eq!(standard, declared.collect());
}

#[test]
fn of_a_standard_type() {
    let build = json!({
        "name": "hello-python", "namespace": "knative-lambda", "digest": "sha256:abc123",
    });
    assert_eq!(
        cdevent("io.knative.lambda.lifecycle.build.completed", build),
        json!({
            "context": {
                "version": "0.4.1",
                "id": "1",
                "source": "a/b",
                "type": "dev.cdevents.artifact.published.0.2.0",
                "timestamp": "2025-12-04T10:30:00.5Z",
            },
            "subject": {
                "id": "pkg:oci/hello-python@sha256:abc123",
                "source": "a/b",
                "type": "artifact",
                "content": { "user": "a/b" },
            },
        })
    );
}

#[test]
fn of_a_custom_type_where_the_standard_one_would_lack_something() {
    // Without a digest nothing identifies the artifact, without a revision nothing the service's.
    for (short, subject) in [("build.completed", "build"), ("service.ready", "service")] {
        let data = json!({ "name": "hello-python", "namespace": "knative-lambda" });
        let found = cdevent(
            &format!("io.knative.lambda.lifecycle.{short}"),
            data.clone(),
        );
        let r#type = format!("dev.cdeventsx.knativelambda-{short}.0.1.0");
        assert_eq!(found["context"]["type"], r#type);
        let r#type = format!("knativelambda-{subject}");
        let subject = json!({ "id": "1", "source": "a/b", "type": r#type, "content": data });
        assert_eq!(found["subject"], subject);
    }
}

#[test]
fn what_is_optional_may_be_missing() {
    let found = cdevent("io.knative.lambda.lifecycle.service.deleted", json!({}));
    // Without a subject there is no identifier.
    assert_eq!(
        found["context"]["type"],
        "dev.cdeventsx.knativelambda-service.deleted.0.1.0"
    );
    let event = json!({
        "specversion": "1.0", "id": "1", "source": "a/b", "subject": "c/d", "data": {},
        "type": "io.knative.lambda.lifecycle.service.deleted",
    });
    let found = from_event(&envelope(event)).to_value();
    assert_eq!(
        found["context"]["type"],
        "dev.cdevents.service.removed.0.2.0"
    );
    assert_eq!(found["subject"]["content"], json!({}));
}

#[test]
fn names_come_from_entity_category_or_type() {
    for (r#type, name) in [
        (
            "io.knative.lambda.lifecycle.function.ready",
            "function.ready",
        ),
        ("io.knative.lambda.invoke.sync", "invoke.sync"),
        (
            "io.knative.lambda.notification.metric.queue-depth",
            "metric.queuedepth",
        ),
        ("io.homelab.vuln.found", "vuln.found"),
        ("network.notifi.lambda.build.start", "build.start"),
        ("org.example.Order-2.PLACED", "order.placed"),
        ("heartbeat", "event.heartbeat"),
        ("…", "event.event"),
    ] {
        let found = cdevent(r#type, json!({ "severity": "critical" }));
        let expected = format!("dev.cdeventsx.knativelambda-{name}.0.1.0");
        assert_eq!(found["context"]["type"], expected, "{}", r#type);
        assert_eq!(found["subject"]["content"]["severity"], "critical");
    }
}

#[test]
fn data_that_are_no_object_are_put_into_one() {
    let content = |data: Value| {
        let mut event = json!({ "specversion": "1.0", "id": "1", "source": "a/b", "type": "c.d" });
        event
            .as_object_mut()
            .unwrap()
            .extend(data.as_object().unwrap().clone());
        from_event(&envelope(event)).to_value()["subject"]["content"].take()
    };
    for data in [
        json!({ "data": [1, 2] }),
        json!({ "data": "text", "datacontenttype": "text/plain" }),
        json!({ "data_base64": "AAEC" }),
    ] {
        let mut expected = data.clone();
        expected.as_object_mut().unwrap().remove("datacontenttype");
        assert_eq!(content(data), expected);
    }
    assert_eq!(content(json!({})), json!({}));
}

#[test]
fn requests_tell_the_type_of_the_event_and_carry_the_cdevent() {
    for example in with_catalog(examples) {
        let event = envelope(example);
        let message = to_http(&event);
        let header = |name: &str| {
            let mut headers = message.headers.iter();
            headers
                .find(|(n, _)| n == name)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(header("ce-type"), Some(event.r#type.as_str()));
        assert_eq!(header("content-type"), Some("application/json"));
        // It says what the data of the event follow, not its own.
        assert_eq!(header("ce-dataschema"), None);
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(body, from_event(&event).to_value());
    }
}

/// Events whose types and data nobody has foreseen.
fn any_event() -> impl Strategy<Value = Envelope> {
    let known = MAPPING.standard.iter().map(|one| one.event.to_owned());
    let types = prop_oneof![
        proptest::sample::select(known.collect::<Vec<_>>()),
        "\\PC{1,20}",
        "[a-z]{1,3}(\\.[A-Za-z0-9_-]{0,5}){0,5}",
    ];
    let text = prop_oneof![Just(String::new()), "\\PC{0,8}"];
    let value = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
        Just(json!({ "name": "nested" })),
    ];
    const NAMES: [&str; 5] = [
        "name",
        "namespace",
        "digest",
        "latestReadyRevision",
        "other",
    ];
    let data = proptest::collection::btree_map(proptest::sample::select(&NAMES), value, 0..5);
    (types, text, data).prop_map(|(r#type, subject, data)| {
        envelope(json!({
            "specversion": "1.0", "id": "1", "source": "a/b", "type": r#type, "subject": subject,
            "idempotencykey": subject, "data": data,
        }))
    })
}

proptest! {
    #[test]
    fn any_event_becomes_a_cdevent(event in any_event()) {
        let cdevent = from_event(&event).to_value();
        assert_is_cdevent(&event, &cdevent);
        let content = &cdevent["subject"]["content"];
        if cdevent["context"]["type"] == "dev.cdevents.service.deployed.0.2.0" {
            assert!(content["environment"]["id"].is_string(), "{content}");
            assert!(content["artifactId"].is_string(), "{content}");
        }
    }
}
