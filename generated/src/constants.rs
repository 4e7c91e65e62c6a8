//! Names of the catalogue in other languages, as files: event types, error classes, extension
//! attributes and environment variables.

/// A module of Python with a class for each kind of name.
pub const PYTHON: &str = include_str!(concat!(env!("KLAMBDA_CONSTANTS"), "/constants.py"));

/// A CommonJS module of Node.js that exports a frozen object for each kind of name.
pub const NODE: &str = include_str!(concat!(env!("KLAMBDA_CONSTANTS"), "/constants.js"));

/// A file of the package `main` in Go, in which each constant begins with its kind of name.
pub const GO: &str = include_str!(concat!(env!("KLAMBDA_CONSTANTS"), "/constants.go"));
