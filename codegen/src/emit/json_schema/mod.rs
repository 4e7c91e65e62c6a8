//! JSON Schema 2020-12: a file a schema, one with all, and one an event type.
//!
//! Published schemas are for readers as well, so they are open: members that are not listed are
//! allowed, and so are values that an open enum does not list.

mod event;
mod schema;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{OutputFile, Target};
use crate::check::version;
use crate::ir::Catalog;
use crate::model::{Additional, Schema};
use crate::parallel;

use event::EventSchema;
use schema::SchemaDocument;

/// Published JSON Schemas.
pub static TARGET: Target = Target {
    name: "json-schema",
    summary: "JSON Schema 2020-12 of all data and events",
    folder: "generated/schemas",
    emit,
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Whether a path is that of a published version of a schema: `…/order/v1.2.3.json`.
///
/// Its address is in events that were sent, so it stays when the schema gets another version.
pub fn is_published(path: &str) -> bool {
    let name = path
        .strip_prefix(TARGET.folder)
        .and_then(|path| path.strip_prefix('/'));
    let version = name
        .and_then(|name| name.split_once('/'))
        .map(|(_, file)| file);
    let version = version.and_then(|file| file.strip_prefix('v')?.strip_suffix(".json"));
    version.is_some_and(|version| version::parse(version).is_some())
}

/// Documents that are worth waking a thread.
const DOCUMENTS_A_THREAD: usize = 16;

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    // Each is written once and then copied into the documents that hold it.
    let texts = parallel::map(&catalog.schemas, DOCUMENTS_A_THREAD, |schema| {
        document(&SchemaDocument { catalog, schema })
    });
    let events = parallel::map(&catalog.events, DOCUMENTS_A_THREAD, |event| {
        let text = document(&EventSchema { catalog, event });
        let needed = needed(catalog, event.data);
        let path = format!("events/{}.json", event.file_name);
        file(path, with_definitions(text, catalog, &texts, needed))
    });
    let bundle = with_definitions(
        document(&Bundle { catalog }),
        catalog,
        &texts,
        0..texts.len(),
    );
    let mut files = events;
    files.push(file("bundle.json".to_owned(), bundle));
    for (schema, text) in catalog.schemas.iter().zip(texts) {
        let version = &schema.declared.version.value;
        files.push(file(format!("{}/v{version}.json", schema.name), text));
    }
    files
}

fn file(path: String, mut content: String) -> OutputFile {
    content.push('\n');
    OutputFile {
        path: format!("{}/{path}", TARGET.folder),
        content,
    }
}

fn document(document: &impl Serialize) -> String {
    let mut content = Vec::with_capacity(4096);
    let mut serializer = serde_json::Serializer::pretty(&mut content);
    // Writing to memory cannot fail, and all keys are text.
    let written = document.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    String::from_utf8(content).unwrap_or_default()
}

/// Adds schemas below `$defs` of a document, each under its own `$id` (2020-12 core, section 9.3).
///
/// They are copied as text, further in: each stands in three documents or more, and writing it
/// anew for each took most of the time of this target.
fn with_definitions(
    mut document: String,
    catalog: &Catalog<'_>,
    texts: &[String],
    schemas: impl ExactSizeIterator<Item = usize> + Clone,
) -> String {
    const END: &str = "\n}";
    if schemas.len() == 0 {
        return document;
    }
    document.truncate(document.len() - END.len());
    let sizes = schemas.clone().map(|number| texts[number].len());
    document.reserve(sizes.sum::<usize>() * 3 / 2);
    document.push_str(",\n  \"$defs\": {");
    for (place, number) in schemas.enumerate() {
        // A schema's name is in kebab case: nothing in it needs an escape.
        let name = catalog.schemas[number].name;
        let comma = if place == 0 { "" } else { "," };
        document.extend([comma, "\n    \"", name, "\": "]);
        for (line, text) in texts[number].split('\n').enumerate() {
            document.push_str(if line == 0 { "" } else { "\n    " });
            document.push_str(text);
        }
    }
    document.push_str("\n  }");
    document.push_str(END);
    document
}

/// A schema and all those that it refers to, by name.
fn needed(catalog: &Catalog<'_>, start: usize) -> impl ExactSizeIterator<Item = usize> + Clone {
    let mut numbers = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(number) = open.pop() {
        let declared = catalog.schemas[number].declared;
        let mut references = Vec::new();
        for (_, schema) in declared.defs.iter() {
            collect(schema, &mut references);
        }
        collect(&declared.root, &mut references);
        for reference in references {
            let target = catalog.index.resolve(declared, reference);
            let target = target.and_then(|t| catalog.schema_number(&t.file.schema.value));
            open.extend(target.filter(|number| numbers.insert(*number)));
        }
    }
    // Schemas are in the order of their names.
    numbers.into_iter().collect::<Vec<_>>().into_iter()
}

fn collect<'a>(schema: &'a Schema, references: &mut Vec<&'a str>) {
    references.extend(schema.reference.iter().map(|r| r.value.as_str()));
    for (_, member) in schema.properties.iter() {
        collect(member, references);
    }
    if let Some(items) = &schema.items {
        collect(items, references);
    }
    if let Some(Additional::Schema(values)) = &schema.additional_properties {
        collect(values, references);
    }
}

/// All schemas in one document.
struct Bundle<'c, 'a> {
    catalog: &'c Catalog<'a>,
}

impl Serialize for Bundle<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let header = self.catalog.header;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", DIALECT)?;
        map.serialize_entry("$id", &format!("{}/bundle", header.schema_base.value))?;
        map.serialize_entry("$comment", &super::header("spec/data/"))?;
        map.serialize_entry("title", &format!("All schemas of {}", header.title.value))?;
        map.end()
    }
}
