//! Events in the JSON format of CloudEvents, in structured form.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Map, Value};

use super::cloud_event::{CloudEvent, Data, Envelope};
use super::{EventError, ExtensionValue, LambdaEvent, Timestamp};

/// Version of CloudEvents.
pub(super) const SPECVERSION: &str = "1.0";

/// Whether data of a media type are JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or("").trim();
    let essence = essence.to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}

/// The attributes of an event as members of an object.
pub(super) fn attributes<T>(event: &CloudEvent<T>) -> Map<String, Value> {
    let mut json = Map::new();
    let mut set = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            json.insert(name.into(), value.into());
        }
    };
    set("specversion", Some(SPECVERSION));
    set("id", Some(&event.id));
    set("source", Some(&event.source));
    set("type", Some(&event.r#type));
    set("subject", event.subject.as_deref());
    set("time", event.time.as_ref().map(Timestamp::as_str));
    set("datacontenttype", event.datacontenttype.as_deref());
    set("dataschema", event.dataschema.as_deref());
    for (name, value) in &event.extensions {
        let value = match value {
            ExtensionValue::Boolean(value) => Value::from(*value),
            ExtensionValue::Integer(number) => Value::from(*number),
            ExtensionValue::String(text) => Value::from(text.as_str()),
        };
        json.insert(name.clone(), value);
    }
    json
}

/// Where the values of attributes come from.
pub(super) struct Attributes {
    /// What was given, by name in lower case.
    pub(super) values: Map<String, Value>,
}

impl Attributes {
    /// The event, with data that the caller has read.
    pub(super) fn into_event<T>(mut self, data: T) -> Result<CloudEvent<T>, EventError> {
        match self.text("specversion")? {
            Some(version) if version == SPECVERSION => {}
            Some(version) => return Err(EventError::Version(version)),
            None => return Err(EventError::MissingAttribute("specversion")),
        }
        let time = match self.text("time")? {
            Some(time) => Some(
                time.parse()
                    .map_err(|_| invalid("time", "an RFC 3339 date and time"))?,
            ),
            None => None,
        };
        Ok(CloudEvent {
            id: self.required("id")?,
            source: self.required("source")?,
            r#type: self.required("type")?,
            subject: self.text("subject")?,
            time,
            datacontenttype: self.text("datacontenttype")?,
            dataschema: self.text("dataschema")?,
            extensions: self.extensions()?,
            data,
        })
    }

    fn required(&mut self, name: &'static str) -> Result<String, EventError> {
        match self.text(name)? {
            Some(text) if text.is_empty() => Err(invalid(name, "a text that is not empty")),
            Some(text) => Ok(text),
            None => Err(EventError::MissingAttribute(name)),
        }
    }

    /// A core attribute; all of them are texts. `null` is the same as nothing.
    fn text(&mut self, name: &'static str) -> Result<Option<String>, EventError> {
        match self.values.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(name, "a text")),
        }
    }

    /// What is left.
    fn extensions(self) -> Result<BTreeMap<String, ExtensionValue>, EventError> {
        let mut extensions = BTreeMap::new();
        for (name, value) in self.values {
            let value = match value {
                Value::Null => continue,
                Value::Bool(value) => ExtensionValue::Boolean(value),
                Value::String(text) => ExtensionValue::String(text),
                Value::Number(number) => match number.as_i64() {
                    Some(number) => ExtensionValue::Integer(number),
                    None => return Err(invalid(&name, "a whole number")),
                },
                _ => return Err(invalid(&name, "a text, whole number or truth value")),
            };
            extensions.insert(name, value);
        }
        Ok(extensions)
    }
}

fn invalid(name: &str, expected: &'static str) -> EventError {
    EventError::InvalidAttribute {
        name: name.to_owned(),
        expected,
    }
}

impl Envelope {
    /// Reads an event in structured JSON.
    ///
    /// # Errors
    /// When it is no JSON, or no event of version 1.0.
    pub fn from_json(json: &[u8]) -> Result<Self, EventError> {
        Self::from_value(serde_json::from_slice(json).map_err(EventError::Json)?)
    }

    /// As [`from_json`](Self::from_json), of JSON that was parsed already.
    ///
    /// # Errors
    /// When it is no event of version 1.0.
    pub fn from_value(json: Value) -> Result<Self, EventError> {
        let Value::Object(mut values) = json else {
            return Err(EventError::NoObject);
        };
        let data = match (values.remove("data"), values.remove("data_base64")) {
            (data, None | Some(Value::Null)) => data.map(|data| text_or_json(&values, data)),
            (None | Some(Value::Null), Some(Value::String(text))) => {
                let bytes = STANDARD.decode(text);
                Some(Data::Binary(
                    bytes.map_err(|_| invalid("data_base64", "base64"))?,
                ))
            }
            (None | Some(Value::Null), Some(_)) => return Err(invalid("data_base64", "base64")),
            (Some(_), Some(_)) => return Err(invalid("data_base64", "alone: there is `data` too")),
        };
        Attributes { values }.into_event(data)
    }

    /// The event in structured JSON.
    pub fn to_value(&self) -> Value {
        let mut json = attributes(self);
        match &self.data {
            Some(Data::Json(value)) => json.insert("data".into(), value.clone()),
            Some(Data::Text(text)) => json.insert("data".into(), text.as_str().into()),
            Some(Data::Binary(bytes)) => {
                json.insert("data_base64".into(), STANDARD.encode(bytes).into())
            }
            None => None,
        };
        Value::Object(json)
    }

    /// The event in structured JSON, as text.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }
}

/// Data that are a JSON string are text where the media type is not JSON.
fn text_or_json(attributes: &Map<String, Value>, data: Value) -> Data {
    let media_type = attributes.get("datacontenttype").and_then(Value::as_str);
    match data {
        Value::String(text) if media_type.is_some_and(|m| !is_json(m)) => Data::Text(text),
        data => Data::Json(data),
    }
}

impl Serialize for Envelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl<T: LambdaEvent> Serialize for CloudEvent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let envelope = self.to_envelope().map_err(ser::Error::custom)?;
        envelope.serialize(serializer)
    }
}

impl<'de, T: LambdaEvent> Deserialize<'de> for CloudEvent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_envelope(Envelope::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
