//! Typed CloudEvents of the Knative Lambda platform.
//!
//! Everything below [`support`] is written by hand and knows no event type. All other modules are
//! generated from the catalogue: [`data`] holds the types of event data, a module per category
//! the event types, and [`Event`] is any of them. [`constants`] has names for other languages.
//!
//! ```
//! use knative_lambda_events::{EventType, Envelope};
//!
//! let text = r#"{"specversion":"1.0","id":"1","source":"a/b","type":"unheard.of"}"#;
//! let envelope = Envelope::from_json(text.as_bytes())?;
//! assert!(envelope.r#type.parse::<EventType>().is_err());
//! # Ok::<(), knative_lambda_events::EventError>(())
//! ```

#[cfg(feature = "cloudevents-sdk")]
pub mod cloudevents_sdk;
pub mod constants;
pub mod support;

pub use support::{
    Batch, CloudEvent, Data, EntryError, Envelope, EventError, ExtensionValue, HttpMessage,
    LambdaEvent, Redact,
};

include!(concat!(env!("KLAMBDA_MODULES"), "/mod.rs"));
