//! The workers of all languages, against docs/worker-protocol.md.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "workers/cases.rs"]
mod cases;
#[path = "workers/host.rs"]
mod host;
#[path = "workers/names.rs"]
mod names;

use std::thread::sleep;
use std::time::Duration;

use cases::{Case, Outcome};
use host::{DRAIN, Data, ERROR, FAILED, Frame, Host, Language, PING, PONG, RESULT, invoke, signal};
use knative_lambda_events::errors::ErrorClass;
use serde_json::{Value, json};

const LANGUAGES: [(Language, &str); 3] = [
    (Language::Python, "python"),
    (Language::Node, "node"),
    (Language::Go, "go"),
];

/// Ids of calls that do not fit a floating-point number.
const FIRST: u64 = (1 << 60) + 1;

/// One worker runs all cases of its language, answers a ping and ends when it is drained.
fn run_cases(language: Language, code: &str) {
    let mut host = Host::ready(language, code, "handler", 1);
    let cases = cases::of(language);
    for (id, case) in (FIRST..).zip(&cases) {
        let (outcome, logs) = host.call(id, &case.data);
        check(case, id, &outcome, &logs);
    }
    host.send(&signal(PING));
    let (pong, _) = host.skip_logs();
    assert_eq!((pong.kind, pong.call, pong.payload.len()), (PONG, 0, 0));
    host.send(&signal(DRAIN));
    let mut ending = String::new();
    while let Some(frame) = host.next() {
        ending += frame.json()["message"].as_str().unwrap();
    }
    let (status, outputs) = host.end();
    assert!(status.success(), "{status}");
    if language == Language::Go {
        let printing = FIRST + cases.iter().position(|case| case.name == "prints").unwrap() as u64;
        let next = printing + 1;
        assert!(
            outputs[0].contains(&format!("\u{1e}{printing}\nfirst\nsecond\n\u{1e}{next}\n")),
            "{}",
            outputs[0]
        );
        assert!(
            outputs[1].contains(&format!("\u{1e}{printing}\nmistake\n\u{1e}{next}\n")),
            "{}",
            outputs[1]
        );
        assert!(
            outputs[0].ends_with("shutdown was called\n"),
            "{}",
            outputs[0]
        );
    } else {
        assert_eq!(ending, "shutdown was called");
        assert_eq!(outputs, ["", ""], "the worker itself writes nothing");
    }
}

#[test]
fn python_runs_all_cases() {
    run_cases(Language::Python, "python");
}

#[test]
fn node_runs_all_cases() {
    run_cases(Language::Node, "node");
}

#[test]
fn go_runs_all_cases() {
    run_cases(Language::Go, "go");
}

fn check(case: &Case, id: u64, outcome: &Frame, logs: &[Frame]) {
    let name = case.name;
    let answer = outcome.json();
    match &case.outcome {
        Outcome::Result(value) => {
            assert_eq!(outcome.kind, RESULT, "{name}: {answer}");
            let mut answer = answer;
            if let Some(invocation) = answer.get_mut("invocation") {
                assert_eq!(*invocation, json!(format!("call-{id}")), "{name}");
                *invocation = json!("call-0");
            }
            assert_eq!(&answer, value, "{name}");
        }
        Outcome::Error(class, message, stack) => {
            assert_eq!(outcome.kind, ERROR, "{name}: {answer}");
            assert_eq!(answer["class"], class.to_string(), "{name}: {answer}");
            let text = answer["message"].as_str().unwrap();
            assert!(text.contains(message), "{name}: {text}");
            assert!(text.len() <= 4 << 10, "{name}: {}", text.len());
            let trace = answer["stackTrace"].as_str().unwrap_or_default();
            assert!(trace.contains(stack.unwrap_or_default()), "{name}: {trace}");
            assert!(
                !trace.contains("runtime.py") && !trace.contains("runtime.js"),
                "{name}: {trace}"
            );
            assert!(trace.len() <= 16 << 10, "{name}: {}", trace.len());
            let after = (*class == ErrorClass::TransientError).then_some(5.0);
            assert_eq!(
                answer.get("retryAfter").and_then(Value::as_f64),
                after,
                "{name}"
            );
        }
    }
    assert!(logs.iter().all(|log| log.call == id), "{name}");
    let lines: Vec<_> = logs.iter().map(Frame::json).collect();
    assert_eq!(lines.len(), case.logs.len(), "{name}: {lines:?}");
    for (line, (level, stream, message)) in lines.iter().zip(&case.logs) {
        assert_eq!(line["level"], *level, "{name}");
        assert_eq!(
            line.get("stream").and_then(Value::as_str),
            *stream,
            "{name}"
        );
        assert_eq!(line["message"], *message, "{name}");
        let table = (name == "logs").then(|| json!("t"));
        assert_eq!(
            line.get("fields").map(|fields| fields["table"].clone()),
            table,
            "{name}"
        );
    }
}

