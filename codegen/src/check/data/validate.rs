//! Validates a value against a schema and says at which place it does not fit.
//!
//! Written here, not taken from a library, because a finding must point at the line of the
//! example that is wrong. The tests hold its verdicts against the `jsonschema` crate's.

use std::cell::RefCell;
use std::collections::HashMap;

use super::format::format_problem;
use crate::check::index::{Index, SchemaRef};
use crate::check::{RuleMeta, cel};
use crate::diagnostics::{Finding, nearest};
use crate::load::{Map, Node, Value};
use crate::model::{Additional, JsonType, Schema};
use crate::source::Span;

/// One place where a value does not fit its schema.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The place in the value.
    pub span: Span,
    /// What does not fit.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The misspelt member and the names it may have, for did-you-mean.
    pub known: Option<(String, Vec<String>)>,
}

impl Mismatch {
    /// The finding of `rule` that says so.
    pub fn finding(self, rule: &RuleMeta) -> Finding {
        let finding = Finding::new(rule, self.span, self.message);
        let finding = match &self.known {
            Some((written, known)) => {
                finding.did_you_mean(self.span, written, known.iter().map(String::as_str))
            }
            None => finding,
        };
        finding.help(self.help)
    }
}

thread_local! {
    /// Compiled patterns: catalogues repeat a few of them in hundreds of fields.
    static PATTERNS: RefCell<HashMap<String, Option<regex_lite::Regex>>> = RefCell::default();
}

/// Collects every mismatch of `node` with `schema`.
///
/// Writers are closed: members that the schema does not list are mismatches, unless it says
/// `additionalProperties`. A reference that leads nowhere is somebody else's finding.
pub fn validate(index: &Index<'_>, schema: SchemaRef<'_>, node: &Node) -> Vec<Mismatch> {
    let mut found = Vec::new();
    check(index, schema, node, "", &mut found);
    found
}

/// As [`validate`], of a value that the schema's own `enum` lists: it is not looked for there.
pub(crate) fn validate_listed(
    index: &Index<'_>,
    schema: SchemaRef<'_>,
    node: &Node,
) -> Vec<Mismatch> {
    let mut found = Vec::new();
    check_keywords(index, schema, node, "", &mut found);
    found
}

fn check(index: &Index<'_>, at: SchemaRef<'_>, node: &Node, name: &str, found: &mut Vec<Mismatch>) {
    let outer = at.schema;
    let Some(at) = index.follow(at) else { return };
    let types = at.schema.r#type.as_ref();
    let typed = types.is_none_or(|t| t.types.iter().any(|t| is_type(node, t.value)));
    if let Some(values) = at.schema.r#enum.as_ref().filter(|_| typed)
        && !values.iter().any(|v| equal(v, node))
    {
        let mut words: Vec<_> = values
            .iter()
            .take(LISTED)
            .map(|v| v.to_json().to_string())
            .collect();
        words.extend((values.len() > LISTED).then(|| "…".to_owned()));
        found.push(Mismatch {
            span: node.span,
            message: format!("{} is none of the listed values", named(name)),
            help: format!("write one of {}", words.join(", ")),
            known: None,
        });
    }
    check_keywords(index, at, node, name, found);
    // How a list is merged may stand beside a reference.
    let merged = [outer, at.schema];
    let merged = merged
        .into_iter()
        .find(|s| s.x_kubernetes_list_type.is_some());
    if let (Some(list), Value::Seq(items)) = (merged, &node.value) {
        found.extend(super::merge::repeated(index, list, at, items, &named(name)));
    }
}

/// Values of an enum that a message names.
const LISTED: usize = 12;

fn named(name: &str) -> String {
    if name.is_empty() {
        "the value".to_owned()
    } else {
        format!("`{name}`")
    }
}

