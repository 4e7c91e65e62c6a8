//! Which spec a command works on, and compiling it.

use std::path::{Path, PathBuf};

use knative_lambda_codegen::diagnostics::{self, Finding, Severity};
use knative_lambda_codegen::ir::Catalog;
use knative_lambda_codegen::model::Memory;
use knative_lambda_codegen::source::Sources;
use knative_lambda_codegen::write::{self, Recovery, Tree};
use knative_lambda_codegen::{Checked, compile, compile_again};

use super::{Exit, Failure, Output};

/// File that makes a folder a spec.
const CATALOG: &str = "catalog.yaml";

/// Options of every command that reads the spec.
#[derive(Debug, clap::Args)]
pub(crate) struct SpecOptions {
    /// Folder that holds `catalog.yaml`; else `spec` in this folder or in the nearest one above.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    spec: Option<PathBuf>,

    /// How findings are printed; `json` applies to data too.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: Format,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The source line, a caret, help.
    #[default]
    Human,
    /// A line each: `file:line:column: severity[code]: message`.
    Short,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

impl From<Format> for diagnostics::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Short => Self::Short,
            Format::Json => Self::Json,
            Format::Sarif => Self::Sarif,
            Format::Github => Self::Github,
        }
    }
}

/// A spec that was found.
#[derive(Debug)]
pub(crate) struct Project {
    /// Folder that holds `catalog.yaml`, relative to the working directory where that is shorter
    /// to read.
    pub(crate) spec: PathBuf,
    /// Folder that holds the spec: outputs go below it.
    pub(crate) root: PathBuf,
}

impl SpecOptions {
    /// Options of a command whose `--format` means something else.
    pub(crate) fn of(spec: Option<PathBuf>) -> Self {
        let format = Format::Human;
        Self { spec, format }
    }

    /// Finds the spec, and completes what an interrupted `generate` left in its project.
    ///
    /// # Errors
    /// When there is no spec, or what was left cannot be dealt with.
    pub(crate) fn find(&self, output: &Output) -> Result<Project, Failure> {
        let project = match &self.spec {
            Some(spec) => named(spec)?,
            None => nearest()?,
        };
        if Tree::was_interrupted(&project.root) {
            let tree = Tree::read(&project.root, || waiting(output)).map_err(write_failure)?;
            recovered(&tree, output);
        }
        Ok(project)
    }

