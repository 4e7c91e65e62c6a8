//! One data schema as JSON Schema.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::DIALECT;
use crate::emit::header;
use crate::ir::{Catalog, DataSchema};
use crate::load::Node;
use crate::model::{Additional, Deprecation, Dict, JsonType, Schema, Text, Types};

/// A data schema as a document of its own.
pub(super) struct SchemaDocument<'c, 'a> {
    pub(super) catalog: &'c Catalog<'a>,
    pub(super) schema: &'c DataSchema<'a>,
}

impl Serialize for SchemaDocument<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = &self.schema.declared.body;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", DIALECT)?;
        map.serialize_entry("$id", &self.schema.url)?;
        let path = self.catalog.path(self.schema.declared.file);
        map.serialize_entry("$comment", &header(&path))?;
        map.serialize_entry("title", &body.title.value)?;
        map.serialize_entry("description", body.description.value.trim())?;
        let root = View {
            catalog: self.catalog,
            schema: &body.root,
        };
        // The file's title and description speak for the root.
        root.entries(&mut map, Prose::Left)?;
        if !body.examples.is_empty() {
            map.serialize_entry("examples", &body.examples)?;
        }
        if !body.defs.is_empty() {
            map.serialize_entry(
                "$defs",
                &Members {
                    catalog: self.catalog,
                    members: &body.defs,
                },
            )?;
        }
        map.end()
    }
}

struct Members<'c, 'a> {
    catalog: &'c Catalog<'a>,
    members: &'c Dict<Schema>,
}

impl Serialize for Members<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let catalog = self.catalog;
        serializer.collect_map(
            self.members
                .iter()
                .map(|(name, schema)| (&name.value, View { catalog, schema })),
        )
    }
}

/// Whether title and description are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prose {
    Written,
    Left,
}

struct View<'c, 'a> {
    catalog: &'c Catalog<'a>,
    schema: &'c Schema,
}

impl Serialize for View<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.entries(&mut map, Prose::Written)?;
        map.end()
    }
}

impl View<'_, '_> {
    fn entries<M: SerializeMap>(&self, map: &mut M, prose: Prose) -> Result<(), M::Error> {
        let schema = self.schema;
        let catalog = self.catalog;
        if let Some(reference) = &schema.reference {
            map.serialize_entry("$ref", &absolute(catalog, reference))?;
        }
        if prose == Prose::Written {
            text(map, "title", &schema.title)?;
            if let Some(description) = &schema.description {
                map.serialize_entry("description", description.value.trim())?;
            }
        }
        if let Some(types) = &schema.r#type {
            map.serialize_entry("type", &TypesView(types))?;
        }
        self.objects(map)?;
        self.lists(map)?;
        self.values(map)?;
        self.texts_and_numbers(map)?;
        self.annotations(map)
    }

    fn objects<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let (schema, catalog) = (self.schema, self.catalog);
        if !schema.properties.is_empty() {
            map.serialize_entry(
                "properties",
                &Members {
                    catalog,
                    members: &schema.properties,
                },
            )?;
        }
        if !schema.required.is_empty() {
            let names: Vec<_> = schema.required.iter().map(|r| &r.value).collect();
            map.serialize_entry("required", &names)?;
        }
        match &schema.additional_properties {
            Some(Additional::Schema(values)) => {
                map.serialize_entry(
                    "additionalProperties",
                    &View {
                        catalog,
                        schema: values,
                    },
                )?;
            }
            Some(Additional::Any(allowed)) => {
                map.serialize_entry("additionalProperties", &allowed.value)?;
            }
            None => {}
        }
        value(map, "minProperties", schema.min_properties.as_deref())?;
        value(map, "maxProperties", schema.max_properties.as_deref())
    }

    fn lists<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let schema = self.schema;
        if let Some(items) = &schema.items {
            map.serialize_entry(
                "items",
                &View {
                    catalog: self.catalog,
                    schema: items,
                },
            )?;
        }
        value(map, "minItems", schema.min_items.as_deref())?;
        value(map, "maxItems", schema.max_items.as_deref())?;
        value(map, "uniqueItems", schema.unique_items.as_deref())
    }

    fn values<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let schema = self.schema;
        let closed = schema.x_closed.as_ref().is_some_and(|c| c.value);
        if let Some(values) = &*schema.r#enum {
            if closed || schema.r#type.is_none() {
                map.serialize_entry("enum", &values.value)?;
            } else {
                let known = serde_json::Map::from_iter([("enum".into(), nodes(values))]);
                map.serialize_entry("anyOf", &(known, serde_json::Map::new()))?;
            }
        }
        value(map, "const", schema.r#const.as_ref())?;
        value(map, "default", schema.default.as_ref())?;
        if !schema.examples.is_empty() {
            map.serialize_entry("examples", &schema.examples)?;
        }
        Ok(())
    }

    fn texts_and_numbers<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let schema = self.schema;
        text(map, "format", &schema.format)?;
        text(map, "pattern", &schema.pattern)?;
        value(map, "minLength", schema.min_length.as_deref())?;
        value(map, "maxLength", schema.max_length.as_deref())?;
        number(map, "minimum", schema.minimum.as_deref())?;
        number(map, "maximum", schema.maximum.as_deref())?;
        number(map, "exclusiveMinimum", schema.exclusive_minimum.as_deref())?;
        number(map, "exclusiveMaximum", schema.exclusive_maximum.as_deref())
    }

    fn annotations<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let schema = self.schema;
        text(map, "x-unit", &schema.x_unit)?;
        value(map, "x-sensitive", schema.x_sensitive.as_deref())?;
        text(map, "x-since", &schema.x_since)?;
        if let Some(deprecation) = &*schema.x_deprecated {
            map.serialize_entry("deprecated", &true)?;
            map.serialize_entry("x-deprecated", &DeprecationView(deprecation))?;
        }
        Ok(())
    }
}

/// The address that a reference of the spec means.
fn absolute(catalog: &Catalog<'_>, reference: &str) -> String {
    let (name, fragment) = match reference.find('#') {
        Some(at) => reference.split_at(at),
        None => (reference, ""),
    };
    let base = catalog.schema(name).map_or("", |schema| &schema.url);
    format!("{base}{fragment}")
}

fn nodes(nodes: &[Node]) -> serde_json::Value {
    nodes.iter().map(Node::to_json).collect()
}

fn text<M: SerializeMap>(map: &mut M, key: &str, text: &Option<Text>) -> Result<(), M::Error> {
    value(map, key, text.as_ref().map(|t| &t.value))
}

fn value<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &str,
    value: Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, &value),
        None => Ok(()),
    }
}

/// Whole numbers are written without `.0`.
fn number<M: SerializeMap>(map: &mut M, key: &str, number: Option<&f64>) -> Result<(), M::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number {
        Some(n) if n.fract() == 0.0 && n.abs() <= EXACT => map.serialize_entry(key, &(*n as i64)),
        other => value(map, key, other),
    }
}

struct TypesView<'a>(&'a Types);

impl Serialize for TypesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let word = |t: JsonType| t.as_str();
        match self.0.types.as_slice() {
            [one] => serializer.serialize_str(word(one.value)),
            many => serializer.collect_seq(many.iter().map(|t| word(t.value))),
        }
    }
}

struct DeprecationView<'a>(&'a Deprecation);

impl Serialize for DeprecationView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("since", &self.0.since.value)?;
        text(&mut map, "replacedBy", &self.0.replaced_by)?;
        text(&mut map, "note", &self.0.note)?;
        map.end()
    }
}
