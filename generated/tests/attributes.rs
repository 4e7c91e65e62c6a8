//! Typed constructors fill the attributes of events.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use knative_lambda_events::{CloudEvent, EventType, Origin, command, data, types};

fn build_start() -> CloudEvent<command::BuildStart> {
    let origin = Origin::new("ci", "knative-lambda", "hello-python");
    let data = data::BuildCommand::new("hello-python", "knative-lambda");
    command::BuildStart::event(&origin, "build-hello-python-gen-5", data)
}

#[test]
fn constructors_fill_attributes() {
    let event = build_start();
    assert_eq!(event.r#type, types::COMMAND_BUILD_START);
    assert_eq!(
        event.source,
        "io.knative.lambda/ci/knative-lambda/hello-python"
    );
    assert_eq!(
        event.subject.as_deref(),
        Some("knative-lambda/hello-python")
    );
    assert_eq!(
        event.extension("idempotencykey").unwrap(),
        "build-hello-python-gen-5"
    );
    assert_eq!(
        event.dataschema.as_deref(),
        Some(EventType::CommandBuildStart.dataschema())
    );
    assert_eq!(event.datacontenttype.as_deref(), Some("application/json"));
    assert!(event.time.is_some());
    assert_eq!(event.missing_extensions().count(), 0);
    assert_ne!(event.id, build_start().id);
    assert_eq!(event.data.name, "hello-python");
}
