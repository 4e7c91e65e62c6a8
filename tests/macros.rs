//! The macros beside the crate whose code they build on.

#![allow(clippy::unwrap_used)]

use knative_lambda_events::{CloudEvent, Envelope, EventError};
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
