//! The module `event`: an event of any type.

use super::writer::Writer;
use super::{Emitter, Module};
use crate::ir::EventType;

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Module {
    let catalog = emitter.catalog;
    let mut writer = Writer::default();
    writer.module_doc("An event of any type.");
    writer.blank();
    let mut names: Vec<_> = catalog
        .categories
        .iter()
        .filter(|category| !category.events.is_empty())
        .map(|category| category.rust_module.as_str())
        .collect();
    names.sort();
    writer.line(format_args!("use super::event_type::EventType;"));
    match names.as_slice() {
        [] => {}
        [one] => writer.line(format_args!("use super::{one};")),
        _ => writer.line(format_args!("use super::{{{}}};", names.join(", "))),
    }
    writer.line(format_args!(
        "use {}::{{self, CloudEvent, Envelope, EventError}};",
        emitter.support
    ));
    writer.blank();
    let title = &catalog.header.title.value;
    writer.doc(&format!("An event of {title}, with data of its type."));
    writer.line(format_args!("#[derive(Clone, Debug, PartialEq)]"));
    writer.line(format_args!("#[non_exhaustive]"));
    writer.open(format_args!("pub enum Event {{"));
    for event in &catalog.events {
        let summary = event.summary().trim_end_matches('.');
        writer.doc(&format!("{summary}."));
        let path = path(emitter, event);
        let variant = &event.rust_variant;
        writer.call(variant, &[format!("Box<CloudEvent<{path}>>")], ",");
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("impl Event {{"));
    read(&mut writer, &catalog.events);
    writer.blank();
    each(
        &mut writer,
        &catalog.events,
        "The event with its data as JSON.\n\n# Errors\nWhen a number in the data has no JSON form.",
        "to_envelope(&self) -> Result<Envelope, EventError>",
        "event.to_envelope()",
    );
    writer.blank();
    each(
        &mut writer,
        &catalog.events,
        "The event in structured JSON, for logs and audit trails: sensitive values are masked.",
        "redacted(&self) -> support::Value",
        "event.redacted()",
    );
    writer.blank();
    batches(&mut writer);
    writer.close("}");
    writer.blank();
    writer.line(format_args!("support::event_enum!(Event);"));
    Module {
        name: "event".into(),
        content: writer.finish(),
        source: "spec/events".into(),
    }
}

fn path(emitter: &Emitter<'_, '_>, event: &EventType<'_>) -> String {
    let category = &emitter.catalog.categories[event.category];
    format!("{}::{}", category.rust_module, event.rust_type)
}

fn read(writer: &mut Writer, events: &[EventType<'_>]) {
    writer.doc(
        "Reads the data of an event.\n\n# Errors\nWhen its type is not in the catalogue, or its \
         data do not follow their schema.",
    );
    writer.open(format_args!(
        "pub fn from_envelope(envelope: Envelope) -> Result<Self, EventError> {{"
    ));
    writer.line(format_args!(
        "let event_type: EventType = envelope.r#type.parse().map_err(EventError::UnknownType)?;"
    ));
    writer.open(format_args!("match event_type {{"));
    for event in events {
        let variant = &event.rust_variant;
        let fields = if event.family { "(_)" } else { "" };
        let pattern = format!("EventType::{variant}{fields}");
        let map = format!("map(Self::{variant})");
        writer.arm_method(&pattern, "CloudEvent::boxed(envelope)", &map);
    }
    writer.close("}");
    writer.close("}");
}

/// Many events in one message.
fn batches(writer: &mut Writer) {
    writer.doc(
        "Reads the body of a batch. An event that is none of the catalogue does not keep the others \
         from being read.\n\n# Errors\nWhen it is no JSON array, or has more events than \
         `support::MAX_BATCH`.",
    );
    writer.open(format_args!(
        "pub fn from_batch(body: &[u8]) -> Result<support::Batch<Self>, EventError> {{"
    ));
    writer.line(format_args!(
        "support::read_batch(body, Self::from_envelope)"
    ));
    writer.close("}");
    writer.blank();
    writer.doc(
        "Many events in one message.\n\n# Errors\nWhen a number in the data has no JSON form.",
    );
    writer.open(format_args!(
        "pub fn to_batch(events: &[Self]) -> Result<support::HttpMessage, EventError> {{"
    ));
    writer.line(format_args!(
        "let events: Result<Vec<_>, _> = events.iter().map(Self::to_envelope).collect();"
    ));
    writer.line(format_args!("Ok(Envelope::to_batch(&events?))"));
    writer.close("}");
}

/// A method that does the same with every type.
fn each(writer: &mut Writer, events: &[EventType<'_>], doc: &str, signature: &str, value: &str) {
    writer.doc(doc);
    writer.open(format_args!("pub fn {signature} {{"));
    writer.open(format_args!("match self {{"));
    for event in events {
        writer.arm(&format!("Self::{}(event)", event.rust_variant), value);
    }
    writer.close("}");
    writer.close("}");
}