    /// The folder that the user named.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.spec.as_deref()
    }

    /// Asks the catalogue something. Warnings are left to `klambda check`; `None` after errors
    /// were printed: the command ends with [`Exit::Findings`].
    ///
    /// # Errors
    /// When there is no spec, or its folder cannot be listed.
    pub(crate) fn query<R>(
        &self,
        output: &Output,
        ask: impl FnOnce(&Catalog<'_>) -> R,
    ) -> Result<Option<R>, Failure> {
        let project = self.find(output)?;
        let (mut checked, result) = project.compile(|catalog| ask(catalog))?;
        if result.is_none() {
            checked.findings.retain(|f| f.severity == Severity::Error);
            self.print(&checked.findings, &checked.sources, output);
        }
        Ok(result)
    }

    /// Prints findings in the format that was asked for. Machines get a document even when there
    /// are none.
    pub(crate) fn print(&self, findings: &[Finding], sources: &Sources, output: &Output) {
        if !findings.is_empty() || self.is_document() {
            let text = diagnostics::render(findings, sources, self.format.into(), output.stderr);
            output.note(&text);
        }
    }

    /// As [`SpecOptions::query`], for commands that print data, which have two forms.
    ///
    /// # Errors
    /// As [`SpecOptions::query`]; when a form is asked for that only findings have.
    pub(crate) fn data<R>(
        &self,
        output: &Output,
        ask: impl FnOnce(&Catalog<'_>) -> R,
    ) -> Result<Option<R>, Failure> {
        match self.format {
            Format::Human | Format::Json => self.query(output, ask),
            Format::Short | Format::Sarif | Format::Github => Err(Failure::new(
                "data have no such form",
            )
            .help("`--format human` and `--format json` print them; `klambda check` prints findings in every form")),
        }
    }

    /// Whether what is printed is one document.
    pub(crate) fn is_document(&self) -> bool {
        matches!(self.format, Format::Json | Format::Sarif)
    }

    /// Whether people read along: notes on what was done are for them only.
    pub(crate) fn is_human(&self) -> bool {
        self.format == Format::Human
    }
}

impl Project {
    /// Compiles the spec; files that did not change since the last time are not parsed again.
    pub(crate) fn compile_again<R>(
        &self,
        memory: &mut Memory,
        then: impl FnOnce(&mut Catalog<'_>) -> R,
    ) -> Result<(Checked, Option<R>), Failure> {
        compile_again(&self.spec, memory, then).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &std::io::Error) -> Failure {
        Failure::io(format!("cannot read `{}`", self.spec.display()), error)
    }

    /// Compiles the spec.
    pub(crate) fn compile<R>(
        &self,
        then: impl FnOnce(&mut Catalog<'_>) -> R,
    ) -> Result<(Checked, Option<R>), Failure> {
        compile(&self.spec, then).map_err(|error| self.unreadable(&error))
    }
}

/// The spec in the folder that the user named.
fn named(spec: &Path) -> Result<Project, Failure> {
    if !spec.is_dir() {
        return Err(Failure::new(format!(
            "there is no folder `{}`",
            spec.display()
        )));
    }
    if !spec.join(CATALOG).exists() {
        let failure = Failure::new(format!("`{}` holds no `{CATALOG}`", spec.display()));
        let inner = spec.join("spec");
        return Err(if inner.join(CATALOG).exists() {
            failure.help(format!("did you mean `--spec {}`?", inner.display()))
        } else {
            failure.help("`klambda init DIR` starts a catalogue in the folder DIR/spec")
        });
    }
    let spec = spec.to_path_buf();
    // `.` and `..` have no parent in their name.
    let parent = match spec.file_name() {
        Some(_) => spec.parent().map(Path::to_path_buf),
        None => std::fs::canonicalize(&spec)
            .ok()
            .and_then(|full| full.parent().map(Path::to_path_buf)),
    };
    let root = match parent {
        Some(root) if root.as_os_str().is_empty() => PathBuf::from("."),
        Some(root) => root,
        None => spec.clone(),
    };
    Ok(Project { spec, root })
}

/// `spec` in the working directory or the nearest folder above that has one.
fn nearest() -> Result<Project, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::io("cannot tell the working directory", &error))?;
    let mut root = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join("spec").join(CATALOG).exists() {
            let spec = root.join("spec");
            if root.as_os_str().is_empty() {
                root.push(".");
            }
            return Ok(Project { spec, root });
        }
        root.push("..");
    }
    Err(
        Failure::new("there is no `spec/catalog.yaml` in this folder or one above it")
            .help("`klambda init` starts a catalogue here")
            .help("`--spec DIR` names a spec elsewhere"),
    )
}

/// Says why nothing goes on for now.
pub(crate) fn waiting(output: &Output) {
    output.note("waiting for another klambda that works on the same folder\n");
}

/// Says what was done about an interrupted run.
pub(crate) fn recovered(tree: &Tree, output: &Output) {
    match tree.recovery() {
        Recovery::None => {}
        Recovery::Completed => output.note("completed a `generate` that was interrupted\n"),
        Recovery::Undone => output.note("undid a `generate` that had failed\n"),
    }
}

/// What stands in the way of a file is a finding; what the system refuses is not.
pub(crate) fn write_failure(error: write::Error) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        write::Error::Refused(_) => failure.exit(Exit::Findings).help("nothing was written"),
        _ => failure,
    }
}

/// How a command ends that found `findings`.
pub(crate) fn exit(findings: &[Finding], deny_warnings: bool) -> Exit {
    let errors = diagnostics::count(findings).0;
    Exit::findings(errors > 0 || deny_warnings && !findings.is_empty())
}
