//! The tree of a YAML file, with places.

use std::collections::HashMap;

use crate::source::{Span, Spanned};

/// One value of a YAML file and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands. A collection's place runs from its first to its last child.
    pub span: Span,
}

/// A YAML value under the core schema of YAML 1.2.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A mapping, in the order it was written.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Spanned<String>, Node)>,
    /// Numbers of the entries by key, where there are many; boxed because most maps are small.
    #[allow(clippy::box_collection, reason = "a word instead of the six of a map")]
    index: Option<Box<HashMap<String, usize>>>,
}

/// Entries from which on a mapping has an index.
const MANY: usize = 32;

impl Map {
    /// Adds an entry; the caller has made sure that the key is new.
    pub(crate) fn push(&mut self, key: Spanned<String>, value: Node) {
        if let Some(index) = &mut self.index {
            index.insert(key.value.clone(), self.entries.len());
        } else if self.entries.len() == MANY {
            let keys = self.entries.iter().map(|(k, _)| k).chain([&key]);
            let index = keys
                .enumerate()
                .map(|(number, k)| (k.value.clone(), number));
            self.index = Some(Box::new(index.collect()));
        }
        self.entries.push((key, value));
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|(k, _)| k.value == key),
        }
    }

    /// Adds an entry, or replaces the value of the one with the same key.
    pub(crate) fn put(&mut self, key: Spanned<String>, value: Node) {
        match self.get_mut(&key.value) {
            Some(there) => *there = value,
            None => self.push(key, value),
        }
    }

    /// The value of `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let position = self.position(key)?;
        self.entries.get_mut(position).map(|(_, v)| v)
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value of `key`.
    pub fn entry(&self, key: &str) -> Option<(&Spanned<String>, &Node)> {
        let (key, value) = self.entries.get(self.position(key)?)?;
        Some((key, value))
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<String>, &Node)> {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl IntoIterator for Map {
    type Item = (Spanned<String>, Node);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Node {
    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// What kind of value it is, in the words of JSON Schema.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "integer",
            Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Seq(_) => "array",
            Value::Map(_) => "object",
        }
    }

    /// The same value as JSON, without places. Object members keep their order.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(n) => Json::from(*n),
            Value::Float(n) => Json::from(*n),
            Value::String(s) => Json::String(s.clone()),
            Value::Seq(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(map) => Json::Object(
                map.iter()
                    .map(|(k, v)| (k.value.clone(), v.to_json()))
                    .collect(),
            ),
        }
    }
}

/// As JSON, members in their order.
impl serde::Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(n) => serializer.serialize_i64(*n),
            Value::Float(n) => serializer.serialize_f64(*n),
            Value::String(s) => serializer.serialize_str(s),
            Value::Seq(items) => serializer.collect_seq(items),
            Value::Map(map) => serializer.collect_map(map.iter().map(|(k, v)| (&k.value, v))),
        }
    }
}
