//! CloudEvents 1.0 in HTTP messages: strict about what is read, exact in what is written. Data are
//! handed on as they came; nothing here knows an event type.

mod attributes;
mod json;
mod media_type;
mod members;
mod read;
mod refusal;
mod write;

use bytes::Bytes;
use bytestring::ByteString;
use knative_lambda_events::ExtensionValue;

pub use attributes::MAX_EXTENSIONS;
pub use json::{MAX_BATCH, MAX_DEPTH};
pub(crate) use json::{check_depth, check_json};
pub use read::{Received, read};
pub use refusal::Refusal;
pub use write::write_batch;

/// An event, its data as they travelled. Its texts are shared, not copied, with the events and
/// messages that are made from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Identifies the event among those of its source.
    pub id: ByteString,
    /// Who sends it, a URI-reference.
    pub source: ByteString,
    /// What kind of event it is.
    pub r#type: ByteString,
    /// What it is about.
    pub subject: Option<ByteString>,
    /// When it happened, as its sender wrote it.
    pub time: Option<ByteString>,
    /// Media type of the data.
    pub datacontenttype: Option<ByteString>,
    /// Address of the schema that the data follow.
    pub dataschema: Option<ByteString>,
    /// Further attributes in the order of the message, each name once and of `a-z` and `0-9`;
    /// others are not written.
    pub extensions: Vec<(ByteString, ExtensionValue)>,
    /// What it carries.
    pub data: Data,
}

impl Event {
    /// The value of an extension attribute.
    pub fn extension(&self, name: &str) -> Option<&ExtensionValue> {
        let mut extensions = self.extensions.iter();
        let (_, value) = extensions.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// Data of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// None: not even `null`.
    Absent,
    /// JSON text that was found to be well formed.
    Json(Bytes),
    /// Text in UTF-8 of another media type.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
}

impl Data {
    /// The bytes, as the body of a message.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Absent => &[],
            Self::Json(bytes) | Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }

    /// As [`as_bytes`](Self::as_bytes), without a copy.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Absent => Bytes::new(),
            Self::Json(bytes) | Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }
}
