//! The schemas that a schema is made of.

use std::collections::HashSet;

use crate::check::index::{Index, SchemaRef};
use crate::model::{Additional, Schema};

/// Every schema that stands in `roots` or is referred to from there, each once.
pub fn reachable<'a>(index: &Index<'a>, roots: Vec<SchemaRef<'a>>) -> Vec<SchemaRef<'a>> {
    let mut seen: HashSet<*const Schema> = HashSet::new();
    let mut found = Vec::new();
    let mut open = roots;
    open.reverse();
    while let Some(at) = open.pop() {
        if !seen.insert(std::ptr::from_ref(at.schema)) {
            continue;
        }
        found.push(at);
        let referred = at.schema.reference.as_ref();
        open.extend(referred.and_then(|name| index.resolve(at.file, name)));
        open.extend(inner(at.schema).map(|schema| SchemaRef { schema, ..at }));
    }
    found
}

/// The schemas that stand directly in a schema.
pub fn inner(schema: &Schema) -> impl Iterator<Item = &Schema> {
    let additional = match &schema.additional_properties {
        Some(Additional::Schema(schema)) => Some(schema.as_ref()),
        Some(Additional::Any(_)) | None => None,
    };
    let members = schema.properties.iter().map(|(_, member)| member);
    members.chain(schema.items.as_deref()).chain(additional)
}
