//! Sensitive values stay out of logs and audit trails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use knative_lambda_events::data::{AuditChange, ErrorEvent};
use knative_lambda_events::{Envelope, Event, Redact};
use serde_json::{Value, json};

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

/// A change of a function with secrets at many places, and how it is shown.
fn audit_change() -> (Value, Value) {
    let change = |secret: &str, connection: &str, whole: Value| {
        let spec = json!({
            "image": "localhost:5001/hello-python:v1",
            "env": [
                { "name": "DB_PASSWORD", "value": secret },
                { "name": "LOG_LEVEL", "value": "debug" },
                { "name": "DATABASE_URL", "value": connection },
                { "name": "API_TOKEN", "valueFrom": { "secretKeyRef": { "name": "api", "key": "token" } } },
            ],
            "source": { "s3": { "bucket": "code", "accessKey": secret, "secretRef": { "name": "s3" } } },
            "headers": [{ "key": "Authorization", "value": secret }],
            "credentials": whole,
            "automountToken": true,
            "passcode": null,
        });
        json!({
            "actor": { "name": "alice", "kind": "user" },
            "action": "update",
            "resource": { "kind": "LambdaFunction", "name": "hello-python" },
            "at": "2025-12-04T10:20:00Z",
            "before": spec,
            "after": spec,
            "changes": [
                { "path": "/spec/db/password", "before": secret, "after": secret },
                { "path": "/spec/source", "after": { "git": [{ "bearer": secret }, [[{ "api-key": secret }]]] } },
                { "path": "/spec/image", "before": "v1", "after": "v2" },
                { "path": "/spec/db/secretRef", "after": "db" },
            ],
            "sessionCookie": secret,
        })
    };
    let mark = "[redacted]";
    let whole = json!({ "user": "u", "pin": [SECRET] });
    let address = format!("postgres://app:{SECRET}@db:5432/app");
    let given = change(SECRET, &address.replace(' ', "-"), whole);
    (given, change(mark, mark, mark.into()))
}

#[test]
fn by_name_where_no_schema_says() {
    let (given, shown) = audit_change();
    let data: AuditChange = serde_json::from_value(given.clone()).unwrap();
    assert_eq!(data.redacted(), shown);
    assert_eq!(serde_json::to_value(&data).unwrap(), given);
    for text in [format!("{data:?}"), format!("{data:#?}")] {
        assert!(!text.contains("token=abc"), "{text}");
        assert!(text.contains("LOG_LEVEL") && text.contains("debug"));
    }

    let envelope = json!({
        "specversion": "1.0", "id": "1", "source": "a/b", "authtoken": SECRET,
        "type": "io.knative.lambda.notification.audit.change", "data": given,
    });
    let envelope = Envelope::from_value(envelope).unwrap();
    let text = format!("{:?}", envelope.data);
    assert!(!text.contains("token=abc"), "{text}");
    let redacted = Event::from_envelope(envelope).unwrap().redacted();
    assert_eq!(redacted["data"], shown);
    assert_eq!(redacted["authtoken"], "[redacted]");
}

#[test]
fn numbers_beside_a_name_are_measurements() {
    let sample = json!({ "name": "tokens_used", "value": 7, "token": 7 });
    assert_eq!(
        sample.redacted(),
        json!({ "name": "tokens_used", "value": 7, "token": "[redacted]" })
    );
}

#[test]
fn however_deep() {
    let mut value = json!({ "a": SECRET });
    for _ in 0..1000 {
        value = json!([value]);
    }
    let text = value.redacted().to_string();
    assert!(
        text.contains("[redacted]") && !text.contains(SECRET),
        "{text}"
    );
}
