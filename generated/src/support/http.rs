//! Events in HTTP messages, in binary and structured form.

use serde_json::{Map, Value};

use super::cloud_event::{Data, Envelope};
use super::json::{Attributes, SPECVERSION, is_json};
use super::{EventError, Timestamp, header};

/// Media type of an event in structured JSON.
const STRUCTURED: &str = "application/cloudevents+json";

/// Headers and body of an HTTP message, request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpMessage {
    /// Names in lower case, and values in printable ASCII.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Envelope {
    /// The event in binary form: attributes in headers, data as body.
    pub fn to_binary(&self) -> HttpMessage {
        let mut headers = vec![("ce-specversion".to_owned(), SPECVERSION.to_owned())];
        let mut set = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                headers.push((format!("ce-{name}"), header::encode(value)));
            }
        };
        set("id", Some(&self.id));
        set("source", Some(&self.source));
        set("type", Some(&self.r#type));
        set("subject", self.subject.as_deref());
        set("time", self.time.as_ref().map(Timestamp::as_str));
        set("dataschema", self.dataschema.as_deref());
        for (name, value) in &self.extensions {
            set(name, Some(&value.to_string()));
        }
        let media_type = match (&self.datacontenttype, &self.data) {
            (Some(media_type), _) => Some(media_type.clone()),
            // Without one, receivers would take JSON for bytes.
            (None, Some(Data::Json(_))) => Some("application/json".to_owned()),
            (None, _) => None,
        };
        headers.extend(media_type.map(|m| ("content-type".to_owned(), m)));
        let body = match &self.data {
            Some(Data::Json(value)) => value.to_string().into_bytes(),
            Some(Data::Text(text)) => text.clone().into_bytes(),
            Some(Data::Binary(bytes)) => bytes.clone(),
            None => Vec::new(),
        };
        HttpMessage { headers, body }
    }

    /// The event in structured form: all of it in the body.
    pub fn to_structured(&self) -> HttpMessage {
        let media_type = format!("{STRUCTURED}; charset=utf-8");
        HttpMessage {
            headers: vec![("content-type".to_owned(), media_type)],
            body: self.to_json().into_bytes(),
        }
    }

    /// Reads an event in either form. Names of headers may be in any case.
    ///
    /// # Errors
    /// When the message carries no event of version 1.0, or a batch.
    pub fn from_http<'h>(
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &[u8],
    ) -> Result<Self, EventError> {
        let mut values = Map::new();
        let mut media_type = None;
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            if name == "content-type" {
                media_type = Some(String::from_utf8_lossy(value).trim().to_owned());
            } else if let Some(attribute) = name.strip_prefix("ce-") {
                let Some(value) = header::decode(value) else {
                    return Err(EventError::InvalidAttribute {
                        name: attribute.to_owned(),
                        expected: "UTF-8",
                    });
                };
                values.insert(attribute.to_owned(), Value::from(value));
            }
        }
        let lower = media_type.as_deref().unwrap_or("").to_ascii_lowercase();
        if lower.starts_with("application/cloudevents-batch") {
            return Err(EventError::Batch);
        }
        if lower.starts_with("application/cloudevents") {
            return Self::from_json(body);
        }
        if !values.contains_key("specversion") {
            return Err(EventError::NoEvent);
        }
        let data = read_body(media_type.as_deref(), body)?;
        // This attribute has no header of its own.
        values.remove("datacontenttype");
        values.extend(media_type.map(|m| ("datacontenttype".to_owned(), Value::from(m))));
        Attributes { values }.into_event(data)
    }
}

/// Data of an event in binary form.
fn read_body(media_type: Option<&str>, body: &[u8]) -> Result<Option<Data>, EventError> {
    if body.is_empty() {
        return Ok(None);
    }
    if media_type.is_some_and(is_json) {
        let value = serde_json::from_slice(body).map_err(EventError::Json)?;
        return Ok(Some(Data::Json(value)));
    }
    if media_type.is_some_and(|m| m.to_ascii_lowercase().starts_with("text/"))
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Ok(Some(Data::Text(text.to_owned())));
    }
    Ok(Some(Data::Binary(body.to_vec())))
}
