//! Rust that reads an event, as pages show it. It is compiled and run with the documentation tests.

use serde_json::Value as Json;

use super::site::Site;
use crate::ir::{EventType, StringFormat, Type, TypeDef, names};

/// A program that reads `sample`, written as `json`, as the event type that it is.
pub(super) fn rust(site: &Site<'_>, event: &EventType<'_>, sample: &Json, json: &str) -> String {
    let imports = imports(site);
    let json = raw_string(json);
    let assertion = assertion(site, event, sample);
    format!(
        "\
{imports}

fn main() -> Result<(), EventError> {{
    let json = {json};
    let envelope = Envelope::from_json(json.as_bytes())?;
    let Event::{variant}(event) = Event::from_envelope(envelope)? else {{
        panic!(\"an event of another type\");
    }};
    {assertion}
    Ok(())
}}
",
        variant = event.rust_variant,
    )
}

/// Brings the types into scope: from the crate that has them, or made on the spot.
fn imports(site: &Site<'_>) -> String {
    let header = site.catalog.header;
    match header.rust.as_ref().and_then(|rust| rust.name.as_ref()) {
        Some(name) => format!("use {}::{{Envelope, Event, EventError}};", name.value),
        None => {
            let module = names::rust_field(&header.catalog);
            format!(
                "\
use knative_lambda_events::{{Envelope, EventError}};
use {module}::Event;

mod {module} {{
    knative_lambda_macros::lambda_events!(\"spec\");
}}"
            )
        }
    }
}

/// Compares a member that is always there, or else the type.
fn assertion(site: &Site<'_>, event: &EventType<'_>, sample: &Json) -> String {
    let fields = match &site.catalog.schemas[event.data].root {
        Type::Named(id) => match &site.catalog.types[id.0] {
            TypeDef::Struct(object) => object.fields.as_slice(),
            TypeDef::Enum(_) => &[],
        },
        _ => &[],
    };
    let found = fields.iter().find_map(|field| {
        let plain = field.r#type == Type::String(StringFormat::Plain);
        let value = sample.get("data")?.get(field.name)?.as_str()?;
        (plain && field.required && !field.sensitive).then_some((&field.rust_name, value))
    });
    match found {
        Some((name, value)) => format!("assert_eq!(event.data.{name}, {value:?});"),
        None => {
            let r#type = sample
                .get("type")
                .and_then(Json::as_str)
                .unwrap_or_default();
            format!("assert_eq!(event.r#type, {:?});", r#type)
        }
    }
}

/// The text as a raw string.
fn raw_string(text: &str) -> String {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::raw_string;

    #[test]
    fn raw_strings_hold_any_text() {
        assert_eq!(raw_string("{}"), "r#\"{}\"#");
        assert_eq!(raw_string("\"#a\"##"), "r###\"\"#a\"##\"###");
    }
}
