//! Events: their attributes, and data with or without a type.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{EventError, ExtensionValue, Redact, Timestamp};

/// Data of one event type, or of one open family of types.
pub trait LambdaEvent: Serialize + DeserializeOwned {
    /// The full type; of a family its beginning, which ends in `.`.
    const TYPE: &'static str;
    /// Whether it is an open family of types.
    const FAMILY: bool = false;
    /// Address of the schema that the data follow.
    const DATASCHEMA: &'static str;
    /// Media type of the data.
    const DATACONTENTTYPE: &'static str = "application/json";
    /// Extension attributes that its events must carry.
    const REQUIRED_EXTENSIONS: &'static [&'static str] = &[];

    /// Whether events of the type `name` carry this.
    fn is(name: &str) -> bool {
        match Self::FAMILY {
            true => super::is_member(Self::TYPE, name),
            false => name == Self::TYPE,
        }
    }
}

/// A CloudEvent of version 1.0 with data of type `T`.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudEvent<T> {
    /// Identifies the event among those of its source.
    pub id: String,
    /// Who sends it, a URI-reference.
    pub source: String,
    /// What kind of event it is.
    pub r#type: String,
    /// What it is about.
    pub subject: Option<String>,
    /// When it happened.
    pub time: Option<Timestamp>,
    /// Media type of the data.
    pub datacontenttype: Option<String>,
    /// Address of the schema that the data follow.
    pub dataschema: Option<String>,
    /// Further attributes, by name in lower case.
    pub extensions: BTreeMap<String, ExtensionValue>,
    /// What it carries.
    pub data: T,
}

/// An event of any type, its data as they travelled.
pub type Envelope = CloudEvent<Option<Data>>;

/// Data without a type. What is printed of JSON for debugging is masked as
/// [`Redact`](trait@Redact) does by name.
#[derive(Clone, PartialEq)]
pub enum Data {
    /// JSON, where the media type is JSON or missing.
    Json(Value),
    /// Text of another media type.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => super::debug(value, "Json", f),
            // Nothing tells what of these is secret.
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

impl<T> CloudEvent<T> {
    /// The same attributes with other data.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> CloudEvent<U> {
        let (event, data) = self.split();
        event.join(change(data))
    }

    /// Takes the data out.
    fn split(self) -> (CloudEvent<()>, T) {
        let event = CloudEvent {
            id: self.id,
            source: self.source,
            r#type: self.r#type,
            subject: self.subject,
            time: self.time,
            datacontenttype: self.datacontenttype,
            dataschema: self.dataschema,
            extensions: self.extensions,
            data: (),
        };
        (event, self.data)
    }

    /// Sets `subject`.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets an extension attribute.
    #[must_use]
    pub fn with_extension(
        mut self,
        name: impl Into<String>,
        value: impl Into<ExtensionValue>,
    ) -> Self {
        self.extensions.insert(name.into(), value.into());
        self
    }

    /// The text of an extension attribute, whatever its type.
    pub fn extension(&self, name: &str) -> Option<String> {
        self.extensions.get(name).map(ToString::to_string)
    }
}

impl CloudEvent<()> {
    fn join<T>(self, data: T) -> CloudEvent<T> {
        CloudEvent {
            id: self.id,
            source: self.source,
            r#type: self.r#type,
            subject: self.subject,
            time: self.time,
            datacontenttype: self.datacontenttype,
            dataschema: self.dataschema,
            extensions: self.extensions,
            data,
        }
    }
}

