//! `invoke`, the examples, and the pages.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::program::{Running, folder, free_port, output, post, program, text};

fn example(name: &str) -> String {
    format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The exit status and the response event.
fn invoke(arguments: &[&str]) -> (i32, Value) {
    let output = program().arg("invoke").args(arguments).output().unwrap();
    let said = text(&output.stderr);
    let event =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    (output.status.code().unwrap(), event)
}

#[test]
fn examples_do_what_they_say() {
    let cases = [
        (
            "python",
            r#"{"items": [{"name": "pen", "price": 2.5, "count": 4}]}"#,
            Ok(json!({ "total": 10.0, "items": 4 })),
        ),
        ("python", "{}", Err("an order has at least one item")),
        (
            "python",
            r#"{"items": [{"name": "pen", "price": 2.5, "count": 0}]}"#,
            Err("pen: the count is 0"),
        ),
        (
            "python/weather.py",
            r#"{"places": ["Oslo", "Lima"]}"#,
            Ok(json!({ "Oslo": 4.0, "Lima": 4.0 })),
        ),
        (
            "python/weather.py",
            r#"{"places": "Oslo"}"#,
            Err("places must be a list"),
        ),
        (
            "nodejs",
            r#"{"title": "Crème brûlée, quickly"}"#,
            Ok(json!({ "slug": "creme-brulee-quickly" })),
        ),
        ("nodejs", r#"{"title": "!"}"#, Err("title has no letters")),
        (
            "go",
            r#"{"text": "the cat and the other"}"#,
            Ok(json!({ "words": 5, "longest": "other", "most": "the" })),
        ),
        ("go", "{}", Err("text must be a string")),
    ];
    for (file, data, expected) in cases {
        let (status, event) = invoke(&[&example(file), "--data", data]);
        match expected {
            Ok(body) => {
                assert_eq!(event["data"]["result"]["body"], body, "{event}");
                assert_eq!(event["type"], "io.knative.lambda.response.success");
                assert_eq!(status, 0);
            }
            Err(message) => {
                assert_eq!(event["data"]["error"]["type"], "ValidationError", "{event}");
                assert_eq!(event["data"]["error"]["message"], message);
                assert_eq!(event["type"], "io.knative.lambda.response.error");
                assert_eq!(status, 1);
            }
        }
    }
}

#[test]
fn the_example_in_rust_serves_itself() {
    let tests = std::env::current_exe().unwrap();
    let target = tests.ancestors().nth(3).unwrap();
    // `cargo test` has built it, unless it was asked for some tests only.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--example", "hello", "--target-dir"]);
    cargo.arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.status().unwrap().success());
    let hello = target.join("debug/examples/hello");
    let port = free_port();
    let mut command = Command::new(hello);
    command
        .env("FUNCTION_NAME", "hello")
        .env("FUNCTION_NAMESPACE", "default");
    command
        .env("PORT", port.to_string())
        .env("LOG_FORMAT", "json");
    let running = Running::start(command);
    running.wait_for("The function is served.");
    let (status, answer) = post(port, r#"{"payload": "Ada"}"#);
    assert_eq!(status, 200);
    assert_eq!(answer["result"]["body"]["greeting"], "Ada");
}

#[test]
fn events_come_from_files_and_standard_input() {
    let event = r#"{"specversion": "1.0", "id": "7", "source": "/shop", "type": "io.knative.lambda.invoke.sync",
        "correlationid": "c-1", "data": {"payload": {"a": 1}}}"#;
    let code = folder(&[
        (
            "main.py",
            "def handler(event, context):\n    print('seen')\n    return [event['payload'], context.attributes['id']]\n",
        ),
        ("event.json", event),
    ]);
    let main = code.path().join("main.py");
    let main = main.to_str().unwrap();
    let (status, response) = invoke(&[
        main,
        "--event",
        code.path().join("event.json").to_str().unwrap(),
    ]);
    assert_eq!(
        (status, &response["data"]["result"]["body"]),
        (0, &json!([{ "a": 1 }, "7"]))
    );
    assert_eq!(response["correlationid"], "c-1");

    let mut command = program();
    command.args(["invoke", main, "--event", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(event.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let again: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(again["id"], response["id"]);
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(text(&output.stderr).contains("seen"));
}

#[test]
fn the_exit_status_tells_the_outcomes_apart() {
    let code = folder(&[
        (
            "main.py",
            "import time\ndef handler(event):\n    while True: time.sleep(1)\ndef fail(event):\n    raise KeyError('x')\n",
        ),
        ("event.json", "{\"a\": 1}"),
    ]);
    let path = |name: &str| code.path().join(name).to_str().unwrap().to_owned();
    let main = path("main.py");
    let (status, event) = invoke(&[&main, "--data", "{}", "--timeout", "1"]);
    assert_eq!(
        (status, &event["type"]),
        (1, &json!("io.knative.lambda.response.timeout"))
    );
    let (status, event) = invoke(&[&main, "--data", "{}", "--handler", "fail"]);
    assert_eq!(
        (status, &event["data"]["error"]["type"]),
        (1, &json!("RuntimeError"))
    );
    let (status, event) = invoke(&[&main, "--data", "{}", "--handler", "gone"]);
    assert_eq!(
        (status, &event["data"]["error"]["type"]),
        (1, &json!("SystemError"))
    );
    let (event, gone) = (path("event.json"), path("gone.json"));
    for arguments in [
        vec![&*main],
        vec![&main, "--data", "{"],
        vec![&main, "--data", "{}", "--event", &event],
        vec![&main, "--event", &event],
        vec![&main, "--event", &gone],
        vec![&main, "--data", "{}", "--timeout", "0"],
    ] {
        let refused = program().arg("invoke").args(&arguments).output().unwrap();
        assert_eq!(
            refused.status.code(),
            Some(2),
            "{arguments:?}: {}",
            text(&refused.stderr)
        );
        assert!(refused.stdout.is_empty());
    }
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let mut pages = vec![
        text(&output(&["man"]).stdout),
        text(&output(&["--help"]).stdout),
    ];
    for shell in ["bash", "zsh", "fish"] {
        pages.push(text(&output(&["completions", shell]).stdout));
    }
    for page in pages {
        for command in ["run", "invoke", "serve", "dockerfile", "completions", "man"] {
            assert!(page.contains(command), "{command} is not in {page}");
        }
    }
    for command in ["run", "invoke", "serve", "dockerfile", "completions", "man"] {
        let help = text(&output(&[command, "--help"]).stdout);
        assert!(
            help.contains("Examples:\n  lambda-runtime ") || help.contains("lambda-runtime serve"),
            "{help}"
        );
    }
}
