//! `klambda validate`.

use std::path::PathBuf;

use knative_lambda_codegen::event;

use super::events::{Read, check_files, counted};
use super::progress::Progress;
use super::{Exit, Failure, Output, SpecOptions};

/// Hold events against the catalogue.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A file holds one event as JSON, a list of events, or one event a line.

Examples:
  klambda validate event.json
  klambda validate --format short events.jsonl
  kubectl logs deploy/recorder | klambda validate -")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Files with events; `-` is stdin.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let options = &arguments.spec;
    check_files(&arguments.files)?;
    let mut progress = Progress::start("validating events");
    let validated = options.query(output, |catalog| {
        let mut read = Read::new();
        let mut valid = 0;
        for path in &arguments.files {
            read.file(path, &mut |event, findings| {
                let found = event::check(&catalog.index, event);
                progress.step();
                valid += usize::from(found.is_empty());
                findings.extend(found);
            })?;
        }
        Ok((read, valid))
    })?;
    progress.end();
    let Some(validated) = validated else {
        return Ok(Exit::Findings);
    };
    let (read, valid) = validated?;
    let exit = read.finish(options, output);
    if options.is_human() {
        output.note(&format!("{} valid\n", counted(valid)));
    }
    Ok(exit)
}
