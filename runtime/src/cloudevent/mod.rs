//! CloudEvents 1.0 in HTTP messages: strict about what is read, exact in what is written. Data are
//! handed on as they came; nothing here knows an event type.

use bytes::Bytes;
use knative_lambda_events::ExtensionValue;

/// An event, its data as they travelled.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Identifies the event among those of its source.
    pub id: String,
    /// Who sends it, a URI-reference.
    pub source: String,
    /// What kind of event it is.
    pub r#type: String,
    /// What it is about.
    pub subject: Option<String>,
    /// When it happened, as its sender wrote it.
    pub time: Option<String>,
    /// Media type of the data.
    pub datacontenttype: Option<String>,
    /// Address of the schema that the data follow.
    pub dataschema: Option<String>,
    /// Further attributes in the order of the message, each name once.
    pub extensions: Vec<(String, ExtensionValue)>,
    /// What it carries.
    pub data: Data,
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
