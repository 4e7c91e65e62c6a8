//! What is read from others: kept where it is unknown, refused with a reason where it is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use knative_lambda_events::data::{BuildEvent, BuildEventPhase};
use knative_lambda_events::{
    Category, CloudEvent, EntryError, Envelope, Event, EventError, EventType, lifecycle,
};
use serde_json::{Value, json};

fn build_event() -> Value {
    json!({
        "specversion": "1.0",
        "id": "1",
        "source": "io.knative.lambda/operator/knative-lambda/hello-python",
        "type": "io.knative.lambda.lifecycle.build.started",
        "time": "2025-12-04T12:30:00.250+02:00",
        "data": {
            "name": "hello-python",
            "namespace": "knative-lambda",
            "buildId": "build-abc123",
            "phase": "Running",
        },
    })
}

fn read_event(event: &Value) -> Result<Event, EventError> {
    Event::from_envelope(Envelope::from_json(event.to_string().as_bytes())?)
}

fn refusal(event: &Value) -> String {
    read_event(event).unwrap_err().to_string()
}

#[test]
fn null_and_missing_differ() {
    for error in [
        None,
        Some(Value::Null),
        Some(json!({ "message": "no space left" })),
    ] {
        let mut data = build_event()["data"].clone();
        data.as_object_mut()
            .unwrap()
            .extend(error.clone().map(|e| ("error".into(), e)));
        let typed: BuildEvent = serde_json::from_value(data.clone()).unwrap();
        assert_eq!(typed.error.is_some(), error.is_some());
        assert_eq!(serde_json::to_value(typed).unwrap(), data);
    }
}

#[test]
fn values_that_an_enum_does_not_know_are_kept() {
    let mut event = build_event();
    event["data"]["phase"] = "Paused".into();
    let envelope = Envelope::from_value(event.clone()).unwrap();
    let typed: CloudEvent<lifecycle::BuildStarted> = CloudEvent::from_envelope(envelope).unwrap();
    assert_eq!(typed.data.phase, BuildEventPhase::Unknown("Paused".into()));
    assert_eq!(typed.to_envelope().unwrap().to_value(), event);
}

#[test]
fn times_keep_offset_and_fraction() {
    let event = build_event();
    let envelope = Envelope::from_value(event.clone()).unwrap();
    assert_eq!(envelope.to_value()["time"], event["time"]);
}

#[test]
fn wrong_events_are_refused_with_the_reason() {
    let with = |pointer: &str, value: Value| {
        let mut event = build_event();
        match event.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => event[pointer.trim_start_matches('/')] = value,
        }
        refusal(&event)
    };
    assert_eq!(with("/id", Value::Null), "the attribute `id` is missing");
    assert_eq!(with("/id", 7.into()), "the attribute `id` is not a text");
    assert_eq!(
        with("/specversion", "0.3".into()),
        "the event is of CloudEvents \"0.3\", not 1.0"
    );
    assert_eq!(
        with("/time", "today".into()),
        "the attribute `time` is not an RFC 3339 date and time"
    );
    assert_eq!(
        with("/type", "io.knative.lambda.lifecycle.build.startd".into()),
        "\"io.knative.lambda.lifecycle.build.startd\" is no event type; did you mean \
         `io.knative.lambda.lifecycle.build.started`?"
    );
    assert_eq!(
        with(
            "/data",
            json!({ "name": "a", "namespace": "b", "phase": "Running" })
        ),
        "the data do not follow their schema: missing field `buildId`"
    );
    assert_eq!(
        with(
            "/dataschema",
            "https://knative-lambda.io/schemas/build-event/v2.0.0".into()
        ),
        "the data follow \"https://knative-lambda.io/schemas/build-event/v2.0.0\", which \
         `https://knative-lambda.io/schemas/build-event/v1.0.0` cannot read"
    );
    assert_eq!(
        with("/data_base64", "AA==".into()),
        "the attribute `data_base64` is not alone: there is `data` too"
    );
    assert_eq!(
        with("/extra", json!([1])),
        "the attribute `extra` is not a text, whole number or truth value"
    );
    assert_eq!(refusal(&json!([])), "the event is no JSON object");
}

#[test]
fn events_of_another_type_are_refused() {
    let envelope = Envelope::from_value(build_event()).unwrap();
    let error = CloudEvent::<lifecycle::BuildFailed>::from_envelope(envelope).unwrap_err();
    assert!(matches!(error, EventError::OtherType { .. }), "{error}");
}

