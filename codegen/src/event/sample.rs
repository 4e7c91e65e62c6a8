//! Sample events: the first example of a type, completed, as JSON and as an HTTP message.

use serde_json::{Map as JsonMap, Value as Json};

use super::attributes::{ATTRIBUTES, DATA};
use super::envelope::Declared;
use crate::check::data::format_problem;
use crate::check::{EventRef, Index, SchemaRef};
use crate::model::{Additional, EventExample};

/// Stands for text that is not to be shown.
const REDACTED: &str = "[redacted]";

/// The first example of an event type, completed by [`complete`]; `None` without examples.
pub fn sample(index: &Index<'_>, event: EventRef<'_>) -> Option<Json> {
    let example = event.event.examples.first()?;
    Some(complete(index, Declared::Own(event), example))
}

/// An example with the attributes that follow from the catalogue, in the usual order, and with
/// sensitive data redacted.
pub fn complete(index: &Index<'_>, of: Declared<'_>, example: &EventExample) -> Json {
    let mut written = match example.event.to_json() {
        Json::Object(map) => map,
        other => return other,
    };
    // `null` is the same as nothing, except as data.
    written.retain(|name, value| name == "data" || !value.is_null());
    let schema = of.data().and_then(|name| index.schema(name));
    let mut derive = |name: &str, value: Option<String>| {
        if let (false, Some(value)) = (written.contains_key(name), value) {
            written.insert(name.to_owned(), Json::String(value));
        }
    };
    derive("type", of.full_type(index));
    if let Some(header) = index.spec().catalog.as_ref().map(|file| &file.body) {
        derive("specversion", Some(header.cloudevents.value.clone()));
        if let Some(schema) = schema {
            derive(
                "datacontenttype",
                Some(header.datacontenttype.value.clone()),
            );
            derive("dataschema", Some(index.schema_url(schema)));
        }
    }
    if let (Some(file), Some(data)) = (schema, written.get_mut("data")) {
        let schema = &file.body.root;
        redact(index, SchemaRef { file, schema }, data);
    }
    Json::Object(ordered(written))
}

/// Core attributes first, then extensions as they are written, then the data.
pub(super) fn ordered(mut event: JsonMap<String, Json>) -> JsonMap<String, Json> {
    let mut take = |names: &[&str]| {
        let mut taken = JsonMap::new();
        for name in names {
            if let Some(value) = event.shift_remove(*name) {
                taken.insert((*name).to_owned(), value);
            }
        }
        taken
    };
    let (mut ordered, data) = (take(ATTRIBUTES), take(DATA));
    ordered.extend(event);
    ordered.extend(data);
    ordered
}

/// Replaces what a schema marks as sensitive, keeping the shape of the value.
pub fn redact(index: &Index<'_>, at: SchemaRef<'_>, value: &mut Json) {
    let is_sensitive = |at: SchemaRef<'_>| at.schema.x_sensitive.as_deref() == Some(&true);
    if is_sensitive(at) {
        return hide(value);
    }
    let Some(at) = index.follow(at) else { return };
    if is_sensitive(at) {
        return hide(value);
    }
    match value {
        Json::Array(items) => {
            if let Some(schema) = &at.schema.items {
                for item in items {
                    redact(index, SchemaRef { schema, ..at }, item);
                }
            }
        }
        Json::Object(members) => {
            for (name, member) in members {
                let additional = match &at.schema.additional_properties {
                    Some(Additional::Schema(schema)) => Some(&**schema),
                    _ => None,
                };
                if let Some(schema) = at.schema.properties.get(name).or(additional) {
                    redact(index, SchemaRef { schema, ..at }, member);
                }
            }
        }
        _ => {}
    }
}

fn hide(value: &mut Json) {
    match value {
        Json::String(text) if format_problem("date-time", text).is_none() => {
            "1970-01-01T00:00:00Z".clone_into(text);
        }
        Json::String(text) => REDACTED.clone_into(text),
        Json::Number(number) => *number = 0.into(),
        Json::Bool(flag) => *flag = false,
        Json::Array(items) => items.iter_mut().for_each(hide),
        Json::Object(members) => members.values_mut().for_each(hide),
        Json::Null => {}
    }
}

/// An event as an HTTP message in binary mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpMessage {
    /// Names and values of the headers, percent-encoded.
    pub headers: Vec<(String, String)>,
    /// The data: JSON over several lines; empty where there are none.
    pub body: String,
}

/// The binary mode of an event (HTTP protocol binding 1.0.2, section 3.1). `None` where the
/// event is no object or its data are bytes.
pub fn binary(event: &Json) -> Option<HttpMessage> {
    let event = event.as_object()?;
    if event.contains_key("data_base64") {
        return None;
    }
    let mut headers = Vec::with_capacity(event.len());
    for (name, value) in event {
        let header = match name.as_str() {
            "data" => continue,
            "datacontenttype" => "content-type".to_owned(),
            name => format!("ce-{name}"),
        };
        let value = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        // Content-Type is the media type itself, with spaces and quotes.
        let encoded = if name == "datacontenttype" {
            value
        } else {
            percent_encode(&value)
        };
        headers.push((header, encoded));
    }
    let body = event
        .get("data")
        .map_or_else(String::new, |data| format!("{data:#}"));
    Some(HttpMessage { headers, body })
}

/// Encodes what a header cannot hold: space, `"`, `%` and everything outside printable ASCII.
fn percent_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if matches!(byte, 0x21..=0x7e) && !matches!(byte, b'"' | b'%') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

impl HttpMessage {
    /// A shell command that sends the message to `url`.
    pub fn curl(&self, url: &str) -> String {
        let mut command = format!("curl -X POST {}", quoted(url));
        for (name, value) in &self.headers {
            command.push_str(&format!(
                " \\\n  -H {}",
                quoted(&format!("{name}: {value}"))
            ));
        }
        if !self.body.is_empty() {
            command.push_str(&format!(" \\\n  --data-binary {}", quoted(&self.body)));
        }
        command
    }
}

/// Text in single quotes, for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
