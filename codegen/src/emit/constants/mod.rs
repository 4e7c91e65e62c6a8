//! Names of the catalogue for handlers in Python, Node.js and Go, and for the workers that run
//! them: event types, error classes, extension attributes, environment variables.
//!
//! Nothing in the files is computed, because every worker reads its own when it starts.

mod go;
mod node;
mod python;

use super::{OutputFile, Target, header};
use crate::ir::Catalog;
use crate::ir::names::{pascal, screaming};
use crate::model::Text;

/// The constants target.
pub static TARGET: Target = Target {
    name: "constants",
    summary: "names of event types, errors, extensions and variables in Python, Node.js and Go",
    folder: "generated/constants",
    emit,
};

/// Longest line of a comment.
const WIDTH: usize = 100;

/// Names of one kind.
struct Group {
    /// What holds them: `EventType`.
    name: &'static str,
    /// What they are.
    summary: &'static str,
    constants: Vec<Constant>,
}

/// A name of the catalogue.
struct Constant {
    /// Its constant in Python and Node.js: `COMMAND_BUILD_START`.
    screaming: String,
    /// Its constant in Go, after the group's name: `CommandBuildStart`.
    pascal: String,
    value: String,
    /// What it means, one line.
    summary: String,
}

impl Constant {
    fn new((name, summary): (&Text, &Text)) -> Self {
        Self {
            screaming: screaming(name),
            pascal: pascal(name),
            value: name.value.clone(),
            summary: sentence(summary),
        }
    }
}

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let groups = groups(catalog);
    let title = &catalog.header.title.value;
    let summary = sentence(&format!(
        "{title}: names of event types, error classes, extension attributes and variables"
    ));
    let header = header("spec");
    [
        ("py", python::file(&header, &summary, &groups)),
        ("js", node::file(&header, &summary, &groups)),
        ("go", go::file(&header, &summary, &groups)),
    ]
    .map(|(ending, content)| OutputFile {
        path: format!("{}/constants.{ending}", TARGET.folder),
        content,
    })
    .into()
}

fn groups(catalog: &Catalog<'_>) -> Vec<Group> {
    let spec = catalog.spec;
    let events = catalog.events.iter().map(|event| Constant {
        screaming: event.constant(),
        pascal: event.pascal_constant(),
        value: event.r#type.trim_end_matches('*').to_owned(),
        summary: sentence(event.summary()),
    });
    let classes = spec.errors.iter().flat_map(|f| f.body.classes.iter());
    let extensions = spec
        .extensions
        .iter()
        .flat_map(|f| f.body.extensions.iter());
    let variables = spec
        .environment
        .iter()
        .flat_map(|f| f.body.variables.iter());
    let mut groups = vec![
        Group {
            name: "EventType",
            summary: "Event types. Of an open family, the beginning that all of its types share.",
            constants: events.collect(),
        },
        Group {
            name: "ErrorClass",
            summary: "Classes of errors.",
            constants: classes
                .map(|(name, class)| Constant::new((name, &class.summary)))
                .collect(),
        },
        Group {
            name: "Extension",
            summary: "Names of extension attributes.",
            constants: extensions
                .map(|(name, extension)| Constant::new((name, &extension.summary)))
                .collect(),
        },
        Group {
            name: "Variable",
            summary: "Names of environment variables.",
            constants: variables
                .map(|(name, variable)| Constant::new((name, &variable.summary)))
                .collect(),
        },
    ];
    groups.retain(|group| !group.constants.is_empty());
    groups
}

/// A text as one line, with a full stop, of characters that every language takes in a comment.
fn sentence(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control() || c == '\u{feff}', " ");
    let words: Vec<_> = text.split_whitespace().collect();
    format!("{}.", words.join(" ").trim_end_matches('.'))
}

/// A text as a literal of all three languages.
fn literal(text: &str) -> String {
    // The one character that is JSON, but not Go.
    let json = serde_json::Value::from(text).to_string();
    json.replace('\u{feff}', "\\ufeff")
}

/// A text in lines of at most `room` characters, as far as its words allow.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut left = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        match lines.last_mut() {
            Some(line) if width < left => {
                line.push(' ');
                line.push_str(word);
                left -= width + 1;
            }
            _ => {
                lines.push(word.to_owned());
                left = room.saturating_sub(width);
            }
        }
    }
    lines
}
