//! Reads the JSON format of CloudEvents 1.0.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{Deserialize, IgnoredAny};
use serde_json::value::RawValue;

use super::media_type::is_json;
use super::members::{Batch, Members};
use super::read::typed;
use super::{Data, Event, Refusal};

/// Most events of a batch.
pub const MAX_BATCH: usize = 10_000;

/// How deep arrays and objects of data may be nested, so that every language can parse them.
pub const MAX_DEPTH: usize = 128;

impl Event {
    /// Reads an event in the JSON format. Its data are a slice of `json` where they stand in it
    /// as they are.
    ///
    /// # Errors
    /// When it is no JSON, or no event of version 1.0.
    pub fn from_json(json: &Bytes) -> Result<Self, Refusal> {
        read_event(text(json).map_err(no_event)?, json)
    }
}

/// Reads the events of a batch; if one is wrong, all are refused.
pub(super) fn read_batch(json: &Bytes) -> Result<Vec<Event>, Refusal> {
    let Batch(events) = text(json)
        .and_then(parse)
        .map_err(|why| Refusal::bad_request(format!("the batch {why}")))?;
    if events.len() > MAX_BATCH {
        let detail = format!("the batch has more than {MAX_BATCH} events");
        return Err(Refusal::bad_request(detail));
    }
    let events = events.into_iter().enumerate();
    let read = events
        .map(|(index, event)| read_event(event.get(), json).map_err(|refusal| refusal.at(index)));
    read.collect()
}

/// Refuses what is not JSON, or nested deeper than `most`; the reason goes on after a noun.
pub(crate) fn check_json(json: &[u8], most: usize) -> Result<(), String> {
    parse::<IgnoredAny>(text(json)?)?;
    check_depth(json, most)
}

fn no_event(why: String) -> Refusal {
    Refusal::bad_request(format!("the event {why}"))
}

fn text(json: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(json).map_err(|error| {
        let place = error.valid_up_to();
        format!("is not JSON: it is no UTF-8 at byte {place}")
    })
}

fn parse<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| match error.is_data() {
        // These errors repeat values.
        true => {
            let (line, column) = (error.line(), error.column());
            format!("has the wrong kind of JSON value at line {line} column {column}")
        }
        false => format!("is not JSON: {error}"),
    })
}

/// Refuses JSON that is nested deeper than `most` arrays and objects: the parser skips values without recursion, and so without
/// a limit. The reason goes on after a noun.
pub(crate) fn check_depth(json: &[u8], most: usize) -> Result<(), String> {
    let opening = json.iter().filter(|b| matches!(b, b'[' | b'{'));
    if opening.count() <= most {
        return Ok(());
    }
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return Err(format!("is nested deeper than {most} arrays and objects"));
        }
    }
    Ok(())
}

/// Reads an event that stands in `body`.
fn read_event(json: &str, body: &Bytes) -> Result<Event, Refusal> {
    let members: Members<'_> = parse(json).map_err(no_event)?;
    if let Some(refusal) = members.refusal {
        return Err(refusal);
    }
    let media_type = members.attributes.datacontenttype();
    let data = members.data.map(RawValue::get);
    let base64 = members.data_base64.map(RawValue::get);
    let data = match (data, base64.filter(|text| *text != "null")) {
        (None, None) => Data::Absent,
        (Some(json), None) => read_data(json, media_type, body)?,
        (None | Some("null"), Some(text)) => read_base64(text, media_type)?,
        (Some(_), Some(_)) => {
            return Err(Refusal::attribute("data_base64", "stands beside `data`"));
        }
    };
    members.attributes.into_event(data)
}

/// The value of `data`.
fn read_data(json: &str, media_type: Option<&str>, body: &Bytes) -> Result<Data, Refusal> {
    if media_type.is_none_or(is_json) {
        check_depth(json.as_bytes(), MAX_DEPTH).map_err(|why| Refusal::attribute("data", &why))?;
        return Ok(Data::Json(body.slice_ref(json.as_bytes())));
    }
    match string(json) {
        Some(Cow::Borrowed(text)) => Ok(Data::Text(body.slice_ref(text.as_bytes()))),
        Some(Cow::Owned(text)) => Ok(Data::Text(text.into())),
        // There is no text that it could stand for.
        None if json == "null" => Ok(Data::Absent),
        None => Err(Refusal::attribute(
            "data",
            "is not a string, which data are whose media type is not JSON",
        )),
    }
}

/// The value of `data_base64`.
fn read_base64(json: &str, media_type: Option<&str>) -> Result<Data, Refusal> {
    const MEMBER: &str = "data_base64";
    let bytes = string(json).and_then(|text| STANDARD.decode(text.as_bytes()).ok());
    match bytes {
        Some(bytes) => typed(MEMBER, media_type, bytes.into()),
        None => Err(Refusal::attribute(MEMBER, "is not base64")),
    }
}

/// The text of a JSON string.
fn string(json: &str) -> Option<Cow<'_, str>> {
    let quoted = json.strip_prefix('"')?.strip_suffix('"')?;
    match memchr::memchr(b'\\', quoted.as_bytes()) {
        None => Some(Cow::Borrowed(quoted)),
        Some(_) => serde_json::from_str(json).ok().map(Cow::Owned),
    }
}
