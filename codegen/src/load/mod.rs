//! Reads a spec folder into trees whose every scalar knows its place.
//!
//! Nothing here knows what the files mean; [`crate::model`] does.

mod files;
mod suppression;
mod tree;
mod yaml;

pub use files::{Limits, from_memory, load};
pub use suppression::Suppression;
pub use tree::{Map, Node, Value};
pub use yaml::parse;

use crate::diagnostics::Finding;
use crate::source::{FileId, Sources};

/// A spec folder, read but not understood.
#[derive(Debug)]
pub struct Loaded {
    /// The text of every file.
    pub sources: Sources,
    /// The tree of every file that could be parsed.
    pub documents: Vec<Document>,
    /// What was wrong on the way.
    pub findings: Vec<Finding>,
}

/// The tree of one file.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its content; `None` when it could not be parsed.
    pub root: Option<Node>,
    /// `klambda-allow` comments in it.
    pub suppressions: Vec<Suppression>,
}
