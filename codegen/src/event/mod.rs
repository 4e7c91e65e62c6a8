//! Events themselves, not their types: reading, validating and sampling them.

mod attributes;
mod envelope;
mod json;
mod naming;
mod read;
mod sample;

pub use envelope::{Declared, validate, validate_example};
pub use read::{Event, Form, Limits, Reading, read};
pub use sample::{HttpMessage, binary, complete, redact, sample};
