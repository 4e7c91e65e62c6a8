//! Why a message is refused.

use std::fmt;

use http::StatusCode;

/// Longest name from a message that is repeated in a refusal, in bytes.
const MAX_NAME: usize = 64;

/// Why a message is refused. Nothing of the values in the message is repeated here, except a
/// version of CloudEvents that is not spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 400 for what cannot be read, 415 for a media type that is none of the known ones.
    pub status: StatusCode,
    /// The attribute, or member of the JSON form, that is wrong or missing.
    pub attribute: Option<String>,
    /// Place of the event in its batch, from 0.
    pub index: Option<usize>,
    /// What people read.
    pub detail: String,
}

impl Refusal {
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            attribute: None,
            index: None,
            detail: detail.into(),
        }
    }

    pub(super) fn unsupported(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Self::bad_request(detail)
        }
    }

    /// One attribute or member is wrong: `predicate` goes on after its name.
    pub(super) fn attribute(name: &str, predicate: &str) -> Self {
        let name = excerpt(name);
        Self {
            detail: format!("`{name}` {predicate}"),
            attribute: Some(name.to_owned()),
            ..Self::bad_request("")
        }
    }

    pub(super) fn at(self, index: usize) -> Self {
        Self {
            index: Some(index),
            ..self
        }
    }
}

/// The beginning of a text of a message.
pub(super) fn excerpt(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_NAME)]
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = self.index {
            write!(f, "event {index} of the batch: ")?;
        }
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}
