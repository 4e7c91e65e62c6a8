//! Turns events into alerts of Alertmanager, by a table.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::cloud_event::{Data, Envelope};
use super::migration::{fnv1a, text};
use super::{Map, Timestamp, matches, value_from};

/// How events become alerts. Values are dotted paths in the events' data, or after `=` texts in
/// which `{path}` is replaced by what stands there.
#[derive(Clone, Copy, Debug)]
pub struct Bridge {
    /// Its name.
    pub name: &'static str,
    /// Types of the events; of many types with `*` at the end.
    pub events: &'static [&'static str],
    /// HTTP method and path at Alertmanager.
    pub endpoint: &'static str,
    /// Labels. Of the name `*`, all members of an object that have no label of their own here.
    pub labels: &'static [(&'static str, &'static str)],
    /// Annotations, in the same way.
    pub annotations: &'static [(&'static str, &'static str)],
    /// When it began.
    pub starts_at: &'static str,
    /// When it ended.
    pub ends_at: Option<&'static str>,
    /// Address that explains it.
    pub generator_url: Option<&'static str>,
}

/// An alert; a list of these is what version 2 of Alertmanager's API takes.
///
/// The labels are its identity: an alert with the same labels and `ends_at` ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// What identifies it.
    pub labels: Map<String>,
    /// What people may want to know.
    pub annotations: Map<String>,
    /// When it began.
    pub starts_at: Timestamp,
    /// When it ended. Without it, Alertmanager ends the alert if it is not sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Address that explains it.
    #[serde(rename = "generatorURL", skip_serializing_if = "Option::is_none")]
    pub generator_url: Option<String>,
}

/// Why an event is no alert.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlertError {
    /// No bridge takes events of its type.
    OtherType(String),
    /// Its data are not JSON.
    NoData,
    /// It has nothing that would identify the alert.
    NoLabels,
    /// It does not say when the alert began, or says when it ended in no form that is known.
    NoTime(&'static str),
}

impl fmt::Display for AlertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherType(name) => write!(f, "events of the type {name:?} are no alerts"),
            Self::NoData => f.write_str("the event carries no JSON"),
            Self::NoLabels => f.write_str("nothing in the event identifies the alert"),
            Self::NoTime(name) => write!(f, "the event has no date and time for `{name}`"),
        }
    }
}

impl std::error::Error for AlertError {}

/// The alert of an event, by the first bridge that takes events of its type.
///
/// # Errors
/// When no bridge does, or the event lacks what every alert has.
pub fn from_event(bridges: &[Bridge], event: &Envelope) -> Result<Alert, AlertError> {
    let takes = |bridge: &&Bridge| {
        bridge
            .events
            .iter()
            .any(|pattern| matches(pattern, &event.r#type))
    };
    match bridges.iter().find(takes) {
        Some(bridge) => bridge.alert(event),
        None => Err(AlertError::OtherType(event.r#type.clone())),
    }
}

impl Bridge {
    /// The alert of an event, whatever its type.
    ///
    /// # Errors
    /// When the event lacks what every alert has.
    pub fn alert(&self, event: &Envelope) -> Result<Alert, AlertError> {
        let Some(Data::Json(data)) = &event.data else {
            return Err(AlertError::NoData);
        };
        let labels = texts(self.labels, data);
        if labels.is_empty() {
            return Err(AlertError::NoLabels);
        }
        let starts_at = time(self.starts_at, data, "startsAt")?;
        let starts_at = starts_at.ok_or(AlertError::NoTime("startsAt"))?;
        let ends_at = match self.ends_at {
            Some(from) => time(from, data, "endsAt")?,
            None => None,
        };
        Ok(Alert {
            labels,
            annotations: texts(self.annotations, data),
            // Alertmanager refuses alerts that end before they begin.
            starts_at: match &ends_at {
                Some(end) if *end < starts_at => end.clone(),
                _ => starts_at,
            },
            ends_at,
            generator_url: self
                .generator_url
                .and_then(|from| value_from::find_text(from, data)),
        })
    }
}

impl Alert {
    /// The name that Alertmanager knows the alert by: a hash of its labels.
    pub fn fingerprint(&self) -> String {
        // Between and after names and values stands a byte that no text has.
        const SEPARATOR: u8 = 0xff;
        let mut bytes = Vec::new();
        for (name, value) in &self.labels {
            for text in [name, value] {
                bytes.extend_from_slice(text.as_bytes());
                bytes.push(SEPARATOR);
            }
        }
        format!("{:016x}", fnv1a(&bytes))
    }
}

fn time(from: &str, data: &Value, name: &'static str) -> Result<Option<Timestamp>, AlertError> {
    let Some(text) = value_from::find_text(from, data) else {
        return Ok(None);
    };
    let time: Timestamp = text.parse().map_err(|_| AlertError::NoTime(name))?;
    Ok(Some(time.in_utc()))
}

/// Labels or annotations. Those that are empty are missing, as they are for Alertmanager.
fn texts(rules: &[(&str, &str)], data: &Value) -> Map<String> {
    let mut texts = Map::new();
    for (name, from) in rules {
        match value_from::find(from, data) {
            Some(Value::Object(members)) if *name == "*" => {
                for (name, value) in &members {
                    if let Some(value) = text(value).filter(|value| !value.is_empty()) {
                        texts.entry(label(name)).or_insert(value);
                    }
                }
            }
            Some(value) => {
                if let Some(value) = text(&value) {
                    texts.insert((*name).to_owned(), value);
                }
            }
            None => {}
        }
    }
    texts
}

/// A name as Prometheus has them: other characters than letters and digits become `_`.
fn label(name: &str) -> String {
    let mut label: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if !label.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        label.insert(0, '_');
    }
    label
}
