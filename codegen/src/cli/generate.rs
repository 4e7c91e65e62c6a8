//! `klambda generate`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use clap::builder::{PossibleValue, PossibleValuesParser};
use knative_lambda_codegen::Checked;
use knative_lambda_codegen::emit::kubernetes::GROUPS;
use knative_lambda_codegen::emit::{OutputFile, TARGETS, Target, docs, json_schema};
use knative_lambda_codegen::ir::Catalog;
use knative_lambda_codegen::model::Memory;
use knative_lambda_codegen::parallel;
use knative_lambda_codegen::write::{Action, Outputs, Plan, Tree};

use super::progress::Progress;
use super::project::{self, Format, Project};
use super::values::ValueOptions;
use super::{Exit, Failure, Output, SpecOptions, guides, watch};

/// Write everything that follows from the spec
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Files that are as they should be are left alone; files that klambda made and that no longer
follow from the spec are deleted. A file that klambda did not make is never replaced.

Examples:
  klambda generate
  klambda generate --check                 fail if a file is not up to date, as CI does
  klambda generate --watch                 write again after every save
  klambda generate --only json-schema,docs
  klambda generate --only knative,flux --set namespaces.knative-lambda=prod --stdout | kubectl apply -f -
  klambda generate --values prod.yaml --out deploy/prod")]
pub(super) struct Arguments {
    #[command(flatten)]
    spec: SpecOptions,

    /// Folder that outputs go below; else the folder that holds the spec.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<std::path::PathBuf>,

    /// Write nothing; fail and name the files that would change.
    #[arg(long)]
    check: bool,

    /// Generate again whenever a file of the spec is saved.
    #[arg(long, conflicts_with = "check")]
    watch: bool,

    /// Only these targets.
    #[arg(long, value_name = "TARGET", value_delimiter = ',', value_parser = target_names())]
    only: Vec<String>,

    #[command(flatten)]
    values: ValueOptions,

    /// Print instead of writing: manifests as one stream of YAML, other files with their names.
    #[arg(long, conflicts_with_all = ["check", "watch", "out"])]
    stdout: bool,

    /// Let warnings fail too: nothing is written then.
    #[arg(long)]
    deny_warnings: bool,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let targets = selected(&arguments.only);
    let mut project = arguments.spec.find(output)?;
    if let Some(out) = &arguments.out {
        if is_below(out, &project.spec) {
            return Err(Failure::new(format!(
                "`{}` lies in the spec: what is written there would be read as a part of it",
                out.display()
            )));
        }
        project.root.clone_from(out);
    }
    let mut session = Session::default();
    if arguments.watch {
        session.memory = Some(Memory::default());
        return watch::watch(&project.spec, output, || {
            once(arguments, &project, &targets, &mut session, output)
        });
    }
    once(arguments, &project, &targets, &mut session, output)
}

/// Whether a folder, which need not be there yet, is another one or below it.
fn is_below(folder: &Path, other: &Path) -> bool {
    let (Ok(folder), Ok(other)) = (std::path::absolute(folder), other.canonicalize()) else {
        return false;
    };
    let mut there = folder.ancestors().filter_map(|f| f.canonicalize().ok());
    there.next().is_some_and(|folder| folder.starts_with(other))
}

/// Files whose comparison is worth waking a thread.
const FILES_A_THREAD: usize = 256;

/// What one run leaves for the next while the spec is watched.
#[derive(Default)]
struct Session {
    /// Files of the spec as they were read; `None` where there is no next run.
    memory: Option<Memory>,
    /// Content of each file that was written, or found to be so, by path.
    written: HashMap<String, String>,
}

