//! The module `cdevents`: how events become CDEvents, as a table.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::check::cdevents;
use crate::model::CdEvent;

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.cdevents.as_ref()?;
    let support = emitter.support;
    let standard: Vec<_> = file
        .body
        .mapping
        .iter()
        .filter_map(|mapping| Some((mapping, cdevents::named(&mapping.r#type)?)))
        .collect();
    let mut writer = Writer::default();
    writer.module_doc("How events become CDEvents.");
    writer.blank();
    writer.line(format_args!("use super::event_type::EventType;"));
    let names: &[&str] = match standard.is_empty() {
        true => &["self", "CdEvent", "Mapping"],
        false => &["self", "CdEvent", "Mapping", "Standard"],
    };
    writer.import(&format!("{support}::cdevents"), names);
    writer.import(support, &["Envelope", "HttpMessage"]);
    writer.blank();
    functions(&mut writer);
    writer.blank();
    writer.doc("Which events become which CDEvents.");
    writer.open(format_args!("pub static MAPPING: Mapping = Mapping {{"));
    writer.line(format_args!("version: {},", literal(&file.version)));
    writer.structs(
        "standard: ",
        "Standard",
        &standard,
        ",",
        |writer, (mapping, known)| write(emitter, writer, mapping, *known),
    );
    let custom = &file.custom;
    let r#type = format!("{}.{}", custom.r#type.value, custom.version.value);
    writer.line(format_args!("custom_type: {},", literal(&r#type)));
    let subject = literal(&custom.subject_type);
    writer.line(format_args!("custom_subject: {subject},"));
    writer.close("};");
    Some(Module {
        name: "cdevents".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}

fn functions(writer: &mut Writer) {
    writer.doc(
        "The CDEvent of an event: of a standard type, where there is one and the event has all that \
         it must have, else of a custom type, with the event's data as the subject's content.\n\n\
         Events of the catalogue have their entity, or else their category, in the custom type; \
         others the last two parts of their type.",
    );
    writer.open(format_args!(
        "pub fn from_event(event: &Envelope) -> CdEvent {{"
    ));
    writer.line(format_args!(
        "let known: Option<EventType> = event.r#type.parse().ok();"
    ));
    writer.line(format_args!("let entity = known.as_ref().map(|known| {{"));
    writer.indented(|writer| {
        writer.line(format_args!("let category = known.category();"));
        writer.line(format_args!(
            "known.entity().unwrap_or_else(|| category.as_str())"
        ));
    });
    writer.line(format_args!("}});"));
    writer.line(format_args!(
        "cdevents::from_event(&MAPPING, event, entity)"
    ));
    writer.close("}");
    writer.blank();
    writer.doc(
        "What a Receiver of Flux takes: the CDEvent of an event as body, and the event's own type in \
         the header `ce-type`.",
    );
    writer.open(format_args!(
        "pub fn to_http(event: &Envelope) -> HttpMessage {{"
    ));
    writer.line(format_args!("cdevents::to_http(event, &from_event(event))"));
    writer.close("}");
}

fn write(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    mapping: &CdEvent,
    known: cdevents::CdEventType,
) {
    let event = emitter.catalog.index.full_type(&mapping.event);
    writer.line(format_args!("event: {},", literal(&event)));
    let r#type = format!("{}.{}", mapping.r#type.value, mapping.version.value);
    writer.line(format_args!("r#type: {},", literal(&r#type)));
    let subject = literal(known.subject);
    writer.line(format_args!("subject_type: {subject},"));
    let members = mapping.subject.iter();
    let members = members.map(|(name, value)| (name.as_str(), value.as_str()));
    writer.pairs("subject: ", members, ",");
    let content = known.required().map(|path| format!("content.{path}"));
    let required: Vec<_> = content.map(|path| literal(&path)).collect();
    writer.slice("required: ", &required, ",");
}
