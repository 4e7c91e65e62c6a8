//! What the keywords of a schema say, in words.

use serde_json::Value as Json;

use super::markdown::{code, codes};
use super::site::Site;
use crate::check::SchemaRef;
use crate::model::{Additional, Schema};

/// A schema as it stands at a member, and the one that its references lead to.
pub(super) struct Resolved<'a> {
    pub(super) own: SchemaRef<'a>,
    target: SchemaRef<'a>,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(site: &Site<'a>, own: SchemaRef<'a>) -> Self {
        let target = match &own.schema.reference {
            Some(_) => site.catalog.index.follow(own).unwrap_or(own),
            None => own,
        };
        Self { own, target }
    }

    /// A keyword: where it stands at the member, otherwise of the schema referred to.
    pub(super) fn pick<T>(&self, keyword: impl Fn(&'a Schema) -> Option<T>) -> Option<T> {
        keyword(self.own.schema).or_else(|| keyword(self.target.schema))
    }

    pub(super) fn is_sensitive(&self) -> bool {
        self.pick(|s| s.x_sensitive.as_ref())
            .is_some_and(|s| s.value)
    }

    /// Schema of the items of a list.
    pub(super) fn items(&self, site: &Site<'a>) -> Option<Self> {
        let schema = self.target.schema.items.as_deref()?;
        Some(Self::new(
            site,
            SchemaRef {
                schema,
                ..self.target
            },
        ))
    }

    /// Schema of the values of a map.
    pub(super) fn values(&self, site: &Site<'a>) -> Option<Self> {
        match &self.target.schema.additional_properties {
            Some(Additional::Schema(schema)) => Some(Self::new(
                site,
                SchemaRef {
                    schema,
                    ..self.target
                },
            )),
            _ => None,
        }
    }
}

/// A value as a code span; text stands without quotes.
pub(super) fn literal(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => code("\"\""),
        Json::String(text) => code(text),
        other => code(&other.to_string()),
    }
}

/// A value that the member may have; none where it is too long for a table.
pub(super) fn example(schema: &Resolved<'_>) -> String {
    const LONGEST: usize = 120;
    let value = schema
        .pick(|s| s.examples.first())
        .or_else(|| schema.pick(|s| s.r#const.as_ref()))
        .or_else(|| schema.pick(|s| s.default.as_ref()));
    let value = value.or_else(|| schema.pick(|s| s.r#enum.as_ref()?.value.first()));
    let text = value.map_or_else(String::new, |v| literal(&v.to_json()));
    if text.len() > LONGEST {
        String::new()
    } else {
        text
    }
}

/// What values are allowed, beyond the type.
pub(super) fn allowed(schema: &Resolved<'_>, site: &Site<'_>) -> String {
    let mut parts = Vec::new();
    bounds(schema, &mut parts);
    if let Some(items) = schema.items(site) {
        let mut each = Vec::new();
        bounds(&items, &mut each);
        if !each.is_empty() {
            parts.push(format!("each {}", each.join(", ")));
        }
    }
    if let Some(values) = schema.values(site) {
        let mut each = Vec::new();
        bounds(&values, &mut each);
        if !each.is_empty() {
            parts.push(format!("each value {}", each.join(", ")));
        }
    }
    parts.join("; ")
}

fn bounds(schema: &Resolved<'_>, parts: &mut Vec<String>) {
    if let Some(value) = schema.pick(|s| s.r#const.as_ref()) {
        parts.push(format!("only {}", literal(&value.to_json())));
    }
    if let Some(values) = schema.pick(|s| s.r#enum.as_ref()) {
        let texts = values.value.iter().map(|v| match v.to_json() {
            Json::String(text) => text,
            other => other.to_string(),
        });
        let closed = schema
            .pick(|s| s.x_closed.as_ref())
            .is_some_and(|c| c.value);
        let rest = if closed { "" } else { ", or others" };
        parts.push(format!("{}{rest}", codes(texts)));
    }
    let number = |keyword: fn(&Schema) -> Option<&crate::source::Spanned<f64>>| {
        schema.pick(|s| keyword(s).map(|n| n.value))
    };
    for (sign, bound) in [
        ("≥", number(|s| s.minimum.as_ref())),
        (">", number(|s| s.exclusive_minimum.as_ref())),
        ("≤", number(|s| s.maximum.as_ref())),
        ("<", number(|s| s.exclusive_maximum.as_ref())),
    ] {
        parts.extend(bound.map(|b| format!("{sign} {b}")));
    }
    let count = |keyword: fn(&Schema) -> Option<&crate::source::Spanned<u64>>| {
        schema.pick(|s| keyword(s).map(|n| n.value))
    };
    for (what, least, most) in [
        (
            "characters",
            count(|s| s.min_length.as_ref()),
            count(|s| s.max_length.as_ref()),
        ),
        (
            "items",
            count(|s| s.min_items.as_ref()),
            count(|s| s.max_items.as_ref()),
        ),
        (
            "members",
            count(|s| s.min_properties.as_ref()),
            count(|s| s.max_properties.as_ref()),
        ),
    ] {
        match (least, most) {
            (Some(least), Some(most)) => parts.push(format!("{least} to {most} {what}")),
            (Some(least), None) => parts.push(format!("{least} {what} or more")),
            (None, Some(most)) => parts.push(format!("{most} {what} at most")),
            (None, None) => {}
        }
    }
    if schema
        .pick(|s| s.unique_items.as_ref())
        .is_some_and(|u| u.value)
    {
        parts.push("all different".to_owned());
    }
    if let Some(pattern) = schema.pick(|s| s.pattern.as_ref()) {
        parts.push(format!("matches {}", code(pattern)));
    }
}