/// All keywords but `enum`.
fn check_keywords(
    index: &Index<'_>,
    at: SchemaRef<'_>,
    node: &Node,
    name: &str,
    found: &mut Vec<Mismatch>,
) {
    let schema = at.schema;
    let mut mismatch = |message: String, help: String| {
        found.push(Mismatch {
            span: node.span,
            message,
            help,
            known: None,
        });
    };
    let what = named(name);
    if let Some(types) = &schema.r#type
        && !types.types.iter().any(|t| is_type(node, t.value))
    {
        let words: Vec<_> = types.types.iter().map(|t| t.as_str()).collect();
        let expected = words.join(" or ");
        mismatch(
            format!("{what} must be {expected}, not {}", node.kind()),
            format!("write {expected} here"),
        );
        return;
    }
    if let Some(constant) = &*schema.r#const
        && !equal(constant, node)
    {
        mismatch(
            format!("{what} must be {}", constant.to_json()),
            "write that value".into(),
        );
    }
    match &node.value {
        Value::String(text) => check_text(schema, text, &what, &mut mismatch),
        Value::Int(number) => check_number(schema, *number as f64, &what, &mut mismatch),
        Value::Float(number) => check_number(schema, *number, &what, &mut mismatch),
        Value::Seq(items) => {
            check_count(
                schema.min_items.as_deref(),
                schema.max_items.as_deref(),
                items.len(),
                &what,
                "items",
                &mut mismatch,
            );
            if schema.unique_items.as_deref() == Some(&true) && has_repeated(items) {
                mismatch(
                    format!("{what} holds an item twice"),
                    "remove one of the two".into(),
                );
            }
            if let Some(schema) = &schema.items {
                for item in items {
                    check(index, SchemaRef { schema, ..at }, item, name, found);
                }
            }
        }
        Value::Map(map) => {
            check_count(
                schema.min_properties.as_deref(),
                schema.max_properties.as_deref(),
                map.len(),
                &what,
                "members",
                &mut mismatch,
            );
            check_members(index, at, node, map, found);
        }
        Value::Null | Value::Bool(_) => {}
    }
    for validation in &schema.x_kubernetes_validations {
        if cel::holds(&validation.rule, node) == Some(false) {
            let whole = !matches!(node.value, Value::Seq(_) | Value::Map(_));
            found.push(Mismatch {
                span: if whole {
                    node.span
                } else {
                    node.span.part(0, 1)
                },
                message: format!("{what}: {}", validation.message.value),
                help: format!("it must hold that `{}`", validation.rule.value),
                known: None,
            });
        }
    }
}

fn check_members(
    index: &Index<'_>,
    at: SchemaRef<'_>,
    node: &Node,
    map: &Map,
    found: &mut Vec<Mismatch>,
) {
    let schema = at.schema;
    let open = schema.x_kubernetes_preserve_unknown_fields.as_deref() == Some(&true);
    let closed = !schema.properties.is_empty() && schema.additional_properties.is_none() && !open;
    // A member that is there under a misspelt name is not missing as well.
    let strays: Vec<&str> = map
        .iter()
        .map(|(key, _)| key.value.as_str())
        .filter(|key| closed && !schema.properties.contains(key))
        .collect();
    let is_misspelt = |required: &str| strays.iter().any(|key| nearest(key, [required]).is_some());
    for required in &schema.required {
        // One that is not described could not be there either, which is the schema's fault.
        let described = !closed || schema.properties.contains(required);
        if described && map.get(required).is_none() && !is_misspelt(required) {
            found.push(Mismatch {
                span: node.span.part(0, 1),
                message: format!("`{}` is missing", required.value),
                help: format!("add `{}`", required.value),
                known: None,
            });
        }
    }
    for (key, value) in map.iter() {
        let member = match (schema.properties.get(key), &schema.additional_properties) {
            (Some(member), _) => member,
            (None, Some(Additional::Schema(member))) => member,
            (None, Some(Additional::Any(allowed))) if allowed.value => continue,
            // An object that says nothing of its members may hold any.
            (None, None) if open || schema.properties.is_empty() => continue,
            // What it says of this member could not be read.
            (None, _) if schema.properties.contains(key) => continue,
            (None, _) => {
                // What is there already was not meant.
                let known = schema.properties.names();
                let known = known.filter(|name| map.get(name).is_none());
                let known: Vec<_> = known.map(str::to_owned).collect();
                found.push(Mismatch {
                    span: key.span,
                    message: format!("`{}` is not a member that the schema lists", key.value),
                    help: "remove it, or add it to the schema".into(),
                    known: Some((key.value.clone(), known)),
                });
                continue;
            }
        };
        check(
            index,
            SchemaRef {
                schema: member,
                ..at
            },
            value,
            key,
            found,
        );
    }
}

