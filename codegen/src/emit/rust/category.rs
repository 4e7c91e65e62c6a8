//! The module of one category: its event types, and where programs handle all of them, an enum
//! and a trait.

use super::writer::{Writer, literal};
use super::{Emitter, Module, handler};
use crate::ir::{Category, EventType};
use crate::model::Deprecation;

pub(super) fn module(emitter: &Emitter<'_, '_>, category: &Category<'_>) -> Module {
    let catalog = emitter.catalog;
    let events = &catalog.events[category.events.clone()];
    let mut writer = Writer::default();
    let declared = category.declared;
    let (title, summary) = (&declared.title.value, declared.summary.value.trim());
    writer.module_doc(&format!("{title}: {summary}"));
    if let Some(first) = events.first() {
        imports(emitter, &mut writer, events, declared.handled == Some(true));
        for event in events {
            writer.blank();
            write(emitter, &mut writer, event);
        }
        if declared.handled == Some(true) {
            handler::write(&mut writer, category, events);
        }
        return Module {
            name: category.rust_module.replace("r#", ""),
            content: writer.finish(),
            source: catalog.path(first.file),
        };
    }
    Module {
        name: category.rust_module.replace("r#", ""),
        content: writer.finish(),
        source: "spec/catalog.yaml".into(),
    }
}

