//! A handler's file, served or called without a cluster: what its environment would say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use knative_lambda_events::environment::Environment;
use knative_lambda_events::support::environment::{Variable, process_variables};
use knative_lambda_runtime::language::{Code, Language};
use knative_lambda_runtime::process::Unserved;

use super::{env_file, go, misuse};

/// Longest name of a function: names of what is made for it are longer.
const LONGEST_NAME: usize = 50;

#[derive(Args)]
pub(super) struct Local {
    /// File of the handler (.py, .js, .mjs, .cjs or .go), or the folder with its file `main`.
    file: PathBuf,
    /// Function in the file [default: the last part of HANDLER, or else `handler`].
    #[arg(long, value_name = "NAME")]
    handler: Option<String>,
    /// File with environment variables, `NAME=value` a line. Those that are set already win.
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
}

/// A handler with its environment.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) code: Code,
    /// File that the handler is in.
    pub(super) file: PathBuf,
    pub(super) environment: Environment,
    /// Whether the port was asked for.
    pub(super) has_port: bool,
    /// Variables that the handler sees beside those of this process.
    pub(super) variables: Vec<(String, String)>,
}

impl Local {
    /// Finds the code and settles the environment: arguments win over the variables of this
    /// process, those over the file, and that over defaults.
    pub(super) fn settle(&self, arguments: &[(Variable, String)]) -> Result<Function, Unserved> {
        let (file, language) = find(&self.file).map_err(misuse)?;
        let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
        let given = match &self.env_file {
            Some(path) => env_file::read(path).map_err(misuse)?,
            None => Vec::new(),
        };
        let mut all = BTreeMap::new();
        let mut set = |variable: Variable, value: String| {
            all.insert(variable.name.to_owned(), value);
        };
        set(Environment::FUNCTION_NAME, name(&file));
        set(Environment::FUNCTION_NAMESPACE, "default".into());
        set(Environment::LOG_FORMAT, "human".into());
        all.extend(given);
        // Those that are empty are not set.
        all.extend(process_variables().filter(|(_, value)| !value.is_empty()));
        for (variable, value) in arguments {
            all.insert(variable.name.to_owned(), value.clone());
        }
        let handler = self.handler(&file, language, all.get(Environment::HANDLER.name))?;
        all.insert(Environment::HANDLER.name.to_owned(), handler);
        let has_port = all
            .get(Environment::PORT.name)
            .is_some_and(|port| !port.is_empty());
        let environment = Environment::from_vars(all.clone()).map_err(misuse)?;
        let inherited: BTreeMap<_, _> = process_variables().collect();
        all.retain(|name, value| inherited.get(name) != Some(value));
        let mut code = Code::new(language, folder);
        if language == Language::Go {
            code.program = go::program(&code.folder);
        }
        Ok(Function {
            code,
            file,
            environment,
            has_port,
            variables: all.into_iter().collect(),
        })
    }

    /// `module.function`, or in Go, where a program is one module, the function.
    fn handler(
        &self,
        file: &Path,
        language: Language,
        set: Option<&String>,
    ) -> Result<String, Unserved> {
        if self
            .handler
            .as_ref()
            .is_some_and(|name| name.contains(['.', '/']))
        {
            return Err(misuse("--handler is the name of a function in the file"));
        }
        let last = set.and_then(|path| path.rsplit('.').next());
        let function = self.handler.as_deref().or(last);
        let function = function
            .filter(|name| !name.is_empty())
            .unwrap_or("handler");
        let module = file.file_stem().unwrap_or_default().to_string_lossy();
        Ok(match language {
            Language::Go => function.to_owned(),
            Language::Python | Language::NodeJs => format!("{module}.{function}"),
        })
    }
}

/// The handler's file, absolute, and its language.
fn find(path: &Path) -> Result<(PathBuf, Language), String> {
    let shown = path.display();
    let file = std::fs::canonicalize(path).map_err(|error| format!("{shown}: {error}"))?;
    let file = if file.is_dir() {
        let names = ["main.py", "main.js", "main.mjs", "main.cjs", "main.go"];
        let mut files = names.into_iter().map(|name| file.join(name));
        files.find(|file| file.is_file()).ok_or_else(|| {
            format!(
                "{shown} has none of {}: name the handler's file",
                names.join(", ")
            )
        })?
    } else {
        file
    };
    match Language::of_file(&file) {
        Some(language) => Ok((file, language)),
        None if file.extension().is_some_and(|ending| ending == "rs") => Err(format!(
            "{shown} is Rust, whose handlers are programs of their own: `cargo run` serves it"
        )),
        None => Err(format!(
            "{shown} is of no known language: names end in .py, .js, .mjs, .cjs or .go"
        )),
    }
}

/// A name for the function in a file: the file's, or that of its folder where the file's says
/// nothing, as Kubernetes has names of services.
fn name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    let folder = file.parent().and_then(Path::file_name);
    let says_nothing = ["main", "index", "handler", "app"]
        .iter()
        .any(|name| stem == *name);
    let best = folder.filter(|_| says_nothing).unwrap_or(stem);
    let mut name = String::new();
    for character in best.to_string_lossy().chars() {
        match character.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => name.push(letter),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert_str(0, "function-");
    }
    name.truncate(LONGEST_NAME);
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::name;

    #[test]
    fn names_are_valid_in_kubernetes() {
        let long = format!("/x/{}.py", "a-".repeat(60));
        let cases = [
            ("/home/ada/greetings/main.py", "greetings"),
            ("/home/ada/Send_Mail.v2.py", "send-mail-v2"),
            ("/main.go", "main"),
            ("/x/7up.js", "function-7up"),
            ("/x/__ü__.py", "function"),
            (&long, &"a-".repeat(25)[..49]),
        ];
        for (file, expected) in cases {
            assert_eq!(name(Path::new(file)), expected, "{file}");
        }
    }
}