fn check_text(schema: &Schema, text: &str, what: &str, mismatch: &mut impl FnMut(String, String)) {
    let characters = text.chars().count() as u64;
    if let Some(min) = schema
        .min_length
        .as_deref()
        .filter(|min| characters < **min)
    {
        mismatch(
            format!("{what} has {characters} characters, fewer than {min}"),
            "write more".into(),
        );
    }
    if let Some(max) = schema
        .max_length
        .as_deref()
        .filter(|max| characters > **max)
    {
        mismatch(
            format!("{what} has {characters} characters, more than {max}"),
            "write less".into(),
        );
    }
    if let Some(format) = &*schema.format
        && let Some(expected) = format_problem(format, text)
    {
        mismatch(
            format!("{what} is not {expected}"),
            format!("write {expected}"),
        );
    }
    if let Some(pattern) = &*schema.pattern
        && !matches_pattern(pattern, text)
    {
        mismatch(
            format!("{what} does not match `{}`", pattern.value),
            "write a text that matches the pattern".into(),
        );
    }
}

/// Whether `pattern` matches somewhere in `text`. A pattern that cannot be compiled has a
/// finding of its own and matches everything.
pub(crate) fn matches_pattern(pattern: &str, text: &str) -> bool {
    PATTERNS.with_borrow_mut(|patterns| {
        if !patterns.contains_key(pattern) {
            patterns.insert(pattern.to_owned(), regex_lite::Regex::new(pattern).ok());
        }
        patterns
            .get(pattern)
            .and_then(Option::as_ref)
            .is_none_or(|regex| regex.is_match(text))
    })
}

fn check_number(
    schema: &Schema,
    number: f64,
    what: &str,
    mismatch: &mut impl FnMut(String, String),
) {
    if let Some(min) = schema.minimum.as_deref().filter(|min| number < **min) {
        mismatch(
            format!("{what} is below {min}"),
            format!("write {min} or more"),
        );
    }
    if let Some(max) = schema.maximum.as_deref().filter(|max| number > **max) {
        mismatch(
            format!("{what} is above {max}"),
            format!("write {max} or less"),
        );
    }
    if let Some(min) = schema
        .exclusive_minimum
        .as_deref()
        .filter(|min| number <= **min)
    {
        mismatch(
            format!("{what} is not above {min}"),
            format!("write more than {min}"),
        );
    }
    if let Some(max) = schema
        .exclusive_maximum
        .as_deref()
        .filter(|max| number >= **max)
    {
        mismatch(
            format!("{what} is not below {max}"),
            format!("write less than {max}"),
        );
    }
}

fn check_count(
    min: Option<&u64>,
    max: Option<&u64>,
    count: usize,
    what: &str,
    things: &str,
    mismatch: &mut impl FnMut(String, String),
) {
    let count = count as u64;
    if let Some(min) = min.filter(|min| count < **min) {
        mismatch(
            format!("{what} has {count} {things}, fewer than {min}"),
            "add some".into(),
        );
    }
    if let Some(max) = max.filter(|max| count > **max) {
        mismatch(
            format!("{what} has {count} {things}, more than {max}"),
            "remove some".into(),
        );
    }
}

fn is_type(node: &Node, expected: JsonType) -> bool {
    match (&node.value, expected) {
        (Value::Null, JsonType::Null)
        | (Value::Bool(_), JsonType::Boolean)
        | (Value::Int(_), JsonType::Integer | JsonType::Number)
        | (Value::Float(_), JsonType::Number)
        | (Value::String(_), JsonType::String)
        | (Value::Seq(_), JsonType::Array)
        | (Value::Map(_), JsonType::Object) => true,
        // JSON Schema knows numbers by value: 1.0 is an integer.
        (Value::Float(number), JsonType::Integer) => number.fract() == 0.0,
        _ => false,
    }
}

/// Equality of JSON Schema: by value, members in any order.
fn equal(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => *a as f64 == *b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => false,
    }
}

fn has_repeated(items: &[Node]) -> bool {
    // Sorting the rendered values keeps a long list from being compared pair by pair.
    let mut rendered: Vec<_> = items.iter().map(canonical).collect();
    rendered.sort_unstable();
    rendered.windows(2).any(|pair| pair[0] == pair[1])
}

/// Text that is the same for equal values and differs for others.
pub(crate) fn canonical(node: &Node) -> String {
    let mut json = node.to_json();
    normalise(&mut json);
    json.to_string()
}

/// Sorts members, and writes whole numbers without a fraction.
fn normalise(json: &mut serde_json::Value) {
    use serde_json::Value as Json;
    match json {
        Json::Array(items) => items.iter_mut().for_each(normalise),
        Json::Object(members) => {
            members.sort_keys();
            members.values_mut().for_each(normalise);
        }
        Json::Number(number) => {
            // Below 2⁵³, where every whole number is exact.
            let whole = number.as_f64().filter(|n| {
                number.is_f64() && n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0
            });
            if let Some(whole) = whole {
                *json = Json::from(whole as i64);
            }
        }
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}
