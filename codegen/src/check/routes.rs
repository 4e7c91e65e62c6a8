//! Which events go to whom: resolved once, for the rules about routes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::index::{EventRef, Index, Pattern};
use crate::diagnostics::Finding;
use crate::model::{Spec, Subscriber, Text, Trigger};

/// An event type that routes can name.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its name relative to the prefix; the whole type for events of partners.
    pub(crate) name: String,
    /// Its number in [`Index::events`]; `None` for events of partners.
    pub(crate) event: Option<usize>,
}

/// A way on which an event reaches a subscriber or Flux Receiver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'a> {
    /// Who gets it.
    pub(crate) receiver: &'a Text,
    /// The Trigger that brings it, if one does.
    pub(crate) trigger: Option<&'a Trigger>,
    /// What selects it.
    pub(crate) pattern: &'a Text,
}

/// Event types in the order of their names, and the ways that they travel on.
///
/// Patterns select a range of the sorted names, so that neither many patterns nor many events
/// cost more than their number and what they match.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    /// Every event type, sorted by name.
    pub(crate) known: Vec<Known>,
    /// For each event of the index, the ways to its receivers.
    pub(crate) ways: Vec<Vec<Way<'a>>>,
    /// Whether everything that receives could be read, and there is something.
    pub(crate) complete: bool,
    /// Names whose declaration could not be read.
    broken: HashSet<String>,
    /// Whether whole files of events could not be read: any name may stand there, but for those of
    /// categories whose file could.
    unread: bool,
    /// Categories whose file could be read.
    read: HashSet<&'a str>,
}

impl<'a> Routes<'a> {
    /// Resolves the routes of `spec`.
    pub(crate) fn new(spec: &'a Spec, index: &Index<'a>) -> Self {
        let events = index.events.iter().enumerate();
        let mut known: Vec<_> = events
            .map(|(number, event)| Known {
                name: event.short(),
                event: Some(number),
            })
            .chain(index.partner_event_names().map(|name| Known {
                name: name.to_owned(),
                event: None,
            }))
            .collect();
        known.sort_by(|a, b| (&a.name, a.event).cmp(&(&b.name, b.event)));
        let mut broken = HashSet::new();
        for file in &spec.events {
            let names = file.events.broken().iter();
            broken.extend(names.map(|name| format!("{}.{name}", file.category.value)));
        }
        for file in &spec.partners {
            broken.extend(file.events.broken().iter().cloned());
        }
        let unread = spec
            .broken
            .iter()
            .any(|p| p.starts_with("events/") || p.starts_with("partners/"));
        let mut routes = Self {
            known,
            ways: index.events.iter().map(|_| Vec::new()).collect(),
            complete: is_complete(spec),
            broken,
            unread,
            read: spec
                .events
                .iter()
                .map(|f| f.body.category.value.as_str())
                .collect(),
        };
        for (name, subscriber) in index.subscribers() {
            routes.add_subscriber(index, name, subscriber);
        }
        for (name, receiver) in spec.flux.iter().flat_map(|f| f.body.receivers.iter()) {
            for pattern in &receiver.events {
                let way = Way {
                    receiver: name,
                    trigger: None,
                    pattern,
                };
                for at in routes.select(index, pattern) {
                    routes.add(at, way);
                }
            }
        }
        routes
    }

    fn add_subscriber(&mut self, index: &Index<'a>, name: &'a Text, subscriber: &'a Subscriber) {
        let mut brought = HashSet::new();
        for trigger in &subscriber.triggers {
            let except = self.selected(index, &trigger.except);
            for pattern in &trigger.events {
                let way = Way {
                    receiver: name,
                    trigger: Some(trigger),
                    pattern,
                };
                for at in self
                    .select(index, pattern)
                    .filter(|at| !except.contains(at))
                {
                    brought.insert(at);
                    self.add(at, way);
                }
            }
        }
        if subscriber.via.is_some() {
            for pattern in &subscriber.events {
                let way = Way {
                    receiver: name,
                    trigger: None,
                    pattern,
                };
                for at in self
                    .select(index, pattern)
                    .filter(|at| !brought.contains(at))
                {
                    self.add(at, way);
                }
            }
        }
    }

