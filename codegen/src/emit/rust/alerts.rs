//! The module `alerts`: how events become alerts of Alertmanager, as a table.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::model::{AlertBridge, Text};

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.alerting.as_ref()?;
    let bridges: Vec<_> = file.body.bridges.iter().collect();
    if bridges.is_empty() {
        return None;
    }
    let support = emitter.support;
    let mut writer = Writer::default();
    writer.module_doc("How events become alerts of Alertmanager.");
    writer.blank();
    let names = ["self", "Alert", "AlertError", "Bridge"];
    writer.line(format_args!("use {support}::Envelope;"));
    writer.import(&format!("{support}::alerts"), &names);
    writer.blank();
    writer.doc(
        "The alert of an event, by the first bridge that takes events of its type.\n\n\
         # Errors\nWhen no bridge does, or the event lacks what every alert has.",
    );
    writer.open(format_args!(
        "pub fn from_event(event: &Envelope) -> Result<Alert, AlertError> {{"
    ));
    writer.line(format_args!("alerts::from_event(BRIDGES, event)"));
    writer.close("}");
    writer.blank();
    writer.doc("All bridges.");
    let head = "pub static BRIDGES: &[Bridge] = ";
    writer.structs(head, "Bridge", &bridges, ";", |writer, (name, bridge)| {
        write(emitter, writer, name, bridge);
    });
    Some(Module {
        name: "alerts".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}

fn write(emitter: &Emitter<'_, '_>, writer: &mut Writer, name: &Text, bridge: &AlertBridge) {
    let index = &emitter.catalog.index;
    writer.line(format_args!("name: {},", literal(name)));
    let events: Vec<_> = bridge
        .events
        .iter()
        .map(|pattern| literal(&index.full_type(pattern)))
        .collect();
    writer.slice("events: ", &events, ",");
    writer.line(format_args!("endpoint: {},", literal(&bridge.endpoint)));
    for (field, values) in [
        ("labels: ", &bridge.labels),
        ("annotations: ", &bridge.annotations),
    ] {
        let pairs = values.iter();
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        writer.pairs(field, pairs, ",");
    }
    let starts_at = literal(&bridge.starts_at);
    writer.line(format_args!("starts_at: {starts_at},"));
    for (field, value) in [
        ("ends_at", &bridge.ends_at),
        ("generator_url", &bridge.generator_url),
    ] {
        match value {
            Some(value) => writer.call(&format!("{field}: Some"), &[literal(value)], ","),
            None => writer.line(format_args!("{field}: None,")),
        }
    }
}
