//! Every example of the catalogue survives being read and written, in each form.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;
#[path = "support/examples.rs"]
mod examples;

use knative_lambda_events::{Data, Envelope, Event, EventType};
use serde_json::Value;

use catalog::with_catalog;
use examples::{examples, plain_numbers};

fn assert_same(found: &Value, expected: &Value) {
    assert_eq!(plain_numbers(found), plain_numbers(expected));
}

/// Reads the data as their type and writes them again.
fn typed(envelope: Envelope) -> Envelope {
    Event::from_envelope(envelope)
        .unwrap()
        .to_envelope()
        .unwrap()
}

#[test]
fn in_structured_json() {
    for example in with_catalog(examples) {
        let envelope = Envelope::from_json(example.to_string().as_bytes()).unwrap();
        assert_same(&envelope.to_value(), &example);
        assert_same(&typed(envelope).to_value(), &example);
    }
}

#[test]
fn in_binary_http() {
    for example in with_catalog(examples) {
        let envelope = Envelope::from_value(example).unwrap();
        let message = typed(envelope.clone()).to_binary();
        assert!(
            message
                .headers
                .iter()
                .all(|(name, _)| *name == name.to_lowercase())
        );
        let headers = message.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
        let mut read = Envelope::from_http(headers, &message.body).unwrap();
        let (Some(Data::Json(data)), Some(Data::Json(expected))) = (&mut read.data, &envelope.data)
        else {
            panic!("the data are JSON");
        };
        assert_same(data, expected);
        *data = expected.clone();
        assert_eq!(read, envelope);
    }
}

#[test]
fn in_structured_http() {
    for example in with_catalog(examples) {
        let envelope = Envelope::from_value(example).unwrap();
        let message = envelope.to_structured();
        let headers = message.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
        assert_eq!(
            Envelope::from_http(headers, &message.body).unwrap(),
            envelope
        );
    }
}

#[test]
fn with_members_and_attributes_that_nobody_knows() {
    for mut example in with_catalog(examples) {
        example["unheardof"] = "yes".into();
        example["data"]["unheardOf"] = serde_json::json!({ "deep": [1, null] });
        let envelope = Envelope::from_value(example.clone()).unwrap();
        assert_same(&typed(envelope).to_value(), &example);
    }
}

#[test]
fn of_whole_schemas() {
    // What the catalogue shows as data goes into events of every type that carries them.
    let cases: Vec<(String, String, Value)> = with_catalog(|catalog| {
        let mut cases = Vec::new();
        for schema in &catalog.schemas {
            for event in &schema.events {
                let r#type = catalog.events[*event].r#type.replace('*', "any");
                for data in &schema.declared.body.examples {
                    cases.push((r#type.clone(), schema.url.clone(), data.to_json()));
                }
            }
        }
        cases
    });
    assert!(!cases.is_empty());
    for (r#type, dataschema, data) in cases {
        let example = serde_json::json!({
            "specversion": "1.0", "id": "1", "source": "a/b", "type": r#type,
            "dataschema": dataschema, "data": data,
        });
        let envelope = Envelope::from_value(example.clone()).unwrap();
        assert_same(&typed(envelope).to_value(), &example);
    }
}

#[test]
fn types_are_those_of_the_catalogue() {
    let declared = with_catalog(|catalog| {
        let events = catalog.events.iter();
        let facts = events.map(|event| (event.r#type.clone(), event.family));
        facts.collect::<Vec<_>>()
    });
    assert_eq!(EventType::NAMES.len(), declared.len());
    for (name, family) in declared {
        let name = name.replace('*', "queue-depth");
        let event_type: EventType = name.parse().unwrap();
        assert_eq!(event_type.to_string(), name);
        assert_eq!(EventType::ALL.contains(&event_type), !family);
        assert!(event_type.matches(&format!("*.{}.*", event_type.category())));
        assert!(name.ends_with(event_type.action()));
    }
}
