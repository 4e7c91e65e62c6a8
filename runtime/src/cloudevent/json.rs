//! Reads the JSON format of CloudEvents 1.0, in one pass and without copying data.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use knative_lambda_events::ExtensionValue;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::media_type::is_json;
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
        read_event(text(json).map_err(in_body)?, json)
    }
}

/// Reads the events of a batch; if one is wrong, all are refused.
pub(super) fn read_batch(json: &Bytes) -> Result<Vec<Event>, Refusal> {
    let Batch(events) = text(json).and_then(parse).map_err(in_body)?;
    if events.len() > MAX_BATCH {
        let detail = format!("the batch has more than {MAX_BATCH} events");
        return Err(Refusal::bad_request(detail));
    }
    let events = events.into_iter().enumerate();
    let read = events
        .map(|(index, event)| read_event(event.get(), json).map_err(|refusal| refusal.at(index)));
    read.collect()
}

/// Refuses what is not JSON, or nested too deep; the reason goes on after a noun.
pub(super) fn check_json(json: &[u8]) -> Result<(), String> {
    let json = text(json)?;
    parse::<IgnoredAny>(json)?;
    check_depth(json)
}

fn in_body(why: String) -> Refusal {
    Refusal::bad_request(format!("the body {why}"))
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

/// The parser skips values without recursion, and so without a limit.
fn check_depth(json: &str) -> Result<(), String> {
    let opening = json.bytes().filter(|b| matches!(b, b'[' | b'{'));
    if opening.count() <= MAX_DEPTH {
        return Ok(());
    }
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = json.bytes();
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
        if depth > MAX_DEPTH {
            return Err(format!(
                "is nested deeper than {MAX_DEPTH} arrays and objects"
            ));
        }
    }
    Ok(())
}

/// Reads an event that stands in `body`.
fn read_event(json: &str, body: &Bytes) -> Result<Event, Refusal> {
    let members: Members<'_> = parse(json).map_err(in_body)?;
    if let Some(refusal) = members.refusal {
        return Err(refusal);
    }
    let media_type = members.attributes.datacontenttype();
    let data = match (members.data, members.data_base64) {
        (data, None) => match data {
            Some(value) => read_data(value.get(), media_type, body)?,
            None => Data::Absent,
        },
        (None, Some(text)) => read_base64(text.get(), media_type)?,
        (Some(data), Some(text)) => match (data.get(), text.get()) {
            (data, "null") => read_data(data, media_type, body)?,
            ("null", text) => read_base64(text, media_type)?,
            _ => {
                return Err(Refusal::attribute("data_base64", "stands beside `data`"));
            }
        },
    };
    members.attributes.into_event(data)
}

/// The value of `data`.
fn read_data(json: &str, media_type: Option<&str>, body: &Bytes) -> Result<Data, Refusal> {
    if media_type.is_none_or(is_json) {
        check_depth(json).map_err(|why| Refusal::attribute("data", &why))?;
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
    if json == "null" {
        return Ok(Data::Absent);
    }
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

/// Members of a batch, not yet looked into.
struct Batch<'j>(Vec<&'j RawValue>);

impl<'j> Deserialize<'j> for Batch<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct BatchVisitor;

        impl<'j> Visitor<'j> for BatchVisitor {
            type Value = Batch<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of events")
            }

            /// Of a batch that is too long, one event more than allowed is kept.
            fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Batch<'j>, A::Error> {
                let mut events = Vec::new();
                while events.len() <= MAX_BATCH {
                    match items.next_element()? {
                        Some(event) => events.push(event),
                        None => return Ok(Batch(events)),
                    }
                }
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Batch(events))
            }
        }

        deserializer.deserialize_seq(BatchVisitor)
    }
}

/// Members of an event.
#[derive(Default)]
struct Members<'j> {
    attributes: Attributes,
    data: Option<&'j RawValue>,
    data_base64: Option<&'j RawValue>,
    /// What is wrong with the first member that is wrong. That the whole is no JSON comes first.
    refusal: Option<Refusal>,
}

impl<'j> Members<'j> {
    fn read<A: MapAccess<'j>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let is_twice = || Refusal::attribute(name, "is given twice");
        let refusal = match name {
            "data" => {
                let before = self.data.replace(map.next_value()?);
                before.map(|_| is_twice())
            }
            "data_base64" => {
                let before = self.data_base64.replace(map.next_value()?);
                before.map(|_| is_twice())
            }
            _ => match map.next_value()? {
                Member::Unset => self.attributes.set(name, None).err(),
                Member::Value(value) => self.attributes.set(name, Some(value)).err(),
                Member::None => Some(Refusal::attribute(
                    name,
                    "is not a text, whole number of 32 bits or truth value",
                )),
            },
        };
        if self.refusal.is_none() {
            self.refusal = refusal;
        }
        Ok(())
    }
}

impl<'j> Deserialize<'j> for Members<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'j> Visitor<'j> for MembersVisitor {
            type Value = Members<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }

            fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Members<'j>, A::Error> {
                let mut members = Members::default();
                while let Some(Name(name)) = map.next_key()? {
                    members.read(&name, &mut map)?;
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Name of a member, which is copied only if it has escapes.
struct Name<'j>(Cow<'j, str>);

impl<'j> Deserialize<'j> for Name<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'j> Visitor<'j> for NameVisitor {
            type Value = Name<'j>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'j str) -> Result<Name<'j>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'j>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

/// Value of a member that is an attribute.
enum Member {
    Unset,
    Value(ExtensionValue),
    /// No value that an attribute can have (JSON format, 2.2).
    None,
}

impl<'j> Deserialize<'j> for Member {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct MemberVisitor;

        impl<'j> Visitor<'j> for MemberVisitor {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E: Error>(self) -> Result<Member, E> {
                Ok(Member::Unset)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Member, E> {
                Ok(Member::Value(value.into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Member, E> {
                let number = i32::try_from(number).ok();
                Ok(number.map_or(Member::None, |number| Member::Value(number.into())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Member, E> {
                let number = i32::try_from(number).ok();
                Ok(number.map_or(Member::None, |number| Member::Value(number.into())))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Member, E> {
                Ok(Member::None)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
                Ok(Member::Value(text.into()))
            }

            fn visit_seq<A: SeqAccess<'j>>(self, mut items: A) -> Result<Member, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Member::None)
            }

            fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Member, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Member::None)
            }
        }

        deserializer.deserialize_any(MemberVisitor)
    }
}
