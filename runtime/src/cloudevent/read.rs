//! Reads HTTP messages (HTTP protocol binding of CloudEvents 1.0, 3).

use std::borrow::Cow;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use knative_lambda_events::support::header;

use super::attributes::{Attributes, Value, is_name};
use super::json::{MAX_DEPTH, check_json, read_batch};
use super::media_type::{Mode, is_form, is_json, is_text, mode};
use super::{Data, Event, Refusal};

/// What a message carries.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, which a box would only slow down"
)]
pub enum Received {
    /// One event, in binary or structured mode.
    Event(Event),
    /// Any number of events, also none, in batched mode.
    Batch(Vec<Event>),
    /// JSON without any event around it.
    Plain(Bytes),
}

/// Reads what a message carries. Data are slices of `body` where they stand in it as they are.
///
/// # Errors
/// When it carries neither events of version 1.0 nor JSON.
pub fn read(headers: &HeaderMap, body: Bytes) -> Result<Received, Refusal> {
    let media_type = content_type(headers)?;
    match media_type.map_or(Mode::Binary, mode) {
        Mode::Structured => Event::from_json(&body).map(Received::Event),
        Mode::Batch => read_batch(&body).map(Received::Batch),
        Mode::OtherFormat => Err(Refusal::unsupported(
            "events are read in the JSON format: application/cloudevents+json or \
             application/cloudevents-batch+json",
        )),
        Mode::Binary => match attributes(headers)? {
            Some(attributes) => read_binary(attributes, media_type, body).map(Received::Event),
            None => read_plain(media_type, body).map(Received::Plain),
        },
    }
}

fn content_type(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let wrong = |what| Refusal::attribute("datacontenttype", what);
    if values.next().is_some() {
        return Err(wrong("is given twice, by two headers `Content-Type`"));
    }
    let value = value.to_str().map_err(|_| wrong("is not ASCII"))?;
    Ok(Some(value.trim_ascii()).filter(|value| !value.is_empty()))
}

/// Attributes in headers, if there are any. Names that no attribute has are not looked at.
fn attributes(headers: &HeaderMap) -> Result<Option<Attributes>, Refusal> {
    let mut attributes = None;
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix("ce-") else {
            continue;
        };
        match name {
            "data" => return Err(Refusal::attribute(name, "is no attribute")),
            "datacontenttype" => {
                return Err(Refusal::attribute(
                    name,
                    "has no header of its own: it is `Content-Type`",
                ));
            }
            _ if !is_name(name) => continue,
            _ => {}
        }
        let value = decoded(value).ok_or_else(|| Refusal::attribute(name, "is not UTF-8"))?;
        let attributes: &mut Attributes = attributes.get_or_insert_default();
        attributes.set(name, Some(Value::Text(value)))?;
    }
    Ok(attributes)
}

/// The text in a header, or `None` where it is not UTF-8. Nearly all stand there as they are.
fn decoded(value: &HeaderValue) -> Option<Cow<'_, str>> {
    match value.to_str() {
        Ok(text) if !text.contains(['%', '"']) => Some(Cow::Borrowed(text.trim_ascii())),
        _ => header::decode(value.as_bytes()).map(Cow::Owned),
    }
}

fn read_binary(
    mut attributes: Attributes,
    media_type: Option<&str>,
    body: Bytes,
) -> Result<Event, Refusal> {
    if let Some(media_type) = media_type {
        attributes.set("datacontenttype", Some(Value::Text(media_type.into())))?;
    }
    let data = typed("data", media_type, body)?;
    attributes.into_event(data)
}

/// Bytes as the data that their media type says they are; `member` is what they came from.
pub(super) fn typed(member: &str, media_type: Option<&str>, bytes: Bytes) -> Result<Data, Refusal> {
    if bytes.is_empty() {
        return Ok(Data::Absent);
    }
    match media_type {
        Some(media_type) if is_json(media_type) => {
            check_json(&bytes, MAX_DEPTH).map_err(|why| Refusal::attribute(member, &why))?;
            Ok(Data::Json(bytes))
        }
        Some(media_type) if is_text(media_type) && std::str::from_utf8(&bytes).is_ok() => {
            Ok(Data::Text(bytes))
        }
        _ => Ok(Data::Binary(bytes)),
    }
}

/// A message without attributes: what people send by hand.
fn read_plain(media_type: Option<&str>, body: Bytes) -> Result<Bytes, Refusal> {
    const HINT: &str = "the message carries neither an event nor JSON; send JSON with \
                        -H 'Content-Type: application/json', or an event with its attributes as \
                        `ce-` headers";
    let json = match media_type {
        Some(media_type) if is_json(media_type) => check_json(&body, MAX_DEPTH)
            .map_err(|why| Refusal::bad_request(format!("the body {why}"))),
        None if body.is_empty() => Err(Refusal::bad_request(HINT)),
        Some(media_type) if !is_form(media_type) => Err(Refusal::unsupported(HINT)),
        // `curl -d` says that it sends a form.
        _ => check_json(&body, MAX_DEPTH).map_err(|_| Refusal::unsupported(HINT)),
    };
    json.map(|()| body)
}
