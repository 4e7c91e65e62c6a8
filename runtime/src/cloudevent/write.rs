//! Writes HTTP messages (HTTP protocol binding of CloudEvents 1.0, 3).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use bytestring::ByteString;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use knative_lambda_events::{ExtensionValue, extensions};

use super::attributes::{MAX_EXTENSIONS, SPECVERSION, is_name};
use super::media_type::{Mode, is_json, mode};
use super::{Data, Event};

const JSON: &str = "application/json";
const STRUCTURED: HeaderValue =
    HeaderValue::from_static("application/cloudevents+json; charset=utf-8");
const BATCH: HeaderValue =
    HeaderValue::from_static("application/cloudevents-batch+json; charset=utf-8");

/// Headers of the attributes that CloudEvents defines.
mod name {
    use http::HeaderName;

    pub(super) const SPECVERSION: HeaderName = HeaderName::from_static("ce-specversion");
    pub(super) const ID: HeaderName = HeaderName::from_static("ce-id");
    pub(super) const SOURCE: HeaderName = HeaderName::from_static("ce-source");
    pub(super) const TYPE: HeaderName = HeaderName::from_static("ce-type");
    pub(super) const SUBJECT: HeaderName = HeaderName::from_static("ce-subject");
    pub(super) const TIME: HeaderName = HeaderName::from_static("ce-time");
    pub(super) const DATASCHEMA: HeaderName = HeaderName::from_static("ce-dataschema");
}

impl Event {
    /// As an HTTP message: in binary mode, or in structured mode where headers cannot carry it as
    /// it is. Percent-encoding could, but receivers that hand events on often do not decode it.
    pub fn into_http(self) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::new();
        let body = self.write_http(&mut headers);
        (headers, body)
    }

    /// As [`into_http`](Self::into_http), its headers added to these. Returns the body.
    pub(crate) fn write_http(self, headers: &mut HeaderMap) -> Bytes {
        if self.fits_headers() {
            return self.write_binary(headers);
        }
        let (structured, body) = self.to_structured();
        headers.extend(structured);
        body
    }

    /// As an HTTP message in structured mode.
    pub fn to_structured(&self) -> (HeaderMap, Bytes) {
        let mut json = Vec::with_capacity(512 + self.data.as_bytes().len());
        self.write_json(&mut json);
        message(STRUCTURED, json)
    }

    /// Whether headers carry it as it is.
    fn fits_headers(&self) -> bool {
        // No body is no data, never an empty text.
        let is_empty_text = matches!(&self.data, Data::Text(text) if text.is_empty());
        let needed = [&self.id, &self.source, &self.r#type];
        let optional = [&self.subject, &self.time, &self.dataschema];
        let mut texts = needed.into_iter().chain(optional.into_iter().flatten());
        let mut extensions = self.extensions.iter().filter(|(name, _)| is_name(name));
        !is_empty_text
            && self.extensions.len() <= MAX_EXTENSIONS
            && texts.all(|text| is_plain(text))
            && extensions.all(|(_, value)| value.as_str().is_none_or(is_plain))
            && self.datacontenttype.as_deref().is_none_or(is_bare)
    }

    /// As an HTTP message in binary mode, where headers carry it as it is.
    fn write_binary(self, headers: &mut HeaderMap) -> Bytes {
        headers.reserve(8 + self.extensions.len());
        headers.insert(name::SPECVERSION, HeaderValue::from_static(SPECVERSION));
        let mut set = |name: HeaderName, value: Option<Bytes>| {
            if let Some(value) = value.and_then(|v| HeaderValue::from_maybe_shared(v).ok()) {
                headers.insert(name, value);
            }
        };
        set(name::ID, Some(self.id.into_bytes()));
        set(name::SOURCE, Some(self.source.into_bytes()));
        set(name::TYPE, Some(self.r#type.into_bytes()));
        set(name::SUBJECT, self.subject.map(ByteString::into_bytes));
        set(name::TIME, self.time.map(ByteString::into_bytes));
        set(
            name::DATASCHEMA,
            self.dataschema.map(ByteString::into_bytes),
        );
        let media_type = match (self.datacontenttype, &self.data) {
            (Some(media_type), _) => Some(media_type.into_bytes()),
            // Without one, receivers would take JSON for bytes.
            (None, Data::Json(_)) => Some(Bytes::from_static(JSON.as_bytes())),
            (None, _) => None,
        };
        set(CONTENT_TYPE, media_type);
        for (name, value) in self.extensions {
            if let Some(name) = extension_header(&name) {
                let value = match value {
                    ExtensionValue::String(text) => text,
                    value => value.to_string(),
                };
                set(name, Some(value.into()));
            }
        }
        self.data.into_bytes()
    }

    /// Appends the event in the JSON format.
    fn write_json(&self, json: &mut Vec<u8>) {
        json.push(b'{');
        self.write_attributes(json);
        match &self.data {
            Data::Absent => {}
            Data::Json(data) => {
                json.extend_from_slice(b",\"data\":");
                json.extend_from_slice(data);
            }
            Data::Text(bytes) => match std::str::from_utf8(bytes) {
                // A string would be JSON where the media type is.
                Ok(text) if self.datacontenttype.as_deref().is_some_and(|m| !is_json(m)) => {
                    json.extend_from_slice(b",\"data\":");
                    write_string(json, text);
                }
                _ => write_base64(json, bytes),
            },
            Data::Binary(bytes) => write_base64(json, bytes),
        }
        json.push(b'}');
    }

    /// Appends all attributes as members of a JSON object, without its braces.
    pub fn write_attributes(&self, json: &mut Vec<u8>) {
        json.extend_from_slice(b"\"specversion\":\"1.0\"");
        let mut write = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                write_name(json, name);
                write_string(json, value);
            }
        };
        write("id", Some(&self.id));
        write("source", Some(&self.source));
        write("type", Some(&self.r#type));
        write("subject", self.subject.as_deref());
        write("time", self.time.as_deref());
        write("datacontenttype", self.datacontenttype.as_deref());
        write("dataschema", self.dataschema.as_deref());
        for (name, value) in &self.extensions {
            if !is_name(name) {
                continue;
            }
            write_name(json, name);
            match value {
                ExtensionValue::String(text) => write_string(json, text),
                // Numbers and truth values are written as JSON has them.
                value => json.extend_from_slice(value.to_string().as_bytes()),
            }
        }
    }
}

/// Events as an HTTP message in batched mode.
pub fn write_batch(events: &[Event]) -> (HeaderMap, Bytes) {
    let mut json = vec![b'['];
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        event.write_json(&mut json);
    }
    json.push(b']');
    message(BATCH, json)
}

fn message(media_type: HeaderValue, body: Vec<u8>) -> (HeaderMap, Bytes) {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, media_type)]);
    (headers, body.into())
}