impl Session {
    fn compile<R>(
        &mut self,
        project: &Project,
        then: impl FnOnce(&mut Catalog<'_>) -> R,
    ) -> Result<(Checked, Option<R>), Failure> {
        match &mut self.memory {
            Some(memory) => project.compile_again(memory, then),
            None => project.compile(then),
        }
    }

    /// Which files the run before left as they are wanted now.
    fn settled(&self, files: &[OutputFile]) -> HashSet<String> {
        if self.written.is_empty() {
            return HashSet::new();
        }
        let settled = parallel::map(files, FILES_A_THREAD, |file| {
            let same = self.written.get(&file.path) == Some(&file.content);
            same.then(|| file.path.clone())
        });
        settled.into_iter().flatten().collect()
    }

    fn remember(&mut self, files: Option<Vec<OutputFile>>) {
        let files = files.into_iter().flatten();
        self.written
            .extend(files.map(|file| (file.path, file.content)));
    }
}

/// Generates, or checks what is there.
fn once(
    arguments: &Arguments,
    project: &Project,
    targets: &[&'static Target],
    session: &mut Session,
    output: &Output,
) -> Result<Exit, Failure> {
    let started = Instant::now();
    let options = &arguments.spec;
    let mut progress = Progress::start("compiling the spec");
    let ends = session.memory.is_none();
    let (checked, outputs) = session.compile(project, |catalog| {
        catalog.values = arguments.values.read(catalog, output)?;
        let outputs = emit(catalog, targets, &project.root);
        if ends {
            catalog.forget();
        }
        outputs
    })?;
    progress.end();
    options.print(&checked.findings, &checked.sources, output);
    let exit = project::exit(&checked.findings, arguments.deny_warnings);
    if ends {
        // As for the catalogue.
        std::mem::forget(checked);
    }
    let (Some(outputs), Exit::Fine) = (outputs, exit) else {
        return Ok(Exit::Findings);
    };
    let mut outputs = outputs?;
    if arguments.stdout {
        output.data(&stream(targets, &outputs.files, options.format))?;
        return Ok(Exit::Fine);
    }
    outputs.settled = session.settled(&outputs.files);
    let new = session.memory.as_ref().map(|_| outputs.unsettled());
    let waiting = || project::waiting(output);
    let tree = if arguments.check {
        Tree::read(&project.root, waiting)
    } else {
        Tree::open(&project.root, waiting)
    }
    .map_err(project::write_failure)?;
    project::recovered(&tree, output);
    let mut progress = Progress::start("comparing files");
    let plan = tree.plan(outputs).map_err(project::write_failure)?;
    if arguments.check {
        progress.end();
        return differences(&plan, arguments, output);
    }
    progress.phase("writing files", plan.changes.len());
    let written = tree.commit(&plan, &|| progress.step());
    progress.end();
    written.map_err(project::write_failure)?;
    session.remember(new);
    report(&plan, started, arguments, output)?;
    Ok(Exit::Fine)
}

/// Of groups of manifests, these as documents of one stream, without what is for people or lists
/// files; of other targets, every file below its name.
fn stream(targets: &[&Target], files: &[OutputFile], format: Format) -> String {
    if format == Format::Json {
        let files: Vec<_> = files
            .iter()
            .map(|file| serde_json::json!({ "path": file.path, "content": file.content }))
            .collect();
        return format!("{:#}\n", serde_json::Value::from(files));
    }
    let is_group = |target: &&Target| GROUPS.iter().any(|group| group.name == target.name);
    if targets.iter().all(is_group) {
        // What stands deeper is for people or other programs.
        let is_manifest = |path: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let in_group = GROUPS.iter().any(|group| group.folder == folder);
            in_group && name.ends_with(".yaml") && name != "kustomization.yaml"
        };
        let manifests = files.iter().filter(|file| is_manifest(&file.path));
        let documents: Vec<_> = manifests.map(|file| file.content.as_str()).collect();
        return documents.join("---\n");
    }
    let files = files.iter();
    let files = files.map(|file| format!("==> {} <==\n{}", file.path, file.content));
    files.collect::<Vec<_>>().join("\n")
}

/// The targets named, or all.
fn selected(only: &[String]) -> Vec<&'static Target> {
    let is_meant = |t: &&Target| only.is_empty() || only.iter().any(|name| t.name == name);
    TARGETS.iter().copied().filter(is_meant).collect()
}

/// Names of the targets, for help and for wrong use.
fn target_names() -> PossibleValuesParser {
    let value = |t: &&'static Target| PossibleValue::new(t.name).help(t.summary);
    TARGETS.iter().map(value).collect::<Vec<_>>().into()
}

