//! The values that there are, what each means and which are allowed.

use serde_json::{Map, Value as Json, json};

use super::Values;
use crate::check::data::{is_dns_label, is_iso_duration, iso_seconds};

/// Sections of values, in the order they are shown, with what they hold.
pub const SECTIONS: &[(&str, &str)] = &[
    ("groups", "Groups of manifests that are installed."),
    (
        "subscribers",
        "Programs whose Triggers are installed; without the program, its queues fill.",
    ),
    (
        "namespaces",
        "Kubernetes namespaces, by their names in the spec.",
    ),
    (
        "names",
        "Objects that are installed or referred to, by their names in the spec.",
    ),
    ("delivery", "How brokers deliver again what was not taken."),
    (
        "deadLetters",
        "How long, and how many, dead letters are kept.",
    ),
];

/// A value that is not a name.
#[derive(Debug)]
pub struct Setting {
    /// Section that it stands in.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    allowed: Allowed,
}

#[derive(Clone, Copy, Debug)]
enum Allowed {
    Integer(u64, u64),
    Duration,
    Words(&'static [&'static str]),
    Switch,
    /// Label of RFC 1123.
    Label,
    /// Labels with dots between.
    Subdomain,
}

/// Deliveries after the first.
pub(super) static RETRY: Setting = Setting {
    section: "delivery",
    name: "retry",
    summary: "Deliveries after the first",
    allowed: Allowed::Integer(0, 100),
};

/// How the time between deliveries grows.
pub(super) static BACKOFF_POLICY: Setting = Setting {
    section: "delivery",
    name: "backoffPolicy",
    summary: "How the time between deliveries grows",
    allowed: Allowed::Words(&["linear", "exponential"]),
};

/// Time before the second delivery.
pub(super) static BACKOFF_DELAY: Setting = Setting {
    section: "delivery",
    name: "backoffDelay",
    summary: "Time before the second delivery, an ISO 8601 duration",
    allowed: Allowed::Duration,
};

/// Events that a Trigger has under way at the same time.
pub(super) static PARALLELISM: Setting = Setting {
    section: "delivery",
    name: "parallelism",
    summary: "Events that a Trigger has under way at the same time",
    allowed: Allowed::Integer(1, 1000),
};

/// How long a dead letter is kept.
pub(super) static MESSAGE_TTL: Setting = Setting {
    section: "deadLetters",
    name: "messageTtlMilliseconds",
    summary: "How long a dead letter is kept, in milliseconds",
    allowed: Allowed::Integer(1000, 4_294_967_295),
};

/// Most dead letters in a queue.
pub(super) static MAX_LENGTH: Setting = Setting {
    section: "deadLetters",
    name: "maxLength",
    summary: "Most dead letters in a queue",
    allowed: Allowed::Integer(1, 1_000_000_000),
};

/// What a full queue does.
pub(super) static OVERFLOW: Setting = Setting {
    section: "deadLetters",
    name: "overflow",
    summary: "What a full queue does with the next one",
    allowed: Allowed::Words(&["reject-publish", "drop-head"]),
};

static SETTINGS: &[&Setting] = &[
    &RETRY,
    &BACKOFF_POLICY,
    &BACKOFF_DELAY,
    &PARALLELISM,
    &MESSAGE_TTL,
    &MAX_LENGTH,
    &OVERFLOW,
];

fn find(section: &str, name: &str) -> Option<&'static Setting> {
    let is_meant = |s: &&&Setting| s.section == section && s.name == name;
    SETTINGS.iter().find(is_meant).copied()
}

/// What a value means.
pub(super) fn summary(section: &str, name: &str) -> String {
    match (find(section, name), section) {
        (Some(setting), _) => setting.summary.to_owned(),
        (None, "groups") => match super::GROUPS.iter().find(|group| group.name == name) {
            Some(group) => group.summary.to_owned(),
            None => String::new(),
        },
        (None, "subscribers") => format!("Triggers of `{name}`"),
        // Of names, those know it who use them.
        (None, _) => format!("Namespace `{name}`"),
    }
}

fn allowed(section: &str, name: &str) -> Allowed {
    match (find(section, name), section) {
        (Some(setting), _) => setting.allowed,
        (None, "groups" | "subscribers") => Allowed::Switch,
        (None, "namespaces") => Allowed::Label,
        (None, _) => Allowed::Subdomain,
    }
}

/// JSON Schema (draft-07, as Helm reads it) of a value.
fn schema(values: &Values<'_>, section: &str, name: &str) -> Json {
    let mut schema = match allowed(section, name) {
        Allowed::Integer(from, to) => {
            json!({ "type": "integer", "minimum": from, "maximum": to })
        }
        Allowed::Duration => json!({
            "type": "string",
            "pattern": "^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$",
            "minLength": 3,
        }),
        Allowed::Words(words) => json!({ "enum": words }),
        Allowed::Switch => json!({ "type": "boolean" }),
        Allowed::Label => json!({
            "type": "string",
            "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            "maxLength": 63,
        }),
        Allowed::Subdomain => json!({
            "type": "string",
            "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$",
            "maxLength": 253,
        }),
    };
    schema["description"] = format!("{}.", values.summary(section, name)).into();
    schema
}

/// What is expected where `value` is not allowed.
pub fn problem(section: &str, name: &str, value: &Json) -> Option<String> {
    let text = value.as_str();
    let (fits, expected) = match allowed(section, name) {
        Allowed::Integer(from, to) => (
            value.as_u64().is_some_and(|n| (from..=to).contains(&n)),
            format!("a whole number from {from} to {to}"),
        ),
        Allowed::Duration => (
            text.is_some_and(|t| is_iso_duration(t) && iso_seconds(t) > 0),
            "an ISO 8601 duration such as `PT1S`".to_owned(),
        ),
        Allowed::Words(words) => (
            text.is_some_and(|t| words.contains(&t)),
            format!("`{}`", words.join("` or `")),
        ),
        Allowed::Switch => (value.is_boolean(), "`true` or `false`".to_owned()),
        Allowed::Label => (
            text.is_some_and(is_dns_label),
            "at most 63 lower-case letters, digits and hyphens".to_owned(),
        ),
        Allowed::Subdomain => (
            text.is_some_and(|t| t.len() <= 253 && t.split('.').all(is_dns_label)),
            "lower-case letters, digits and hyphens, at most 63 between dots".to_owned(),
        ),
    };
    (!fits).then_some(expected)
}

/// JSON Schema of all values that were asked for.
pub(super) fn schema_of_all(title: &str, asked: &Values<'_>) -> Map<String, Json> {
    let defaults = asked.defaults();
    let mut sections = Map::new();
    for (section, about) in SECTIONS {
        let Some(values) = defaults.get(*section).and_then(Json::as_object) else {
            continue;
        };
        let names: Vec<_> = values.keys().cloned().collect();
        let values = values
            .keys()
            .map(|name| (name.clone(), schema(asked, section, name)));
        let values: Map<_, _> = values.collect();
        let section_schema = json!({
            "type": "object",
            "description": about,
            "properties": values,
            // Helm takes a value away that is set to null.
            "required": names,
            "additionalProperties": false,
        });
        sections.insert((*section).to_owned(), section_schema);
    }
    // Helm itself passes these to charts that depend on others.
    sections.insert("global".to_owned(), json!({ "type": "object" }));
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        "http://json-schema.org/draft-07/schema#".into(),
    );
    schema.insert("title".to_owned(), title.into());
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), sections.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}