/// Whether a value is the same with and without percent-encoding.
fn is_plain(value: &str) -> bool {
    let is_plain = |b| matches!(b, 0x21..=0x7e) && !matches!(b, b'"' | b'%');
    value.bytes().all(is_plain)
}

/// Whether a media type is read as it was written, and does not announce another mode.
fn is_bare(media_type: &str) -> bool {
    let is_printable = media_type.bytes().all(|b| matches!(b, 0x20..=0x7e));
    let is_bare = !media_type.is_empty() && media_type.trim_ascii() == media_type;
    is_printable && is_bare && mode(media_type) == Mode::Binary
}

/// The header of an extension attribute; none if that is not its name.
fn extension_header(name: &str) -> Option<HeaderName> {
    /// Those that responses have, made once.
    static USUAL: LazyLock<[(&str, HeaderName); 6]> = LazyLock::new(|| {
        [
            extensions::CAUSATIONID,
            extensions::CORRELATIONID,
            extensions::SEQUENCETYPE,
            extensions::SEQUENCEVALUE,
            extensions::TRACEPARENT,
            extensions::TRACESTATE,
        ]
        .map(|name| (name, HeaderName::from_static(format!("ce-{name}").leak())))
    });
    let usual = USUAL.iter().find(|(usual, _)| *usual == name);
    match usual {
        Some((_, header)) => Some(header.clone()),
        None => HeaderName::try_from(format!("ce-{name}"))
            .ok()
            .filter(|_| is_name(name)),
    }
}

fn write_name(json: &mut Vec<u8>, name: &str) {
    json.extend_from_slice(b",\"");
    json.extend_from_slice(name.as_bytes());
    json.extend_from_slice(b"\":");
}

fn write_string(json: &mut Vec<u8>, text: &str) {
    // Texts always have a JSON form, and writing to a vector cannot fail.
    let _ = serde_json::to_writer(json, text);
}

fn write_base64(json: &mut Vec<u8>, bytes: &[u8]) {
    json.extend_from_slice(b",\"data_base64\":\"");
    json.extend_from_slice(STANDARD.encode(bytes).as_bytes());
    json.push(b'"');
}
