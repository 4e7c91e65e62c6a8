//! The modules `types` and `extensions`: names as constants.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::ir::names::screaming;
use crate::model::Text;

impl Emitter<'_, '_> {
    /// Type of the argument for an extension attribute.
    pub(super) fn extension_type(&self, name: &str) -> &'static str {
        let declared = self.catalog.spec.extensions.as_ref();
        let declared = declared.and_then(|file| file.body.extensions.get(name));
        match declared.map(|extension| extension.r#type.value.as_str()) {
            Some("Boolean") => "bool",
            Some("Integer") => "i32",
            Some("Timestamp") => "support::Timestamp",
            _ => "&str",
        }
    }
}

pub(super) fn types(emitter: &Emitter<'_, '_>) -> Module {
    let mut writer = Writer::default();
    writer.module_doc(
        "Names of event types. Of an open family, the beginning that all of its types share.",
    );
    for event in &emitter.catalog.events {
        writer.blank();
        let summary = event.summary().trim_end_matches('.');
        writer.doc(&format!("{summary}."));
        let head = format!("pub const {}: &str =", event.constant());
        writer.assign(&head, &literal(event.r#type.trim_end_matches('*')));
    }
    Module {
        name: "types".into(),
        content: writer.finish(),
        source: "spec/events".into(),
    }
}

pub(super) fn extensions(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.extensions.as_ref()?;
    let mut writer = Writer::default();
    writer.module_doc("Names of extension attributes.");
    let mut names: Vec<(&Text, _)> = file.body.extensions.iter().collect();
    names.sort_by_key(|(name, _)| &name.value);
    for (name, extension) in names {
        writer.blank();
        writer.doc(&extension.summary.value);
        let head = format!("pub const {}: &str =", screaming(&name.value));
        writer.assign(&head, &literal(&name.value));
    }
    Some(Module {
        name: "extensions".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}
