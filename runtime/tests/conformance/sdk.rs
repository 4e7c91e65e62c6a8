//! The CloudEvents SDKs of other languages as clients of a function, and as receivers of its
//! events. They come from the registries of their languages, in the versions that stand here and
//! in `sdk/go/go.mod`.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::case::{Environment, Language};
use crate::function::{Function, temporary};
use crate::pattern::{Seen, compare};
use crate::wire::{Message, Request, exchange};

const PYTHON: &str = "cloudevents==2.2.0";
const NODEJS: &str = "cloudevents@10.0.0";

/// Languages whose SDKs are tried.
pub(crate) const LANGUAGES: [Language; 3] = [Language::Python, Language::NodeJs, Language::Go];

/// What a program with an SDK is started by; the error says why it cannot be had.
pub(crate) fn install(language: Language) -> Result<Command, String> {
    let code = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/sdk")
        .join(language.name());
    let folder = |version: &str| temporary().join(format!("sdk-{version}"));
    Ok(match language {
        Language::Python => {
            let folder = folder(PYTHON);
            once(
                &folder,
                Command::new("python3")
                    .args(["-m", "pip", "install", "--quiet", "--retries=1", "--target"])
                    .arg(&folder)
                    .arg(PYTHON),
            )?;
            let mut command = Command::new("python3");
            command.arg(code.join("main.py")).env("PYTHONPATH", folder);
            command
        }
        Language::NodeJs => {
            let folder = folder(NODEJS);
            once(
                &folder,
                Command::new("npm")
                    .args([
                        "install",
                        "--loglevel=error",
                        "--fetch-retries=1",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                    ])
                    .arg(&folder)
                    .arg(NODEJS),
            )?;
            let mut command = Command::new("node");
            command
                .arg(code.join("main.js"))
                .env("NODE_PATH", folder.join("node_modules"));
            command
        }
        _ => {
            let program = folder("go").join("client");
            run(Command::new("go")
                .args(["build", "-mod=readonly", "-o"])
                .arg(&program)
                .arg(".")
                .current_dir(code))?;
            Command::new(program)
        }
    })
}

/// Fills a folder, unless that has been done.
fn once(folder: &Path, command: &mut Command) -> Result<(), String> {
    let mark = folder.join("complete");
    if mark.exists() {
        return Ok(());
    }
    run(command)?;
    std::fs::write(&mark, "").map_err(|error| error.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<_> = said.split_whitespace().take(40).collect();
    match output.status.success() {
        true => Ok(()),
        false => Err(said.join(" ")),
    }
}

/// Lets an SDK send events in both modes and read the replies, and read what was published in
/// both. Says what is not as expected.
pub(crate) fn try_out(program: Command, environment: &Environment) -> io::Result<Vec<String>> {
    let function = Function::start(Language::Python, environment)?;
    let ids = ["sdk-binary", "sdk-structured"];
    for (id, correlation) in ids.into_iter().zip(["plain", "a%20b"]) {
        fail(&function, id, correlation)?;
    }
    let published: Vec<Value> = ids.into_iter().map(|id| published(&function, id)).collect();
    let answer = ask(program, &function, &json!(published))?;
    let reply = |correlation: &str| {
        json!({
            "id": "{=id}",
            "source": "io.knative.lambda/runtime/tests/conformance",
            "type": "io.knative.lambda.response.success",
            "time": "{time}",
            "datacontenttype": "application/json",
            "correlationid": correlation,
            "causationid": "sdk",
            "data": { "functionName": "conformance", "result": { "statusCode": 200, "body": "größer" } },
        })
    };
    let received = |id: &str, correlation: &str| {
        json!({
            "id": "{uuid}",
            "type": "io.knative.lambda.response.error",
            "correlationid": correlation,
            "causationid": id,
            "data": { "error": { "type": "TransientError", "message": "größer" } },
        })
    };
    let expected = json!({
        "replies": [reply("of the sdk"), reply("plain")],
        "received": [received(ids[0], "plain"), received(ids[1], "a b")],
    });
    let mut differences = Vec::new();
    compare(
        "sdk",
        &expected,
        Some(&answer),
        &mut Seen::new(),
        &mut differences,
    );
    Ok(differences)
}

/// Sends an event whose response is published.
fn fail(function: &Function, id: &str, correlation: &str) -> io::Result<Message> {
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", id),
        ("ce-source", "/sdk"),
        ("ce-type", "com.example.thing"),
        ("ce-correlationid", correlation),
        ("content-type", "application/json"),
    ];
    let body = json!({ "do": "fail", "class": "TransientError", "message": "größer" });
    let request = Request {
        method: "POST".into(),
        path: "/".into(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.into()))
            .to_vec(),
        body: body.to_string().into_bytes(),
    };
    exchange(function.port, &request)
}

/// The message that was published because of an event.
fn published(function: &Function, id: &str) -> Value {
    crate::effects::wait(|| !function.sink.of(id).is_empty());
    let Some(taken) = function.sink.of(id).into_iter().next() else {
        return Value::Null;
    };
    let headers = taken.message.headers.iter();
    let headers: serde_json::Map<_, _> = headers
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect();
    json!({ "headers": headers, "body": String::from_utf8_lossy(&taken.message.body) })
}

fn ask(mut program: Command, function: &Function, messages: &Value) -> io::Result<Value> {
    let url = format!("http://127.0.0.1:{}/", function.port);
    let program = program
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(messages.to_string().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let said = || io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned());
    serde_json::from_slice(&output.stdout).map_err(|_| said())
}
