//! Translates legacy events by `migrations.yaml`.
//!
//! The result is a tree whose places lie in the legacy event, so that whatever makes it invalid
//! is reported where it comes from.

use std::collections::{HashMap, HashSet};

use super::attributes::{ATTRIBUTES, DATA};
use super::envelope::{Declared, validate};
use super::field_rule::{Legacy, apply, described, paths, text};
use crate::check::data::Mismatch;
use crate::check::{Index, SchemaRef};
use crate::load::{Map, Node, Value};
use crate::model::{AttributeType, FieldRule, Migration, Schema, Unmapped};
use crate::source::{Span, Spanned};

/// Longest dotted path that a value is put under.
const PATH_PARTS: usize = 32;

/// The legacy types of a catalogue.
#[derive(Debug)]
pub struct Migrations<'a> {
    index: &'a Index<'a>,
    by_type: HashMap<&'a str, &'a Migration>,
}

impl<'a> Migrations<'a> {
    /// Collects the legacy types.
    pub fn new(index: &'a Index<'a>) -> Self {
        let file = index.spec().migrations.iter();
        let migrations = file.flat_map(|file| file.body.migrations.iter());
        Self {
            index,
            by_type: migrations
                .map(|(name, m)| (name.value.as_str(), m))
                .collect(),
        }
    }

    /// How events of a type are translated; `None` where it is no legacy type.
    pub fn of_type(&self, r#type: &str) -> Option<&'a Migration> {
        self.by_type.get(r#type).copied()
    }

    /// The legacy types, in no order.
    pub fn types(&self) -> impl Iterator<Item = &'a str> {
        self.by_type.keys().copied()
    }

    /// The live event that a legacy event becomes.
    ///
    /// # Errors
    /// Values that it requires and the legacy event lacks; whatever else makes it invalid.
    pub fn migrate(&self, migration: &Migration, event: &Node) -> Result<Node, Vec<Mismatch>> {
        migrate(self.index, migration, event)
    }
}

/// As [`Migrations::migrate`].
///
/// # Errors
/// As there.
pub fn migrate(
    index: &Index<'_>,
    migration: &Migration,
    event: &Node,
) -> Result<Node, Vec<Mismatch>> {
    let place = event.span.part(0, 1);
    let refused = |message: String, span: Span, help: &str| {
        Err(vec![Mismatch {
            span,
            message,
            help: help.to_owned(),
            known: None,
        }])
    };
    let Some(attributes) = event.as_map() else {
        let message = format!("an event is an object, not {}", event.kind());
        return refused(message, place, "write one object an event");
    };
    if let Some((key, _)) = attributes.entry("data_base64") {
        let message = "the data are bytes, which no rule can translate".to_owned();
        return refused(message, key.span, "write them as `data`, in JSON");
    }
    let data = attributes.get("data");
    let data = data.filter(|data| !matches!(data.value, Value::Null));
    if let Some(data) = data.filter(|data| data.as_map().is_none())
        && !migration.data.is_empty()
    {
        let message = format!("the data must be an object, not {}", data.kind());
        return refused(message, data.span, "write the data as an object");
    }
    let legacy = Legacy {
        attributes,
        data,
        place,
    };
    let mut migrating = Migrating {
        index,
        migration,
        legacy,
        problems: Vec::new(),
    };
    let migrated = migrating.event();
    if !migrating.problems.is_empty() {
        return Err(migrating.problems);
    }
    let mut wrong = validate(index, &migrated);
    if wrong.is_empty() {
        return Ok(migrated);
    }
    for mismatch in &mut wrong {
        mismatch.message = format!("it would not be valid: {}", mismatch.message);
        // The misspelt word may stand in the spec.
        mismatch.known = None;
    }
    Err(wrong)
}

struct Migrating<'i, 'a> {
    index: &'i Index<'a>,
    migration: &'i Migration,
    legacy: Legacy<'i>,
    problems: Vec<Mismatch>,
}

