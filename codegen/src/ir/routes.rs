//! Who receives an event, and through what.

use super::triggers::Selection;
use crate::check::{EventRef, Index, Pattern};
use crate::model::{FluxFile, FluxTrigger, Spec, Subscriber, Text, Trigger};

/// What kind of thing receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReceiverKind {
    /// A program that acts on it.
    Consumer,
    /// A program that watches.
    Observer,
    /// A Flux Receiver.
    FluxReceiver,
}

impl ReceiverKind {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Observer => "observer",
            Self::FluxReceiver => "Flux Receiver",
        }
    }
}

/// What selects the event on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Its exact type.
    Exact(String),
    /// The beginning of its type.
    Prefix(String),
    /// The address of its data's schema, which the members of an open family have in common.
    Schema(String),
}

impl Filter {
    /// What a pattern, relative to the prefix or full, says.
    pub(super) fn new(index: &Index<'_>, pattern: &str) -> Self {
        match Pattern::new(pattern) {
            Pattern::Exact(name) => Self::Exact(index.full_type(name)),
            Pattern::Prefix(start) => Self::Prefix(index.full_type(start)),
        }
    }

    /// What selects one type, or one family, alone and without comparing beginnings.
    pub(super) fn of_event(index: &Index<'_>, name: &str) -> Self {
        let family = index.event(name).filter(EventRef::is_family);
        let schema = family.and_then(|family| index.schema(family.event.data.as_deref()?));
        match schema {
            Some(schema) => Self::Schema(index.schema_url(schema)),
            None => Self::Exact(index.full_type(name)),
        }
    }
}

/// One way on which an event reaches somebody.
#[derive(Clone, Debug)]
pub struct Receiver<'a> {
    /// Kind of receiver.
    pub kind: ReceiverKind,
    /// Its name in the spec.
    pub name: &'a Text,
    /// What brings the event: a Trigger, a Receiver, or words.
    pub via: String,
    /// Kubernetes namespace of what brings it.
    pub namespace: Option<&'a str>,
    /// Broker that it comes from, where one is involved.
    pub broker: Option<&'a str>,
    /// What selects it.
    pub filter: Filter,
    /// Further attributes that it must have, with their values; placeholders in a scope.
    pub attributes: Vec<(&'a str, &'a str)>,
    /// What a Flux Receiver asks of the CDEvent, in CEL, before it has anything reconciled.
    pub condition: Option<&'a Text>,
    /// The pattern in the spec that selects it.
    pub pattern: &'a Text,
}

/// Every way on which events of the type `name` (relative to the prefix, or a partner's) travel.
pub fn receivers<'a>(spec: &'a Spec, index: &Index<'a>, name: &str) -> Vec<Receiver<'a>> {
    let short = index.short(name);
    let mut found = Vec::new();
    let consumers = spec.consumers.iter().flat_map(|f| f.body.consumers.iter());
    let observers = spec.observers.iter().flat_map(|f| f.body.observers.iter());
    for (name, subscriber) in consumers {
        subscribed(
            index,
            ReceiverKind::Consumer,
            name,
            subscriber,
            short,
            &mut found,
        );
    }
    for (name, subscriber) in observers {
        subscribed(
            index,
            ReceiverKind::Observer,
            name,
            subscriber,
            short,
            &mut found,
        );
    }
    for flux in spec.flux.iter().map(|file| &file.body) {
        published(flux, index, short, &mut found);
    }
    found
}

/// Flux Receivers that list the event, each by every Trigger that publishes to it.
fn published<'a>(
    flux: &'a FluxFile,
    index: &Index<'a>,
    event: &str,
    found: &mut Vec<Receiver<'a>>,
) {
    for (name, receiver) in flux.receivers.iter() {
        let Some(pattern) = receiver.events.iter().find(|e| index.short(e) == event) else {
            continue;
        };
        let way = |via: String, broker: Option<&'a Text>| Receiver {
            kind: ReceiverKind::FluxReceiver,
            name,
            via,
            namespace: Some(receiver.namespace.value.as_str()),
            broker: broker.map(|b| b.value.as_str()),
            filter: Filter::new(index, pattern),
            attributes: Vec::new(),
            condition: receiver.resource_filter.as_ref(),
            pattern,
        };
        let before = found.len();
        let brings = |t: &&FluxTrigger| {
            t.receiver.value == name.value && t.events.iter().any(|e| index.short(e) == event)
        };
        for trigger in flux.triggers.iter().filter(brings) {
            let applied = Selection::from(trigger).name_for(index, event, event);
            let namespace = &trigger.namespace.value;
            let via = format!("Trigger {applied} in {namespace}, Receiver {}", name.value);
            found.push(way(via, Some(&trigger.broker)));
        }
        if found.len() == before {
            found.push(way(format!("Receiver {}", name.value), None));
        }
    }
}

fn subscribed<'a>(
    index: &Index<'a>,
    kind: ReceiverKind,
    name: &'a Text,
    subscriber: &'a Subscriber,
    event: &str,
    found: &mut Vec<Receiver<'a>>,
) {
    let before = found.len();
    for trigger in &subscriber.triggers {
        let selection = Selection::from(trigger);
        for pattern in trigger_patterns(index, trigger, event) {
            found.push(Receiver {
                kind,
                name,
                via: format!("Trigger {}", selection.name_for(index, pattern, event)),
                namespace: Some(&trigger.namespace.value),
                broker: Some(&trigger.broker.value),
                filter: selection.filter_for(index, pattern, event),
                attributes: trigger
                    .attributes
                    .iter()
                    .map(|(name, value)| (name.value.as_str(), value.value.as_str()))
                    .collect(),
                condition: None,
                pattern,
            });
        }
    }
    // What no Trigger brings comes on the way that is told in words.
    let brought = found.len() > before;
    if let Some(via) = subscriber.via.as_ref().filter(|_| !brought) {
        for pattern in subscriber
            .events
            .iter()
            .filter(|p| selects(index, p, event))
        {
            found.push(Receiver {
                kind,
                name,
                via: via.value.clone(),
                namespace: None,
                broker: None,
                filter: Filter::new(index, pattern),
                attributes: Vec::new(),
                condition: None,
                pattern,
            });
        }
    }
}

/// The patterns of a Trigger that select an event.
fn trigger_patterns<'a>(index: &Index<'_>, trigger: &'a Trigger, event: &str) -> Vec<&'a Text> {
    if trigger
        .except
        .iter()
        .any(|pattern| selects(index, pattern, event))
    {
        return Vec::new();
    }
    trigger
        .events
        .iter()
        .filter(|pattern| selects(index, pattern, event))
        .collect()
}

fn selects(index: &Index<'_>, pattern: &str, event: &str) -> bool {
    Pattern::new(index.short(pattern)).matches(event)
}