fn imports(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    events: &[EventType<'_>],
    handled: bool,
) {
    let catalog = emitter.catalog;
    writer.blank();
    writer.line(format_args!(
        "use {}::{{Deserialize, Serialize}};",
        emitter.serde()
    ));
    writer.blank();
    let named =
        |event: &EventType<'_>| super::redact::named(&catalog.schemas[event.data].root).is_some();
    writer.line(format_args!("use super::naming::Origin;"));
    match events.iter().any(named) {
        true => writer.line(format_args!("use super::{{data, types}};")),
        false => writer.line(format_args!("use super::types;")),
    }
    let names = match handled {
        true => "self, CloudEvent, Envelope, EventError, LambdaEvent",
        false => "self, CloudEvent, LambdaEvent",
    };
    writer.line(format_args!("use {}::{{{names}}};", emitter.support));
}

fn write(emitter: &Emitter<'_, '_>, writer: &mut Writer, event: &EventType<'_>) {
    let schema = &emitter.catalog.schemas[event.data];
    let data = emitter.type_name(&schema.root, "data::");
    let name = &event.rust_type;
    writer.doc(&documentation(event));
    writer.line(format_args!(
        "#[derive(Clone, PartialEq, Serialize, Deserialize)]"
    ));
    let mut attributes = vec!["transparent".to_owned()];
    if emitter.is_foreign() {
        attributes.insert(0, format!("crate = {}", literal(&emitter.serde())));
    }
    writer.attribute("serde", &attributes);
    writer.line(format_args!("pub struct {name}(pub {data});"));
    writer.blank();
    writer.open(format_args!("support::event_data! {{"));
    writer.line(format_args!("{name}({data})"));
    writer.close("}");
    writer.blank();
    description(emitter, writer, event, &schema.url);
    writer.blank();
    constructor(emitter, writer, event);
}

/// What is said about an event type, for people.
pub(super) fn documentation(event: &EventType<'_>) -> String {
    let declared = event.declared;
    let mut text = event.summary().to_owned();
    if !text.ends_with('.') {
        text.push('.');
    }
    if let Some(description) = &declared.description {
        text.push_str("\n\n");
        text.push_str(description.value.trim());
    }
    let mut facts = vec![match event.family {
        true => format!("Open family of types: `{}`.", event.r#type),
        false => format!("Type: `{}`.", event.r#type),
    }];
    let mut fact = |label: &str, text: Option<&crate::model::Text>| {
        if let Some(text) = text {
            facts.push(format!("{label}: {}.", text.value.trim_end_matches('.')));
        }
    };
    fact("Effect", declared.effect.as_ref());
    fact("When", declared.when.as_ref());
    fact("Response", declared.response.as_ref());
    fact("Severity", declared.severity.as_ref());
    fact("Since", declared.since.as_ref());
    match declared.idempotent.as_ref().map(|i| i.value) {
        Some(true) => facts.push("Receiving it twice is the same as once.".into()),
        Some(false) => facts.push("Receiving it twice is not the same as once.".into()),
        None => {}
    }
    facts.extend(declared.deprecated.as_ref().map(deprecation));
    text.push_str("\n\n");
    text.push_str(&facts.join(" "));
    text
}

/// Since when something should no longer be used, and what to use instead.
pub(super) fn deprecation(deprecated: &Deprecation) -> String {
    let mut text = format!("Deprecated since {}", deprecated.since.value);
    if let Some(other) = &deprecated.replaced_by {
        text.push_str(&format!("; use `{}`", other.value));
    }
    text.push('.');
    if let Some(note) = &deprecated.note {
        text.push(' ');
        text.push_str(note.value.trim());
    }
    text
}

/// The event type as the trait describes it.
fn description(emitter: &Emitter<'_, '_>, writer: &mut Writer, event: &EventType<'_>, url: &str) {
    writer.open(format_args!("impl LambdaEvent for {} {{", event.rust_type));
    let constant = event.constant();
    writer.assign("const TYPE: &'static str =", &format!("types::{constant}"));
    if event.family {
        writer.line(format_args!("const FAMILY: bool = true;"));
    }
    writer.assign("const DATASCHEMA: &'static str =", &literal(url));
    let media_type = &emitter.catalog.header.datacontenttype.value;
    if media_type != "application/json" {
        writer.assign(
            "const DATACONTENTTYPE: &'static str =",
            &literal(media_type),
        );
    }
    if !event.required_extensions.is_empty() {
        let names: Vec<_> = event
            .required_extensions
            .iter()
            .map(|n| literal(n))
            .collect();
        let head = "const REQUIRED_EXTENSIONS: &'static [&'static str] = ";
        writer.slice(head, &names, ";");
    }
    writer.close("}");
}

/// The function that makes a new event.
fn constructor(emitter: &Emitter<'_, '_>, writer: &mut Writer, event: &EventType<'_>) {
    writer.open(format_args!("impl {} {{", event.rust_type));
    let mut arguments = vec!["origin: &Origin".to_owned()];
    if event.family {
        writer.doc("A new event about `origin`, and from there; `action` completes its type.");
        arguments.push("action: &str".into());
    } else {
        writer.doc("A new event about `origin`, and from there.");
    }
    let extensions: Vec<_> = event
        .required_extensions
        .iter()
        .map(|name| (*name, crate::ir::names::rust_field(name)))
        .collect();
    for (name, rust_name) in &extensions {
        let kind = emitter.extension_type(name);
        arguments.push(format!("{rust_name}: {kind}"));
    }
    arguments.push("data: impl Into<Self>".into());
    writer.signature("pub fn event", &arguments, " -> CloudEvent<Self> {");
    writer.indented(|writer| {
        let new = "CloudEvent::new(origin.source(), data.into())";
        let subject = ".with_subject(origin.subject())";
        if event.family {
            writer.assign("let mut event =", new);
            writer.line(format_args!("event.r#type.push_str(action);"));
            chain(writer, "event", subject, &extensions);
        } else {
            chain(writer, new, subject, &extensions);
        }
    });
    writer.line(format_args!("}}"));
    writer.close("}");
}

/// Writes an event, its subject and its extension attributes.
fn chain(writer: &mut Writer, event: &str, subject: &str, extensions: &[(&str, String)]) {
    if extensions.is_empty() {
        writer.line(format_args!("{event}{subject}"));
        return;
    }
    writer.line(format_args!("{event}"));
    writer.indented(|writer| {
        writer.line(format_args!("{subject}"));
        for (name, rust_name) in extensions {
            writer.call(".with_extension", &[literal(name), rust_name.clone()], "");
        }
    });
}
