//! Calls, and what must come of them, in every language that can make them.

use knative_lambda_events::errors::ErrorClass;
use serde_json::{Value, json};

use crate::host::{Data, Language, RESULT_LIMIT};

/// What a call must end with.
pub(crate) enum Outcome {
    Result(Value),
    /// Class, a part of the message, a part of the stack trace where there is one.
    Error(ErrorClass, &'static str, Option<&'static str>),
}

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) data: Data,
    pub(crate) outcome: Outcome,
    /// Level, stream and message of the log frames before it.
    pub(crate) logs: Vec<(&'static str, Option<&'static str>, String)>,
}

/// A case that the fixture knows by its name.
fn named(name: &'static str, outcome: Outcome) -> Case {
    given(name, Data::Json(json!({ "case": name })), outcome)
}

fn given(name: &'static str, data: Data, outcome: Outcome) -> Case {
    Case {
        name,
        data,
        outcome,
        logs: Vec::new(),
    }
}

fn result(value: Value) -> Outcome {
    Outcome::Result(value)
}

fn runtime_error(message: &'static str) -> Outcome {
    Outcome::Error(ErrorClass::RuntimeError, message, None)
}

fn traced(message: &'static str, stack: &'static str) -> Outcome {
    Outcome::Error(ErrorClass::RuntimeError, message, Some(stack))
}

fn line(
    level: &'static str,
    stream: Option<&'static str>,
    message: &str,
) -> (&'static str, Option<&'static str>, String) {
    (level, stream, message.into())
}

/// All cases of a language, in an order in which one worker must survive them.
pub(crate) fn of(language: Language) -> Vec<Case> {
    let mut cases = common(language);
    match language {
        Language::Python => cases.extend(python()),
        Language::Node => cases.extend(node()),
        Language::Go => cases.extend(go()),
    }
    cases.push(echo("the last", json!("still there")));
    cases
}

fn echo(name: &'static str, value: Value) -> Case {
    given(
        name,
        Data::Json(json!({ "case": "echo", "value": value.clone() })),
        result(value),
    )
}

fn common(language: Language) -> Vec<Case> {
    let by_language = |python, node, go| match language {
        Language::Python => python,
        Language::Node => node,
        Language::Go => go,
    };
    let received = |kind, text| result(json!({ "type": kind, "text": text }));
    let file = by_language("main.py", "main.js", "main.go");
    vec![
        echo(
            "object",
            json!({ "a": [1, 2.5, -3, true, null, "b"], "c": {} }),
        ),
        echo("unicode", json!("é 😀 \u{0} \u{7f} \" \\ < & \u{2028}")),
        echo("null", json!(null)),
        echo("false", json!(false)),
        given("no data", Data::Nothing, {
            let kind = by_language("NoneType", "undefined", "<nil>");
            received(kind, by_language("None", "undefined", "<nil>"))
        }),
        given("text", Data::Text("é\n"), {
            received(
                by_language("str", "string", "string"),
                by_language("'é\\n'", "é\n", "é\n"),
            )
        }),
        given("bytes", Data::Bytes(b"abc"), {
            received(
                by_language("bytes", "Buffer", "[]uint8"),
                by_language("b'abc'", "abc", "[97 98 99]"),
            )
        }),
        given("no bytes", Data::Bytes(b""), {
            received(
                by_language("bytes", "Buffer", "[]uint8"),
                by_language("b''", "", "[]"),
            )
        }),
        given("JSON that is no object", Data::Json(json!(7)), {
            received(by_language("int", "number", "float64"), "7")
        }),
        match language {
            Language::Go => named("fail", runtime_error("missing")),
            _ => named(
                "fail",
                traced(
                    by_language("KeyError: 'missing'", "TypeError: missing", ""),
                    file,
                ),
            ),
        },
        named(
            "invalid",
            Outcome::Error(ErrorClass::ValidationError, "wrong event", None),
        ),
        named(
            "transient",
            Outcome::Error(ErrorClass::TransientError, "not now", None),
        ),
        named(
            "foreign",
            Outcome::Error(ErrorClass::ValidationError, "wrong field", None),
        ),
        named("nan", runtime_error("the result is not JSON")),
        named("unserialisable", runtime_error("the result is not JSON")),
        given(
            "longest result",
            Data::Json(json!({ "case": "long_result", "length": RESULT_LIMIT - 2 })),
            result(json!("x".repeat(RESULT_LIMIT - 2))),
        ),
        given(
            "too long result",
            Data::Json(json!({ "case": "long_result", "length": RESULT_LIMIT - 1 })),
            runtime_error("the result has 1048577 bytes, more than the 1048576 that are allowed"),
        ),
        named("long_message", runtime_error("éé")),
        named(
            "describe_context",
            result(json!({
                "invocation": "call-0",
                "correlation": "order-7",
                "attempt": 2,
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "type": "test.type",
                "inTime": true,
            })),
        ),
        Case {
            logs: match language {
                Language::Go => Vec::new(), // they go to the descriptors
                _ => vec![
                    line("info", Some("stdout"), "first"),
                    line("info", Some("stdout"), "second"),
                    line("error", Some("stderr"), "mistake"),
                    line(
                        "info",
                        Some("stdout"),
                        by_language("from a thread", "from a timer", ""),
                    ),
                    line("info", Some("stdout"), "unfinished"),
                ],
            },
            ..named("prints", result(json!(null)))
        },
        Case {
            logs: vec![line("warn", None, "stored 3 rows")],
            ..named("logs", result(json!(null)))
        },
        named("closes", result(json!(null))),
        // Sockets beside the standard descriptors: children do not get that of the worker.
        named("starts", result(json!("0"))),
    ]
}

fn long_line() -> Case {
    let rest = 100_000 - (64 << 10);
    let logs = [64 << 10, rest].map(|bytes| line("info", Some("stdout"), &"é".repeat(bytes / 2)));
    Case {
        logs: logs.into(),
        ..named("long_line", result(json!(null)))
    }
}

fn python() -> Vec<Case> {
    vec![
        named("leave", traced("SystemExit: 3", "in leave")),
        named("interrupt", traced("KeyboardInterrupt", "in interrupt")),
        named("deep", traced("RecursionError", "in deep")),
        named("forks", result(json!(0))),
        long_line(),
    ]
}

fn node() -> Vec<Case> {
    vec![
        named("nothing", result(json!(null))),
        named("null_inside", result(json!({ "a": null }))),
        named("rejects", traced("TypeError: missing", "main.js")),
        named("text", runtime_error("only text")),
        named("null", runtime_error("null")),
        named(
            "getter",
            runtime_error("an error whose text cannot be made"),
        ),
        named(
            "function",
            runtime_error("the result is not JSON: it is a function"),
        ),
        named("deep", traced("RangeError", "main.js")),
        named("stray_error", traced("Error: in a timer", "main.js")),
        named("stray_rejection", traced("Error: nobody waits", "main.js")),
        long_line(),
    ]
}

fn go() -> Vec<Case> {
    vec![
        named(
            "panics",
            traced("panic: runtime error: invalid memory address", "main.go"),
        ),
        named(
            "panics_invalid",
            Outcome::Error(ErrorClass::ValidationError, "wrong event", None),
        ),
        named(
            "ends_goroutine",
            runtime_error("the handler has ended its goroutine"),
        ),
    ]
}