/// Many calls at once, cut anywhere, are answered in their order.
#[test]
fn calls_are_answered_in_order() {
    for (language, code) in LANGUAGES {
        let mut host = Host::ready(language, code, "handler", 1);
        let mut bytes = Vec::new();
        let value = |id: u64| {
            json!([
                id,
                "x".repeat(if id % 100 == 7 {
                    200_000
                } else {
                    (id % 50) as usize
                })
            ])
        };
        for id in 1..=1000 {
            let data = Data::Json(json!({ "case": "echo", "value": value(id) }));
            bytes.extend(invoke(id, &data));
        }
        let mut writer = host.socket.try_clone().unwrap();
        let writing = std::thread::spawn(move || {
            for byte in bytes.drain(..2000) {
                std::io::Write::write_all(&mut writer, &[byte]).unwrap();
            }
            for piece in bytes.chunks(7919) {
                std::io::Write::write_all(&mut writer, piece).unwrap();
            }
        });
        for id in 1..=1000 {
            let (frame, _) = host.skip_logs();
            assert_eq!((frame.kind, frame.call), (RESULT, id), "{language:?}");
            assert_eq!(frame.json(), value(id), "{language:?}");
        }
        writing.join().unwrap();
    }
}

/// A drain behind calls does not overtake them.
#[test]
fn a_drain_lets_calls_end() {
    for (language, code) in LANGUAGES {
        let mut host = Host::ready(language, code, "handler", 1);
        let data = Data::Json(json!({ "case": "echo", "value": 1 }));
        host.send(
            &[
                invoke(1, &data),
                invoke(2, &data),
                signal(PING),
                signal(DRAIN),
            ]
            .concat(),
        );
        let kinds: Vec<_> = (0..3).map(|_| host.skip_logs().0.kind).collect();
        assert_eq!(kinds, [RESULT, RESULT, PONG], "{language:?}");
        assert!(host.end().0.success(), "{language:?}");
    }
}

#[test]
fn the_end_of_the_socket_ends_the_worker() {
    for (language, code) in LANGUAGES {
        for case in ["", "sleeps"] {
            let mut host = Host::ready(language, code, "handler", 1);
            if !case.is_empty() {
                host.send(&invoke(1, &Data::Json(json!({ "case": case }))));
                sleep(Duration::from_millis(50)); // either way it must end; mostly the call runs by now
            }
            host.socket.shutdown(std::net::Shutdown::Both).unwrap();
            assert!(host.end().0.success(), "{language:?} {case}");
        }
    }
}

/// Calls of one worker run together, no more than it is told, and what they print is told apart.
#[test]
fn concurrent_calls_run_together() {
    for (language, code) in &LANGUAGES[..2] {
        let mut host = Host::ready(*language, code, "concurrent.handler", 3);
        for id in 1..=6 {
            let event = json!({ "name": id, "together": 3 });
            host.send(&invoke(id, &Data::Json(event)));
        }
        let mut ended = Vec::new();
        let mut printed = Vec::new();
        while ended.len() < 6 {
            let (outcome, logs) = host.skip_logs();
            assert_eq!(
                (outcome.kind, outcome.json()),
                (RESULT, json!(3)),
                "{language:?}"
            );
            ended.push(outcome.call);
            printed.extend(
                logs.iter()
                    .map(|log| (log.json()["message"].clone(), log.call)),
            );
        }
        ended.sort_unstable();
        printed.sort_by_key(|(_, call)| *call);
        assert_eq!(ended, [1, 2, 3, 4, 5, 6], "{language:?}");
        let expected: Vec<_> = (1..=6)
            .map(|id| (json!(format!("call {id}")), id))
            .collect();
        assert_eq!(printed, expected, "{language:?}");
        host.send(&signal(DRAIN));
        assert_eq!(
            host.next().unwrap().json()["message"],
            "shutdown was called",
            "{language:?}"
        );
        assert!(host.end().0.success(), "{language:?}");
    }
}

/// With a concurrency of one, a call begins when the one before it has ended.
#[test]
fn one_call_at_a_time() {
    for (language, code) in &LANGUAGES[..2] {
        let mut host = Host::ready(*language, code, "concurrent.handler", 1);
        for id in 1..=20 {
            host.send(&invoke(
                id,
                &Data::Json(json!({ "name": id, "together": 1 })),
            ));
        }
        for id in 1..=20 {
            let (outcome, _) = host.skip_logs();
            assert_eq!(
                (outcome.call, outcome.json()),
                (id, json!(1)),
                "{language:?}"
            );
        }
    }
}

#[test]
fn go_runs_calls_together() {
    let mut host = Host::ready(Language::Go, "go", "Handler", 2);
    host.send(&invoke(1, &Data::Json(json!({ "case": "sleeps" }))));
    for id in 2..5 {
        let (outcome, _) = host.call(id, &Data::Json(json!({ "case": "echo", "value": id })));
        assert_eq!(outcome.json(), json!(id));
    }
}

