//! Turns events of legacy types into events of live ones, by a table.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::cloud_event::{Data, Envelope};
use super::{EventError, ExtensionValue};

/// How events of one legacy type become events of a live type.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The legacy type.
    pub from: &'static str,
    /// The live type.
    pub to: &'static str,
    /// Address of the schema that the new data follow.
    pub dataschema: &'static str,
    /// Media type of the new data.
    pub datacontenttype: &'static str,
    /// Whether data that no rule names are kept.
    pub keep_unmapped: bool,
    /// New data, by dotted path in it.
    pub data: &'static [FieldRule],
    /// New extension attributes, by name. Those of the old event are kept beside them.
    pub extensions: &'static [FieldRule],
    /// New subject.
    pub subject: Option<FieldRule>,
    /// Template of the subject where no rule gives one: `{a|b}` is the member `a` or else `b` of
    /// the new data. Where it is missing the old subject stays.
    pub subject_template: &'static str,
}

/// Where one new value comes from, and what becomes of it on the way.
#[derive(Clone, Copy, Debug)]
pub struct FieldRule {
    /// Path or name of the new value.
    pub target: &'static str,
    /// Whether the live event must have it.
    pub required: bool,
    /// Whether numbers and truth values become text.
    pub text: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Value, as JSON, where the old event has none.
    pub default: Option<&'static str>,
    /// Part of the text between `/` that is taken, counted from 0.
    pub part: Option<usize>,
    /// Text cut off at the beginning.
    pub trim_prefix: Option<&'static str>,
    /// Texts, and the values, as JSON, that replace them.
    pub map: &'static [(&'static str, &'static str)],
    /// Longest Kubernetes name that it is made into.
    pub name_length: Option<usize>,
    /// Key of the object that text is put into.
    pub wrap: Option<&'static str>,
}

impl FieldRule {
    /// A rule that makes nothing.
    pub const NOTHING: Self = Self {
        target: "",
        required: false,
        text: false,
        origin: Origin::Value("null"),
        default: None,
        part: None,
        trim_prefix: None,
        map: &[],
        name_length: None,
        wrap: None,
    };
}

/// Where a new value comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The first of these dotted paths that is in the old data.
    From(&'static [&'static str]),
    /// Texts joined by `-`, each from the first of its paths, which are split by `|`; `@name` is
    /// an attribute.
    Join(&'static [&'static str]),
    /// An attribute of the old event.
    Attribute(&'static str),
    /// A fixed value, as JSON.
    Value(&'static str),
}

/// Why an event of a legacy type could not be translated.
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrateError {
    /// Its data are no JSON object, and rules would have to look into it.
    DataShape,
    /// It lacks values that the live type requires.
    Missing(Vec<&'static str>),
    /// A value that an extension attribute cannot have.
    Extension(&'static str),
    /// It became an event that the live type cannot be read from.
    Invalid(EventError),
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataShape => f.write_str("the data of the legacy event are no JSON object"),
            Self::Missing(names) => {
                let names = names.join("`, `");
                write!(f, "nothing in the legacy event fills `{names}`")
            }
            Self::Extension(name) => {
                write!(
                    f,
                    "the value for `{name}` is no text, whole number or truth value"
                )
            }
            Self::Invalid(error) => write!(f, "the live event would not be valid: {error}"),
        }
    }
}

impl Error for MigrateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(error) => Some(error),
            _ => None,
        }
    }
}

/// Translates an event of a legacy type in `table`; others stay as they are.
///
/// # Errors
/// When it lacks what the live type requires.
pub fn migrate(table: &[Migration], event: Envelope) -> Result<Envelope, MigrateError> {
    migrate_with(table, event, &[])
}

/// As [`migrate`], where who takes the event knows some of the new data, by path: they stand in
/// where a rule finds nothing.
///
/// # Errors
/// When it lacks what the live type requires.
pub fn migrate_with(
    table: &[Migration],
    event: Envelope,
    known: &[(&str, &str)],
) -> Result<Envelope, MigrateError> {
    match table.iter().find(|m| m.from == event.r#type) {
        Some(migration) => Legacy::new(event, migration)?.migrate(migration, known),
        None => Ok(event),
    }
}

