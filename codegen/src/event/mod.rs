//! Events themselves, not their types: reading, validating and sampling them.

pub(crate) mod attributes;
mod envelope;
pub(crate) mod naming;
mod sample;

pub use envelope::{Declared, validate, validate_example};
pub use sample::{HttpMessage, binary, complete, sample};
