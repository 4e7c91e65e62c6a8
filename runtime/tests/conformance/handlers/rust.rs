//! The handler of the conformance suite in Rust: does what the data of its event ask for. It runs
//! in the test program itself, started once more.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use knative_lambda_runtime::cloudevent::{Data, Event};
use knative_lambda_runtime::{Context, HandlerError, run};
use serde_json::{Value, json};

static CALLS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn main() -> ExitCode {
    run(handler)
}

async fn handler(event: Event, context: Context) -> Result<Value, HandlerError> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let data = match &event.data {
        Data::Json(json) => serde_json::from_slice(json)?,
        _ => Value::Null,
    };
    let payload = data.get("payload").unwrap_or(&data);
    let asked = payload.get("parameters").unwrap_or(payload);
    let text = |name: &str| asked[name].as_str().unwrap_or_default();
    let seconds = || Duration::from_secs_f64(asked["seconds"].as_f64().unwrap_or_default());
    match text("do") {
        "" => Ok(told(&event, &data)),
        "context" => Ok(json!({
            "invocationId": context.invocation_id,
            "correlationId": context.correlation_id,
            "attempt": context.attempt,
            "traceparent": context.traceparent,
            "tracestate": context.tracestate,
            "remaining": context.remaining().as_millis() as u64,
        })),
        "return" => Ok(asked["value"].clone()),
        "fail" => Err(match (text("class"), asked["after"].as_f64()) {
            ("ValidationError", _) => HandlerError::validation(text("message")),
            ("TransientError", None) => HandlerError::transient(text("message")),
            ("TransientError", Some(after)) => {
                HandlerError::transient(text("message")).after(Duration::from_secs_f64(after))
            }
            _ => HandlerError::runtime(text("message")),
        }),
        "panic" => panic!("it had to"),
        "sleep" => {
            tokio::time::sleep(seconds()).await;
            Ok("slept".into())
        }
        "spin" => loop {
            std::hint::spin_loop();
        },
        "block" => {
            std::thread::sleep(Duration::from_secs(600));
            Ok(Value::Null)
        }
        "large" => Ok("a"
            .repeat(asked["length"].as_u64().unwrap_or_default() as usize)
            .into()),
        "nest" => {
            let depth = asked["depth"].as_u64().unwrap_or_default();
            Ok((0..depth).fold(1.into(), |nested: Value, _| vec![nested].into()))
        }
        "log" => {
            let fields = asked["fields"].as_object().cloned().unwrap_or_default();
            context.log(text("level").parse()?, text("text"), fields);
            Ok("logged".into())
        }
        "count" => {
            tokio::time::sleep(seconds()).await;
            Ok(calls.into())
        }
        other => Err(HandlerError::runtime(format!(
            "nothing is known of {other:?}"
        ))),
    }
}

/// What the handler got.
fn told(event: &Event, data: &Value) -> Value {
    let (kind, value) = match &event.data {
        Data::Absent => ("absent", Value::Null),
        Data::Json(_) => ("json", data.clone()),
        Data::Text(text) => ("text", String::from_utf8_lossy(text).into()),
        Data::Binary(bytes) => ("bytes", STANDARD.encode(bytes).into()),
    };
    let mut attributes = b"{".to_vec();
    event.write_attributes(&mut attributes);
    attributes.push(b'}');
    let attributes: Value = serde_json::from_slice(&attributes).unwrap();
    json!({ "kind": kind, "value": value, "attributes": attributes })
}
