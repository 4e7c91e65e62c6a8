//! The macros beside the crate whose code they build on.

#![allow(clippy::unwrap_used)]

use knative_lambda_events::{CloudEvent, Envelope, EventError, Redact, support};
use knative_lambda_macros::LambdaEvent;
use serde::{Deserialize, Serialize};

/// The typed API of a catalogue that is not the built-in one.
mod shop {
    knative_lambda_macros::lambda_events!("../macros/tests/catalogue/spec");
}

/// A part of what a build command carries, checked against the built-in catalogue.
#[derive(Debug, PartialEq, Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "io.knative.lambda.command.build.start")]
struct BuildStart {
    name: String,
    namespace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_id: Option<String>,
}

#[test]
fn a_struct_of_the_user_goes_where_generated_types_go() {
    let data = BuildStart {
        name: "hello-python".into(),
        namespace: "knative-lambda".into(),
        build_id: None,
    };
    let event = CloudEvent::new("io.knative.lambda/ci/knative-lambda/hello-python", data);
    assert_eq!(event.r#type, "io.knative.lambda.command.build.start");
    let sent = event.to_envelope().unwrap().to_json();
    let envelope = Envelope::from_json(sent.as_bytes()).unwrap();
    let read = CloudEvent::<BuildStart>::from_envelope(envelope).unwrap();
    assert_eq!(read.data.name, "hello-python");
}

/// A failure, with fields of types that know nothing of secrets.
#[derive(Serialize, Deserialize, LambdaEvent)]
#[serde(rename_all = "camelCase")]
#[lambda_event(type = "response.error")]
struct Failure {
    function_name: String,
    namespace: String,
    invocation_id: String,
    error: serde_json::Value,
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        support::debug(self, "Failure", f)
    }
}

#[test]
fn a_struct_of_the_user_is_redacted_as_its_schema_says() {
    let data = serde_json::json!({
        "functionName": "f", "namespace": "n", "invocationId": "i",
        "error": { "type": "RuntimeError", "message": "m", "stackTrace": "hush", "trail": { "apiKey": "hush" } },
        "password": "hush",
    });
    let failure: Failure = serde_json::from_value(data.clone()).unwrap();
    let mut expected = data;
    expected["error"]["stackTrace"] = "[redacted]".into();
    expected["error"]["trail"]["apiKey"] = "[redacted]".into();
    expected["password"] = "[redacted]".into();
    assert_eq!(failure.redacted(), expected);
    let event = CloudEvent::new("a", failure);
    assert_eq!(event.redacted()["data"], expected);
    assert!(!format!("{event:?}").contains("hush"));
}

#[test]
fn a_catalogue_of_the_user_has_the_whole_typed_api() {
    let event = serde_json::json!({
        "specversion": "1.0", "id": "2", "source": "com.example.shop/checkout/eu/4711",
        "type": "com.example.shop.fact.order.placed", "time": "2026-11-24T09:00:00Z",
        "data": {
            "orderId": "4711", "placedAt": "2026-11-24T09:00:00Z", "currency": "EUR",
            "totalCents": 1999, "lines": [{ "sku": "mug", "quantity": 1 }],
        },
    });
    let envelope = Envelope::from_json(event.to_string().as_bytes()).unwrap();
    let shop::Event::FactOrderPlaced(placed) = shop::Event::from_envelope(envelope).unwrap() else {
        panic!("another type");
    };
    assert_eq!(placed.data.0.lines[0].quantity, 1);

    let unknown = "com.example.shop.fact.order.lost".parse::<shop::EventType>();
    assert!(unknown.is_err());
    let stranger =
        serde_json::json!({ "specversion": "1.0", "id": "1", "source": "a", "type": "b" });
    let stranger = Envelope::from_json(stranger.to_string().as_bytes()).unwrap();
    let error = shop::Event::from_envelope(stranger).unwrap_err();
    assert!(matches!(error, EventError::UnknownType(_)), "{error}");
}