impl<T: LambdaEvent> CloudEvent<T> {
    /// A new event: its id is random, its time is now, type and schema are those of the data.
    /// Of a family, the caller completes the type.
    pub fn new(source: impl Into<String>, data: T) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            source: source.into(),
            r#type: T::TYPE.to_owned(),
            subject: None,
            time: Some(Timestamp::now()),
            datacontenttype: Some(T::DATACONTENTTYPE.to_owned()),
            dataschema: Some(T::DATASCHEMA.to_owned()),
            extensions: BTreeMap::new(),
            data,
        }
    }

    /// Names of extension attributes that it must carry and does not.
    pub fn missing_extensions(&self) -> impl Iterator<Item = &'static str> {
        let missing = |name: &&&str| !self.extensions.contains_key(**name);
        T::REQUIRED_EXTENSIONS.iter().filter(missing).copied()
    }

    /// Reads the data of an event of this type. Members that the type does not know are kept.
    ///
    /// # Errors
    /// When the event has another type, its data another major version or another shape.
    pub fn from_envelope(envelope: Envelope) -> Result<Self, EventError> {
        if !T::is(&envelope.r#type) {
            return Err(EventError::OtherType {
                expected: T::TYPE,
                found: envelope.r#type,
            });
        }
        if let Some(found) = &envelope.dataschema
            && other_major(T::DATASCHEMA, found)
        {
            return Err(EventError::OtherSchema {
                expected: T::DATASCHEMA,
                found: found.clone(),
            });
        }
        let (event, data) = envelope.split();
        let data = match data {
            Some(Data::Json(value)) => serde_json::from_value(value).map_err(EventError::Data)?,
            // Senders that label JSON as something else are common.
            Some(Data::Text(text)) => serde_json::from_str(&text).map_err(EventError::Data)?,
            Some(Data::Binary(bytes)) => {
                serde_json::from_slice(&bytes).map_err(EventError::Data)?
            }
            None => return Err(EventError::NoData),
        };
        Ok(event.join(data))
    }

    /// As [`from_envelope`](Self::from_envelope), in a box.
    ///
    /// # Errors
    /// As there.
    pub fn boxed(envelope: Envelope) -> Result<Box<Self>, EventError> {
        Self::from_envelope(envelope).map(Box::new)
    }
}

impl<T: Serialize> CloudEvent<T> {
    /// The event with its data as JSON.
    ///
    /// # Errors
    /// When the data have no JSON form; types of a catalogue always have one.
    pub fn to_envelope(&self) -> Result<Envelope, EventError> {
        let data = serde_json::to_value(&self.data).map_err(EventError::Data)?;
        Ok(CloudEvent {
            id: self.id.clone(),
            source: self.source.clone(),
            r#type: self.r#type.clone(),
            subject: self.subject.clone(),
            time: self.time.clone(),
            datacontenttype: self.datacontenttype.clone(),
            dataschema: self.dataschema.clone(),
            extensions: self.extensions.clone(),
            data: Some(Data::Json(data)),
        })
    }
}

impl<T: Redact> CloudEvent<T> {
    /// The event in structured JSON, for logs and audit trails: sensitive values are masked.
    pub fn redacted(&self) -> Value {
        let mut json = Value::Object(super::json::attributes(self));
        Value::redact(&mut json);
        json["data"] = self.data.redacted();
        json
    }
}

/// Whether two addresses name the same schema in different major versions.
fn other_major(expected: &str, found: &str) -> bool {
    let split = |url: &'_ str| {
        let (name, version) = url.rsplit_once("/v")?;
        let major = version.split('.').next()?;
        Some((name.len(), major.parse::<u64>().ok()?))
    };
    match (split(expected), split(found)) {
        (Some((name, expected_major)), Some((other_name, major))) => {
            expected[..name] == found[..other_name] && expected_major != major
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::other_major;

    #[test]
    fn schemas_differ_in_major_version_only_where_the_name_is_the_same() {
        let own = "https://a.example/build/v1.2.3";
        assert!(!other_major(own, "https://a.example/build/v1.9.0"));
        assert!(other_major(own, "https://a.example/build/v2.0.0"));
        assert!(!other_major(own, "https://b.example/build/v2.0.0"));
        assert!(!other_major(own, "not an address"));
    }
}
