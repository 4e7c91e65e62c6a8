//! Events themselves, not their types: reading, validating, migrating and sampling them.

pub(crate) mod attributes;
mod envelope;
mod field_rule;
mod json;
mod migrate;
pub(crate) mod naming;
mod read;
mod report;
mod sample;

pub(crate) use envelope::validate_part;
pub use envelope::{Declared, validate, validate_example};
pub use migrate::{Migrations, migrate};
pub use read::{Event, Form, Limits, Reading, read};
pub use report::{Migrated, check, migrate_event};
pub use sample::{HttpMessage, binary, complete, redact, sample};
