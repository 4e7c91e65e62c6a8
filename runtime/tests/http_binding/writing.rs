//! What is written.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use knative_lambda_runtime::cloudevent::{Data, Event, Received, read, write_batch};
use serde_json::{Value, json};

use crate::message::{Message, binary, structured};

const STRUCTURED: &str = "application/cloudevents+json; charset=utf-8";

fn event(message: Message) -> Event {
    match read(&message.headers, message.body).unwrap() {
        Received::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(CONTENT_TYPE)
        .map(|value| value.to_str().unwrap())
}

fn body((headers, body): (HeaderMap, Bytes)) -> Value {
    assert_eq!(media_type(&headers), Some(STRUCTURED));
    assert_eq!(headers.len(), 1);
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn events_are_written_in_binary_mode() {
    let message = binary()
        .with("ce-subject", "a")
        .with("ce-time", "2018-04-05T17:31:00Z")
        .with("ce-dataschema", "urn:a:b")
        .with("ce-x", "1");
    let (headers, body) = event(message.clone()).into_http();
    assert_eq!(headers, message.headers);
    assert_eq!(body, message.body);
}

#[test]
fn data_are_not_copied() {
    let message = binary();
    let read = event(message.clone());
    assert_eq!(read.data.as_bytes().as_ptr(), message.body.as_ptr());
    assert_eq!(read.into_http().1.as_ptr(), message.body.as_ptr());
    let message = structured(r#""data":{"a":1}"#);
    let inside = message.body.as_ptr_range();
    assert!(inside.contains(&event(message).data.as_bytes().as_ptr()));
}

#[test]
fn values_that_need_percent_encoding_are_written_in_structured_mode() {
    for text in ["a b", "\"", "100%", "é", "😀", "%41"] {
        for name in ["id", "type", "subject", "x"] {
            let mut members =
                json!({ "specversion": "1.0", "id": "1", "source": "a", "type": "b" });
            members[name] = text.into();
            let expected = members.clone();
            let read = Event::from_json(&members.to_string().into()).unwrap();
            assert_eq!(body(read.into_http()), expected);
        }
    }
}

#[test]
fn media_types_that_mean_another_mode_are_written_in_structured_mode() {
    for media_type in [
        "application/cloudevents+json",
        "Application/CloudEvents",
        " a/b",
        "a/é",
    ] {
        let read = event(structured(&format!(r#""datacontenttype":"{media_type}""#)));
        assert_eq!(body(read.into_http())["datacontenttype"], media_type);
    }
}

#[test]
fn json_without_a_media_type_gets_one_in_binary_mode() {
    let read = event(structured("\"data\":\"a\""));
    let (headers, body) = read.clone().into_http();
    assert_eq!(media_type(&headers), Some("application/json"));
    assert_eq!(body, "\"a\"");
    assert_eq!(read.to_structured().1, structured("\"data\":\"a\"").body);
}

#[test]
fn bytes_without_a_media_type_get_none() {
    let (headers, body) = event(structured(r#""data_base64":"AP8=""#)).into_http();
    assert_eq!(media_type(&headers), None);
    assert_eq!(body, b"\0\xff"[..]);
}

#[test]
fn null_and_absent_data_differ_in_every_mode() {
    for (message, text) in [(structured("\"data\":null"), "null"), (structured(""), "")] {
        let read = event(message.clone());
        let (headers, body) = read.clone().into_http();
        assert_eq!(body, text);
        assert_eq!(event(Message { headers, body }).data, read.data);
        assert_eq!(read.to_structured().1, message.body);
    }
}

#[test]
fn an_empty_text_is_kept() {
    let message = structured(r#""datacontenttype":"text/plain","data":"""#);
    let read = event(message.clone());
    assert_eq!(body(read.clone().into_http())["data"], "");
    assert_eq!(read.to_structured().1, message.body);
}

#[test]
fn types_of_extensions_are_kept_in_structured_mode() {
    let message = structured(r#""a":5,"b":true,"c":"5","d":-1"#);
    assert_eq!(event(message.clone()).to_structured().1, message.body);
    let (headers, _) = event(message).into_http();
    assert_eq!(headers["ce-a"], "5");
    assert_eq!(headers["ce-b"], "true");
}

#[test]
fn names_that_no_extension_has_are_not_written() {
    let mut read = event(binary());
    for name in ["My", "a_b", "", "data", "ä", "a\nb"] {
        read.extensions.push((name.into(), "1".into()));
    }
    assert_eq!(event(binary()).to_structured(), read.to_structured());
    assert_eq!(binary().headers, read.into_http().0);
}

#[test]
fn text_of_a_json_media_type_is_not_taken_for_json() {
    let mut read = event(binary());
    read.data = Data::Text("1".into());
    let json = body(read.to_structured());
    assert_eq!(json.get("data"), None);
    assert_eq!(json["data_base64"], "MQ==");
}

#[test]
fn batches_are_arrays_of_events() {
    let events = [
        event(binary()),
        event(structured("\"x\":5,\"subject\":\"a b\"")),
        event(binary().with("content-type", "a/b")),
    ];
    for count in 0..=events.len() {
        let events = &events[..count];
        let (headers, body) = write_batch(events);
        let expected = "application/cloudevents-batch+json; charset=utf-8";
        assert_eq!(media_type(&headers), Some(expected));
        assert_eq!(
            read(&headers, body).unwrap(),
            Received::Batch(events.to_vec())
        );
    }
}

#[test]
fn attributes_are_members_without_data() {
    let mut json = b"{".to_vec();
    event(structured("\"x\":5,\"data\":1")).write_attributes(&mut json);
    json.push(b'}');
    assert_eq!(json, structured("\"x\":5").body);
}
