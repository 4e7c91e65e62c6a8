//! Whether a Rust type fits a schema: every value of the schema can be read, and what is written
//! is of the schema's JSON type.

use knative_lambda_codegen::check::SchemaRef;
use knative_lambda_codegen::ir::{Catalog, Integer, Type, TypeDef};
use knative_lambda_codegen::model::{Additional, JsonType};
use syn::{Error, Result};

use super::shape::{Shape, shape};

/// A place in a data schema.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'c> {
    pub(super) catalog: &'c Catalog<'c>,
    /// Its type as the generated Rust has it.
    pub(super) r#type: &'c Type,
    /// The schema, which may refer to another.
    pub(super) at: SchemaRef<'c>,
}

/// Whether a place may hold `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Null {
    /// As the schema says.
    AsDeclared,
    /// An `Option` around the Rust type takes care of it.
    Covered,
}

impl<'c> Wanted<'c> {
    /// The schema that references lead to.
    fn schema(self) -> Option<SchemaRef<'c>> {
        self.catalog.index.follow(self.at)
    }

    /// The JSON types but `null`, and whether that is one too. None when any will do.
    fn json_types(self) -> (Vec<JsonType>, bool) {
        let Some(SchemaRef { schema, .. }) = self.schema() else {
            return (Vec::new(), false);
        };
        if schema
            .x_kubernetes_int_or_string
            .as_ref()
            .is_some_and(|x| x.value)
        {
            return (Vec::new(), false);
        }
        let declared = schema.r#type.iter().flat_map(|t| &t.types);
        let mut types: Vec<JsonType> = declared.map(|t| t.value).collect();
        let all = types.len();
        types.retain(|t| *t != JsonType::Null);
        let null = types.len() < all;
        (types, null)
    }

    /// Whether the schema allows `null`.
    pub(super) fn is_nullable(self) -> bool {
        let (types, null) = self.json_types();
        null || types.is_empty()
    }

    fn inner(self) -> &'c Type {
        match self.r#type {
            Type::Nullable(inner) => inner,
            other => other,
        }
    }

    /// The schema of the items of a list.
    fn item(self) -> Option<Self> {
        let at = self.schema()?;
        match (self.inner(), at.schema.items.as_deref()) {
            (Type::List(item), Some(schema)) => Some(Self {
                r#type: item,
                at: SchemaRef { schema, ..at },
                ..self
            }),
            _ => None,
        }
    }

    /// The schema of the values of a map.
    fn value(self) -> Option<Self> {
        let at = self.schema()?;
        match (self.inner(), &at.schema.additional_properties) {
            (Type::Map(value), Some(Additional::Schema(schema))) => Some(Self {
                r#type: value,
                at: SchemaRef { schema, ..at },
                ..self
            }),
            _ => None,
        }
    }

    /// The schemas of the members of an object with known ones.
    fn members(self) -> Vec<Self> {
        let (Some(at), Type::Named(id)) = (self.schema(), self.inner()) else {
            return Vec::new();
        };
        match self.catalog.type_def(*id) {
            TypeDef::Struct(declared) => declared
                .fields
                .iter()
                .map(|field| Self {
                    r#type: &field.r#type,
                    at: SchemaRef {
                        schema: field.schema,
                        ..at
                    },
                    ..self
                })
                .collect(),
            TypeDef::Enum(_) => Vec::new(),
        }
    }

    /// The JSON type in words.
    pub(super) fn words(self) -> String {
        let (types, null) = self.json_types();
        if types.is_empty() && !null {
            return "any value".into();
        }
        let mut words: Vec<String> = types
            .iter()
            .map(|t| match t {
                JsonType::Integer => format!("an integer{}", self.bounds_in_words()),
                JsonType::Array => "an array".into(),
                JsonType::Object => "an object".into(),
                other => format!("a {}", other.as_str()),
            })
            .collect();
        words.extend(null.then(|| "null".to_owned()));
        words.join(" or ")
    }

    /// Least and greatest whole number, where the schema has bounds.
    fn bounds(self) -> (Option<f64>, Option<f64>) {
        let Some(SchemaRef { schema, .. }) = self.schema() else {
            return (None, None);
        };
        let least = schema.minimum.as_ref().map(|m| m.value);
        let above = schema.exclusive_minimum.as_ref().map(|m| m.value + 1.0);
        let most = schema.maximum.as_ref().map(|m| m.value);
        let below = schema.exclusive_maximum.as_ref().map(|m| m.value - 1.0);
        (least.or(above), most.or(below))
    }

    fn bounds_in_words(self) -> String {
        match self.bounds() {
            (Some(least), Some(most)) => format!(" from {least} to {most}"),
            (Some(least), None) => format!(" of {least} or more"),
            (None, Some(most)) => format!(" of {most} or less"),
            (None, None) => String::new(),
        }
    }

    /// What to write in Rust, with a word on types that the user has to bring.
    pub(super) fn advice(self) -> String {
        let mut brought = String::new();
        let rust = self.rust(self.r#type, &mut brought);
        format!("write `{rust}`{brought}")
    }

    /// The Rust type.
    pub(super) fn rust_type(self) -> String {
        self.rust(self.r#type, &mut String::new())
    }

    fn rust(self, ty: &Type, brought: &mut String) -> String {
        match ty {
            Type::Any => "serde_json::Value".into(),
            Type::Boolean => "bool".into(),
            Type::Integer(Integer::U32) => "u32".into(),
            Type::Integer(Integer::U64) => "u64".into(),
            Type::Integer(Integer::I32) => "i32".into(),
            Type::Integer(Integer::I64) => "i64".into(),
            Type::Number => "f64".into(),
            Type::String(_) => "String".into(),
            Type::List(item) => format!("Vec<{}>", self.rust(item, brought)),
            Type::Map(value) => format!("BTreeMap<String, {}>", self.rust(value, brought)),
            Type::Nullable(inner) => format!("Option<{}>", self.rust(inner, brought)),
            Type::Named(id) => match self.catalog.type_def(*id) {
                TypeDef::Enum(_) => "String".into(),
                TypeDef::Struct(declared) => {
                    let name = &declared.rust_name;
                    let members: Vec<_> = declared
                        .fields
                        .iter()
                        .map(|f| format!("`{}`", f.name))
                        .collect();
                    let members = members.join(", ");
                    *brought = format!(", with a struct `{name}` of your own for {members}");
                    name.clone()
                }
            },
        }
    }
}

/// Checks `ty`, which stands for `what`, against the place in the schema.
///
/// # Errors
/// At the innermost type that does not fit, with what to write instead.
pub(super) fn fit(ty: &syn::Type, wanted: Wanted<'_>, what: &str, null: Null) -> Result<()> {
    let (types, nullable) = wanted.json_types();
    let found = shape(ty);
    if matches!(found, Shape::Any | Shape::Unseen) || types.is_empty() && !nullable {
        return Ok(());
    }
    let nullable = nullable && null == Null::AsDeclared;
    let wrong = || {
        let (words, advice) = (wanted.words(), wanted.advice());
        Error::new_spanned(ty, format!("{what} is {words}\nhelp: {advice}"))
    };
    let is = |json_type| types == [json_type] && !nullable;
    let fits = match found {
        Shape::Any | Shape::Unseen => true,
        Shape::Optional(inner) => {
            if !nullable {
                let words = wanted.words();
                let advice = wanted.advice();
                let text = format!("{what} is {words}, and never null\nhelp: {advice}");
                return Err(Error::new_spanned(ty, text));
            }
            return fit(inner, wanted, what, Null::Covered);
        }
        Shape::Null => types.is_empty(),
        Shape::Boolean => is(JsonType::Boolean),
        Shape::Number => is(JsonType::Number),
        Shape::Text => is(JsonType::String),
        Shape::Character => is(JsonType::String) && single(wanted),
        Shape::Integer(least, most) => {
            let (from, to) = wanted.bounds();
            is(JsonType::Integer)
                && from.is_none_or(|from| least <= from)
                && to.is_none_or(|to| to <= most)
        }
        Shape::List(item) => {
            if is(JsonType::Array)
                && let Some(schema) = wanted.item()
            {
                return fit(
                    item,
                    schema,
                    &format!("each item of {what}"),
                    Null::AsDeclared,
                );
            }
            is(JsonType::Array)
        }
        Shape::Tuple(items) => {
            if is(JsonType::Array)
                && let Some(schema) = wanted.item()
            {
                let what = format!("each item of {what}");
                return items
                    .iter()
                    .try_for_each(|item| fit(item, schema, &what, Null::AsDeclared));
            }
            is(JsonType::Array)
        }
        Shape::Map(None) => is(JsonType::Object),
        Shape::Map(Some(value)) => {
            if is(JsonType::Object)
                && let Some(schema) = wanted.value()
            {
                return fit(
                    value,
                    schema,
                    &format!("each value of {what}"),
                    Null::AsDeclared,
                );
            }
            // A map may stand for an object with known members where its values can be theirs.
            is(JsonType::Object)
                && wanted
                    .members()
                    .into_iter()
                    .all(|member| fit(value, member, what, Null::AsDeclared).is_ok())
        }
    };
    if fits { Ok(()) } else { Err(wrong()) }
}

/// Whether a text has at most one character.
fn single(wanted: Wanted<'_>) -> bool {
    let schema = wanted.schema();
    schema.is_some_and(|at| at.schema.max_length.as_ref().is_some_and(|m| m.value <= 1))
}
