//! Why a bed does not start.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a bed, or a part of it, does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A program that has to be installed is not.
    Missing {
        /// Its name.
        what: &'static str,
        /// How to install it.
        help: &'static str,
    },
    /// A program that is installed is too old.
    Old {
        /// Its name.
        what: &'static str,
        /// What it says of its version.
        version: String,
        /// How to install a newer one.
        help: &'static str,
    },
    /// A program could not be built.
    Build {
        /// Which.
        program: &'static str,
        /// What the build printed.
        output: String,
    },
    /// A file or folder could not be used.
    File {
        /// Which.
        path: PathBuf,
        /// The system's answer.
        error: io::Error,
    },
    /// A server ended before it answered, or did not answer in time.
    Server {
        /// Its name.
        name: &'static str,
        /// What happened.
        what: String,
        /// Its last words.
        log: String,
    },
    /// A request to a server failed.
    Request {
        /// The server's name.
        name: &'static str,
        /// Its answer.
        what: String,
    },
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::File {
            path: path.into(),
            error,
        }
    }

    pub(crate) fn request(name: &'static str, what: impl ToString) -> Self {
        Self::Request {
            name,
            what: what.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { what, help } => write!(f, "`{what}` is missing: {help}"),
            Self::Old {
                what,
                version,
                help,
            } => write!(f, "`{what}` is too old ({version}): {help}"),
            Self::Build { program, output } => write!(f, "cannot build {program}:\n{output}"),
            Self::File { path, error } => write!(f, "`{}`: {error}", path.display()),
            Self::Server { name, what, log } => write!(f, "{name} {what}:\n{log}"),
            Self::Request { name, what } => write!(f, "{name}: {what}"),
        }
    }
}

impl std::error::Error for Error {}
