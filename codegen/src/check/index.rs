//! What names in a spec refer to.

use std::collections::HashMap;

use crate::model::{
    Broker, Category, Event, PartnerEvent, Schema, SchemaFile, Spec, SpecFile, Subscriber, Text,
};
use crate::source::FileId;

/// References that may lead on to each other before a schema that is none.
pub(crate) const MAX_REFERENCES: usize = 64;

/// One event type where it is declared.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'a> {
    /// File that declares it.
    pub file: FileId,
    /// Name of its category.
    pub category: &'a Text,
    /// Its key in the file: `build.start`.
    pub key: &'a Text,
    /// What is said about it.
    pub event: &'a Event,
}

impl<'a> EventRef<'a> {
    /// Entity and action of the key; no entity where the key has one part.
    pub fn parts(&self) -> (Option<&'a str>, &'a str) {
        match self.key.value.rsplit_once('.') {
            Some((entity, action)) => (Some(entity), action),
            None => (None, &self.key.value),
        }
    }

    /// Whether it is an open family of types: its action is `*`.
    pub fn is_family(&self) -> bool {
        self.parts().1 == "*"
    }

    /// Its name relative to the prefix: `command.build.start`.
    pub fn short(&self) -> String {
        format!("{}.{}", self.category.value, self.key.value)
    }
}

/// A pattern of event types: an exact name, or a beginning followed by `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// This name.
    Exact(&'a str),
    /// Every name that begins so.
    Prefix(&'a str),
}

impl<'a> Pattern<'a> {
    /// Reads a pattern; a `*` elsewhere than in the last place is part of an exact name, which
    /// then matches nothing.
    pub fn new(text: &'a str) -> Self {
        match text.strip_suffix('*') {
            Some(start) if !start.contains('*') => Self::Prefix(start),
            _ => Self::Exact(text),
        }
    }

    /// Whether a name matches. A family of types (`metric.*`) matches where all of it does.
    pub fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => *exact == name,
            Self::Prefix(start) => name.starts_with(start),
        }
    }
}

/// A schema and the file whose `$defs` it may refer to.
#[derive(Clone, Copy, Debug)]
pub struct SchemaRef<'a> {
    /// The file that the schema stands in.
    pub file: &'a SpecFile<SchemaFile>,
    /// The schema.
    pub schema: &'a Schema,
}

/// What names in a spec refer to.
#[derive(Debug)]
pub struct Index<'a> {
    spec: &'a Spec,
    /// Every event type, in the order of the files.
    pub events: Vec<EventRef<'a>>,
    by_name: HashMap<String, usize>,
    schemas: HashMap<&'a str, &'a SpecFile<SchemaFile>>,
    partner_events: HashMap<&'a str, &'a PartnerEvent>,
}

impl<'a> Index<'a> {
    /// Collects the names of `spec`. Where a name stands twice, the first counts.
    pub fn new(spec: &'a Spec) -> Self {
        let mut index = Self {
            spec,
            events: Vec::new(),
            by_name: HashMap::new(),
            schemas: HashMap::new(),
            partner_events: HashMap::new(),
        };
        for file in &spec.events {
            for (key, event) in file.events.iter() {
                let event = EventRef {
                    file: file.file,
                    category: &file.body.category,
                    key,
                    event,
                };
                let number = index.events.len();
                index.by_name.entry(event.short()).or_insert(number);
                index.events.push(event);
            }
        }
        for file in &spec.data {
            index.schemas.entry(&file.schema.value).or_insert(file);
        }
        for partner in &spec.partners {
            for (name, event) in partner.body.events.iter() {
                index.partner_events.entry(&name.value).or_insert(event);
            }
        }
        index
    }

