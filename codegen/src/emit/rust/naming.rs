//! The module `naming`: how the catalogue builds sources and subjects.

use super::writer::{Writer, literal};
use super::{Emitter, Module};

/// Parts of names that differ from event to event.
const PARTS: [&str; 3] = ["component", "namespace", "name"];

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Module {
    let header = emitter.catalog.header;
    let mut writer = Writer::default();
    writer.module_doc("How sources and subjects are built.");
    writer.blank();
    writer.doc("Beginning of every event type.");
    let prefix = literal(&header.prefix.value);
    writer.assign("pub const PREFIX: &str =", &prefix);
    writer.blank();
    writer.doc("Where an event comes from, and what it is about.");
    writer.line(format_args!("#[derive(Clone, Debug, PartialEq, Eq, Hash)]"));
    writer.open(format_args!("pub struct Origin {{"));
    writer.doc("Program that sends.");
    writer.line(format_args!("pub component: String,"));
    writer.doc("Namespace of the thing.");
    writer.line(format_args!("pub namespace: String,"));
    writer.doc("Name of the thing.");
    writer.line(format_args!("pub name: String,"));
    writer.close("}");
    writer.blank();
    writer.open(format_args!("impl Origin {{"));
    constructor(&mut writer);
    for (attribute, format) in [
        ("source", &header.naming.source),
        ("subject", &header.naming.subject),
    ] {
        writer.blank();
        let example = &format.example.value;
        writer.doc(&format!(
            "The attribute `{attribute}`, such as `{example}`."
        ));
        writer.open(format_args!("pub fn {attribute}(&self) -> String {{"));
        template(&mut writer, &format.format.value, &header.prefix.value);
        writer.close("}");
    }
    writer.close("}");
    Module {
        name: "naming".into(),
        content: writer.finish(),
        source: "spec/catalog.yaml".into(),
    }
}

fn constructor(writer: &mut Writer) {
    writer.doc("The thing `name` in `namespace`, as `component` speaks of it.");
    let arguments = PARTS.map(|part| format!("{part}: impl Into<String>"));
    writer.signature("pub fn new", &arguments, " -> Self {");
    writer.indented(|writer| {
        writer.open(format_args!("Self {{"));
        for part in PARTS {
            writer.line(format_args!("{part}: {part}.into(),"));
        }
        writer.close("}");
    });
    writer.line(format_args!("}}"));
}

/// Writes the expression that fills a template.
fn template(writer: &mut Writer, template: &str, prefix: &str) {
    // Braces of other placeholders stay in the text.
    let text = template.replace("{prefix}", prefix);
    let mut text = text.replace('{', "{{").replace('}', "}}");
    let mut used: Vec<(usize, String)> = Vec::new();
    for part in PARTS {
        let placeholder = format!("{{{part}}}");
        let places = template.match_indices(&placeholder);
        used.extend(places.map(|(place, _)| (place, format!("self.{part}"))));
        text = text.replace(&format!("{{{placeholder}}}"), "{}");
    }
    if used.is_empty() {
        let text = literal(&template.replace("{prefix}", prefix));
        writer.line(format_args!("{text}.to_owned()"));
        return;
    }
    used.sort();
    let values: Vec<_> = used.into_iter().map(|(_, value)| value).collect();
    writer.format(&text, &values);
}
