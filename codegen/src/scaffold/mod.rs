//! Starts catalogues and adds to them. Nothing here touches the disk: the caller writes.

mod event;
mod insert;
mod schema;
mod template;
mod value;

pub use event::event;
pub use schema::schema;
pub use template::template;

use crate::emit::OutputFile;
use crate::fix::Fixed;

/// What is to be written.
#[derive(Debug, Default)]
pub struct Addition {
    /// Files that change.
    pub changed: Vec<Fixed>,
    /// Files that come, with paths below the spec folder.
    pub created: Vec<OutputFile>,
}

/// Why something cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it, a line each.
    pub help: Vec<String>,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: Vec::new(),
        }
    }

    fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Names the one known word that is near.
    fn did_you_mean<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::diagnostics::nearest(written, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// Whether a name is in kebab case: `order-4711`.
fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// A name as a heading: `order-event` becomes `Order Event`.
fn heading(name: &str) -> String {
    let words: Vec<String> = crate::ir::names::words(name)
        .map(crate::ir::names::pascal)
        .collect();
    words.join(" ")
}
