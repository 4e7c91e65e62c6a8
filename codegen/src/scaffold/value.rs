//! A value that a schema describes, for schemas without examples.

use serde_json::{Map, Value as Json, json};

use crate::check::{Index, SchemaRef};
use crate::model::{JsonType, Schema};

/// Nesting at which an example ends; schemas may contain themselves.
const DEPTH: usize = 16;

/// Longest text and list that is made up.
const LONGEST: u64 = 64;

/// A value with the required members only. It follows the schema, except where a pattern or a
/// rare format asks for more than can be guessed.
pub(super) fn of(index: &Index<'_>, at: SchemaRef<'_>, depth: usize) -> Json {
    if let Some(given) = given(at.schema) {
        return given;
    }
    let Some(at) = index.follow(at).filter(|_| depth < DEPTH) else {
        return Json::Null;
    };
    let schema = at.schema;
    if let Some(given) = given(schema) {
        return given;
    }
    match schema.r#type.as_ref().and_then(|t| t.types.first()) {
        Some(t) => match t.value {
            JsonType::Object => object(index, at, depth),
            JsonType::Array => array(index, at, depth),
            JsonType::String => json!(text(schema)),
            JsonType::Integer | JsonType::Number => number(schema),
            JsonType::Boolean => json!(false),
            JsonType::Null => Json::Null,
        },
        None => json!({}),
    }
}

/// A value that the schema names.
fn given(schema: &Schema) -> Option<Json> {
    let choices = schema.r#enum.as_ref().and_then(|e| e.value.first());
    schema
        .r#const
        .as_ref()
        .or(schema.examples.first())
        .or(schema.default.as_ref())
        .or(choices)
        .map(crate::load::Node::to_json)
}

fn object(index: &Index<'_>, at: SchemaRef<'_>, depth: usize) -> Json {
    let members: Map<String, Json> = at
        .schema
        .required
        .iter()
        .filter_map(|name| {
            let schema = at.schema.properties.get(&name.value)?;
            let value = of(index, SchemaRef { schema, ..at }, depth + 1);
            Some((name.value.clone(), value))
        })
        .collect();
    Json::Object(members)
}

fn array(index: &Index<'_>, at: SchemaRef<'_>, depth: usize) -> Json {
    let count = at.schema.min_items.map_or(0, |n| n.value.min(LONGEST));
    let item = |schema| of(index, SchemaRef { schema, ..at }, depth + 1);
    let item = at.schema.items.as_deref().map_or(json!({}), item);
    Json::Array(vec![item; count as usize])
}

fn text(schema: &Schema) -> String {
    match schema.format.as_ref().map(|f| f.value.as_str()) {
        Some("date-time") => return "2026-01-01T00:00:00Z".to_owned(),
        Some("date") => return "2026-01-01".to_owned(),
        Some("uri" | "uri-reference") => return "https://example.com/".to_owned(),
        Some("email") => return "somebody@example.com".to_owned(),
        Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
        _ => {}
    }
    let least = schema.min_length.map_or(0, |n| n.value.min(LONGEST)) as usize;
    let most = schema.max_length.map_or(usize::MAX, |n| n.value as usize);
    let text = "example";
    text.chars()
        .cycle()
        .take(text.len().max(least).min(most))
        .collect()
}

fn number(schema: &Schema) -> Json {
    let bound = |b: &Option<crate::source::Spanned<f64>>| b.as_ref().map(|b| b.value);
    let least = bound(&schema.minimum)
        .or(bound(&schema.exclusive_minimum).map(|n| n.floor() + 1.0))
        .or(bound(&schema.maximum).map(|n| n.min(0.0)))
        .or(bound(&schema.exclusive_maximum).map(|n| (n.ceil() - 1.0).min(0.0)))
        .unwrap_or(0.0)
        .ceil();
    json!(least as i64)
}
