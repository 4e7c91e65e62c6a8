//! The languages of handlers, and how their workers are started.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use knative_lambda_events::constants;

/// A language whose handlers run in worker processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Language {
    /// Python.
    Python,
    /// Node.js.
    #[cfg_attr(feature = "cli", value(name = "nodejs"))]
    NodeJs,
    /// Go.
    Go,
}

/// Name and text of a file.
type File = (&'static str, &'static str);

/// The workers, as they are part of this program; the first file is the one that is run.
const PYTHON: [File; 2] = [
    ("runtime.py", include_str!("../workers/python/runtime.py")),
    ("knative_lambda_constants.py", constants::PYTHON),
];
const NODE: [File; 2] = [
    ("runtime.js", include_str!("../workers/node/runtime.js")),
    ("constants.js", constants::NODE),
];
/// Names and texts of the Go worker's files, which are compiled together with the handler.
pub const GO: [File; 2] = [
    ("runtime.go", include_str!("../workers/go/runtime.go")),
    ("runtime_constants.go", constants::GO),
];

/// Name of a Go handler's compiled program in the folder of the code.
pub const GO_PROGRAM: &str = "handler";

/// A user's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its language.
    pub language: Language,
    /// The folder that it stands in.
    pub folder: PathBuf,
    /// Program of its workers: an interpreter, or the compiled handler.
    pub program: PathBuf,
}

impl Language {
    /// The language of a file, by its ending.
    pub fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "py" => Some(Self::Python),
            "js" | "mjs" | "cjs" => Some(Self::NodeJs),
            "go" => Some(Self::Go),
            _ => None,
        }
    }

    /// The language of the code in a folder, by the file that it starts with.
    pub fn of_folder(folder: &Path) -> Option<Self> {
        let has = |name: &str| folder.join(name).is_file();
        if has("main.py") {
            Some(Self::Python)
        } else if ["main.js", "main.mjs", "main.cjs"].into_iter().any(has) {
            Some(Self::NodeJs)
        } else if has(GO_PROGRAM) || has("main.go") {
            Some(Self::Go)
        } else {
            None
        }
    }
}

impl Code {
    /// Code in a folder. A Go handler's program is there, too; interpreters are those of `PATH`.
    pub fn new(language: Language, folder: PathBuf) -> Self {
        let program = match language {
            Language::Python => "python3".into(),
            Language::NodeJs => "node".into(),
            Language::Go => folder.join(GO_PROGRAM),
        };
        Self {
            language,
            folder,
            program,
        }
    }

    /// The command that starts a worker. What it needs is written to `folder`.
    ///
    /// # Errors
    /// When that cannot be written, or the Go program is missing.
    pub fn command(&self, folder: &Path) -> Result<Vec<OsString>, String> {
        let write = |files: [File; 2]| {
            for (name, text) in files {
                let path = folder.join(name);
                std::fs::write(&path, text)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
            }
            Ok::<_, String>(folder.join(files[0].0).into_os_string())
        };
        let program = self.program.clone().into_os_string();
        match self.language {
            Language::Python => Ok(vec![program, write(PYTHON)?]),
            Language::NodeJs => Ok(vec![program, write(NODE)?]),
            Language::Go if self.program.is_file() => Ok(vec![program]),
            Language::Go => Err(format!(
                "{}: the handler is not compiled",
                self.program.display()
            )),
        }
    }
}