#[test]
fn families_take_any_single_word() {
    let mut event = build_event();
    event["type"] = "io.knative.lambda.notification.metric.queue-depth".into();
    event["data"] = json!({ "name": "queue_depth", "value": 3.5, "unit": "1" });
    if let Err(error) = read_event(&event) {
        assert!(matches!(error, EventError::Data(_)), "{error}");
    }
    for action in ["", "a.b", "Upper", "*"] {
        event["type"] = format!("io.knative.lambda.notification.metric.{action}").into();
        let error = read_event(&event).unwrap_err();
        assert!(
            matches!(error, EventError::UnknownType(_)),
            "{action}: {error}"
        );
    }
}

#[test]
fn messages_without_an_event_are_refused() {
    let read = |headers: &[(&str, &str)], body: &str| {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        Envelope::from_http(headers, body.as_bytes()).map_err(|error| error.to_string())
    };
    let json = ("Content-Type", "application/json");
    assert_eq!(
        read(&[json], "{}").unwrap_err(),
        "the message carries no event"
    );
    let batch = ("content-type", "application/cloudevents-batch+json");
    assert_eq!(
        read(&[batch], "[]").unwrap_err(),
        "the message carries a batch, not one event"
    );
    let core = [
        ("Ce-Specversion", "1.0"),
        ("Ce-Id", "1"),
        ("Ce-Source", "a"),
        ("Ce-Type", "b"),
        json,
    ];
    assert!(
        read(&core, "{")
            .unwrap_err()
            .starts_with("the event is no JSON")
    );
    assert_eq!(read(&core, "").unwrap().data, None);
}

#[test]
fn batches_are_read_event_by_event() {
    let mut wrong = build_event();
    wrong["data"] = json!({ "name": "a" });
    let nameless = json!({ "specversion": "1.0", "source": "a", "type": "b" });
    let body = json!([build_event(), nameless, 7, wrong]).to_string();
    let shown = |error: EntryError| error.to_string();
    let read = Event::from_batch(body.as_bytes()).unwrap();
    let read: Vec<_> = read.into_iter().map(|e| e.map_err(shown)).collect();
    let expected = read_event(&build_event()).unwrap();
    assert_eq!(
        read,
        [
            Ok(expected.clone()),
            Err("event 1 of the batch: the attribute `id` is missing".into()),
            Err("event 2 of the batch: the event is no JSON object".into()),
            Err("event 3 of the batch: the data do not follow their schema: missing field `namespace`".into()),
        ]
    );

    let sent = Event::to_batch(&[expected.clone(), expected.clone()]).unwrap();
    let headers = sent.headers.iter();
    let headers: Vec<_> = headers.map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
    assert_eq!(
        headers,
        [(
            "content-type",
            &b"application/cloudevents-batch+json; charset=utf-8"[..]
        )]
    );
    let envelopes = Envelope::all_from_http(headers.iter().copied(), &sent.body).unwrap();
    let events = envelopes
        .into_iter()
        .map(|e| Event::from_envelope(e.unwrap()));
    assert!(events.map(Result::unwrap).eq([expected.clone(), expected]));
}

#[test]
fn any_form_of_message_gives_its_events() {
    let envelope = Envelope::from_value(build_event()).unwrap();
    for message in [
        envelope.to_binary(),
        envelope.to_structured(),
        Envelope::to_batch([&envelope]),
    ] {
        let headers = message
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_bytes()));
        let read = Envelope::all_from_http(headers, &message.body).unwrap();
        assert_eq!(read.into_iter().map(Result::unwrap).count(), 1);
    }
    assert!(Envelope::all_from_http([], b"").is_err());
}

#[test]
fn batches_that_are_none_are_refused() {
    let refusal = |body: &str| {
        Envelope::from_batch(body.as_bytes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(refusal("{}"), "the batch is no JSON array");
    assert!(refusal("[{},").starts_with("the event is no JSON: EOF"));
    let long = format!("[{}1]", "1,".repeat(10_000));
    assert_eq!(
        refusal(&long),
        "the batch has 10001 events, more than 10000"
    );
    assert!(Envelope::from_batch(b"[]").unwrap().is_empty());
}

#[test]
fn typed_events_are_read_and_written_by_serde() {
    let event: Event = serde_json::from_value(build_event()).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), build_event());
    let typed: CloudEvent<lifecycle::BuildStarted> = serde_json::from_value(build_event()).unwrap();
    assert_eq!(serde_json::to_value(&typed).unwrap(), build_event());
    let other = serde_json::from_value::<CloudEvent<lifecycle::BuildFailed>>(build_event());
    assert!(other.unwrap_err().to_string().contains("build.started"));

    let event_type: EventType = serde_json::from_value(build_event()["type"].clone()).unwrap();
    assert_eq!(event_type, EventType::LifecycleBuildStarted);
    assert_eq!(event_type.as_ref(), build_event()["type"]);
    let category = Category::try_from("lifecycle").unwrap();
    assert_eq!(
        (category.as_ref(), category),
        ("lifecycle", event_type.category())
    );
    assert!(Category::try_from("lifecycl").is_err());
}
