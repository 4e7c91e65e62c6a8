//! `klambda new`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use knative_lambda_codegen::emit::OutputFile;
use knative_lambda_codegen::scaffold::{self, Addition};
use knative_lambda_codegen::source::Sources;
use knative_lambda_codegen::{Checked, write};

use super::project::{self, Project};
use super::{Exit, Failure, Output, SpecOptions};

/// Add an event type or a data schema to the spec
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Event(EventArguments),
    Schema(SchemaArguments),
}

/// Add an event type, and the schema of its data where there is none
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The type stands below the last one of the same entity; comments and order of the file stay. It
passes the check as it is: then edit its texts.

Examples:
  klambda new event command.order.return
  klambda new event lifecycle.order.returned --data order-event")]
struct EventArguments {
    /// Category, entity and action: `command.order.return`; the prefix may stand before them.
    #[arg(value_name = "TYPE")]
    name: String,

    /// Schema of its data [default: ENTITY-ACTION].
    #[arg(long, value_name = "SCHEMA")]
    data: Option<String>,

    #[command(flatten)]
    spec: SpecOptions,
}

/// Add a data schema
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda new schema order-event")]
struct SchemaArguments {
    /// Its name, in kebab case.
    name: String,

    #[command(flatten)]
    spec: SpecOptions,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Event(a) => add(&a.spec, output, |checked| {
            scaffold::event(checked, &a.name, a.data.as_deref())
        }),
        What::Schema(a) => add(&a.spec, output, |checked| {
            scaffold::schema(checked, &a.name)
        }),
    }
}

/// Writes what is to be added, then checks the spec.
fn add(
    options: &SpecOptions,
    output: &Output,
    make: impl FnOnce(&Checked) -> Result<Addition, scaffold::Refusal>,
) -> Result<Exit, Failure> {
    let project = options.find(output)?;
    let (checked, _) = project.compile(|_| ())?;
    let addition = make(&checked).map_err(super::refusal)?;
    let notes = save(&project, &checked.sources, &addition)?;
    if options.is_human() {
        output.note(&notes);
    }
    let (checked, _) = project.compile(|_| ())?;
    options.print(&checked.findings, &checked.sources, output);
    Ok(project::exit(&checked.findings, false))
}

/// The new files first: what refers to them comes last.
fn save(project: &Project, sources: &Sources, addition: &Addition) -> Result<String, Failure> {
    let mut notes = String::new();
    for file in &addition.created {
        let path = project.spec.join(&file.path);
        create(&path, file)
            .map_err(|error| Failure::io(format!("cannot write `{}`", path.display()), &error))?;
        notes.push_str(&format!("added `{}`\n", path.display()));
    }
    for changed in &addition.changed {
        let source = sources.get(changed.file);
        let path = sources.display_path(changed.file);
        write::replace(&source.on_disk, &source.text, &changed.text)
            .map_err(|error| Failure::io(format!("cannot change `{path}`"), &error))?;
        notes.push_str(&format!("changed `{path}`\n"));
    }
    Ok(notes)
}

fn create(path: &Path, file: &OutputFile) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(file.content.as_bytes())
}
