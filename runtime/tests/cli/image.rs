//! Builds what an image has in it, in a folder, and runs it there: the lines of a Dockerfile that
//! say what is where are followed, with the programs of this machine in place of base images.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::Running;

pub(crate) struct Image {
    root: tempfile::TempDir,
    variables: Vec<(String, String)>,
    entry_point: Vec<String>,
    pub(crate) user: String,
    pub(crate) exposed: String,
}

/// A stage of a build: its folder and where it stands in it.
#[derive(Clone)]
struct Stage {
    root: PathBuf,
    folder: String,
}

/// Follows the Dockerfile in a folder.
pub(crate) fn build(context: &Path) -> Image {
    let root = tempfile::tempdir().unwrap();
    let dockerfile = fs::read_to_string(context.join("Dockerfile")).unwrap();
    let mut stages: HashMap<String, Stage> = HashMap::new();
    let mut arguments: HashMap<String, String> = HashMap::new();
    let mut stage = Stage {
        root: PathBuf::new(),
        folder: "/".into(),
    };
    let (mut variables, mut entry_point) = (Vec::new(), Vec::new());
    let (mut user, mut exposed) = (String::new(), String::new());
    for line in dockerfile
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (word, rest) = line.split_once(' ').unwrap();
        match word {
            "ARG" => {
                let (name, value) = rest.split_once('=').unwrap();
                arguments.insert(format!("${{{name}}}"), value.to_owned());
            }
            "FROM" => {
                let words: Vec<_> = rest.split(' ').collect();
                assert!(arguments.contains_key(words[0]), "{line}");
                stage = Stage {
                    root: root.path().join(format!("stage-{}", stages.len())),
                    folder: "/".into(),
                };
                fs::create_dir_all(&stage.root).unwrap();
                if words[0] == "${RUNTIME_IMAGE}" {
                    let program = env!("CARGO_BIN_EXE_lambda-runtime");
                    fs::copy(program, stage.root.join("lambda-runtime")).unwrap();
                }
                let name = words.get(2).map_or("", |name| name);
                assert!(
                    stages.insert(name.to_owned(), stage.clone()).is_none(),
                    "{line}"
                );
                variables.clear();
            }
            "WORKDIR" => {
                stage.folder = rest.to_owned();
                fs::create_dir_all(stage.path(".")).unwrap();
            }
            "COPY" => match rest.strip_prefix("--from=") {
                Some(rest) => {
                    let words: Vec<_> = rest.split(' ').collect();
                    copy(
                        &stages[words[0]].path(words[1]),
                        &stage.path(words[2]),
                        &|_| true,
                    );
                }
                None => {
                    let (from, to) = rest.split_once(' ').unwrap();
                    let ignored = ignored(context);
                    let wanted = |path: &Path| !ignored(path.strip_prefix(context).unwrap());
                    copy(&context.join(from), &stage.path(to), &wanted);
                }
            },
            "RUN" => {
                let mut command = Command::new("sh");
                command.arg("-c").arg(rest).current_dir(stage.path("."));
                let output = command.output().unwrap();
                assert!(
                    output.status.success(),
                    "{line}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
            "ENV" => {
                let pairs = rest.split(' ').map(|pair| pair.split_once('=').unwrap());
                variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "USER" => user = rest.to_owned(),
            "EXPOSE" => exposed = rest.to_owned(),
            "ENTRYPOINT" => entry_point = serde_json::from_str(rest).unwrap(),
            other => panic!("what is {other}?"),
        }
    }
    // Only the last stage is in the image.
    let built = root.path().join("image");
    fs::rename(&stage.root, &built).unwrap();
    for stage in stages.values().filter(|other| other.root != stage.root) {
        fs::remove_dir_all(&stage.root).unwrap();
    }
    Image {
        root,
        variables,
        entry_point,
        user,
        exposed,
    }
}

impl Stage {
    fn path(&self, path: &str) -> PathBuf {
        let folder = self.root.join(self.folder.trim_start_matches('/'));
        match path.strip_prefix('/') {
            Some(path) => self.root.join(path),
            None if path == "." => folder,
            None => folder.join(path),
        }
    }
}

impl Image {
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.path().join("image").join(path).exists()
    }

    /// Runs its entry point.
    pub(crate) fn start(&self, port: u16) -> Running {
        let root = self.root.path().join("image");
        let place = |text: &str| match text.strip_prefix('/') {
            Some(path) => root.join(path).to_str().unwrap().to_owned(),
            None => text.to_owned(),
        };
        let mut command = Command::new(place(&self.entry_point[0]));
        command.args(self.entry_point[1..].iter().map(|argument| place(argument)));
        command.env_clear().env("PORT", port.to_string());
        command
            .env("FUNCTION_NAME", "hello")
            .env("FUNCTION_NAMESPACE", "default");
        for (name, value) in self.variables.iter().filter(|(name, _)| name != "PATH") {
            command.env(name, place(value));
        }
        command.env("PATH", std::env::var("PATH").unwrap());
        Running::start(command)
    }
}

/// Copies a file or a folder's content.
fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) {
    if from.is_symlink() {
        std::os::unix::fs::symlink(fs::read_link(from).unwrap(), to).unwrap();
        return;
    }
    if from.is_file() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if wanted(&path) {
            copy(&path, &to.join(path.file_name().unwrap()), wanted);
        }
    }
}

/// What the `.dockerignore` of a folder keeps out, in the forms that ours has.
fn ignored(context: &Path) -> impl Fn(&Path) -> bool {
    let text = fs::read_to_string(context.join(".dockerignore")).unwrap();
    move |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_top = path.components().count() == 1;
        let matches = |pattern: &str| match pattern.strip_prefix("**/") {
            Some(pattern) => glob(pattern, name),
            None => is_top && glob(pattern, name),
        };
        let mut patterns = text.lines().filter(|line| !line.starts_with('#'));
        patterns.any(matches)
    }
}

fn glob(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => pattern == name,
    }
}
