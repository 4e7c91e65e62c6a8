//! Values against schemas, with places.

mod format;
mod merge;
mod path;
mod pattern;
mod reach;
mod references;
mod validate;
mod walk;

pub use format::{FORMATS, format_problem};
pub(crate) use format::{is_dns_label, is_iso_duration, iso_seconds};
pub use path::{PathEnd, UnknownMember, member};
pub use pattern::{PatternProblem, portable};
pub use reach::{inner, reachable};
pub(crate) use references::{Named, Reference, References};
pub(crate) use validate::canonical;
pub(crate) use validate::matches_pattern;
pub(crate) use validate::validate_listed;
pub use validate::{Mismatch, validate};
pub use walk::{Role, Visit, walk};
