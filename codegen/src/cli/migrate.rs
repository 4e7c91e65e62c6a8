//! `klambda migrate`.

use std::path::PathBuf;

use knative_lambda_codegen::event::{Event, Form, Migrated, Migrations, migrate_event};

use super::events::{Read, check_files, counted};
use super::{Exit, Failure, Output, SpecOptions};

/// Translate events of legacy types to live ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Events are printed as they were laid out: an object, a list, or one a line. Events of live types
pass unchanged; those that cannot be translated are left out and reported.

Examples:
  klambda migrate legacy.jsonl > events.jsonl
  klambda migrate - < event.json | klambda validate -
  klambda migrate --check legacy.jsonl")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Files with events; `-` is stdin.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// Report only; print no events.
    #[arg(long)]
    check: bool,
}

/// Output that is gathered before it is printed.
const BUFFER: usize = 1 << 16;

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let options = &arguments.spec;
    check_files(&arguments.files)?;
    let migrated = options.query(output, |catalog| {
        let migrations = Migrations::new(&catalog.index);
        let mut read = Read::new();
        let mut writer = Writer::new(output, arguments.check);
        let (mut translated, mut unchanged) = (0, 0);
        for path in &arguments.files {
            let form = read.file(path, &mut |event, findings| match migrate_event(
                &catalog.index,
                &migrations,
                event,
            ) {
                Migrated::Translated(json) => {
                    translated += 1;
                    let pretty = event.form != Form::Lines;
                    writer.event(
                        event,
                        &if pretty {
                            format!("{json:#}")
                        } else {
                            json.to_string()
                        },
                    );
                }
                Migrated::Unchanged => {
                    unchanged += 1;
                    writer.event(event, event.written());
                }
                Migrated::Refused(found) => findings.extend(found),
            })?;
            writer.end(form)?;
        }
        Ok((read, translated, unchanged))
    })?;
    let Some(migrated) = migrated else {
        return Ok(Exit::Findings);
    };
    let (read, translated, unchanged) = migrated?;
    let exit = read.finish(options, output);
    if options.is_human() {
        let translated = counted(translated);
        output.note(&format!(
            "{translated} translated, {unchanged} left as they were\n"
        ));
    }
    Ok(exit)
}

struct Writer<'a> {
    output: &'a Output,
    silent: bool,
    text: String,
    /// Events of the list that is being written.
    listed: usize,
    failed: Option<Failure>,
}

impl<'a> Writer<'a> {
    fn new(output: &'a Output, silent: bool) -> Self {
        Self {
            output,
            silent,
            text: String::new(),
            listed: 0,
            failed: None,
        }
    }

    fn event(&mut self, event: Event<'_>, text: &str) {
        if self.silent {
            return;
        }
        if event.form == Form::Batch {
            self.text
                .push_str(if self.listed == 0 { "[\n" } else { ",\n" });
            self.listed += 1;
        }
        self.text.push_str(text);
        if event.form != Form::Batch {
            self.text.push('\n');
        }
        if self.text.len() > BUFFER {
            self.flush();
        }
    }

    /// Ends a file.
    fn end(&mut self, form: Option<Form>) -> Result<(), Failure> {
        if form == Some(Form::Batch) && !self.silent {
            self.text
                .push_str(if self.listed == 0 { "[]\n" } else { "\n]\n" });
        }
        self.listed = 0;
        self.flush();
        self.failed.take().map_or(Ok(()), Err)
    }

    fn flush(&mut self) {
        if let (Err(failure), None) = (self.output.data(&self.text), &self.failed) {
            self.failed = Some(failure);
        }
        self.text.clear();
    }
}
