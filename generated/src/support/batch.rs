//! Several events in one HTTP message, in the batched form of the JSON format.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use super::cloud_event::Envelope;
use super::{EventError, HttpMessage};

/// Media type of a batch.
const BATCH: &str = "application/cloudevents-batch+json";

/// Most events that are read from one batch.
pub const MAX_BATCH: usize = 10_000;

/// Why one event of a batch is not what it should be.
#[derive(Debug)]
pub struct EntryError {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub error: EventError,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} of the batch: {}", self.index, self.error)
    }
}

impl std::error::Error for EntryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The events of a batch, in its order.
pub type Batch<T> = Vec<Result<T, EntryError>>;

/// Reads the body of a batch, and each of its events with `read`.
///
/// # Errors
/// When it is no JSON array, or has more than [`MAX_BATCH`] events.
pub fn read_batch<T>(
    body: &[u8],
    mut read: impl FnMut(Envelope) -> Result<T, EventError>,
) -> Result<Batch<T>, EventError> {
    let entries: Entries = serde_json::from_slice(body).map_err(|error| match error.is_data() {
        true => EventError::NoArray,
        false => EventError::Json(error),
    })?;
    if entries.count > MAX_BATCH {
        return Err(EventError::LongBatch(entries.count));
    }
    let entries = entries.values.into_iter().enumerate();
    let read = entries.map(|(index, json)| {
        let event = Envelope::from_value(json).and_then(&mut read);
        event.map_err(|error| EntryError { index, error })
    });
    Ok(read.collect())
}

/// A JSON array, of which no more is kept than a batch may have.
struct Entries {
    values: Vec<Value>,
    count: usize,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of events")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Entries, A::Error> {
                let mut values = Vec::new();
                while values.len() < MAX_BATCH {
                    match items.next_element()? {
                        Some(value) => values.push(value),
                        None => break,
                    }
                }
                let mut count = values.len();
                while items.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Entries { values, count })
            }
        }

        deserializer.deserialize_seq(EntriesVisitor)
    }
}

impl Envelope {
    /// Many events in one message.
    pub fn to_batch<'e>(events: impl IntoIterator<Item = &'e Self>) -> HttpMessage {
        let events = events.into_iter().map(Self::to_value);
        HttpMessage {
            headers: vec![("content-type".to_owned(), format!("{BATCH}; charset=utf-8"))],
            body: Value::Array(events.collect()).to_string().into_bytes(),
        }
    }

    /// Reads the body of a batch. An event that is none does not keep the others from being read.
    ///
    /// # Errors
    /// When it is no JSON array, or has more than [`MAX_BATCH`] events.
    pub fn from_batch(body: &[u8]) -> Result<Batch<Self>, EventError> {
        read_batch(body, Ok)
    }

    /// Reads all events of a message in any form: one, or those of a batch.
    ///
    /// # Errors
    /// When the message carries no event of version 1.0, or no batch that can be read.
    pub fn all_from_http<'h>(
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &[u8],
    ) -> Result<Batch<Self>, EventError> {
        match Self::from_http(headers, body) {
            Ok(event) => Ok(vec![Ok(event)]),
            Err(EventError::Batch) => Self::from_batch(body),
            Err(error) => Err(error),
        }
    }
}