impl Migrating<'_, '_> {
    fn event(&mut self) -> Node {
        let spec = self.index.spec();
        let header = spec.catalog.as_ref().map(|file| &file.body);
        let r#type = self.index.full_type(&self.migration.to);
        let declared = Declared::find(self.index, &r#type);
        let schema = declared
            .and_then(Declared::data)
            .and_then(|name| self.index.schema(name));
        let root = schema.map(|file| SchemaRef {
            file,
            schema: &file.body.root,
        });
        let data = self.data(root);
        let extensions = self.extensions(declared);
        let subject = self.subject(data.as_ref(), root);

        let mut event = Map::default();
        let place = self.legacy.place;
        let mut put = |name: &str, value: Option<Node>| {
            if let Some(value) = value {
                event.push(Spanned::new(name.to_owned(), value.span), value);
            }
        };
        let text = |text: String| {
            Some(Node {
                value: Value::String(text),
                span: place,
            })
        };
        let kept = |name: &str| self.legacy.attributes.get(name).cloned();
        put(
            "specversion",
            header.and_then(|h| text(h.cloudevents.value.clone())),
        );
        put("id", kept("id"));
        put("source", kept("source"));
        put("type", text(r#type.clone()));
        put("subject", subject);
        put("time", kept("time"));
        if let (Some(header), Some(schema)) = (header, schema) {
            put(
                "datacontenttype",
                text(header.datacontenttype.value.clone()),
            );
            put("dataschema", text(self.index.schema_url(schema)));
        }
        for (name, value) in extensions {
            put(&name, Some(value));
        }
        put("data", data);
        Node {
            value: Value::Map(event),
            span: place,
        }
    }

    fn data(&mut self, schema: Option<SchemaRef<'_>>) -> Option<Node> {
        let migration = self.migration;
        let span = self.legacy.data.map_or(self.legacy.place, |data| data.span);
        let mut new = Map::default();
        for (path, rule) in migration.data.iter() {
            match apply(rule, self.legacy) {
                Some(value) if path.split('.').count() > PATH_PARTS => {
                    self.unfilled(value.span, path, rule);
                }
                Some(value) => set(&mut new, path, value, span),
                None if schema.is_some_and(|schema| is_required(self.index, schema, path)) => {
                    self.unfilled(span.part(0, 1), path, rule);
                }
                None => {}
            }
        }
        let keep = migration.unmapped.as_deref() != Some(&Unmapped::Drop);
        match self.legacy.data {
            Some(old) if keep => {
                let named: Vec<&str> = migration.data.iter().flat_map(|(_, r)| paths(r)).collect();
                match without(old, &named) {
                    Some(Node {
                        value: Value::Map(kept),
                        ..
                    }) => merge(&mut new, kept),
                    // Data that are no object have no rules, and stay as they are.
                    Some(other) => return Some(other),
                    None => {}
                }
            }
            _ => {}
        }
        let some = !new.is_empty() || self.legacy.attributes.get("data").is_some();
        some.then_some(Node {
            value: Value::Map(new),
            span,
        })
    }

    fn unfilled(&mut self, span: Span, name: &str, rule: &FieldRule) {
        let looked = described(rule);
        let message = if looked.is_empty() {
            format!("nothing fills `{name}`")
        } else {
            format!("nothing fills `{name}`: the legacy event has no usable {looked}")
        };
        self.problems.push(Mismatch {
            span,
            message,
            help: "complete the legacy event, or give the rule in `migrations.yaml` a `default`"
                .into(),
            known: None,
        });
    }

    /// Extension attributes: those of rules, and those of the old event beside them.
    fn extensions(&mut self, declared: Option<Declared<'_>>) -> Vec<(String, Node)> {
        let migration = self.migration;
        let file = self.index.spec().extensions.as_ref();
        let mut extensions = Vec::new();
        for (name, rule) in migration.extensions.iter() {
            let extension = file.and_then(|file| file.body.extensions.get(name));
            match apply(rule, self.legacy) {
                Some(mut value) => {
                    let is_text =
                        extension.is_some_and(|e| e.r#type.value == AttributeType::String.as_str());
                    if let (true, Some(text)) = (is_text, text(&value)) {
                        value.value = Value::String(text);
                    }
                    extensions.push((name.value.clone(), value));
                }
                None => {
                    let required = matches!(declared, Some(Declared::Own(event))
                    if event.event.requires.iter().any(|r| r.value == name.value)
                        || extension.is_some_and(|e| e.required_for.iter().any(|c| {
                            c.value == "*" || c.value == event.category.value
                        })));
                    if required && self.legacy.attributes.get(name).is_none() {
                        self.unfilled(self.legacy.place, name, rule);
                    }
                }
            }
        }
        let made: HashSet<String> = extensions.iter().map(|(name, _)| name.clone()).collect();
        for (key, value) in self.legacy.attributes.iter() {
            let name = key.value.as_str();
            let core = ATTRIBUTES.contains(&name) || DATA.contains(&name);
            if !core && !made.contains(name) {
                extensions.push((key.value.clone(), value.clone()));
            }
        }
        extensions
    }

    fn subject(&self, data: Option<&Node>, schema: Option<SchemaRef<'_>>) -> Option<Node> {
        let ruled = self.migration.subject.as_ref();
        if let Some(subject) = ruled.and_then(|rule| apply(rule, self.legacy)) {
            return Some(subject);
        }
        let derived = data.and_then(Node::as_map).and_then(|data| {
            let header = &self.index.spec().catalog.as_ref()?.body;
            let members = schema.map(|s| s.schema);
            fill(&header.naming.subject.format, &header.prefix, data, members)
        });
        match derived {
            Some(subject) => Some(Node {
                value: Value::String(subject),
                span: self.legacy.place,
            }),
            None => self.legacy.attributes.get("subject").cloned(),
        }
    }
}

/// Fills a template from data, as [`Migration::subject`] says.
fn fill(format: &str, prefix: &str, data: &Map, schema: Option<&Schema>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        if name == "prefix" {
            filled.push_str(prefix);
        } else {
            let mut ending = name.to_owned();
            if let Some(first) = ending.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            let required = schema.iter().flat_map(|s| s.required.iter());
            let longer = required
                .map(|r| r.value.as_str())
                .find(|r| r.ends_with(&ending));
            let member = data.get(name).or_else(|| data.get(longer?))?;
            filled.push_str(&text(member).filter(|text| !text.is_empty())?);
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// Whether a schema requires a member and everything above it.
fn is_required(index: &Index<'_>, schema: SchemaRef<'_>, path: &str) -> bool {
    let mut at = schema;
    path.split('.').all(|part| {
        let Some(here) = index.follow(at) else {
            return false;
        };
        let required = here.schema.required.iter().any(|r| r.value == part);
        match here.schema.properties.get(part) {
            Some(member) => {
                at = SchemaRef {
                    schema: member,
                    ..here
                };
                required
            }
            None => false,
        }
    })
}

/// Puts a value under a dotted path; objects on the way are made at `span`.
fn set(map: &mut Map, path: &str, value: Node, span: Span) {
    let Some((first, rest)) = path.split_once('.') else {
        map.put(Spanned::new(path.to_owned(), value.span), value);
        return;
    };
    if map.get(first).is_none_or(|node| node.as_map().is_none()) {
        let empty = Node {
            value: Value::Map(Map::default()),
            span,
        };
        map.put(Spanned::new(first.to_owned(), span), empty);
    }
    if let Some(Node {
        value: Value::Map(inner),
        ..
    }) = map.get_mut(first)
    {
        set(inner, rest, value, span);
    }
}

/// Copies a value without the members at `paths`; `None` where nothing is left of an object.
fn without(node: &Node, paths: &[&str]) -> Option<Node> {
    let Value::Map(map) = &node.value else {
        return Some(node.clone());
    };
    let mut kept = Map::default();
    for (key, value) in map.iter() {
        let mut inner = Vec::new();
        let mut named = false;
        for path in paths {
            match path.strip_prefix(key.value.as_str()) {
                Some("") => named = true,
                Some(rest) => inner.extend(rest.strip_prefix('.')),
                None => {}
            }
        }
        let value = match (named, inner.is_empty()) {
            (true, _) => None,
            (false, true) => Some(value.clone()),
            (false, false) => without(value, &inner),
        };
        if let Some(value) = value {
            kept.push(key.clone(), value);
        }
    }
    let emptied = kept.is_empty() && !map.is_empty();
    (!emptied).then_some(Node {
        value: Value::Map(kept),
        span: node.span,
    })
}

/// Adds what is not there yet.
fn merge(into: &mut Map, other: Map) {
    let there: HashSet<String> = into.iter().map(|(key, _)| key.value.clone()).collect();
    for (key, value) in other {
        if !there.contains(&key.value) {
            into.push(key, value);
        } else if let (Some(own), Value::Map(theirs)) = (into.get_mut(&key.value), value.value)
            && let Value::Map(own) = &mut own.value
        {
            merge(own, theirs);
        }
    }
}
