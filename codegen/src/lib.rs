//! Compiles one folder of YAML, the whole truth about a CloudEvents platform, into typed Rust,
//! JSON Schemas and documentation.
//!
//! The phases, each a module: [`load`] reads files into trees with places, [`model`] gives them
//! types, [`check`] applies the rules, [`ir`] decides names, [`emit`] turns the result into files,
//! and [`mod@write`] brings them to disk, all or nothing. [`event`] judges events by a catalogue.
//!
//! Nothing here prints or ends the process; only the `klambda` binary does.

pub mod check;
pub mod diagnostics;
pub mod emit;
pub mod event;
pub mod fix;
pub mod graph;
pub mod ir;
pub mod load;
pub mod model;
pub mod parallel;
pub mod scaffold;
pub mod source;
pub mod write;

use std::io;
use std::path::Path;

use diagnostics::{Finding, Severity};
use ir::Catalog;
use load::{Limits, Loaded, Suppression};
use model::{Memory, Spec};
use source::Sources;

/// A spec that was read and checked.
#[derive(Debug)]
pub struct Checked {
    /// The text of every file.
    pub sources: Sources,
    /// What the files say, as far as they could be read.
    pub spec: Spec,
    /// What is wrong, sorted by place.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether something keeps targets from being generated.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Error)
    }
}

/// Reads, checks and names the spec in `folder`; calls `then` with the catalogue when it has no
/// errors.
///
/// # Errors
/// When the folder cannot be listed.
pub fn compile<R>(
    folder: &Path,
    then: impl FnOnce(&mut Catalog<'_>) -> R,
) -> io::Result<(Checked, Option<R>)> {
    Ok(compile_loaded(
        load::load(folder, &Limits::default())?,
        then,
    ))
}

/// As [`compile`], for those who compile again and again: files that did not change since the
/// last time are not parsed again.
///
/// # Errors
/// When the folder cannot be listed.
pub fn compile_again<R>(
    folder: &Path,
    memory: &mut Memory,
    then: impl FnOnce(&mut Catalog<'_>) -> R,
) -> io::Result<(Checked, Option<R>)> {
    let mut loaded = load::load(folder, &Limits::default())?;
    let mut findings = std::mem::take(&mut loaded.findings);
    let (spec, suppressions) = model::read_again(&loaded, memory, &mut findings);
    Ok(finish(loaded.sources, spec, &suppressions, findings, then))
}

/// As [`compile`], of a spec that was read already.
pub fn compile_loaded<R>(
    mut loaded: Loaded,
    then: impl FnOnce(&mut Catalog<'_>) -> R,
) -> (Checked, Option<R>) {
    let mut findings = std::mem::take(&mut loaded.findings);
    let (spec, suppressions) = model::read(&loaded, &mut findings);
    finish(loaded.sources, spec, &suppressions, findings, then)
}

fn finish<R>(
    sources: Sources,
    spec: Spec,
    suppressions: &[Suppression],
    findings: Vec<Finding>,
    then: impl FnOnce(&mut Catalog<'_>) -> R,
) -> (Checked, Option<R>) {
    let findings = check::run(&sources, &spec, suppressions, findings);
    let mut checked = Checked {
        sources,
        spec,
        findings,
    };
    if checked.has_errors() {
        return (checked, None);
    }
    let Checked {
        sources,
        spec,
        findings,
    } = &mut checked;
    let result = ir::lower(spec, sources, findings).map(|mut catalog| then(&mut catalog));
    (checked, result)
}
