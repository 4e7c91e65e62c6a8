//! For a category whose events programs handle: an enum over them, and a trait with a method each.

use super::writer::Writer;
use crate::ir::{Category, EventType};

pub(super) fn write(writer: &mut Writer, category: &Category<'_>, events: &[EventType<'_>]) {
    let name = &category.rust_enum;
    writer.blank();
    writer.doc(&format!("Any event of this category: {}", {
        category.declared.summary.value.trim()
    }));
    writer.line(format_args!("#[derive(Clone, Debug, PartialEq)]"));
    writer.open(format_args!("pub enum {name} {{"));
    for event in events {
        let summary = event.summary().trim_end_matches('.');
        writer.doc(&format!("{summary}."));
        let rust_type = &event.rust_type;
        writer.call(rust_type, &[format!("Box<CloudEvent<{rust_type}>>")], ",");
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("impl {name} {{"));
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
    writer.blank();
    from_envelope(writer, events);
    writer.blank();
    dispatch(writer, name, events);
    writer.close("}");
    writer.blank();
    handler(writer, name, category, events);
}

fn from_envelope(writer: &mut Writer, events: &[EventType<'_>]) {
    let (exact, families): (Vec<_>, Vec<_>) = events.iter().partition(|event| !event.family);
    writer.doc(
        "Reads the data of an event of this category.\n\n# Errors\nWhen the event is of none of \
         its types, or its data do not follow their schema.",
    );
    writer.signature(
        "pub fn from_envelope",
        &["envelope: Envelope".into()],
        " -> Result<Self, EventError> {",
    );
    writer.indented(|writer| {
        writer.open(format_args!("match envelope.r#type.as_str() {{"));
        for event in exact.into_iter().chain(families) {
            let rust_type = &event.rust_type;
            let pattern = match event.family {
                true => format!("name if {rust_type}::is(name)"),
                false => format!("types::{}", event.constant()),
            };
            let map = format!("map(Self::{rust_type})");
            writer.arm_method(&pattern, "CloudEvent::boxed(envelope)", &map);
        }
        writer.arm("name", "Err(EventError::unknown_type(name, Self::NAMES))");
        writer.close("}");
    });
    writer.line(format_args!("}}"));
}

fn dispatch(writer: &mut Writer, name: &str, events: &[EventType<'_>]) {
    writer.doc("Calls the method for the event.");
    writer.open(format_args!(
        "pub fn dispatch<H: {name}Handler>(self, handler: &mut H) -> H::Output {{"
    ));
    writer.open(format_args!("match self {{"));
    for event in events {
        let (variant, method) = (&event.rust_type, &event.rust_method);
        let pattern = format!("Self::{variant}(event)");
        writer.arm(&pattern, &format!("handler.{method}(*event)"));
    }
    writer.close("}");
    writer.close("}");
}

fn handler(writer: &mut Writer, name: &str, category: &Category<'_>, events: &[EventType<'_>]) {
    writer.doc(&format!(
        "Handles every event of the category `{}`: there is a method for each, so that none is \
         forgotten.\n\nAsynchronous programs return futures as `Output`.",
        category.name
    ));
    writer.open(format_args!("pub trait {name}Handler {{"));
    writer.doc("What handling an event gives.");
    writer.line(format_args!("type Output;"));
    for event in events {
        writer.blank();
        let summary = event.summary().trim_end_matches('.');
        writer.doc(&format!("{summary}."));
        writer.signature(
            &format!("fn {}", event.rust_method),
            &[
                "&mut self".into(),
                format!("event: CloudEvent<{}>", event.rust_type),
            ],
            " -> Self::Output;",
        );
    }
    writer.close("}");
}
