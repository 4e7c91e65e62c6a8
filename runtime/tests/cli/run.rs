//! `run`.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use knative_lambda_runtime::language::GO;
use serde_json::{Value, json};

use crate::program::{Running, folder, output, post, program, result, send, text};

const SHOW: &str = "
import os
def handler(event):
    return {name: os.environ.get(name) for name in event['names']}
";

#[test]
fn the_proposed_command_works_as_it_is_pasted() {
    let code = folder(&[("echo.js", "exports.handler = async (event) => event;")]);
    let mut command = program();
    let running = Running::start({
        command.arg("run").arg(code.path().join("echo.js"));
        command
    });
    let proposal = running.proposal();
    let said = running.said();
    assert!(
        said.contains("echo serves echo.js at http://127.0.0.1:"),
        "{said}"
    );
    assert!(!said.contains('\x1b'), "{said:?}");
    let answer = Command::new("sh")
        .args(["-c", &format!("{proposal} -s")])
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer["functionName"], "echo");
    assert_eq!(answer["namespace"], "default");
    assert_eq!(answer["result"]["body"], json!({ "message": "Hello" }));
    let (status, took) = running.interrupt();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn the_next_free_port_is_taken_unless_one_was_asked_for() {
    let code = folder(&[("main.py", SHOW)]);
    let start = || {
        let mut command = program();
        command.arg("run").arg(code.path());
        Running::start(command)
    };
    let (first, second) = (start(), start());
    assert_ne!(first.port(), second.port());
    let said = [first.said(), second.said()].concat();
    assert!(said.contains("is taken; the next free one is"), "{said}");

    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = program()
        .arg("run")
        .arg(code.path())
        .args(["--port", &port])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains(&format!("port {port}")));
    let refused = program()
        .arg("run")
        .arg(code.path())
        .env("PORT", &port)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn the_environment_wins_over_the_file_and_that_over_defaults() {
    let file =
        "A=file\nexport B='file'\nFUNCTION_NAMESPACE=from-file\nHANDLER=other.show\nEMPTY=\n";
    let code = folder(&[
        ("Send_Mail.py", &SHOW.replace("handler", "show")),
        ("my.env", file),
    ]);
    let mut command = program();
    command.arg("run").arg(code.path().join("Send_Mail.py"));
    command.arg("--env-file").arg(code.path().join("my.env"));
    let running = Running::start({
        command.env("A", "process").env("FUNCTION_NAME", "");
        command
    });
    let names = [
        "A",
        "B",
        "EMPTY",
        "FUNCTION_NAME",
        "FUNCTION_NAMESPACE",
        "HANDLER",
    ];
    let seen = result(running.port(), &json!({ "names": names }).to_string());
    let expected = json!({
        "A": "process",
        "B": "file",
        "EMPTY": "",
        "FUNCTION_NAME": "send-mail",
        "FUNCTION_NAMESPACE": "from-file",
        "HANDLER": "Send_Mail.show",
    });
    assert_eq!(seen, expected);
}

#[test]
fn wrong_use_is_explained() {
    let code = folder(&[
        ("main.rs", ""),
        ("main.txt", ""),
        ("main.py", SHOW),
        ("bad.env", "SECRET hunter2\n"),
        ("empty/x", ""),
    ]);
    let path = |name: &str| code.path().join(name).to_str().unwrap().to_owned();
    let cases = [
        (vec![path("gone.py")], "gone.py: No such file"),
        (vec![path("main.rs")], "cargo run"),
        (vec![path("main.txt")], "of no known language"),
        (vec![path("empty")], "has none of main.py"),
        (
            vec![path("main.py"), "--handler".into(), "a.b".into()],
            "name of a function",
        ),
        (
            vec![path("main.py"), "--env-file".into(), path("bad.env")],
            "bad.env:1: not of the form NAME=value",
        ),
        (vec![path("main.py"), "--port".into(), "0".into()], "--port"),
    ];
    for (arguments, expected) in cases {
        let refused = program().arg("run").args(&arguments).output().unwrap();
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let refused = program()
        .arg("run")
        .arg(path("main.py"))
        .env("WORKERS", "0")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("WORKERS must be"));
}

#[test]
fn go_is_compiled_and_its_errors_are_shown_as_the_compiler_has_them() {
    let good = "package main\nfunc Handler(e map[string]interface{}) (map[string]interface{}, error) { return e, nil }\n";
    let own = "package main\n\nconst mine = EventTypeInvokeSync\n";
    for module in [false, true] {
        let code = folder(&[
            ("main.go", good),
            ("main_test.go", "package main\n"),
            ("constants.go", own),
        ]);
        if module {
            crate::program::write(code.path(), &[("go.mod", "module hello\n\ngo 1.21\n")]);
        }
        let mut command = program();
        command.arg("run").arg(code.path());
        let running = Running::start(command);
        assert_eq!(result(running.port(), r#"{"a":1}"#), json!({ "a": 1 }));
        // The user's files are as they were, and nothing is left beside them.
        let constants = std::fs::read_to_string(code.path().join("constants.go")).unwrap();
        assert_eq!(constants, own);
        assert!(GO.iter().all(|(name, _)| !code.path().join(name).exists()));
        assert!(!code.path().join("handler").exists());
    }
    let code = folder(&[("main.go", &good.replace("return e, nil", "return f, nil"))]);
    let refused = output(&["run", code.path().to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(
        said.contains("./main.go:2:") && said.contains("undefined: f"),
        "{said}"
    );
}

#[test]
fn a_handler_that_cannot_be_loaded_is_never_answered_2xx() {
    let code = folder(&[("main.py", "import nothing_of_that_name\n")]);
    let mut command = program();
    command.arg("run").arg(code.path());
    let running = Running::start(command);
    let (status, answer) = post(running.port(), "{}");
    assert_eq!(status, 503, "{answer}");
    assert_eq!(answer["error"]["type"], "SystemError");
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("nothing_of_that_name")
    );
}

#[test]
fn the_second_interrupt_does_not_wait_for_calls() {
    let code = folder(&[(
        "main.py",
        "import time\ndef handler(event):\n    print('begun', flush=True)\n    time.sleep(100)\n",
    )]);
    let mut command = program();
    command.arg("run").arg(code.path());
    let running = Running::start(command);
    let port = running.port();
    let _call = send(port, "{}");
    running.wait_for("begun");
    running.signal();
    running.wait_for("calls in flight come first");
    let (status, took) = running.interrupt();
    assert_eq!(status.code(), Some(1), "{status}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}
