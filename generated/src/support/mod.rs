//! What generated code, here and in crates with catalogues of their own, is built on.
//!
//! Nothing here knows an event type.

pub mod alerts;
mod batch;
pub mod cdevents;
mod cloud_event;
mod duration;
pub mod environment;
mod error;
mod extension;
pub mod header;
mod http;
mod json;
pub mod metric;
pub mod migration;
mod names;
pub mod policy;
mod redact;
mod text_enum;
mod timestamp;
mod value_from;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

pub use batch::{Batch, EntryError, MAX_BATCH, read_batch};
pub use cloud_event::{CloudEvent, Data, Envelope, LambdaEvent};
pub use duration::{GoDuration, InvalidDuration, IsoDuration};
pub use error::EventError;
pub use extension::ExtensionValue;
pub use http::HttpMessage;
pub use names::{UnknownName, is_member, matches};
pub use redact::{REDACTED, Redact, Redacted, debug, mask, redact, redact_members, redact_named};
pub use timestamp::{InvalidTimestamp, Timestamp};

pub use crate::{closed_enum, event_data, event_enum, open_enum, text_enum};
/// The crate that generated code derives from.
pub use serde;
/// Any JSON value.
pub use serde_json::Value;

/// An object with any names and values of one type.
pub type Map<T> = BTreeMap<String, T>;

/// Reads a member that may be `null` so that it differs from one that is missing: the latter is
/// left to `#[serde(default)]`.
///
/// # Errors
/// When the value has another type.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
