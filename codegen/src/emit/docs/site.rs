//! What several pages need, gathered once.

use std::collections::HashMap;

use super::markdown::{Page, code};
use crate::emit::kubernetes::{Builder, Values};
use crate::ir::{Catalog, TypeId};
use crate::model::{Additional, CdEvent, FlowFile, FluxUseCase, Migration, Schema, SpecFile, Text};
use crate::source::FileId;

/// The catalogue, and what leads from one of its things to another.
pub(super) struct Site<'a> {
    pub(super) catalog: &'a Catalog<'a>,
    /// Legacy types that become an event, by the event's number.
    pub(super) legacy: HashMap<usize, Vec<(&'a Text, &'a Migration)>>,
    /// Events that an event may answer, by its number.
    pub(super) answers: HashMap<usize, Vec<usize>>,
    /// CDEvents that an event becomes.
    pub(super) cdevents: HashMap<usize, Vec<&'a CdEvent>>,
    /// What Flux does on an event.
    pub(super) use_cases: HashMap<usize, Vec<&'a FluxUseCase>>,
    /// Flows by the page that they belong to.
    pub(super) flows: HashMap<&'a str, Vec<&'a SpecFile<FlowFile>>>,
    /// The schema that declares a type, by the type's number.
    pub(super) owner: Vec<usize>,
    /// The types that a schema declares, by the schema's number.
    pub(super) owned: Vec<Vec<TypeId>>,
    by_short: HashMap<&'a str, usize>,
    values: Values<'static>,
}

impl<'a> Site<'a> {
    pub(super) fn new(catalog: &'a Catalog<'a>) -> Self {
        let by_short = catalog.events.iter().enumerate();
        let by_short = by_short.map(|(i, e)| (e.short.as_str(), i)).collect();
        let mut site = Self {
            catalog,
            legacy: HashMap::new(),
            answers: HashMap::new(),
            cdevents: HashMap::new(),
            use_cases: HashMap::new(),
            flows: HashMap::new(),
            owner: vec![0; catalog.types.len()],
            owned: vec![Vec::new(); catalog.schemas.len()],
            by_short,
            values: Values::of_spec(),
        };
        let spec = catalog.spec;
        for (legacy, migration) in spec.migrations.iter().flat_map(|f| f.migrations.iter()) {
            if let Some(event) = site.event(&migration.to) {
                site.legacy
                    .entry(event)
                    .or_default()
                    .push((legacy, migration));
            }
        }
        for (number, event) in catalog.events.iter().enumerate() {
            for reply in &event.declared.replies {
                if let Some(reply) = site.event(reply) {
                    site.answers.entry(reply).or_default().push(number);
                }
            }
        }
        for cdevent in spec.cdevents.iter().flat_map(|f| &f.mapping) {
            if let Some(event) = site.event(&cdevent.event) {
                site.cdevents.entry(event).or_default().push(cdevent);
            }
        }
        for case in spec.flux.iter().flat_map(|f| &f.use_cases) {
            if let Some(event) = site.event(&case.event) {
                site.use_cases.entry(event).or_default().push(case);
            }
        }
        for flow in &spec.flows {
            let page = flow.page.as_ref().map_or("", |p| p.value.as_str());
            site.flows.entry(page).or_default().push(flow);
        }
        site.find_owners();
        site
    }

    /// A type may be reached from many schemas first; its page is that of the file it stands in.
    fn find_owners(&mut self) {
        let types = self.catalog.types.iter().enumerate();
        let ids: HashMap<*const Schema, usize> = types
            .map(|(i, t)| (std::ptr::from_ref(t.schema()), i))
            .collect();
        for (number, schema) in self.catalog.schemas.iter().enumerate() {
            let file = &schema.declared.body;
            let mut open: Vec<&Schema> = file.defs.iter().map(|(_, s)| s).collect();
            open.reverse();
            open.push(&file.root);
            while let Some(schema) = open.pop() {
                if let Some(id) = ids.get(&std::ptr::from_ref(schema)) {
                    self.owner[*id] = number;
                    self.owned[number].push(TypeId(*id));
                }
                let start = open.len();
                open.extend(schema.properties.iter().map(|(_, s)| s));
                open.extend(schema.items.as_deref());
                if let Some(Additional::Schema(values)) = &schema.additional_properties {
                    open.push(values);
                }
                open[start..].reverse();
            }
        }
    }

    /// Builds manifests as the spec has them, without labels.
    pub(super) fn manifests(&self) -> Builder<'_> {
        Builder {
            catalog: self.catalog,
            values: &self.values,
            group: None,
        }
    }

    /// Number of the event type `name`, relative to the prefix or full. A member of an open
    /// family is the family.
    pub(super) fn event(&self, name: &str) -> Option<usize> {
        let short = self.catalog.index.short(name);
        if let Some(number) = self.by_short.get(short) {
            return Some(*number);
        }
        let (family, _) = short.rsplit_once('.')?;
        self.by_short.get(format!("{family}.*").as_str()).copied()
    }

    /// Path of an event's page.
    pub(super) fn event_path(&self, number: usize) -> String {
        format!("events/{}.md", self.catalog.events[number].file_name)
    }

    /// `label`, linked where `name` is an event type of the catalogue.
    pub(super) fn event_labelled(&self, page: &Page, name: &str, label: &str) -> String {
        match self.event(name) {
            Some(number) => page.link(&code(label), &self.event_path(number)),
            None => code(label),
        }
    }

    /// The full name of an event type, linked where it is one of the catalogue.
    pub(super) fn event_link(&self, page: &Page, name: &str) -> String {
        self.event_labelled(page, name, &self.catalog.index.full_type(name))
    }

    /// The names of several event types in a row.
    pub(super) fn event_links(&self, page: &Page, names: &[Text]) -> String {
        let links: Vec<_> = names.iter().map(|n| self.event_link(page, n)).collect();
        links.join(", ")
    }

    /// A pattern of event types as people write it: `*` stands for the prefix.
    pub(super) fn pattern(&self, pattern: &str) -> String {
        let short = self.catalog.index.short(pattern);
        if self.catalog.index.full_type(short) == short {
            code(short)
        } else {
            code(&format!("*.{short}"))
        }
    }

    /// Number of the schema `name`.
    pub(super) fn schema(&self, name: &str) -> Option<usize> {
        let schemas = &self.catalog.schemas;
        schemas.binary_search_by(|s| s.name.cmp(name)).ok()
    }

    /// A schema's name, linked to its page.
    pub(super) fn schema_link(&self, page: &Page, name: &str) -> String {
        if self.schema(name).is_some() {
            page.link(&code(name), &format!("schemas/{name}.md"))
        } else {
            code(name)
        }
    }

    /// The name of an actor as people write it.
    pub(super) fn actor(&self, name: &'a str) -> &'a str {
        let actor = self.catalog.header.actors.get(name);
        actor.map_or(name, |a| &a.title.value)
    }

    /// Path of a file of the spec, for headers.
    pub(super) fn source(&self, file: FileId) -> String {
        self.catalog.path(file)
    }

    /// Path of `catalog.yaml`.
    pub(super) fn catalog_source(&self) -> String {
        let file = self.catalog.spec.catalog.as_ref().map(|c| c.file);
        file.map_or_else(String::new, |f| self.source(f))
    }
}
