//! Events in files and on stdin, for the commands that take them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use knative_lambda_codegen::diagnostics::{Finding, count};
use knative_lambda_codegen::event::{self, Event, Form, Limits, Reading};
use knative_lambda_codegen::source::Sources;

use super::{Exit, Failure, Output, SpecOptions};

/// Stands for stdin on the command line.
const STDIN: &str = "-";

/// What reading events found.
pub(super) struct Read {
    pub(super) sources: Sources,
    pub(super) findings: Vec<Finding>,
}

impl Read {
    pub(super) fn new() -> Self {
        // Paths of events are printed as they were given, not below the spec.
        Self {
            sources: Sources::new(Path::new("")),
            findings: Vec::new(),
        }
    }

    /// Calls `each` for every event in a file, or on stdin for `-`.
    pub(super) fn file(
        &mut self,
        path: &Path,
        each: &mut dyn FnMut(Event<'_>, &mut Vec<Finding>),
    ) -> Result<Option<Form>, Failure> {
        let mut input: Box<dyn BufRead> = if is_stdin(path) {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(1 << 16, open(path)?))
        };
        let reading = Reading {
            sources: &mut self.sources,
            findings: &mut self.findings,
        };
        event::read(&mut input, path, &Limits::default(), reading, each)
            .map_err(|error| Failure::io(format!("cannot read `{}`", path.display()), &error))
    }

    /// Prints the findings; says how the command ends.
    pub(super) fn finish(&self, options: &SpecOptions, output: &Output) -> Exit {
        options.print(&self.findings, &self.sources, output);
        Exit::findings(count(&self.findings).0 > 0)
    }
}

/// Whether an argument stands for stdin.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == OsStr::new(STDIN)
}

/// Refuses what cannot be read before anything is printed.
pub(super) fn check_files(files: &[PathBuf]) -> Result<(), Failure> {
    for path in files.iter().filter(|path| !is_stdin(path)) {
        open(path)?;
    }
    if files.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::new("`-` stands twice").help("stdin can be read only once"));
    }
    Ok(())
}

fn open(path: &Path) -> Result<File, Failure> {
    let failure = |error| Failure::io(format!("cannot read `{}`", path.display()), &error);
    let file = File::open(path).map_err(failure)?;
    if file.metadata().map_err(failure)?.is_dir() {
        let failure = Failure::new(format!("`{}` is a folder", path.display()));
        return Err(failure.help("name the files in it"));
    }
    Ok(file)
}

/// `1 event`, `2 events`.
pub(super) fn counted(number: usize) -> String {
    format!("{number} event{}", if number == 1 { "" } else { "s" })
}
