//! Messages, and what is expected of them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use knative_lambda_runtime::cloudevent::{Data, Event, Received, read};

/// What is sent, and what comes of it.
#[derive(Clone)]
pub(crate) struct Case {
    /// Topic of the rule that is tried.
    pub(crate) rule: &'static str,
    pub(crate) what: &'static str,
    pub(crate) message: Message,
    pub(crate) expected: Expected,
}

#[derive(Clone, Default)]
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Clone)]
pub(crate) enum Expected {
    /// An event of which one attribute has this text; `None` for one that is absent.
    Attribute(&'static str, Option<&'static str>),
    /// An event with these data.
    Data(Data),
    /// So many events.
    Batch(usize),
    /// JSON without an event.
    Plain,
    /// 400 that names an attribute, or none.
    Bad(Option<&'static str>),
    /// 400 that names an event of a batch, and its attribute.
    BadAt(usize, Option<&'static str>),
    /// 415.
    Unsupported,
}

pub(crate) fn case(
    rule: &'static str,
    what: &'static str,
    message: Message,
    expected: Expected,
) -> Case {
    Case {
        rule,
        what,
        message,
        expected,
    }
}

/// An event in binary mode with JSON.
pub(crate) fn binary() -> Message {
    Message::default()
        .with("ce-specversion", "1.0")
        .with("ce-id", "1")
        .with("ce-source", "/a/b")
        .with("ce-type", "a.b")
        .with("content-type", "application/json")
        .body(r#"{"a":1}"#)
}

/// An event in structured mode with further members, which end without a comma.
pub(crate) fn structured(members: &str) -> Message {
    let comma = if members.is_empty() { "" } else { "," };
    json(&format!(
        r#"{{"specversion":"1.0","id":"1","source":"/a/b","type":"a.b"{comma}{members}}}"#
    ))
}

/// A body in structured mode.
pub(crate) fn json(body: &str) -> Message {
    Message::default()
        .with("content-type", "application/cloudevents+json")
        .body(body)
}

/// A body in batched mode.
pub(crate) fn batch(body: &str) -> Message {
    Message::default()
        .with("content-type", "application/cloudevents-batch+json")
        .body(body)
}

impl Message {
    /// Sets a header; its name may be in any case, as it is on the wire.
    pub(crate) fn with(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).and(name, value)
    }

    /// Adds a header.
    pub(crate) fn and(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
        self.headers.append(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Bytes::copy_from_slice(body.as_ref());
        self
    }
}

/// The text of any attribute.
pub(crate) fn attribute(event: &Event, name: &str) -> Option<String> {
    match name {
        "id" => Some(event.id.to_string()),
        "source" => Some(event.source.to_string()),
        "type" => Some(event.r#type.to_string()),
        "subject" => event.subject.as_ref().map(ToString::to_string),
        "time" => event.time.as_ref().map(ToString::to_string),
        "datacontenttype" => event.datacontenttype.as_ref().map(ToString::to_string),
        "dataschema" => event.dataschema.as_ref().map(ToString::to_string),
        _ => event.extension(name).map(ToString::to_string),
    }
}

pub(crate) fn check(case: &Case) -> Result<(), String> {
    let Message { headers, body } = case.message.clone();
    let found = read(&headers, body);
    let fits = match (&case.expected, &found) {
        (Expected::Attribute(name, text), Ok(Received::Event(event))) => {
            attribute(event, name).as_deref() == *text
        }
        (Expected::Data(data), Ok(Received::Event(event))) => event.data == *data,
        (Expected::Batch(count), Ok(Received::Batch(events))) => events.len() == *count,
        (Expected::Plain, Ok(Received::Plain(body))) => *body == case.message.body,
        (Expected::Bad(name), Err(refusal)) => {
            refusal.status == 400
                && refusal.index.is_none()
                && refusal.attribute.as_deref() == *name
                && name.is_none_or(|name| refusal.detail.contains(name))
        }
        (Expected::BadAt(index, name), Err(refusal)) => {
            refusal.status == 400
                && refusal.index == Some(*index)
                && refusal.attribute.as_deref() == *name
        }
        (Expected::Unsupported, Err(refusal)) => refusal.status == 415,
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => Err(format!("{}: {}: {found:?}", case.rule, case.what)),
    }
}
