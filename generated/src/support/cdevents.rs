//! Turns events into CDEvents, by a table.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::cloud_event::{Data, Envelope};
use super::migration::set;
use super::{HttpMessage, Timestamp, matches, value_from};

/// Which events become which CDEvents.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// Version of the CDEvents specification.
    pub version: &'static str,
    /// CDEvents of standard types.
    pub standard: &'static [Standard],
    /// Type of all others; placeholders `{entity}` and `{action}`.
    pub custom_type: &'static str,
    /// Type of their subjects; placeholder `{entity}`.
    pub custom_subject: &'static str,
}

/// A CDEvent of a standard type, and the events that become it.
#[derive(Clone, Copy, Debug)]
pub struct Standard {
    /// Type of the events; of an open family with `*` at its end.
    pub event: &'static str,
    /// Type of the CDEvent, with its version.
    pub r#type: &'static str,
    /// Type of its subject.
    pub subject_type: &'static str,
    /// Members of its subject, all texts, by dotted path, and where in the event they come from: a
    /// dotted path, or after `=` a text in which `{path}` is replaced by what stands there.
    pub subject: &'static [(&'static str, &'static str)],
    /// Members of its subject that must be there.
    pub required: &'static [&'static str],
}

/// A CDEvent; as JSON, what those who understand CDEvents take.
#[derive(Clone, Debug, PartialEq)]
pub struct CdEvent {
    /// Where and when it happened.
    pub context: Context,
    /// What it is about.
    pub subject: Subject,
}

/// Where and when something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Version of the CDEvents specification.
    pub version: &'static str,
    /// Identifies it among those of its source: the event's `id`.
    pub id: String,
    /// Who sent the event, a URI-reference.
    pub source: String,
    /// What kind of CDEvent it is, with its version.
    pub r#type: String,
    /// When it happened; of an event that does not say, the present.
    pub timestamp: Timestamp,
}

/// What something happened to.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Identifies it within its source.
    pub id: String,
    /// Where it belongs, a URI-reference.
    pub source: String,
    /// What kind of thing it is.
    pub r#type: String,
    /// More about it; in custom CDEvents, the event's data.
    pub content: Map<String, Value>,
}

impl CdEvent {
    /// The CDEvent in JSON.
    pub fn to_value(&self) -> Value {
        let (context, subject) = (&self.context, &self.subject);
        json!({
            "context": {
                "version": context.version,
                "id": context.id,
                "source": context.source,
                "type": context.r#type,
                "timestamp": context.timestamp.as_str(),
            },
            "subject": {
                "id": subject.id,
                "source": subject.source,
                "type": subject.r#type,
                "content": subject.content,
            },
        })
    }
}

impl Serialize for CdEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

/// The CDEvent of an event: the standard one, where there is one and the event has all that it
/// must have, else a custom one. `entity` is the event's; where it is `None`, the last part but
/// one of the type stands for it.
pub fn from_event(mapping: &Mapping, event: &Envelope, entity: Option<&str>) -> CdEvent {
    let standard = mapping
        .standard
        .iter()
        .filter(|standard| matches(standard.event, &event.r#type))
        .find_map(|standard| {
            Some((
                standard.r#type.to_owned(),
                standard_subject(standard, event)?,
            ))
        });
    let (r#type, subject) = standard.unwrap_or_else(|| custom(mapping, event, entity));
    let time = event.time.clone().unwrap_or_else(Timestamp::now);
    CdEvent {
        context: Context {
            version: mapping.version,
            id: event.id.clone(),
            source: event.source.clone(),
            r#type,
            timestamp: time.in_utc(),
        },
        subject,
    }
}

/// What is posted to a Receiver of Flux: the headers are those of the event in binary form, among
/// them `ce-type` with the event's own type, and the body is the CDEvent.
pub fn to_http(event: &Envelope, cdevent: &CdEvent) -> HttpMessage {
    let message = Envelope {
        datacontenttype: Some("application/json".to_owned()),
        dataschema: None,
        data: Some(Data::Json(cdevent.to_value())),
        ..event.clone()
    };
    message.to_binary()
}

fn standard_subject(standard: &Standard, event: &Envelope) -> Option<Subject> {
    let json = event.to_value();
    let mut found = Map::new();
    for (target, from) in standard.subject {
        if let Some(text) = value_from::find_text(from, &json) {
            set(&mut found, target, text.into());
        }
    }
    let mut found = Value::Object(found);
    let has = |path: &str| {
        path.split('.')
            .try_fold(&found, |v, key| v.get(key))
            .is_some()
    };
    if !standard.required.iter().all(|path| has(path)) {
        return None;
    }
    let text = |name: &str| found.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Subject {
        id: text("id")?,
        source: text("source").unwrap_or_else(|| event.source.clone()),
        r#type: text("type").unwrap_or_else(|| standard.subject_type.to_owned()),
        content: match found.get_mut("content").map(Value::take) {
            Some(Value::Object(content)) => content,
            _ => Map::new(),
        },
    })
}

fn custom(mapping: &Mapping, event: &Envelope, entity: Option<&str>) -> (String, Subject) {
    let mut parts = event.r#type.rsplit('.');
    let action = letters(parts.next());
    let entity = letters(entity.or_else(|| parts.next()));
    let fill = |template: &str| {
        let filled = template.replace("{entity}", &entity);
        filled.replace("{action}", &action)
    };
    let subject = event.subject.as_ref().filter(|s| !s.is_empty());
    let subject = Subject {
        id: subject.unwrap_or(&event.id).clone(),
        source: event.source.clone(),
        r#type: fill(mapping.custom_subject),
        content: match event.to_value() {
            Value::Object(mut members) => content(&mut members),
            _ => Map::new(),
        },
    };
    (fill(mapping.custom_type), subject)
}

/// Data that are an object, or else an object with them under the name that they have in JSON.
fn content(members: &mut Map<String, Value>) -> Map<String, Value> {
    let data = ["data", "data_base64"]
        .into_iter()
        .find_map(|name| members.remove_entry(name));
    match data {
        Some((_, Value::Object(data))) => data,
        Some((name, data)) => Map::from_iter([(name, data)]),
        None => Map::new(),
    }
}

/// A part of a type, as CDEvents have it: of lower case letters only. Other characters are left
/// out; where nothing is left, the word `event` stands.
fn letters(part: Option<&str>) -> String {
    let part = part.unwrap_or_default().chars();
    let letters: String = part
        .map(|c| c.to_ascii_lowercase())
        .filter(char::is_ascii_lowercase)
        .collect();
    match letters.is_empty() {
        true => "event".to_owned(),
        false => letters,
    }
}