/// Runs targets, on all cores: they share nothing but the catalogue. Then fills the guides.
fn emit(
    catalog: &Catalog<'_>,
    targets: &[&'static Target],
    root: &Path,
) -> Result<Outputs<'static>, Failure> {
    let is_off = |target: &&&Target| {
        let switch = catalog.values.get(&("groups", target.name.to_owned()));
        switch == Some(&serde_json::Value::Bool(false))
    };
    let targets: Vec<_> = targets.iter().filter(|t| !is_off(t)).copied().collect();
    let files = parallel::map(&targets, 1, |target| (target.emit)(catalog))
        .into_iter()
        .flatten()
        .collect();
    let is_run = |name: &str| targets.iter().any(|t| t.name == name);
    let guides = if is_run(docs::TARGET.name) {
        guides::fill(catalog, guides::read(root)?)?
    } else {
        Vec::new()
    };
    let others = TARGETS.iter().filter(|t| !is_run(t.name));
    Ok(Outputs {
        files,
        folders: targets.iter().map(|t| t.folder).collect(),
        others: others.map(|t| t.folder).collect(),
        settled: HashSet::new(),
        guides,
        lasting: Some(json_schema::is_published),
    })
}

/// Says which files differ, and what mends it.
fn differences(plan: &Plan, arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    if arguments.spec.format == Format::Json {
        output.data(&json(plan))?;
        return Ok(Exit::findings(!plan.changes.is_empty()));
    }
    if plan.changes.is_empty() {
        if arguments.spec.is_human() {
            output.note(&format!("{} files are up to date\n", plan.unchanged));
        }
        return Ok(Exit::Fine);
    }
    let mut text = String::new();
    for change in &plan.changes {
        let what = match change.action {
            Action::Create => "is missing",
            Action::Replace => "is out of date",
            Action::Delete => "should be gone",
        };
        let path = &change.path;
        let _ = match arguments.spec.format {
            Format::Github => {
                writeln!(
                    text,
                    "::error file={path},title=klambda generate --check::{path} {what}"
                )
            }
            Format::Human => writeln!(text, "{}: {path} {what}", output.heading("error")),
            _ => writeln!(text, "{path}: {what}"),
        };
    }
    if arguments.spec.is_human() {
        let _ = writeln!(
            text,
            "  {}: run `{}`",
            output.strong("help"),
            command(arguments)
        );
    }
    output.note(&text);
    Ok(Exit::Findings)
}

/// The command that brings the files up to date.
fn command(arguments: &Arguments) -> String {
    let mut command = String::from("klambda generate");
    if let Some(spec) = arguments.spec.named() {
        let _ = write!(command, " --spec {}", spec.display());
    }
    if let Some(out) = &arguments.out {
        let _ = write!(command, " --out {}", out.display());
    }
    if !arguments.only.is_empty() {
        let _ = write!(command, " --only {}", arguments.only.join(","));
    }
    for value in arguments.values.arguments() {
        let _ = write!(command, " {value}");
    }
    command
}

/// `3 files written, 1 deleted, 412 unchanged in 8 ms`.
fn report(
    plan: &Plan,
    started: Instant,
    arguments: &Arguments,
    output: &Output,
) -> Result<(), Failure> {
    if arguments.spec.format == Format::Json {
        return output.data(&json(plan));
    }
    if !arguments.spec.is_human() {
        return Ok(());
    }
    let deleted = count(plan, Action::Delete);
    let written = plan.changes.len() - deleted;
    let mut text = format!(
        "{written} file{} written, ",
        if written == 1 { "" } else { "s" }
    );
    if deleted > 0 {
        let _ = write!(text, "{deleted} deleted, ");
    }
    let _ = writeln!(
        text,
        "{} unchanged in {} ms",
        plan.unchanged,
        started.elapsed().as_millis()
    );
    output.note(&text);
    Ok(())
}

fn count(plan: &Plan, action: Action) -> usize {
    plan.changes.iter().filter(|c| c.action == action).count()
}

/// The changes, for machines.
fn json(plan: &Plan) -> String {
    let paths = |action| -> Vec<&str> {
        plan.changes
            .iter()
            .filter(|c| c.action == action)
            .map(|c| c.path.as_str())
            .collect()
    };
    let document = serde_json::json!({
        "created": paths(Action::Create),
        "replaced": paths(Action::Replace),
        "deleted": paths(Action::Delete),
        "unchanged": plan.unchanged,
    });
    format!("{document:#}\n")
}
