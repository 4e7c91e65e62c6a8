//! The module `event_type`: which categories and event types there are.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::ir::EventType;

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Module {
    let mut writer = Writer::default();
    writer.module_doc("Which categories and event types there are.");
    writer.blank();
    writer.line(format_args!("use super::types;"));
    writer.line(format_args!("use {};", emitter.support));
    writer.blank();
    categories(emitter, &mut writer);
    writer.blank();
    info(&mut writer);
    writer.blank();
    event_types(emitter, &mut writer);
    Module {
        name: "event_type".into(),
        content: writer.finish(),
        source: "spec/events".into(),
    }
}

fn categories(emitter: &Emitter<'_, '_>, writer: &mut Writer) {
    let categories = &emitter.catalog.categories;
    writer.doc("A category of events.");
    writer.line(format_args!(
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]"
    ));
    writer.open(format_args!("pub enum Category {{"));
    for category in categories {
        writer.doc(&category.declared.summary.value);
        writer.line(format_args!("{},", category.rust_enum));
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("support::closed_enum! {{"));
    writer.open(format_args!("Category {{"));
    for category in categories {
        let name = literal(category.name);
        writer.line(format_args!("{} = {name},", category.rust_enum));
    }
    writer.close("}");
    writer.close("}");
}

fn info(writer: &mut Writer) {
    writer.doc("What the catalogue says about an event type.");
    writer.line(format_args!("#[derive(Clone, Copy, Debug, PartialEq, Eq)]"));
    writer.open(format_args!("pub struct EventInfo {{"));
    for (doc, field) in [
        (
            "Full name; of an open family the beginning.",
            "r#type: &'static str",
        ),
        ("Its category.", "category: Category"),
        (
            "What it is about, where its category has entities.",
            "entity: Option<&'static str>",
        ),
        (
            "What happens; `*` for an open family.",
            "action: &'static str",
        ),
        (
            "Address of the schema that its data follow.",
            "dataschema: &'static str",
        ),
        ("What it says, in a few words.", "summary: &'static str"),
    ] {
        writer.doc(doc);
        writer.line(format_args!("pub {field},"));
    }
    writer.close("}");
}

fn event_types(emitter: &Emitter<'_, '_>, writer: &mut Writer) {
    let events = &emitter.catalog.events;
    let has_families = events.iter().any(|event| event.family);
    writer.doc(&format!("An event type of {}.", {
        &emitter.catalog.header.title.value
    }));
    writer.line(format_args!(
        "#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]"
    ));
    writer.line(format_args!("#[non_exhaustive]"));
    writer.open(format_args!("pub enum EventType {{"));
    for event in events {
        let summary = event.summary().trim_end_matches('.');
        if event.family {
            writer.doc(&format!(
                "{summary}; the full name of one type of the family."
            ));
            writer.line(format_args!("{}(String),", event.rust_variant));
        } else {
            writer.doc(&format!("{summary}."));
            writer.line(format_args!("{},", event.rust_variant));
        }
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("impl EventType {{"));
    all(writer, events);
    writer.blank();
    names(writer, events);
    writer.blank();
    as_str(writer, events);
    writer.blank();
    describe(emitter, writer, events);
    writer.blank();
    properties(writer, has_families);
    writer.close("}");
    writer.blank();
    from_str(writer, events);
    writer.blank();
    writer.line(format_args!("support::text_enum!(EventType);"));
}