/// A legacy event.
struct Legacy {
    event: Envelope,
    /// Its attributes as texts.
    attributes: Map<String, Value>,
    /// Its data, without `null`.
    data: Option<Value>,
}

impl Legacy {
    fn new(mut event: Envelope, migration: &Migration) -> Result<Self, MigrateError> {
        let data = match event.data.take() {
            None | Some(Data::Json(Value::Null)) => None,
            Some(Data::Json(value)) if value.is_object() || migration.data.is_empty() => {
                Some(value)
            }
            Some(_) => return Err(MigrateError::DataShape),
        };
        Ok(Self {
            attributes: super::json::attributes(&event),
            event,
            data,
        })
    }

    fn migrate(
        self,
        migration: &Migration,
        known: &[(&str, &str)],
    ) -> Result<Envelope, MigrateError> {
        let mut missing = Vec::new();
        let data = self.new_data(migration, known, &mut missing);
        let extensions = self.new_extensions(migration, &mut missing)?;
        if !missing.is_empty() {
            return Err(MigrateError::Missing(missing));
        }
        let ruled = migration.subject.as_ref().and_then(|r| self.apply(r));
        let subject = match ruled {
            Some(subject) => text(&subject),
            None => fill(migration.subject_template, &data),
        };
        Ok(Envelope {
            r#type: migration.to.to_owned(),
            subject: subject.or(self.event.subject),
            datacontenttype: Some(migration.datacontenttype.to_owned()),
            dataschema: Some(migration.dataschema.to_owned()),
            extensions,
            data: Some(Data::Json(data)),
            ..self.event
        })
    }

    fn new_data(
        &self,
        migration: &Migration,
        known: &[(&str, &str)],
        missing: &mut Vec<&'static str>,
    ) -> Value {
        let mut new = Map::new();
        for rule in migration.data {
            let known = || known.iter().find(|(path, _)| *path == rule.target);
            let found = self.apply(rule);
            match found.or_else(|| known().map(|(_, text)| (*text).into())) {
                Some(value) => set(&mut new, rule.target, value),
                None if rule.required => missing.push(rule.target),
                None => {}
            }
        }
        if migration.keep_unmapped
            && let Some(old) = &self.data
        {
            let named: Vec<_> = migration.data.iter().flat_map(named_paths).collect();
            match without(old, &named) {
                Some(Value::Object(kept)) => merge(&mut new, kept),
                // Data that are no object have no rules.
                Some(other) => return other,
                None => {}
            }
        }
        Value::Object(new)
    }

    fn new_extensions(
        &self,
        migration: &Migration,
        missing: &mut Vec<&'static str>,
    ) -> Result<BTreeMap<String, ExtensionValue>, MigrateError> {
        let mut extensions = self.event.extensions.clone();
        for rule in migration.extensions {
            let name = rule.target;
            let value = match self.apply(rule) {
                Some(value) => value,
                None if rule.required && !extensions.contains_key(name) => {
                    missing.push(name);
                    continue;
                }
                None => continue,
            };
            let plain = if rule.text {
                text(&value).map(Value::from)
            } else {
                None
            };
            let value = match plain.unwrap_or(value) {
                Value::String(text) => ExtensionValue::String(text),
                Value::Bool(value) => ExtensionValue::Boolean(value),
                Value::Number(number) => match number.as_i64() {
                    Some(number) => ExtensionValue::Integer(number),
                    None => return Err(MigrateError::Extension(name)),
                },
                _ => return Err(MigrateError::Extension(name)),
            };
            extensions.insert(name.to_owned(), value);
        }
        Ok(extensions)
    }

    /// The value that a rule finds or makes.
    fn apply(&self, rule: &FieldRule) -> Option<Value> {
        let found = match rule.origin {
            Origin::From(paths) => paths.iter().find_map(|path| self.member(path)).cloned(),
            Origin::Join(items) => self.join(items).map(Value::String),
            Origin::Attribute(name) => self.attribute(name).cloned(),
            Origin::Value(json) => return constant(json),
        };
        let found = found.and_then(|value| transform(rule, value));
        found.or_else(|| constant(rule.default?))
    }

    fn member(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let found = parts.try_fold(self.data.as_ref()?, |value, key| value.get(key))?;
        (!found.is_null()).then_some(found)
    }

    fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).filter(|value| !value.is_null())
    }

    fn join(&self, items: &[&str]) -> Option<String> {
        let mut joined = Vec::with_capacity(items.len());
        for alternatives in items {
            let part = alternatives.split('|').find_map(|path| {
                let path = path.trim();
                let value = match path.strip_prefix('@') {
                    Some(name) => self.attribute(name),
                    None => self.member(path),
                };
                text(value?).filter(|text| !text.is_empty())
            });
            joined.push(part?);
        }
        Some(joined.join("-"))
    }
}

/// Reads JSON that the compiler has written into the table.
fn constant(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

fn transform(rule: &FieldRule, mut value: Value) -> Option<Value> {
    if let (Some(part), Some(text)) = (rule.part, text(&value)) {
        value = text.split('/').nth(part)?.into();
    }
    if let (Some(prefix), Some(text)) = (rule.trim_prefix, text(&value))
        && let Some(rest) = text.strip_prefix(prefix)
    {
        value = rest.into();
    }
    if let Some(text) = text(&value)
        && let Some((_, json)) = rule.map.iter().find(|(from, _)| *from == text)
    {
        value = constant(json)?;
    }
    if let (Some(length), Some(text)) = (rule.name_length, text(&value)) {
        value = name(&text, length)?.into();
    }
    if let (Some(key), Value::String(_)) = (rule.wrap, &value) {
        value = Value::Object(Map::from_iter([(key.to_owned(), value)]));
    }
    Some(value)
}

/// A scalar as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A Kubernetes name of at most `length` characters: other characters become `-`, and what is cut
/// off a hash.
fn name(text: &str, length: usize) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    if name.is_empty() {
        return None;
    }
    if name.len() > length {
        let hash = fnv1a(text.as_bytes());
        name.truncate(length.saturating_sub(9));
        name.truncate(name.trim_end_matches('-').len());
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff)));
        name.truncate(length);
    }
    Some(name)
}

/// The 64-bit FNV-1a hash.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Fills a template of the subject.
fn fill(template: &str, data: &Value) -> Option<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (names, after) = after.split_once('}')?;
        let value = names.split('|').find_map(|name| data.get(name))?;
        filled.push_str(before);
        filled.push_str(&text(value).filter(|text| !text.is_empty())?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// Puts a value under a dotted path; objects on the way are made.
pub(super) fn set(map: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        map.insert(path.to_owned(), value);
        return;
    };
    let inner = map.entry(first).or_insert(Value::Null);
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    if let Value::Object(inner) = inner {
        set(inner, rest, value);
    }
}

/// The paths in the old data that a rule names.
fn named_paths(rule: &FieldRule) -> Vec<&'static str> {
    match rule.origin {
        Origin::From(paths) => paths.to_vec(),
        Origin::Join(items) => {
            let paths = items.iter().flat_map(|item| item.split('|').map(str::trim));
            paths.filter(|path| !path.starts_with('@')).collect()
        }
        Origin::Attribute(_) | Origin::Value(_) => Vec::new(),
    }
}

/// Copies a value without the members at `paths`; `None` where nothing is left of an object.
fn without(value: &Value, paths: &[&str]) -> Option<Value> {
    let Value::Object(map) = value else {
        return Some(value.clone());
    };
    let named: BTreeSet<&str> = paths.iter().copied().collect();
    let mut kept = Map::new();
    for (key, value) in map {
        if named.contains(key.as_str()) {
            continue;
        }
        let inner: Vec<_> = paths
            .iter()
            .filter_map(|path| path.strip_prefix(key.as_str())?.strip_prefix('.'))
            .collect();
        let value = match inner.is_empty() {
            true => Some(value.clone()),
            false => without(value, &inner),
        };
        kept.extend(value.map(|value| (key.clone(), value)));
    }
    (!kept.is_empty() || map.is_empty()).then_some(Value::Object(kept))
}

/// Adds what is not there yet.
fn merge(into: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, value) in other {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(own)), Value::Object(theirs)) => merge(own, theirs),
            (Some(_), _) => {}
            (None, value) => {
                into.insert(key, value);
            }
        }
    }
}
