//! Reads a spec folder, and its files into trees whose every scalar knows its place.
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

use std::collections::HashSet;

use crate::diagnostics::Finding;
use crate::source::{FileId, Sources};

/// A spec folder, read but not parsed.
///
/// Files are parsed where they are understood ([`crate::model::read`]), one after the other on
/// each core: the tree of one is freed before that of the next is made.
#[derive(Debug)]
pub struct Loaded {
    /// The text of every file.
    pub sources: Sources,
    /// Files whose text is not all of what is on disk.
    pub incomplete: HashSet<FileId>,
    /// What was wrong on the way.
    pub findings: Vec<Finding>,
    /// Bounds for parsing.
    pub limits: Limits,
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