fn all(writer: &mut Writer, events: &[EventType<'_>]) {
    writer.doc("All types that have a fixed name.");
    let exact = events.iter().filter(|event| !event.family);
    let variants: Vec<_> = exact
        .map(|event| format!("Self::{}", event.rust_variant))
        .collect();
    writer.slice("pub const ALL: &'static [Self] = ", &variants, ";");
}

fn names(writer: &mut Writer, events: &[EventType<'_>]) {
    writer.doc("Names of all types, and the beginnings of open families.");
    let constants: Vec<_> = events
        .iter()
        .map(|event| format!("types::{}", event.constant()))
        .collect();
    writer.slice(
        "pub const NAMES: &'static [&'static str] = ",
        &constants,
        ";",
    );
}

fn as_str(writer: &mut Writer, events: &[EventType<'_>]) {
    writer.doc("Its full name.");
    writer.open(format_args!("pub fn as_str(&self) -> &str {{"));
    let families: Vec<_> = events.iter().filter(|event| event.family).collect();
    if families.is_empty() {
        writer.line(format_args!("self.info().r#type"));
    } else {
        writer.open(format_args!("match self {{"));
        for event in families {
            writer.arm(&format!("Self::{}(name)", event.rust_variant), "name");
        }
        writer.arm("_", "self.info().r#type");
        writer.close("}");
    }
    writer.close("}");
}

fn describe(emitter: &Emitter<'_, '_>, writer: &mut Writer, events: &[EventType<'_>]) {
    writer.doc("What the catalogue says about it.");
    writer.open(format_args!("pub fn info(&self) -> &'static EventInfo {{"));
    writer.open(format_args!("match self {{"));
    for event in events {
        let category = &emitter.catalog.categories[event.category];
        let schema = &emitter.catalog.schemas[event.data];
        let fields = if event.family { "(_)" } else { "" };
        let entity = match event.entity {
            Some(entity) => format!("Some({})", literal(entity)),
            None => "None".into(),
        };
        writer.open(format_args!(
            "Self::{}{fields} => &EventInfo {{",
            event.rust_variant
        ));
        let constant = event.constant();
        writer.line(format_args!("r#type: types::{constant},"));
        writer.line(format_args!("category: Category::{},", category.rust_enum));
        writer.line(format_args!("entity: {entity},"));
        writer.line(format_args!("action: {},", literal(event.action)));
        writer.line(format_args!("dataschema: {},", literal(&schema.url)));
        writer.line(format_args!("summary: {},", literal(event.summary())));
        writer.close("},");
    }
    writer.close("}");
    writer.close("}");
}

fn properties(writer: &mut Writer, has_families: bool) {
    let action = match has_families {
        true => [
            "match self.info().action {",
            "    \"*\" => self.as_str().rsplit('.').next().unwrap_or(\"\"),",
            "    action => action,",
            "}",
        ]
        .as_slice(),
        false => &["self.info().action"],
    };
    let matches = ["support::matches(pattern, self.as_str())"];
    for (number, (doc, signature, body)) in [
        (
            "Its category.",
            "category(&self) -> Category",
            ["self.info().category"].as_slice(),
        ),
        (
            "What it is about, where its category has entities.",
            "entity(&self) -> Option<&'static str>",
            &["self.info().entity"],
        ),
        (
            "What happens: the last part of its name.",
            "action(&self) -> &str",
            action,
        ),
        (
            "Address of the schema that its data follow.",
            "dataschema(&self) -> &'static str",
            &["self.info().dataschema"],
        ),
        (
            "What it says, in a few words.",
            "summary(&self) -> &'static str",
            &["self.info().summary"],
        ),
        (
            "Whether its full name matches a pattern in which `*` stands for any characters.",
            "matches(&self, pattern: &str) -> bool",
            &matches,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        if number > 0 {
            writer.blank();
        }
        writer.doc(doc);
        writer.open(format_args!("pub fn {signature} {{"));
        for line in body {
            writer.line(format_args!("{line}"));
        }
        writer.close("}");
    }
}

fn from_str(writer: &mut Writer, events: &[EventType<'_>]) {
    writer.open(format_args!("impl std::str::FromStr for EventType {{"));
    writer.line(format_args!("type Err = support::UnknownName;"));
    writer.blank();
    writer.open(format_args!(
        "fn from_str(name: &str) -> Result<Self, support::UnknownName> {{"
    ));
    writer.open(format_args!("match name {{"));
    let (exact, families): (Vec<_>, Vec<_>) = events.iter().partition(|event| !event.family);
    for event in exact {
        let constant = event.constant();
        let pattern = format!("types::{constant}");
        writer.arm(&pattern, &format!("Ok(Self::{})", event.rust_variant));
    }
    for event in families {
        let constant = event.constant();
        let pattern = format!("_ if support::is_member(types::{constant}, name)");
        let value = format!("Ok(Self::{}(name.to_owned()))", event.rust_variant);
        writer.arm(&pattern, &value);
    }
    let error = "Err(support::UnknownName::new(\"event type\", name, Self::NAMES))";
    writer.arm("_", error);
    writer.close("}");
    writer.close("}");
    writer.close("}");
}
