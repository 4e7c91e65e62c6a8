//! `klambda schema`.

use std::fmt::Write as _;

use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::emit::editor_schema;
use knative_lambda_codegen::model::KINDS;

use super::{Exit, Failure, Output};

/// Print the JSON Schema of a kind of spec file, for editors; or list the kinds.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda schema
  klambda schema events > events.schema.json")]
pub(super) struct Arguments {
    /// Kind of file; without one, all are listed.
    kind: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let text = match &arguments.kind {
        Some(name) => document(name)?,
        None => list(),
    };
    output.data(&text)?;
    Ok(Exit::Fine)
}

fn document(name: &str) -> Result<String, Failure> {
    let kind = KINDS.iter().find(|kind| kind.schema_file == name);
    kind.map(editor_schema::document).ok_or_else(|| {
        let failure = Failure::new(format!("there is no kind of spec file `{name}`"));
        match nearest(name, KINDS.iter().map(|kind| kind.schema_file)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`klambda schema` lists all kinds"),
        }
    })
}

fn list() -> String {
    let mut text = String::new();
    for kind in KINDS {
        let _ = writeln!(text, "{:12}  {}", kind.schema_file, kind.path);
    }
    text
}
