//! From trees to the types of the model: every error of a file in one pass.
//!
//! The macros `object!` and `choice!` declare a type once and give it a
//! decoder and a JSON Schema, so that editors refuse what the loader refuses.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use crate::check::rules;
use crate::diagnostics::Finding;
use crate::load::{Map, Node, Value};
use crate::source::{Span, Spanned};

/// Collects what is wrong while a tree is decoded.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Findings so far.
    pub findings: Vec<Finding>,
}

/// The JSON Schemas of the types seen so far, by name.
#[derive(Debug, Default)]
pub struct Definitions {
    definitions: serde_json::Map<String, Json>,
}

/// A type that can be read from a tree.
pub trait Decode: Sized {
    /// Reads it, or reports why not and returns `None`.
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self>;

    /// Its value where the key is missing; `None` means that the key is required.
    fn absent() -> Option<Self> {
        None
    }

    /// Its JSON Schema (draft-07).
    fn schema(definitions: &mut Definitions) -> Json;
}

impl Decoder {
    /// The members of an object.
    pub fn object(&mut self, node: Node) -> Option<Map> {
        match node.value {
            Value::Map(map) => Some(map),
            _ => {
                self.findings
                    .push(rules::wrong_type::report(&node, "an object"));
                None
            }
        }
    }

    /// Reports a key that an object of type `what` does not have. Returns the key that was meant,
    /// if exactly one is near: it is read as that, so that one mistake stays one.
    pub fn unknown(&mut self, what: &str, key: &Text, known: &[&str]) -> Option<Text> {
        let finding = if what == "Schema" {
            rules::unsupported_keyword::report(key, known)
        } else {
            rules::unknown_key::report(key, known)
        };
        let edit = finding.fix.as_ref().and_then(|fix| fix.edits.first());
        let meant = edit.filter(|edit| known.contains(&edit.text.as_str()));
        let meant = meant.map(|edit| Spanned::new(edit.text.clone(), key.span));
        self.findings.push(finding);
        meant
    }

    /// The value of a key that is not there; one that is required is reported.
    pub fn absent<T: Decode>(&mut self, object: Span, key: &str) -> Option<T> {
        T::absent().or_else(|| {
            self.findings.push(rules::missing_key::report(object, key));
            None
        })
    }
}

