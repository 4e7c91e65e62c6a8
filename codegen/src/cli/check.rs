//! `klambda check`.

use std::time::Instant;

use knative_lambda_codegen::diagnostics::Finding;
use knative_lambda_codegen::fix::{self, Fixed};
use knative_lambda_codegen::source::Sources;
use knative_lambda_codegen::write;

use super::progress::Progress;
use super::project::{self, Project};
use super::{Exit, Failure, Output, SpecOptions};

/// Check the spec.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda check
  klambda check --fix
  klambda check --format sarif 2> findings.sarif
  klambda check --deny-warnings --format github")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Make the changes that cannot be wrong; comments and layout stay.
    #[arg(long)]
    fix: bool,

    /// Let warnings fail too.
    #[arg(long)]
    deny_warnings: bool,
}

/// Rounds of `--fix`. One change may make room for another; few do.
const ROUNDS: usize = 10;

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let options = &arguments.spec;
    let project = options.find(output)?;
    if arguments.fix {
        fix(&project, options, output)?;
    }
    let mut progress = Progress::start("checking the spec");
    let (checked, counts) = project.compile(|c| (c.events.len(), c.schemas.len()))?;
    progress.end();
    options.print(&checked.findings, &checked.sources, output);
    if let (Some((events, schemas)), true) = (counts, options.is_human()) {
        output.note(&format!(
            "checked {events} event types and {schemas} schemas in {} ms\n",
            started.elapsed().as_millis()
        ));
    }
    let exit = project::exit(&checked.findings, arguments.deny_warnings);
    // The process ends soon: freeing half a million small pieces one by one helps nobody.
    std::mem::forget(checked);
    Ok(exit)
}

/// Makes safe changes until none is left.
fn fix(project: &Project, options: &SpecOptions, output: &Output) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let (checked, _) = project.compile(|_| ())?;
        let (fixed, mended) = fix::apply(&checked.findings, &checked.sources);
        if fixed.is_empty() {
            break;
        }
        for file in &fixed {
            save(file, &checked.sources)?;
        }
        // Documents for machines hold findings only.
        if !options.is_document() {
            for finding in mended {
                output.note(&describe(finding, &checked.sources, output));
            }
        }
    }
    Ok(())
}

fn save(fixed: &Fixed, sources: &Sources) -> Result<(), Failure> {
    let source = sources.get(fixed.file);
    write::replace(&source.on_disk, &source.text, &fixed.text).map_err(|error| {
        let path = sources.display_path(fixed.file);
        Failure::io(format!("cannot fix `{path}`"), &error)
    })
}

/// `fixed: spec/catalog.yaml:3:1: replace `titel` by `title` [KL0012]`.
fn describe(finding: &Finding, sources: &Sources, output: &Output) -> String {
    let span = finding.primary.span;
    let (line, column) = sources.get(span.file).line_column(span.start);
    format!(
        "{}: {}:{line}:{column}: {} [{}]\n",
        output.strong("fixed"),
        sources.display_path(span.file),
        finding.fix.as_ref().map_or("", |fix| &fix.title),
        finding.code
    )
}
