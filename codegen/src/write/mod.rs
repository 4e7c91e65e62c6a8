//! Brings files to disk: all or nothing, and only what differs.
//!
//! 1. [`Tree::open`] locks the project's folder and finishes what an interrupted run left.
//! 2. [`Tree::plan`] compares what is wanted with what is there. Nothing is planned where a file
//!    would be lost that the compiler does not own.
//! 3. [`Tree::commit`] writes the new contents to `.klambda/new`, then a journal of moves, then
//!    moves. Until the journal is there, the old tree stands; from then on the new one does, for a
//!    run that is interrupted while moving is finished by the next. A move that fails rolls all
//!    of them back.
//!
//! That holds when the process ends at any moment. It is not asked of the disk (`fsync`), which
//! would cost more than all the rest: after a loss of power `generate` finds what differs and
//! writes it again.

mod commit;
mod disk;
mod journal;
mod path;
mod plan;
mod replace;
mod tree;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::PathBuf;

pub use plan::{Action, Change, Outputs, Plan};
pub use replace::replace;
pub use tree::{Recovery, Tree};

/// Folder below the project that is there while files are brought to disk.
pub const WORK_FOLDER: &str = ".klambda";

/// Why nothing was written.
#[derive(Debug)]
pub enum Error {
    /// Something stands in the way.
    Refused(Vec<Refusal>),
    /// The system would not.
    Io {
        /// What was tried: `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Its answer.
        error: io::Error,
    },
    /// What an interrupted run left cannot be read.
    Journal(PathBuf),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => {
                for (i, refusal) in refusals.iter().enumerate() {
                    let separator = if i == 0 { "" } else { "\n" };
                    write!(f, "{separator}{refusal}")?;
                }
                Ok(())
            }
            Self::Io {
                action,
                path,
                error,
            } => write!(f, "cannot {action} `{}`: {error}", path.display()),
            Self::Journal(path) => write!(
                f,
                "`{}` is damaged: delete the folder that it lies in, then run `klambda generate`",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {}

/// A file that is not written, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Path below the project.
    pub path: String,
    /// What stands in the way.
    pub reason: Reason,
}

/// What stands in the way of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A file is there that was not written by the compiler.
    Foreign,
    /// It, or a folder above it, is a symbolic link.
    Link,
    /// A folder is there.
    Folder,
    /// It is a file, and files are to go below it.
    NotAFolder,
    /// Its name would lead elsewhere, or not work on some system.
    Name(&'static str),
    /// Two outputs have this name, or names that differ in case only.
    Twice,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not written: ", self.path)?;
        match &self.reason {
            Reason::Foreign => f.write_str(
                "a file is there that klambda did not make; move it, or delete it if it is not needed",
            ),
            Reason::Link => f.write_str(
                "it is, or lies behind, a symbolic link; replace the link by a file or folder of its own",
            ),
            Reason::Folder => f.write_str("a folder is there; move it"),
            Reason::NotAFolder => f.write_str("it is a file where a folder is needed; move it"),
            Reason::Name(why) => write!(f, "{why}; rename what it is made from"),
            Reason::Twice => f.write_str(
                "two outputs have this name, upper and lower case aside; rename what one is made from",
            ),
        }
    }
}
