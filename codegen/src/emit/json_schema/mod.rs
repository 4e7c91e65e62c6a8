//! JSON Schema 2020-12: a file a schema, one with all, and one an event type.
//!
//! Published schemas are for readers as well, so they are open: members that are not listed are
//! allowed, and so are values that an open enum does not list.

mod event;
mod schema;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{OutputFile, Target, header};
use crate::check::SchemaRef;
use crate::ir::{Catalog, DataSchema};
use crate::model::{Additional, Schema};

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

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let mut files = Vec::with_capacity(catalog.schemas.len() + catalog.events.len() + 1);
    for schema in &catalog.schemas {
        let document = SchemaDocument {
            catalog,
            schema,
            comment: Some(header(&catalog.path(schema.declared.file))),
        };
        let version = &schema.declared.version.value;
        files.push(file(format!("{}/v{version}.json", schema.name), &document));
    }
    for event in &catalog.events {
        let data = &catalog.schemas[event.data];
        let document = EventSchema {
            catalog,
            event,
            comment: header(&catalog.path(event.file)),
            data: needed(catalog, data),
        };
        files.push(file(format!("events/{}.json", event.file_name), &document));
    }
    files.push(file("bundle.json".to_owned(), &Bundle { catalog }));
    files
}

fn file(path: String, document: &impl Serialize) -> OutputFile {
    let mut content = Vec::with_capacity(4096);
    let mut serializer = serde_json::Serializer::pretty(&mut content);
    // Writing to memory cannot fail, and all keys are text.
    let written = document.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    content.push(b'\n');
    let content = String::from_utf8(content).unwrap_or_default();
    OutputFile {
        path: format!("{}/{path}", TARGET.folder),
        content,
    }
}

/// A schema and all those that it refers to, by name.
fn needed<'c, 'a>(catalog: &'c Catalog<'a>, start: &'c DataSchema<'a>) -> Vec<&'c DataSchema<'a>> {
    let mut names = BTreeSet::from([start.name]);
    let mut open = vec![start];
    while let Some(schema) = open.pop() {
        let body = &schema.declared.body;
        let mut references = Vec::new();
        for schema in std::iter::once(&body.root).chain(body.defs.iter().map(|(_, s)| s)) {
            collect(schema, &mut references);
        }
        for reference in references {
            let at = SchemaRef {
                file: schema.declared,
                schema: &body.root,
            };
            let target = catalog.index.resolve(at.file, reference);
            if let Some(target) = target
                && names.insert(&target.file.schema.value)
            {
                open.extend(catalog.schema(&target.file.schema.value));
            }
        }
    }
    names
        .into_iter()
        .filter_map(|name| catalog.schema(name))
        .collect()
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

/// All schemas in one document, each under its own `$id` (2020-12 core, section 9.3).
struct Bundle<'c, 'a> {
    catalog: &'c Catalog<'a>,
}

impl Serialize for Bundle<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let catalog = self.catalog;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", DIALECT)?;
        map.serialize_entry(
            "$id",
            &format!("{}/bundle", catalog.header.schema_base.value),
        )?;
        map.serialize_entry("$comment", &header("spec/data/"))?;
        map.serialize_entry(
            "title",
            &format!("All schemas of {}", catalog.header.title.value),
        )?;
        map.serialize_entry(
            "$defs",
            &schema::Definitions {
                catalog,
                schemas: catalog.schemas.iter(),
            },
        )?;
        map.end()
    }
}