#[test]
fn go_maps_take_objects_only() {
    let mut host = Host::ready(Language::Go, "go-map", "main.Handler", 1);
    let (outcome, _) = host.call(1, &Data::Json(json!({ "a": 1 })));
    assert_eq!(outcome.json(), json!({ "got": { "a": 1 } }));
    for (id, data) in (2..).zip([Data::Json(json!([1])), Data::Text("a"), Data::Bytes(b"a")]) {
        let (outcome, _) = host.call(id, &data);
        assert_eq!(
            outcome.json()["class"],
            ErrorClass::ValidationError.to_string(),
            "{data:?}"
        );
    }
}

/// Handlers of other files and folders, with modules of their own.
#[test]
fn handlers_are_found_below_the_code() {
    let found = [
        (
            Language::Python,
            "python",
            "json.handler",
            json!(["lambda_code.json", "[1]", "vendored"]),
        ),
        (
            Language::Python,
            "python",
            "nested/deep/part.handler",
            json!(42),
        ),
        (
            Language::Node,
            "node",
            "nested/deep-er/part-of.handler",
            json!(42),
        ),
    ];
    for (language, code, handler, expected) in found {
        let mut host = Host::ready(language, code, handler, 1);
        let (outcome, _) = host.call(1, &Data::Json(json!([1])));
        assert_eq!(outcome.json(), expected, "{handler}");
    }
}

#[test]
fn handlers_that_cannot_be_loaded_say_why() {
    use Language::{Go, Node, Python};
    let failures = [
        (Python, "python", "a/b", "is not of the form"),
        (Python, "python", "../main.handler", "is not of the form"),
        (Python, "python", "os.path.join", "is not of the form"),
        (
            Python,
            "python",
            "nothing.handler",
            "needs the file nothing.py, which is not in",
        ),
        (
            Python,
            "python",
            "main.nothing",
            "main.py has no function 'nothing'",
        ),
        (
            Python,
            "python",
            "nested/deep/part.constant",
            "is int, not a function",
        ),
        (
            Python,
            "python",
            "nested/deep/part.no_arguments",
            "it must take the event",
        ),
        (Python, "python", "broken/syntax.handler", "SyntaxError: "),
        (
            Python,
            "python",
            "broken/missing.handler",
            "No module named 'a_module_that_is_missing' (is it in requirements.txt?)",
        ),
        (
            Python,
            "python",
            "broken/raises.handler",
            "ValueError: while it is imported",
        ),
        (Python, "python", "broken/leaves.handler", "SystemExit: 0"),
        (Node, "node", "a/b", "is not of the form"),
        (Node, "node", "../main.handler", "is not of the form"),
        (
            Node,
            "node",
            "nothing.handler",
            "needs the file nothing.js, .mjs or .cjs, which is not in",
        ),
        (
            Node,
            "node",
            "main.nothing",
            "main.js has no export 'nothing'",
        ),
        (
            Node,
            "node",
            "main.constant",
            "is of type number, not a function",
        ),
        (Node, "node", "broken/syntax.handler", "SyntaxError: "),
        (
            Node,
            "node",
            "broken/syntax-of-module.handler",
            "SyntaxError: ",
        ),
        (
            Node,
            "node",
            "broken/missing.handler",
            "'a-module-that-is-missing'",
        ),
        (
            Node,
            "node",
            "broken/missing-import.handler",
            "'a-module-that-is-missing'",
        ),
        (
            Node,
            "node",
            "broken/throws.handler",
            "Error: while it is loaded",
        ),
        (
            Node,
            "node",
            "broken/leaves.handler",
            "process.exit(0) was called",
        ),
        (Go, "go", "other", "in Go it is always the function Handler"),
        (
            Go,
            "go-wrong",
            "Handler",
            "Handler is func(string) string; it must be",
        ),
    ];
    for (language, code, handler, expected) in failures {
        let mut host = Host::start(language, code, handler, 1);
        let (frame, _) = host.skip_logs();
        let answer = frame.json();
        assert_eq!((frame.kind, frame.call), (FAILED, 0), "{handler}: {answer}");
        assert_eq!(
            answer["class"],
            ErrorClass::RuntimeError.to_string(),
            "{handler}"
        );
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(expected), "{handler}: {message}");
        let stack = answer["stackTrace"].as_str().unwrap_or_default();
        if let Some(place) = handler
            .strip_prefix("broken/")
            .filter(|name| !name.starts_with("leaves") && !name.starts_with("missing-"))
        {
            assert!(
                stack.contains(place.split('.').next().unwrap()),
                "{handler}: {stack}"
            );
        }
        let (status, outputs) = host.end();
        assert_eq!(status.code(), Some(1), "{handler}");
        assert_eq!(outputs, ["", ""], "{handler}");
    }
}
