//! Why something is not the event it should be.

use std::fmt;

use super::{MAX_BATCH, UnknownName};

/// Why something is not the event it should be.
#[derive(Debug)]
#[non_exhaustive]
pub enum EventError {
    /// It is no JSON.
    Json(serde_json::Error),
    /// It is JSON, but no object.
    NoObject,
    /// An HTTP message carries no event: neither structured nor with `ce-` headers.
    NoEvent,
    /// An HTTP message carries a batch of events, which `Envelope::from_batch` reads.
    Batch,
    /// A batch is JSON, but no array.
    NoArray,
    /// A batch has this many events, more than are read.
    LongBatch(usize),
    /// An attribute is missing.
    MissingAttribute(&'static str),
    /// An attribute has a value that it cannot have.
    InvalidAttribute {
        /// Its name.
        name: String,
        /// What it must be.
        expected: &'static str,
    },
    /// It is of another version of CloudEvents than 1.0.
    Version(String),
    /// It has another type than the one that is read.
    OtherType {
        /// The type, or beginning of the type, that is read.
        expected: &'static str,
        /// Its type.
        found: String,
    },
    /// No event type of the catalogue.
    UnknownType(UnknownName),
    /// Its data follow another major version of their schema.
    OtherSchema {
        /// The schema that is read.
        expected: &'static str,
        /// Its schema.
        found: String,
    },
    /// It carries no data.
    NoData,
    /// Its data are not of the shape that its type says.
    Data(serde_json::Error),
}

impl EventError {
    /// The answer to an event whose type is none of the `known` ones.
    pub fn unknown_type(name: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownType(UnknownName::new("event type", name, known))
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the event is no JSON: {error}"),
            Self::NoObject => f.write_str("the event is no JSON object"),
            Self::NoEvent => f.write_str("the message carries no event"),
            Self::Batch => f.write_str("the message carries a batch, not one event"),
            Self::NoArray => f.write_str("the batch is no JSON array"),
            Self::LongBatch(count) => {
                write!(f, "the batch has {count} events, more than {MAX_BATCH}")
            }
            Self::MissingAttribute(name) => write!(f, "the attribute `{name}` is missing"),
            Self::InvalidAttribute { name, expected } => {
                write!(f, "the attribute `{name}` is not {expected}")
            }
            Self::Version(version) => {
                write!(f, "the event is of CloudEvents {version:?}, not 1.0")
            }
            Self::OtherType { expected, found } => {
                write!(f, "the event is a {found:?}, not a `{expected}`")
            }
            Self::UnknownType(name) => name.fmt(f),
            Self::OtherSchema { expected, found } => {
                write!(
                    f,
                    "the data follow {found:?}, which `{expected}` cannot read"
                )
            }
            Self::NoData => f.write_str("the event carries no data"),
            Self::Data(error) => write!(f, "the data do not follow their schema: {error}"),
        }
    }
}

impl std::error::Error for EventError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) | Self::Data(error) => Some(error),
            Self::UnknownType(name) => Some(name),
            _ => None,
        }
    }
}
