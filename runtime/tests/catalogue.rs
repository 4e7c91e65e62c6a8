//! Every example of the catalogue is read as the generated crate reads it, in each mode.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../generated/tests/support/examples.rs"]
#[allow(dead_code, reason = "numbers are not compared")]
mod examples;

use std::path::Path;

use http::{HeaderMap, HeaderName};
use knative_lambda_codegen::compile;
use knative_lambda_events::{Data as EnvelopeData, Envelope, HttpMessage};
use knative_lambda_runtime::cloudevent::{Data, Event, Received, read, write_batch};
use serde_json::Value;

fn examples() -> Vec<Envelope> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let (_, examples) = compile(&folder, |catalog| examples::examples(catalog)).unwrap();
    let examples = examples.unwrap().into_iter();
    examples
        .map(|json| Envelope::from_value(json).unwrap())
        .collect()
}

fn read_event(message: HttpMessage) -> Event {
    let headers = message.headers.into_iter().map(|(name, value)| {
        (
            HeaderName::try_from(name).unwrap(),
            value.try_into().unwrap(),
        )
    });
    match read(&headers.collect(), message.body.into()).unwrap() {
        Received::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

fn read_envelope(headers: &HeaderMap, body: &[u8]) -> Envelope {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()));
    Envelope::from_http(headers, body).unwrap()
}

/// What both know of an event.
fn envelope(event: &Event) -> Envelope {
    Envelope {
        id: event.id.to_string(),
        source: event.source.to_string(),
        r#type: event.r#type.to_string(),
        subject: event.subject.as_ref().map(ToString::to_string),
        time: event.time.as_ref().map(|time| time.parse().unwrap()),
        datacontenttype: event.datacontenttype.as_ref().map(ToString::to_string),
        dataschema: event.dataschema.as_ref().map(ToString::to_string),
        extensions: event
            .extensions
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
        data: match &event.data {
            Data::Absent => None,
            Data::Json(json) => Some(EnvelopeData::Json(serde_json::from_slice(json).unwrap())),
            Data::Text(text) => Some(EnvelopeData::Text(str::from_utf8(text).unwrap().to_owned())),
            Data::Binary(bytes) => Some(EnvelopeData::Binary(bytes.to_vec())),
        },
    }
}

/// What is compared beside the events: equal instants are equal in any notation.
fn time(envelope: &Envelope) -> Option<&str> {
    envelope.time.as_ref().map(|time| time.as_str())
}

#[test]
fn examples_are_read_the_same() {
    for example in examples() {
        for message in [example.to_binary(), example.to_structured()] {
            let read = read_event(message);
            assert_eq!(envelope(&read), example);
            assert_eq!(read.time.as_deref(), time(&example));
        }
    }
}

#[test]
fn examples_are_written_so_that_they_are_read_the_same() {
    for example in examples() {
        let event = read_event(example.to_structured());
        for (headers, body) in [event.to_structured(), event.into_http()] {
            assert_eq!(read_envelope(&headers, &body), example);
        }
    }
}

#[test]
fn all_examples_fit_into_one_batch() {
    let examples = examples();
    let (headers, body) = write_batch(
        &examples
            .iter()
            .map(|example| read_event(example.to_binary()))
            .collect::<Vec<_>>(),
    );
    let batch = Envelope::from_batch(&body).unwrap();
    let read_there: Vec<_> = batch.into_iter().map(Result::unwrap).collect();
    assert_eq!(read_there, examples);
    let message = Envelope::to_batch(&examples);
    let Received::Batch(events) = read(&headers, message.body.into()).unwrap() else {
        panic!("a batch");
    };
    assert_eq!(events.iter().map(envelope).collect::<Vec<_>>(), examples);
}

#[test]
fn texts_and_bytes_are_read_the_same() {
    let mut example = examples().swap_remove(0);
    for (media_type, data) in [
        ("text/plain", Some(EnvelopeData::Text("é\n".to_owned()))),
        ("image/png", Some(EnvelopeData::Binary(vec![0, 0xff]))),
        ("application/json", Some(EnvelopeData::Json(Value::Null))),
        ("application/json", None),
    ] {
        example.datacontenttype = Some(media_type.to_owned());
        example.data = data;
        assert_eq!(envelope(&read_event(example.to_binary())), example);
        assert_eq!(envelope(&read_event(example.to_structured())), example);
    }
}
