//! Values against schemas, with places.

mod format;
mod path;
mod pattern;
mod validate;

pub use format::{FORMATS, format_problem};
pub use path::{PathEnd, UnknownMember, member};
pub use pattern::{PatternProblem, portable};
pub use validate::{Mismatch, validate};
