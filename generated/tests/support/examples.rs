//! Examples of the catalogue.

use knative_lambda_codegen::ir::{Catalog, EventType};
use serde_json::Value;

/// Every example of every event type, complete.
pub(crate) fn examples(catalog: &Catalog<'_>) -> Vec<Value> {
    let mut examples = Vec::new();
    for event in &catalog.events {
        for example in &event.declared.examples {
            examples.push(complete(catalog, event, example.event.to_json()));
        }
    }
    assert!(examples.len() >= catalog.events.len());
    examples
}

/// Adds the attributes that an example may leave out.
fn complete(catalog: &Catalog<'_>, event: &EventType<'_>, mut example: Value) -> Value {
    let header = catalog.header;
    let members = example.as_object_mut().unwrap();
    for (name, value) in [
        ("specversion", &header.cloudevents.value),
        ("type", &event.r#type),
        ("datacontenttype", &header.datacontenttype.value),
        ("dataschema", &catalog.schemas[event.data].url),
    ] {
        members.entry(name).or_insert_with(|| value.as_str().into());
    }
    example
}

/// The value with numbers that mean the same written the same: `1.0` as `1`.
pub(crate) fn plain_numbers(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain_numbers).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(k, v)| (k.clone(), plain_numbers(v)))
                    .collect(),
            )
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => (float as i64).into(),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}
