//! Sensitive values stay out of logs and audit trails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use knative_lambda_events::data::ErrorEvent;
use knative_lambda_events::{Envelope, Event, Redact};
use serde_json::json;

const SECRET: &str = "line 7: token=abc";

fn error_event() -> serde_json::Value {
    json!({
        "functionName": "hello-python",
        "namespace": "knative-lambda",
        "invocationId": "inv-1",
        "error": {
            "type": "RuntimeError",
            "message": "Division by zero",
            "code": "RUNTIME_ERROR",
            "retryable": false,
            "stackTrace": SECRET,
        },
    })
}

#[test]
fn in_debug_output() {
    let data: ErrorEvent = serde_json::from_value(error_event()).unwrap();
    let text = format!("{data:?}");
    assert!(!text.contains(SECRET), "{text}");
    assert!(
        text.contains("[redacted]") && text.contains("Division by zero"),
        "{text}"
    );
}

#[test]
fn in_audit_output() {
    let data: ErrorEvent = serde_json::from_value(error_event()).unwrap();
    let mut expected = error_event();
    expected["error"]["stackTrace"] = "[redacted]".into();
    assert_eq!(data.redacted(), expected);
    // The event itself still carries it.
    assert_eq!(serde_json::to_value(&data).unwrap(), error_event());

    let envelope = Envelope::from_value(json!({
        "specversion": "1.0",
        "id": "1",
        "source": "io.knative.lambda/runtime/knative-lambda/hello-python",
        "type": "io.knative.lambda.response.error",
        "data": error_event(),
    }));
    let event = Event::from_envelope(envelope.unwrap()).unwrap();
    assert_eq!(event.redacted()["data"], expected);
    assert!(!format!("{event:?}").contains(SECRET));
}

#[test]
fn inside_lists() {
    let data = json!({
        "functionName": "hello-python", "name": "hello-python", "namespace": "knative-lambda",
        "env": [{ "name": "TOKEN", "value": SECRET }],
    });
    let command: knative_lambda_events::data::ServiceCommand =
        serde_json::from_value(data).unwrap();
    let redacted = command.redacted();
    assert_eq!(redacted["env"][0]["value"], "[redacted]");
    assert_eq!(redacted["env"][0]["name"], "TOKEN");
}