    /// The spec that the names stand in.
    pub fn spec(&self) -> &'a Spec {
        self.spec
    }

    /// The prefix of all types; empty when the catalogue could not be read.
    pub fn prefix(&self) -> &'a str {
        self.spec
            .catalog
            .as_ref()
            .map_or("", |c| &c.body.prefix.value)
    }

    /// The full type of a name relative to the prefix. Names of partners are full already.
    pub fn full_type(&self, name: &str) -> String {
        if self.partner_events.contains_key(name) || self.is_full(name) {
            return name.to_owned();
        }
        format!("{}.{name}", self.prefix())
    }

    fn is_full(&self, name: &str) -> bool {
        name.strip_prefix(self.prefix())
            .is_some_and(|rest| rest.starts_with('.'))
    }

    /// The name relative to the prefix, of a name that may be full.
    pub fn short<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(self.prefix())
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(name)
    }

    /// The event type of a name, relative to the prefix or full. A member of an open family
    /// is the family.
    pub fn event(&self, name: &str) -> Option<EventRef<'a>> {
        let short = self.short(name);
        if let Some(number) = self.by_name.get(short) {
            return Some(self.events[*number]);
        }
        let (family, _) = short.rsplit_once('.')?;
        self.by_name
            .get(&format!("{family}.*"))
            .map(|number| self.events[*number])
    }

    /// The event type of a partner.
    pub fn partner_event(&self, name: &str) -> Option<&'a PartnerEvent> {
        self.partner_events.get(name).copied()
    }

    /// Names of all event types of partners.
    pub fn partner_event_names(&self) -> impl Iterator<Item = &'a str> {
        self.partner_events.keys().copied()
    }

    /// The event types of this catalogue that a pattern (relative or full) matches.
    pub fn matching(&self, pattern: &str) -> Vec<EventRef<'a>> {
        let pattern = Pattern::new(self.short(pattern));
        self.events
            .iter()
            .copied()
            .filter(|e| pattern.matches(&e.short()))
            .collect()
    }

    /// The category of a name.
    pub fn category(&self, name: &str) -> Option<&'a Category> {
        self.spec.catalog.as_ref()?.body.categories.get(name)
    }

    /// The schema file of a name.
    pub fn schema(&self, name: &str) -> Option<&'a SpecFile<SchemaFile>> {
        self.schemas.get(name).copied()
    }

    /// Address of a schema: `{schemaBase}/{name}/v{version}`.
    pub fn schema_url(&self, schema: &SchemaFile) -> String {
        let header = self.spec.catalog.as_ref();
        let base = header.map_or("", |c| &c.body.schema_base.value);
        let (name, version) = (&schema.schema.value, &schema.version.value);
        format!("{base}/{name}/v{version}")
    }

    /// The broker of a name.
    pub fn broker(&self, name: &str) -> Option<&'a Broker> {
        self.spec.broker.as_ref()?.body.brokers.get(name)
    }

    /// Names of all schemas.
    pub fn schema_names(&self) -> impl Iterator<Item = &'a str> {
        self.schemas.keys().copied()
    }

    /// The schema that `$ref: reference` means in `file`: `name`, `name#/$defs/Name` or `#/$defs/Name`.
    pub fn resolve(
        &self,
        file: &'a SpecFile<SchemaFile>,
        reference: &str,
    ) -> Option<SchemaRef<'a>> {
        let (name, definition) = match reference.split_once('#') {
            Some((name, pointer)) => (name, Some(pointer.strip_prefix("/$defs/")?)),
            None => (reference, None),
        };
        let file = if name.is_empty() {
            file
        } else {
            self.schema(name)?
        };
        let schema = match definition {
            Some(definition) => file.body.defs.get(definition)?,
            None => &file.body.root,
        };
        Some(SchemaRef { file, schema })
    }

    /// Follows references from `start` until a schema that is none. `None` where one leads nowhere
    /// or in a circle.
    pub fn follow(&self, start: SchemaRef<'a>) -> Option<SchemaRef<'a>> {
        let mut at = start;
        for _ in 0..=MAX_REFERENCES {
            match &at.schema.reference {
                Some(reference) => at = self.resolve(at.file, reference)?,
                None => return Some(at),
            }
        }
        None
    }

    /// Every consumer and observer, with its name.
    pub fn subscribers(&self) -> impl Iterator<Item = (&'a Text, &'a Subscriber)> {
        let consumers = self
            .spec
            .consumers
            .iter()
            .flat_map(|f| f.body.consumers.iter());
        let observers = self
            .spec
            .observers
            .iter()
            .flat_map(|f| f.body.observers.iter());
        consumers.chain(observers)
    }
}
