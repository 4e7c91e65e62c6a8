//! Sample events: an example, completed, in the two forms that HTTP carries.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::site::Site;
use crate::check::SchemaRef;
use crate::model::{Additional, Schema};

/// What stands in place of text that is redacted.
const REDACTED: &str = "[redacted]";

/// The first example of an event, complete and without what is sensitive.
pub(super) fn event(site: &Site<'_>, number: usize) -> Option<Map<String, Json>> {
    let event = &site.catalog.events[number];
    let example = event.declared.examples.first()?;
    let Json::Object(mut given) = example.event.to_json() else {
        return None;
    };
    let header = site.catalog.header;
    let mut whole = Map::new();
    let mut take = |name: &str, otherwise: Option<String>| {
        let value = given.shift_remove(name).or(otherwise.map(Json::from));
        whole.extend(value.map(|v| (name.to_owned(), v)));
    };
    take("specversion", Some(header.cloudevents.value.clone()));
    take("id", None);
    take("source", None);
    take("type", (!event.family).then(|| event.r#type.clone()));
    take("subject", None);
    take("time", None);
    take(
        "datacontenttype",
        Some(header.datacontenttype.value.clone()),
    );
    take(
        "dataschema",
        Some(site.catalog.schemas[event.data].url.clone()),
    );
    let data = given.shift_remove("data");
    whole.extend(given);
    if let Some(mut data) = data {
        redact(site, event.data, &mut data);
        whole.insert("data".to_owned(), data);
    }
    Some(whole)
}

/// JSON as people read it.
pub(super) fn pretty(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The event as a request in binary form to `url`.
pub(super) fn binary(event: &Map<String, Json>, url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let content_type = event.get("datacontenttype").and_then(Json::as_str);
    let content_type = content_type.unwrap_or("application/json");
    let mut request =
        format!("POST /{path} HTTP/1.1\nHost: {host}\nContent-Type: {content_type}\n");
    for (name, value) in event {
        match value {
            Json::Null => {}
            _ if matches!(name.as_str(), "data" | "data_base64" | "datacontenttype") => {}
            Json::String(text) => {
                let _ = writeln!(request, "ce-{name}: {}", header_value(text));
            }
            other => {
                let _ = writeln!(request, "ce-{name}: {other}");
            }
        }
    }
    match event.get("data") {
        Some(Json::String(text)) if !content_type.contains("json") => {
            let _ = write!(request, "\n{text}\n");
        }
        Some(data) => {
            let _ = write!(request, "\n{}\n", pretty(data));
        }
        None => {}
    }
    request
}

/// As the HTTP binding of CloudEvents writes it: space, `"`, `%` and what is not printable
/// ASCII is percent-encoded.
fn header_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'%') => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Replaces what the schema with this number calls sensitive.
pub(super) fn redact(site: &Site<'_>, schema: usize, data: &mut Json) {
    let file = site.catalog.schemas[schema].declared;
    let schema = &file.body.root;
    redact_at(site, SchemaRef { file, schema }, data);
}

fn redact_at(site: &Site<'_>, at: SchemaRef<'_>, value: &mut Json) {
    if is_sensitive(at.schema) {
        blank(value, at.schema);
        return;
    }
    // References do not lead in a circle here: each level goes down in the value too.
    let Some(target) = site.catalog.index.follow(at) else {
        return;
    };
    if is_sensitive(target.schema) {
        blank(value, target.schema);
        return;
    }
    let additional = match &target.schema.additional_properties {
        Some(Additional::Schema(schema)) => Some(&**schema),
        _ => None,
    };
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                if let Some(schema) = target.schema.properties.get(name).or(additional) {
                    redact_at(site, SchemaRef { schema, ..target }, value);
                }
            }
        }
        Json::Array(items) => {
            if let Some(schema) = target.schema.items.as_deref() {
                for item in items {
                    redact_at(site, SchemaRef { schema, ..target }, item);
                }
            }
        }
        _ => {}
    }
}

fn is_sensitive(schema: &Schema) -> bool {
    schema.x_sensitive.as_ref().is_some_and(|s| s.value)
}

/// Keeps the shape of a value, so that it still reads as its type, and nothing that it says.
fn blank(value: &mut Json, schema: &Schema) {
    match value {
        Json::Null => {}
        Json::Bool(value) => *value = false,
        Json::Number(_) => *value = Json::from(0),
        Json::String(text) => {
            *text = match schema.format.as_ref().map(|f| f.value.as_str()) {
                Some("date-time") => "1970-01-01T00:00:00Z".to_owned(),
                _ => REDACTED.to_owned(),
            };
        }
        Json::Array(items) => items.iter_mut().for_each(|item| blank(item, schema)),
        Json::Object(members) => members.values_mut().for_each(|value| blank(value, schema)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn binary_form_encodes_headers() {
        let Json::Object(event) = json!({
            "specversion": "1.0", "subject": "a b/\"ü%\"", "sequence": 3, "datacontenttype": "text/plain", "data": "hello",
        }) else {
            panic!("an object");
        };
        assert_eq!(
            binary(&event, "http://broker.example.com/default/main"),
            "POST /default/main HTTP/1.1\nHost: broker.example.com\nContent-Type: text/plain\n\
             ce-specversion: 1.0\nce-subject: a%20b/%22%C3%BC%25%22\nce-sequence: 3\n\nhello\n"
        );
    }
}
