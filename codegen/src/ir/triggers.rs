//! The Triggers that are applied for one that the spec describes.
//!
//! A Trigger with one exact type stays as it is, and patterns become `spec.filters`, where the
//! broker knows these. Where it compares whole attributes only, there is a Trigger for each type
//! that a pattern selects; the members of an open family, whose types nobody knows beforehand,
//! have the address of their schema in common.

use super::Filter;
use crate::check::{EventRef, Index, Pattern};
use crate::model::{Dict, FluxTrigger, Text, Trigger};

/// What a Trigger of a subscriber and one that publishes to Flux have in common.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Name of the resource; `{name}` in it is that of the function.
    pub name: &'a Text,
    /// Kubernetes namespace.
    pub namespace: &'a Text,
    /// Broker.
    pub broker: &'a Text,
    /// Event types.
    pub(crate) events: &'a [Text],
    /// Event types left out although they match.
    pub(crate) except: &'a [Text],
    attributes: Option<&'a Dict<Text>>,
}

impl<'a> From<&'a Trigger> for Selection<'a> {
    fn from(trigger: &'a Trigger) -> Self {
        Self {
            name: &trigger.name,
            namespace: &trigger.namespace,
            broker: &trigger.broker,
            events: &trigger.events,
            except: &trigger.except,
            attributes: Some(&trigger.attributes),
        }
    }
}

impl<'a> From<&'a FluxTrigger> for Selection<'a> {
    fn from(trigger: &'a FluxTrigger) -> Self {
        Self {
            name: &trigger.name,
            namespace: &trigger.namespace,
            broker: &trigger.broker,
            events: &trigger.events,
            except: &[],
            attributes: None,
        }
    }
}

/// A Trigger as it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedTrigger {
    /// Name of the resource.
    pub name: String,
    /// What it lets through.
    pub filter: TriggerFilter,
}

/// What a Trigger lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerFilter {
    /// `spec.filter.attributes`: every attribute has this value.
    Attributes(Vec<(String, String)>),
    /// `spec.filters`.
    Filters {
        /// One of these holds,
        any: Vec<Filter>,
        /// none of these,
        except: Vec<Filter>,
        /// and every attribute has this value.
        attributes: Vec<(String, String)>,
    },
}

impl<'a> Selection<'a> {
    /// The Triggers that are applied, in the order of the patterns and of the catalogue.
    pub fn applied(&self, index: &Index<'a>) -> Vec<AppliedTrigger> {
        let attributes = || {
            let attributes = self.attributes.iter().flat_map(|all| all.iter());
            attributes.map(|(name, value)| (name.value.clone(), value.value.clone()))
        };
        if !self.is_split(index) {
            let filters = |patterns: &[Text]| -> Vec<Filter> {
                patterns.iter().map(|p| Filter::new(index, p)).collect()
            };
            let filter = match (filters(self.events).as_slice(), self.except) {
                ([Filter::Exact(name)], []) => {
                    let r#type = ("type".to_owned(), name.clone());
                    TriggerFilter::Attributes(std::iter::once(r#type).chain(attributes()).collect())
                }
                (any, except) => TriggerFilter::Filters {
                    any: any.to_vec(),
                    except: filters(except),
                    attributes: attributes().collect(),
                },
            };
            return vec![AppliedTrigger {
                name: self.name.value.clone(),
                filter,
            }];
        }
        let is_selected = |pattern: &Text, name: &str| {
            let selects = |p: &Text| Pattern::new(index.short(p)).matches(name);
            selects(pattern) && !self.except.iter().any(selects)
        };
        let mut partners: Vec<&str> = index.partner_event_names().collect();
        partners.sort_unstable();
        let mut applied = Vec::new();
        for pattern in self.events {
            let own = index.events.iter().map(EventRef::short);
            let partners = partners.iter().map(|&name| name.to_owned());
            for name in own.chain(partners).chain(member(index, pattern)) {
                if is_selected(pattern, &name) {
                    let filter = std::iter::once(self.attribute(index, pattern, &name));
                    applied.push(AppliedTrigger {
                        name: self.name_for(index, pattern, &name),
                        filter: TriggerFilter::Attributes(filter.chain(attributes()).collect()),
                    });
                }
            }
        }
        applied
    }

    /// Whether each type gets a Trigger of its own.
    pub(crate) fn is_split(&self, index: &Index<'_>) -> bool {
        let single = match (self.events, self.except) {
            ([only], []) => matches!(Pattern::new(only), Pattern::Exact(_)),
            _ => false,
        };
        let broker = index.broker(&self.broker.value);
        !single && broker.is_some_and(|broker| broker.compares_whole_values())
    }

    /// The attribute by which a broker that compares whole values knows the event.
    fn attribute(&self, index: &Index<'_>, pattern: &str, event: &str) -> (String, String) {
        match self.filter_for(index, pattern, event) {
            Filter::Schema(url) => ("dataschema".to_owned(), url),
            Filter::Exact(name) | Filter::Prefix(name) => ("type".to_owned(), name),
        }
    }

    /// Name of the Trigger that brings `event`, relative to the prefix, which `pattern` selects.
    pub(crate) fn name_for(&self, index: &Index<'_>, pattern: &str, event: &str) -> String {
        if !self.is_split(index) {
            return self.name.value.clone();
        }
        let (start, family) = match Pattern::new(index.short(pattern)) {
            // A member of an open family comes by the family's Trigger.
            Pattern::Prefix(start) => (start, index.event(event).filter(EventRef::is_family)),
            Pattern::Exact(_) => ("", None),
        };
        let event = family.map_or_else(|| event.to_owned(), |family| family.short());
        let rest = event.strip_prefix(start).unwrap_or(&event);
        let words = rest.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.fold(self.name.value.clone(), |name, word| {
            format!("{name}-{}", word.to_ascii_lowercase())
        })
    }

    /// What selects `event`, relative to the prefix, which `pattern` selects.
    pub(super) fn filter_for(&self, index: &Index<'_>, pattern: &str, event: &str) -> Filter {
        match Pattern::new(pattern) {
            Pattern::Prefix(_) if self.is_split(index) => Filter::of_event(index, event),
            _ => Filter::new(index, pattern),
        }
    }
}

/// The member of an open family that a pattern names.
fn member(index: &Index<'_>, pattern: &str) -> Option<String> {
    let name = index.short(pattern);
    let family = index.event(name).filter(EventRef::is_family)?;
    (Pattern::new(name) == Pattern::Exact(name) && family.short() != name).then(|| name.to_owned())
}
