//! Visits every schema of a file once, so that all rules about single schemas share the walk.

use crate::model::{Additional, Schema, SchemaFile, SpecFile, Text};

/// Where a schema stands.
#[derive(Clone, Copy, Debug)]
pub enum Role<'a> {
    /// `root` of a file.
    Root,
    /// A definition below `$defs`, with its name.
    Definition(&'a Text),
    /// A member of an object, with its name.
    Member(&'a Text),
    /// The items of a list.
    Items,
    /// Members that are not listed.
    Values,
}

/// A schema and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// The file.
    pub file: &'a SpecFile<SchemaFile>,
    /// The schema.
    pub schema: &'a Schema,
    /// Where it stands.
    pub role: Role<'a>,
}

/// Calls `visit` with every schema of a file, outer ones first.
pub fn walk<'a>(file: &'a SpecFile<SchemaFile>, mut visit: impl FnMut(&Visit<'a>)) {
    let mut at = |schema, role| walk_schema(Visit { file, schema, role }, &mut visit);
    at(&file.root, Role::Root);
    for (name, schema) in file.body.defs.iter() {
        at(schema, Role::Definition(name));
    }
}

/// Nesting is bounded by the loader.
fn walk_schema<'a>(at: Visit<'a>, visit: &mut impl FnMut(&Visit<'a>)) {
    visit(&at);
    let Visit { file, schema, .. } = at;
    for (name, schema) in schema.properties.iter() {
        let role = Role::Member(name);
        walk_schema(Visit { file, schema, role }, visit);
    }
    if let Some(schema) = &schema.items {
        let role = Role::Items;
        walk_schema(Visit { file, schema, role }, visit);
    }
    if let Some(Additional::Schema(schema)) = &schema.additional_properties {
        let role = Role::Values;
        walk_schema(Visit { file, schema, role }, visit);
    }
}
