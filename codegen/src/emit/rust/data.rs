//! The module `data`: types of event data.

use super::redact::declared_types;
use super::writer::Writer;
use super::{Emitter, HEADER_LENGTH, Module, enums, structs};
use crate::ir::TypeDef;
use crate::parallel;

/// Schemas that are worth waking a thread.
const SCHEMAS_A_THREAD: usize = 16;

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Module {
    let catalog = emitter.catalog;
    let mut writer = Writer::default();
    writer.module_doc(
        "Data of events.\n\nMembers that are not required are `None` where they are missing. Where \
         missing and `null` differ, `Some(None)` is `null`. Members that a schema does not know \
         are kept in `extra`.",
    );
    writer.blank();
    let has_structs = catalog
        .types
        .iter()
        .any(|definition| matches!(definition, TypeDef::Struct(_)));
    if has_structs {
        writer.line(format_args!(
            "use {}::{{Deserialize, Serialize}};",
            emitter.serde()
        ));
        writer.blank();
    }
    if !catalog.types.is_empty() {
        writer.line(format_args!("use {};", emitter.support));
    }
    let declared = declared_types(catalog);
    let types = parallel::map(&catalog.schemas, SCHEMAS_A_THREAD, |schema| {
        let mut writer = Writer::default();
        for number in schema.types.clone() {
            writer.blank();
            match &catalog.types[number] {
                TypeDef::Struct(object) => {
                    structs::write(emitter, &mut writer, object, schema, &declared);
                }
                TypeDef::Enum(texts) => enums::write(&mut writer, texts),
            }
        }
        writer.finish()
    });
    let mut content = writer.finish();
    // The largest file by far: growing step by step would touch twice the memory.
    content.reserve(types.iter().map(String::len).sum::<usize>() + HEADER_LENGTH);
    content.extend(types);
    Module {
        name: "data".into(),
        content,
        source: "spec/data".into(),
    }
}
