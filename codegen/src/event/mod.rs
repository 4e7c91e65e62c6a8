//! Events themselves, not their types: reading, validating and sampling them.

mod attributes;
mod envelope;
mod naming;
mod sample;

pub use envelope::{Declared, validate, validate_example};
pub use sample::{HttpMessage, binary, complete, redact, sample};
