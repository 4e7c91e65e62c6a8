//! Context attributes (CloudEvents 1.0, "Context Attributes" and "Type System"), from wherever
//! they are read.

use std::borrow::Cow;

use bytestring::ByteString;
use knative_lambda_events::support::Timestamp;
use knative_lambda_events::{ExtensionValue, LambdaEvent, invoke};

use super::refusal::excerpt;
use super::{Data, Event, Refusal};

/// The version of CloudEvents that is read and written.
pub(super) const SPECVERSION: &str = "1.0";

/// Most extension attributes of an event.
pub const MAX_EXTENSIONS: usize = 64;

/// The value of an attribute that was read.
pub(super) enum Value<'v> {
    Text(Cow<'v, str>),
    /// A whole number or truth value.
    Other(ExtensionValue),
}

impl From<ExtensionValue> for Value<'_> {
    fn from(value: ExtensionValue) -> Self {
        match value {
            ExtensionValue::String(text) => Self::Text(text.into()),
            other => Self::Other(other),
        }
    }
}

/// The attributes of an event, one after another.
#[derive(Default)]
pub(super) struct Attributes {
    /// Whether `specversion` was there; it has one value only.
    specversion: bool,
    id: Option<ByteString>,
    source: Option<ByteString>,
    r#type: Option<ByteString>,
    subject: Option<ByteString>,
    time: Option<ByteString>,
    datacontenttype: Option<ByteString>,
    dataschema: Option<ByteString>,
    extensions: Vec<(ByteString, ExtensionValue)>,
    /// Names that were there without a value.
    unset: Vec<String>,
}

impl Attributes {
    /// Takes an attribute with its value, or `None` where it is said to have none.
    pub(super) fn set(&mut self, name: &str, value: Option<Value<'_>>) -> Result<(), Refusal> {
        if !is_name(name) {
            return Err(Refusal::attribute(
                name,
                "is no attribute: names have lower-case letters and digits only",
            ));
        }
        if self.has(name) {
            return Err(Refusal::attribute(name, "is given twice"));
        }
        let is_core = name == "specversion" || self.slot(name).is_some();
        if (!is_core || value.is_none())
            && self.extensions.len() + self.unset.len() == MAX_EXTENSIONS
        {
            return Err(Refusal::attribute(
                name,
                &format!("is one too many: an event has at most {MAX_EXTENSIONS} extensions"),
            ));
        }
        let Some(value) = value else {
            self.unset.push(name.to_owned());
            return Ok(());
        };
        if let Value::Text(text) = &value
            && !is_string(text)
        {
            return Err(Refusal::attribute(
                name,
                "has a control character or noncharacter",
            ));
        }
        if !is_core {
            let value = match value {
                Value::Text(text) => text.into_owned().into(),
                Value::Other(value) => value,
            };
            self.extensions.push((name.into(), value));
            return Ok(());
        }
        let Value::Text(text) = value else {
            return Err(Refusal::attribute(name, "is not a text"));
        };
        check(name, &text)?;
        match self.slot(name) {
            Some(slot) => *slot = Some(kept(text)),
            None => self.specversion = true,
        }
        Ok(())
    }

    pub(super) fn datacontenttype(&self) -> Option<&str> {
        self.datacontenttype.as_deref()
    }

    /// The event, with data that the caller has read.
    pub(super) fn into_event(self, data: Data) -> Result<Event, Refusal> {
        let missing = |name| move || Refusal::attribute(name, "is missing");
        if !self.specversion {
            return Err(missing("specversion")());
        }
        Ok(Event {
            id: self.id.ok_or_else(missing("id"))?,
            source: self.source.ok_or_else(missing("source"))?,
            r#type: self.r#type.ok_or_else(missing("type"))?,
            subject: self.subject,
            time: self.time,
            datacontenttype: self.datacontenttype,
            dataschema: self.dataschema,
            extensions: self.extensions,
            data,
        })
    }

    fn has(&mut self, name: &str) -> bool {
        let is_set = match self.slot(name) {
            Some(slot) => slot.is_some(),
            None if name == "specversion" => self.specversion,
            None => self.extensions.iter().any(|(known, _)| known == name),
        };
        is_set || self.unset.iter().any(|known| known == name)
    }

    /// Where the text of an attribute goes that CloudEvents defines.
    fn slot(&mut self, name: &str) -> Option<&mut Option<ByteString>> {
        Some(match name {
            "id" => &mut self.id,
            "source" => &mut self.source,
            "type" => &mut self.r#type,
            "subject" => &mut self.subject,
            "time" => &mut self.time,
            "datacontenttype" => &mut self.datacontenttype,
            "dataschema" => &mut self.dataschema,
            _ => return None,
        })
    }
}

/// A text that stays. The usual media type need not be copied.
fn kept(text: Cow<'_, str>) -> ByteString {
    const USUAL: &str = invoke::Sync::DATACONTENTTYPE;
    match text {
        Cow::Borrowed(text) if text == USUAL => ByteString::from_static(USUAL),
        Cow::Borrowed(text) => text.into(),
        Cow::Owned(text) => text.into(),
    }
}

/// Whether a name may be that of an attribute. `data` is none, and all else of that name is data.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    !name.is_empty() && name.bytes().all(fits) && name != "data"
}

/// Whether a text has only characters that a String has.
fn is_string(text: &str) -> bool {
    if text.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
        return true;
    }
    text.chars().all(|c| {
        let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || c as u32 & 0xfffe == 0xfffe;
        !c.is_control() && !is_noncharacter
    })
}

/// Checks the text of an attribute that CloudEvents defines.
fn check(name: &str, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(match name {
            "specversion" => Refusal::attribute(name, "is empty, not `1.0`"),
            _ => Refusal::attribute(name, "is empty"),
        });
    }
    match name {
        "specversion" if text != SPECVERSION => Err(Refusal::attribute(
            name,
            &format!("is {:?}: only {SPECVERSION} is supported", excerpt(text)),
        )),
        "source" if !is_uri_reference(text) => {
            Err(Refusal::attribute(name, "is not a URI-reference"))
        }
        "dataschema" if !is_absolute_uri(text) => {
            Err(Refusal::attribute(name, "is not an absolute URI"))
        }
        "time" if text.parse::<Timestamp>().is_err() => Err(Refusal::attribute(
            name,
            "is not a date and time of RFC 3339 with a zone",
        )),
        _ => Ok(()),
    }
}

/// Whether a text has only characters of URIs (RFC 3986, 2), or of IRIs, which many senders write.
fn is_uri_reference(text: &str) -> bool {
    !text.bytes().any(|b| {
        matches!(
            b,
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
        )
    })
}

/// Whether it begins with a scheme (RFC 3986, 3.1).
fn is_absolute_uri(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    };
    let parts = text.split_once(':');
    parts.is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
        && is_uri_reference(text)
}