impl Definitions {
    /// Adds an object's schema once and returns a reference to it.
    ///
    /// `fields` gives key, description, schema and whether it is required.
    pub fn object(
        &mut self,
        name: &str,
        doc: &str,
        fields: impl FnOnce(&mut Self) -> Vec<(&'static str, &'static str, Json, bool)>,
    ) -> Json {
        if !self.definitions.contains_key(name) {
            // Marks it as being described, for types that contain themselves.
            self.definitions.insert(name.to_owned(), Json::Null);
            let fields = fields(self);
            let required: Vec<_> = fields.iter().filter(|f| f.3).map(|f| f.0).collect();
            let properties: serde_json::Map<_, _> = fields
                .into_iter()
                .map(|(key, doc, schema, _)| (key.to_owned(), described(schema, doc)))
                .collect();
            let mut schema = json!({
                "type": "object",
                "description": doc.trim(),
                "properties": properties,
                "additionalProperties": false,
            });
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            self.definitions.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    /// All schemas, by name.
    pub fn finish(self) -> Json {
        Json::Object(self.definitions)
    }
}

/// A description beside a reference is ignored by draft-07, hence the `allOf`.
fn described(schema: Json, doc: &str) -> Json {
    if schema.get("$ref").is_some() {
        return json!({ "description": doc.trim(), "allOf": [schema] });
    }
    let mut schema = schema;
    if let Json::Object(map) = &mut schema {
        map.insert("description".into(), json!(doc.trim()));
    }
    schema
}

/// Declares an object of the spec: `"key" => field: Type`, with its documentation.
///
/// A key is optional where its type has a value for absence (`Option`, `Vec`, `Dict`).
macro_rules! object {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])* $key:literal => $field:ident: $ty:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
            /// Where it stands.
            pub span: $crate::source::Span,
        }

        impl $crate::model::decode::Decode for $name {
            fn decode(
                node: $crate::load::Node,
                decoder: &mut $crate::model::decode::Decoder,
            ) -> Option<Self> {
                use $crate::model::decode::Decode;
                let span = node.span;
                let map = decoder.object(node)?;
                // `Some(None)` is there but could not be read.
                $( let mut $field: Option<Option<$ty>> = None; )*
                let mut entries = map.into_iter();
                // Those under a misspelt key come after all others.
                let mut misspelt = Vec::new();
                while let Some((key, value)) = entries.next().or_else(|| misspelt.pop()) {
                    match key.value.as_str() {
                        $( $key => if $field.is_none() {
                            $field = Some(<$ty as Decode>::decode(value, decoder));
                        } )*
                        _ => {
                            let meant = decoder.unknown(stringify!($name), &key, &[$($key),*]);
                            misspelt.extend(meant.map(|meant| (meant, value)));
                        }
                    }
                }
                $( let $field = $field.unwrap_or_else(|| decoder.absent(span, $key)); )*
                Some(Self { $($field: $field?,)* span })
            }

            fn schema(definitions: &mut $crate::model::decode::Definitions) -> serde_json::Value {
                definitions.object(stringify!($name), concat!($($doc, "\n"),*), |_definitions| vec![
                    $((
                        $key,
                        concat!($($field_doc, "\n"),*),
                        <$ty as $crate::model::decode::Decode>::schema(_definitions),
                        <$ty as $crate::model::decode::Decode>::absent().is_none(),
                    ),)*
                ])
            }
        }
    };
}

/// Declares a closed set of words.
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $variant_doc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[doc = $variant_doc])* $variant, )*
        }

        impl $name {
            /// The words, as they are written.
            pub const WORDS: &[&str] = &[$($word),*];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $word, )*
                }
            }
        }

        impl $crate::model::decode::Decode for $name {
            fn decode(
                node: $crate::load::Node,
                decoder: &mut $crate::model::decode::Decoder,
            ) -> Option<Self> {
                match node.as_str() {
                    $( Some($word) => Some(Self::$variant), )*
                    _ => {
                        let finding = $crate::check::rules::unknown_word::report(&node, Self::WORDS);
                        decoder.findings.push(finding);
                        None
                    }
                }
            }

            fn schema(_: &mut $crate::model::decode::Definitions) -> serde_json::Value {
                serde_json::json!({ "enum": Self::WORDS })
            }
        }
    };
}

pub(crate) use {choice, object};

/// Text that is not blank, with its place.
pub type Text = Spanned<String>;

impl Decode for String {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::String(text) if text.trim().is_empty() => {
                decoder.findings.push(rules::empty_text::report(node.span));
                None
            }
            Value::String(text) => Some(text),
            _ => {
                decoder
                    .findings
                    .push(rules::wrong_type::report(&node, "text"));
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "pattern": "\\S" })
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        let span = node.span;
        T::decode(node, decoder).map(|value| Self::new(value, span))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(Self::new)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

/// An [`Option`] of one word, for what is there in few of many.
#[derive(Clone, Debug)]
pub struct Rare<T>(Option<Box<Option<T>>>);

impl<T: 'static> Rare<T> {
    const NONE: &Option<T> = &None;
}

impl<T: 'static> std::ops::Deref for Rare<T> {
    type Target = Option<T>;
    fn deref(&self) -> &Option<T> {
        self.0.as_deref().unwrap_or(Self::NONE)
    }
}

