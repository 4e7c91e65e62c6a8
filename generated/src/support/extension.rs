//! Values of extension attributes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Value of an extension attribute. URIs, times and binary values travel as text.
///
/// HTTP headers do not tell types apart, so that everything read from them is text. Values are
/// therefore equal when their texts are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ExtensionValue {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number; CloudEvents allows 32 bits, readers take more.
    Integer(i64),
    /// Text.
    String(String),
}

impl ExtensionValue {
    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, also where it travelled as text.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::String(text) => text.parse().ok(),
            Self::Boolean(_) => None,
        }
    }

    /// The truth value, also where it travelled as text.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::String(text) => text.parse().ok(),
            Self::Integer(_) => None,
        }
    }
}

impl PartialEq for ExtensionValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(a), Self::String(b)) => a == b,
            _ => self.to_string() == other.to_string(),
        }
    }
}

impl Eq for ExtensionValue {}

impl fmt::Display for ExtensionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::String(text) => f.write_str(text),
        }
    }
}

impl From<&str> for ExtensionValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for ExtensionValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for ExtensionValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i32> for ExtensionValue {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<Timestamp> for ExtensionValue {
    fn from(time: Timestamp) -> Self {
        Self::String(time.as_str().to_owned())
    }
}
