//! Cases and environments as they stand in `cases/*.yaml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

/// A language that handlers are written in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    Python,
    NodeJs,
    Go,
    Rust,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::Python, Self::NodeJs, Self::Go, Self::Rust];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::NodeJs => "nodejs",
            Self::Go => "go",
            Self::Rust => "rust",
        }
    }

    /// Whether what its handlers are run or compiled by is there.
    pub(crate) fn is_installed(self) -> bool {
        let (program, argument) = match self {
            Self::Python => ("python3", "--version"),
            Self::NodeJs => ("node", "--version"),
            Self::Go => ("go", "version"),
            Self::Rust => return true,
        };
        Command::new(program)
            .arg(argument)
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) environments: BTreeMap<String, Environment>,
    pub(crate) cases: Vec<Case>,
}

/// What a function is started with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Environment {
    /// Variables beside `PORT` and the function's name; those that are null are not set.
    pub(crate) variables: BTreeMap<String, Option<String>>,
    /// Code in place of the suite's handler: by language, text by name of the file.
    pub(crate) code: BTreeMap<Language, BTreeMap<String, String>>,
    /// Whether the function never becomes ready.
    pub(crate) broken: bool,
}

/// What is done, and what is expected of it. Steps follow one another; one alone may be written
/// without the list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default = "usual")]
    pub(crate) environment: String,
    /// All, if there are none.
    #[serde(default)]
    pub(crate) languages: Vec<Language>,
    /// Whether it needs a function that nothing else has called.
    #[serde(default)]
    pub(crate) alone: bool,
    send: Option<Request>,
    answer: Option<Answer>,
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// All that the broker gets because of the case.
    #[serde(default)]
    pub(crate) broker: Vec<Value>,
    /// All that the dead-letter sink gets.
    #[serde(default)]
    pub(crate) dead: Vec<Value>,
    /// All that the scheduler gets.
    #[serde(default)]
    pub(crate) callback: Vec<Value>,
    /// All that the collector of spans gets.
    #[serde(default)]
    pub(crate) traces: Vec<Value>,
    /// Lines of the log that must be there.
    #[serde(default)]
    pub(crate) log: Vec<Value>,
    /// Texts that must not be in the log.
    #[serde(default)]
    pub(crate) unlogged: Vec<String>,
    /// Texts that must be on standard error.
    #[serde(default)]
    pub(crate) errors: Vec<String>,
}

fn usual() -> String {
    "usual".into()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    pub(crate) send: Option<Request>,
    pub(crate) answer: Answer,
    /// Whether the next step does not wait for the answer.
    pub(crate) meanwhile: bool,
    /// Whether it is sent until the answer is as expected, for 10 s.
    pub(crate) until: bool,
    /// A signal for the function.
    pub(crate) signal: Option<Signal>,
    /// The function ends with this status.
    pub(crate) exit: Option<i32>,
    /// Milliseconds to wait before the step.
    pub(crate) after: u64,
    /// Milliseconds that the step may take.
    pub(crate) within: Option<u64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Signal {
    Term,
    Int,
}

/// A request; an event in binary mode, unless `event` is false.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) event: bool,
    /// Headers beside those of an event, or instead of them; those that are null are not sent.
    pub(crate) headers: BTreeMap<String, Option<Values>>,
    /// The body: JSON, or text.
    pub(crate) json: Option<Value>,
    pub(crate) text: Option<String>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            method: "POST".into(),
            path: "/".into(),
            event: true,
            headers: BTreeMap::new(),
            json: None,
            text: None,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Values {
    One(String),
    Many(Vec<String>),
}

/// What is expected of an answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, Value>,
    /// The event, in the JSON format.
    pub(crate) event: Option<Value>,
    /// The body as JSON.
    pub(crate) json: Option<Value>,
    /// The body as text.
    pub(crate) text: Option<String>,
    /// A text that no process has in its command line any more when the answer comes.
    pub(crate) gone: Option<String>,
    /// Whether the connection ends without an answer.
    pub(crate) none: bool,
    /// Samples in the body.
    pub(crate) metrics: BTreeMap<String, f64>,
}

/// All cases in a folder, with the environments that they name.
pub(crate) fn load(folder: &Path) -> (BTreeMap<String, Environment>, Vec<Case>) {
    let (mut environments, mut cases) = (BTreeMap::new(), Vec::new());
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = serde_saphyr::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        environments.extend(file.environments);
        cases.extend(file.cases);
    }
    for case in &mut cases {
        if let Some(send) = case.send.take() {
            let answer = case.answer.take().unwrap_or_default();
            case.steps.insert(
                0,
                Step {
                    send: Some(send),
                    answer,
                    ..Step::default()
                },
            );
        }
        let known = environments.contains_key(&case.environment);
        assert!(
            known,
            "{}: there is no environment {:?}",
            case.name, case.environment
        );
        assert!(
            !case.steps.is_empty(),
            "{}: there is nothing to do",
            case.name
        );
    }
    let mut names: Vec<_> = cases.iter().map(|case| &case.name).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    assert!(twice.is_none(), "two cases of one name: {twice:?}");
    (environments, cases)
}