impl<T: Decode> Decode for Rare<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(|value| Self(Some(Box::new(Some(value)))))
    }

    fn absent() -> Option<Self> {
        Some(Self(None))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::Seq(items) = node.value else {
            decoder
                .findings
                .push(rules::wrong_type::report(&node, "a list"));
            return None;
        };
        let mut read = Some(Self::with_capacity(items.len()));
        // Decode all, even after one that failed, so that every error is seen.
        for item in items {
            match (T::decode(item, decoder), &mut read) {
                (Some(item), Some(items)) => items.push(item),
                _ => read = None,
            }
        }
        read
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": "array", "items": T::schema(definitions) })
    }
}

impl Decode for bool {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                decoder
                    .findings
                    .push(rules::wrong_type::report(&node, "`true` or `false`"));
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "boolean" })
    }
}

impl Decode for u64 {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::Int(value) if value >= 0 => Some(value as u64),
            _ => {
                decoder.findings.push(rules::wrong_type::report(
                    &node,
                    "a whole number, 0 or more",
                ));
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "integer", "minimum": 0 })
    }
}

impl Decode for f64 {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::Int(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            _ => {
                decoder
                    .findings
                    .push(rules::wrong_type::report(&node, "a number"));
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "number" })
    }
}

/// Any value: examples, defaults and the like, which other parts of the spec describe.
impl Decode for Node {
    fn decode(node: Node, _: &mut Decoder) -> Option<Self> {
        Some(node)
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({})
    }
}

/// A mapping from names to things, in the order it was written.
#[derive(Clone, Debug)]
pub struct Dict<T> {
    entries: Vec<(Text, T)>,
    /// What few mappings have, out of the way of the many.
    rest: Option<Box<Rest>>,
}

#[derive(Clone, Debug, Default)]
struct Rest {
    /// Numbers of the entries by name, where there are many.
    index: HashMap<String, usize>,
    /// Names whose value could not be read, sorted. References to them are not reported again.
    broken: Vec<String>,
}

/// Entries from which on a dictionary has an index.
const MANY: usize = 32;

impl<T> Dict<T> {
    /// All entries that could be read.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &T)> {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    /// The thing named `name`.
    pub fn get(&self, name: &str) -> Option<&T> {
        let position = match &self.rest {
            Some(rest) if self.entries.len() > MANY => rest.index.get(name).copied(),
            _ => self.entries.iter().position(|(k, _)| k.value == name),
        };
        self.entries.get(position?).map(|(_, value)| value)
    }

    /// Whether `name` stands there, readable or not.
    pub fn contains(&self, name: &str) -> bool {
        let broken = || self.broken().binary_search_by(|b| b.as_str().cmp(name));
        self.get(name).is_some() || broken().is_ok()
    }

    /// The names, as they are written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(k, _)| k.value.as_str())
    }

    /// Number of entries that could be read.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing could be read.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Names whose value could not be read.
    pub fn broken(&self) -> &[String] {
        self.rest.as_ref().map_or(&[], |rest| &rest.broken)
    }
}

impl<T> Default for Dict<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            rest: None,
        }
    }
}

impl<T: Decode> Decode for Dict<T> {
    fn decode(node: Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::Map(map) = node.value else {
            decoder
                .findings
                .push(rules::wrong_type::report(&node, "an object"));
            return None;
        };
        let mut entries = Vec::with_capacity(map.len());
        let mut rest = Rest::default();
        for (key, value) in map {
            match T::decode(value, decoder) {
                Some(value) => entries.push((key, value)),
                None => rest.broken.push(key.value),
            }
        }
        rest.broken.sort_unstable();
        if entries.len() > MANY {
            let names = entries.iter().enumerate();
            rest.index = names
                .map(|(number, (k, _))| (k.value.clone(), number))
                .collect();
        }
        let needed = !rest.index.is_empty() || !rest.broken.is_empty();
        Some(Self {
            entries,
            rest: needed.then(|| Box::new(rest)),
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": "object", "additionalProperties": T::schema(definitions) })
    }
}

/// Words that a reader of the model may want to point at although they are optional.
pub fn span_or(text: Option<&Text>, otherwise: Span) -> Span {
    text.map_or(otherwise, |t| t.span)
}
