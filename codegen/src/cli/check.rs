//! `klambda check`.

use std::time::Instant;

use super::{Exit, Failure, Output, SpecOptions, project};

/// Checks the spec.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda check
  klambda check --format sarif 2> findings.sarif
  klambda check --deny-warnings --format github")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Let warnings fail too.
    #[arg(long)]
    deny_warnings: bool,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let options = &arguments.spec;
    let (checked, counts) = options.compile(output, |c| (c.events.len(), c.schemas.len()))?;
    if let (Some((events, schemas)), true) = (counts, options.is_human()) {
        output.note(&format!(
            "{events} event types, {schemas} schemas checked in {} ms\n",
            started.elapsed().as_millis()
        ));
    }
    Ok(project::exit(&checked.findings, arguments.deny_warnings))
}
