//! `spec/data/*.yaml`: schemas of event data, in a closed subset of JSON Schema 2020-12.

use serde_json::{Value as Json, json};

use super::decode::{Decode, Decoder, Definitions, Dict, Rare, Text, choice, object};
use super::events::Deprecation;
use crate::check::rules;
use crate::load::{Node, Value};
use crate::source::Spanned;

object! {
    /// A named schema with a version of its own.
    pub struct SchemaFile {
        /// Name in kebab case, the same as the file's.
        "schema" => schema: Text,
        /// Version, `MAJOR.MINOR.PATCH`; published as `{schemaBase}/{schema}/v{version}`.
        "version" => version: Text,
        /// Heading of its page.
        "title" => title: Text,
        /// What it describes, in Markdown.
        "description" => description: Text,
        /// Why nothing refers to it, where that is meant.
        "standalone" => standalone: Option<Text>,
        /// The schema itself.
        "root" => root: Schema,
        /// Schemas used by it, referred to as `#/$defs/Name`.
        "$defs" => defs: Dict<Schema>,
        /// Whole values that it describes; each is checked.
        "examples" => examples: Vec<Node>,
    }
}

choice! {
    /// Types of JSON Schema.
    pub enum JsonType {
        /// `null`.
        Null = "null",
        /// `true` or `false`.
        Boolean = "boolean",
        /// Whole number.
        Integer = "integer",
        /// Number.
        Number = "number",
        /// Text.
        String = "string",
        /// List.
        Array = "array",
        /// Mapping.
        Object = "object",
    }
}

object! {
    /// A schema: the keywords of JSON Schema 2020-12 that every target can carry.
    // There are many schemas, most with few keywords: what is seldom there is boxed.
    pub struct Schema {
        /// Type, or the types it may be.
        "type" => r#type: Option<Types>,
        /// Heading.
        "title" => title: Rare<Text>,
        /// What it means, in Markdown.
        "description" => description: Option<Text>,
        /// Schema used instead: a name from `data/`, or `#/$defs/Name` in this file.
        "$ref" => reference: Option<Text>,
        /// Members of an object.
        "properties" => properties: Dict<Schema>,
        /// Members that must be there.
        "required" => required: Vec<Text>,
        /// Schema of members that are not listed; `false` allows none, which readers ignore.
        "additionalProperties" => additional_properties: Option<Additional>,
        /// Fewest members.
        "minProperties" => min_properties: Rare<Spanned<u64>>,
        /// Most members.
        "maxProperties" => max_properties: Rare<Spanned<u64>>,
        /// Schema of the items of a list.
        "items" => items: Option<Box<Schema>>,
        /// Fewest items.
        "minItems" => min_items: Rare<Spanned<u64>>,
        /// Most items.
        "maxItems" => max_items: Rare<Spanned<u64>>,
        /// Whether all items differ.
        "uniqueItems" => unique_items: Option<Spanned<bool>>,
        /// The values it may have.
        "enum" => r#enum: Rare<Spanned<Vec<Node>>>,
        /// The one value it has.
        "const" => r#const: Rare<Node>,
        /// Value where it is missing.
        "default" => default: Rare<Node>,
        /// Values it may have, for people.
        "examples" => examples: Vec<Node>,
        /// Meaning of a text, such as `date-time`.
        "format" => format: Rare<Text>,
        /// Regular expression that a text matches somewhere.
        "pattern" => pattern: Rare<Text>,
        /// Fewest characters.
        "minLength" => min_length: Rare<Spanned<u64>>,
        /// Most characters.
        "maxLength" => max_length: Rare<Spanned<u64>>,
        /// Least number.
        "minimum" => minimum: Rare<Spanned<f64>>,
        /// Greatest number.
        "maximum" => maximum: Rare<Spanned<f64>>,
        /// Number that it exceeds.
        "exclusiveMinimum" => exclusive_minimum: Rare<Spanned<f64>>,
        /// Number that it stays below.
        "exclusiveMaximum" => exclusive_maximum: Rare<Spanned<f64>>,
        /// Unit of a number, such as `ms`, `MiB`, `percent`, `1` for a count.
        "x-unit" => x_unit: Rare<Text>,
        /// Whether it is redacted in logs, audit events and docs.
        "x-sensitive" => x_sensitive: Option<Spanned<bool>>,
        /// Whether the values of `enum` are all there will ever be. Enums are open otherwise.
        "x-closed" => x_closed: Option<Spanned<bool>>,
        /// Version of the schema that brought it.
        "x-since" => x_since: Rare<Text>,
        /// That it should no longer be used.
        "x-deprecated" => x_deprecated: Rare<Deprecation>,
        /// Name of the Rust type or field, where the derived one does not do.
        "x-rust-name" => x_rust_name: Rare<Text>,
        /// Validations in CEL, for the Kubernetes API server.
        "x-kubernetes-validations" => x_kubernetes_validations: Vec<CelValidation>,
        /// How lists are merged: `atomic`, `set` or `map`.
        "x-kubernetes-list-type" => x_kubernetes_list_type: Option<Spanned<ListType>>,
        /// Keys of a list that is merged as a map.
        "x-kubernetes-list-map-keys" => x_kubernetes_list_map_keys: Vec<Text>,
        /// Whether both a whole number and a text are accepted.
        "x-kubernetes-int-or-string" => x_kubernetes_int_or_string: Option<Spanned<bool>>,
        /// Whether unknown members are kept by the API server.
        "x-kubernetes-preserve-unknown-fields" => x_kubernetes_preserve_unknown_fields: Option<Spanned<bool>>,
    }
}

choice! {
    /// How the Kubernetes API server merges lists.
    pub enum ListType {
        /// As a whole.
        Atomic = "atomic",
        /// As a set of scalars.
        Set = "set",
        /// By key.
        Map = "map",
    }
}

object! {
    /// A validation in CEL that the Kubernetes API server runs.
    pub struct CelValidation {
        /// The expression; `self` is the value.
        "rule" => rule: Text,
        /// What to tell the user.
        "message" => message: Text,
        /// An expression that makes a text to tell instead.
        "messageExpression" => message_expression: Option<Text>,
    }
}

/// One type or several.
#[derive(Clone, Debug)]
pub struct Types {
    /// The types, in the order they are written.
    pub types: Vec<Spanned<JsonType>>,
    /// Where they stand.
    pub span: crate::source::Span,
}

impl Decode for Types {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        let span = node.span;
        let types = match &node.value {
            Value::Seq(_) => Vec::<Spanned<JsonType>>::decode(node, decoder)?,
            _ => vec![Spanned::<JsonType>::decode(node, decoder)?],
        };
        Some(Self { types, span })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let one = JsonType::schema(definitions);
        json!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// What is allowed beside the listed members of an object.
#[derive(Clone, Debug)]
pub enum Additional {
    /// Anything, or nothing.
    Any(Spanned<bool>),
    /// Values of this schema.
    Schema(Box<Schema>),
}

impl Decode for Additional {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        match &node.value {
            Value::Bool(value) => Some(Self::Any(Spanned::new(*value, node.span))),
            Value::Map(_) => Box::<Schema>::decode(node, decoder).map(Self::Schema),
            _ => {
                decoder.findings.push(rules::wrong_type::report(
                    &node,
                    "`true`, `false` or a schema",
                ));
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": "boolean" }, Schema::schema(definitions)] })
    }
}
