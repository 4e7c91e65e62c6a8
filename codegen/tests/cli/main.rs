//! Runs the real `klambda`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod check;
mod explain;
mod generate;
mod help;
mod interrupted;
mod output;
mod project;
mod scaffold;
mod values;
mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path =
            std::env::temp_dir().join(format!("klambda-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        // Without links in it, as the command itself sees it.
        Self(path.canonicalize().unwrap())
    }

    /// With the catalogue of `klambda init`.
    fn with_catalogue() -> Self {
        let folder = Self::new();
        let run = folder.run(&["init", "--name", "shop"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text that must be there.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, &text.replace(from, to));
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_in(".", arguments)
    }

    fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        Run::new(klambda().current_dir(self.path(folder)).args(arguments))
    }

    /// Every file and its content.
    fn snapshot(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.0, &self.0, &mut files);
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            collect(root, &entry.path(), files);
        } else {
            let name = entry
                .path()
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The command, in an environment that says nothing about colours.
fn klambda() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_klambda"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// What a run did.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn new(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        Self {
            code: status.code().expect("ended by a signal"),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }

    /// All of it as text, with times and versions replaced.
    fn text(&self) -> String {
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code,
            stable(&self.stdout),
            stable(&self.stderr)
        )
    }
}

/// Replaces milliseconds and the version.
fn stable(text: &str) -> String {
    let mut result = String::new();
    for line in text
        .replace(env!("CARGO_PKG_VERSION"), "[version]")
        .split_inclusive('\n')
    {
        match line
            .rsplit_once(" in ")
            .filter(|(_, rest)| rest.ends_with(" ms\n"))
        {
            Some((before, _)) => result.push_str(&format!("{before} in [time] ms\n")),
            None => result.push_str(line),
        }
    }
    result
}