    fn add(&mut self, at: usize, way: Way<'a>) {
        if let Some(event) = self.known[at].event {
            self.ways[event].push(way);
        }
    }

    /// The range of [`Routes::known`] that a pattern (relative or full) selects.
    pub(crate) fn select(&self, index: &Index<'a>, pattern: &str) -> Range<usize> {
        let short = index.short(pattern);
        let found = match Pattern::new(short) {
            Pattern::Exact(name) => self.range(name, |known| known == name),
            Pattern::Prefix(start) => self.range(start, |known| known.starts_with(start)),
        };
        if !found.is_empty() {
            return found;
        }
        // A member, or a part, of an open family is the family.
        let member = short
            .strip_suffix('*')
            .unwrap_or(short)
            .trim_end_matches('.');
        match index.event(member).filter(EventRef::is_family) {
            Some(family) => {
                let family = family.short();
                self.range(&family, |known| known == family)
            }
            None => found,
        }
    }

    fn range(&self, from: &str, matches: impl Fn(&str) -> bool) -> Range<usize> {
        let start = self
            .known
            .partition_point(|known| known.name.as_str() < from);
        let len = self.known[start..].partition_point(|known| matches(&known.name));
        start..start + len
    }

    /// Everything that several patterns select.
    pub(crate) fn selected(&self, index: &Index<'a>, patterns: &[Text]) -> HashSet<usize> {
        let ranges = patterns.iter().map(|pattern| self.select(index, pattern));
        ranges.flatten().collect()
    }

    /// Whether `pattern` selects nothing, and nothing that could not be read either.
    pub(crate) fn is_unknown(&self, index: &Index<'a>, pattern: &str) -> bool {
        let short = index.short(pattern);
        let broken = match Pattern::new(short) {
            Pattern::Exact(name) => self.broken.contains(name),
            Pattern::Prefix(_) => !self.broken.is_empty(),
        };
        let category = short.split('.').next().unwrap_or(short);
        let unread = self.unread && !self.read.contains(category);
        !unread && !broken && self.select(index, pattern).is_empty()
    }

    /// Adds the event types that resemble a misspelt one.
    pub(crate) fn did_you_mean(&self, finding: Finding, index: &Index<'a>, name: &Text) -> Finding {
        let short = index.short(name);
        let at = name.span;
        if short.len() == name.value.len() {
            return finding.did_you_mean(at, short, self.known.iter().map(|k| k.name.as_str()));
        }
        let full: Vec<_> = self
            .known
            .iter()
            .filter(|known| known.event.is_some())
            .map(|known| index.full_type(&known.name))
            .collect();
        finding.did_you_mean(at, name, full.iter().map(String::as_str))
    }
}

/// Whether what receives is described at all, and could be read.
fn is_complete(spec: &Spec) -> bool {
    const FILES: [&str; 3] = ["consumers.yaml", "observers.yaml", "flux.yaml"];
    let unread = spec
        .broken
        .iter()
        .any(|path| FILES.contains(&path.as_str()));
    let consumers = spec.consumers.as_ref().map(|f| f.consumers.broken());
    let observers = spec.observers.as_ref().map(|f| f.observers.broken());
    let receivers = spec.flux.as_ref().map(|f| f.receivers.broken());
    let files: Vec<_> = [consumers, observers, receivers]
        .into_iter()
        .flatten()
        .collect();
    !unread && !files.is_empty() && files.iter().all(|broken| broken.is_empty())
}

/// The first of `items` that `key` says was seen before, and where.
pub(crate) fn repeated<'t, K: std::hash::Hash + Eq>(
    items: impl IntoIterator<Item = (K, &'t Text)>,
) -> Vec<(&'t Text, &'t Text)> {
    let mut seen: HashMap<K, &Text> = HashMap::new();
    let mut found = Vec::new();
    for (key, text) in items {
        match seen.entry(key) {
            std::collections::hash_map::Entry::Occupied(first) => found.push((text, *first.get())),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(text);
            }
        }
    }
    found
}
