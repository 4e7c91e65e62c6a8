//! Attributes of CloudEvents 1.0.2 and their types.

use crate::check::data::{Mismatch, format_problem, matches_pattern, portable};
use crate::load::{Map, Node, Value};
use crate::model::{AttributeType, Extension, Text};

/// Attributes that CloudEvents defines, in the order in which they are written.
pub(crate) const ATTRIBUTES: &[&str] = &[
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
];

/// Members of an event in JSON that hold its data.
pub(crate) const DATA: &[&str] = &["data", "data_base64"];

/// Longest name of an attribute that every transport is sure to carry.
pub(crate) const NAME_LENGTH: usize = 20;

/// Whether an attribute has a value: `null` is the same as none (JSON format, section 2.2).
pub(super) fn is_set(map: &Map, name: &str) -> bool {
    map.get(name)
        .is_some_and(|node| !matches!(node.value, Value::Null))
}

/// `type/subtype` with parameters (RFC 2045, section 5.1).
pub(crate) fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or("").trim();
    let token = |part: &str| {
        let sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        !part.is_empty() && part.bytes().all(sign)
    };
    essence
        .split_once('/')
        .is_some_and(|(main, sub)| token(main) && token(sub))
}

/// Whether data of a media type are JSON (JSON format, section 3.1).
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or("").trim();
    let subtype = essence.rsplit('/').next().unwrap_or("").to_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}

/// Checks name and value of an extension attribute. `known` is its declaration, `names` are
/// those of all attributes.
pub(super) fn check_extension<'n, N: Iterator<Item = &'n str>>(
    key: &Text,
    value: &Node,
    known: Option<&Extension>,
    names: impl Fn() -> N,
) -> Option<Mismatch> {
    let name = key.value.as_str();
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if name.is_empty() || !name.bytes().all(word) {
        return Some(Mismatch {
            span: key.span,
            message: format!("`{name}` is no name for an attribute"),
            help: "attribute names are made of `a` to `z` and `0` to `9`; other members belong into `data`".into(),
            known: Some((name.to_owned(), names().map(str::to_owned).collect())),
        });
    }
    let problem = |message: String, help: String| {
        Some(Mismatch {
            span: value.span,
            message,
            help,
            known: None,
        })
    };
    let Some(extension) = known else {
        if name.len() > NAME_LENGTH {
            return Some(Mismatch {
                span: key.span,
                message: format!(
                    "the attribute name `{name}` has more than {NAME_LENGTH} characters"
                ),
                help: "choose a shorter name".into(),
                known: Some((name.to_owned(), names().map(str::to_owned).collect())),
            });
        }
        return match value.value {
            Value::Bool(_) | Value::Int(_) | Value::String(_) => None,
            _ => problem(
                format!(
                    "the attribute `{name}` must be text, a whole number or a boolean, not {}",
                    value.kind()
                ),
                "move it into `data`".into(),
            ),
        };
    };
    if let Some(expected) = wrong_type(&extension.r#type, value) {
        return problem(
            format!("`{name}` must be {expected}, not {}", shown(value)),
            format!("write {expected}"),
        );
    }
    let expected = unfit(extension, value.as_str()?)?;
    problem(
        format!("`{name}` must be {expected}, not {}", shown(value)),
        "write a text as in the example of the attribute".into(),
    )
}

/// What a text of an extension attribute has to be, where `text` is not.
pub(crate) fn unfit(extension: &Extension, text: &str) -> Option<String> {
    let pattern = extension.pattern.as_ref();
    let misses = pattern.filter(|pattern| !matches_pattern(pattern, text));
    let not = extension.not.as_ref();
    // One that cannot be compiled has a finding of its own, and matches everything.
    let hits = not.filter(|not| portable(not).is_ok() && matches_pattern(not, text));
    misses
        .map(|pattern| format!("text that matches `{}`", pattern.value))
        .or_else(|| hits.map(|not| format!("text that does not match `{}`", not.value)))
}

/// What a value of `type` looks like, where `value` does not. An unknown type has a finding of
/// its own and accepts everything.
pub(crate) fn wrong_type(r#type: &str, value: &Node) -> Option<&'static str> {
    let is = |kind: AttributeType| kind.as_str() == r#type;
    let text = value.as_str();
    let format = |name| text.is_some_and(|text| format_problem(name, text).is_none());
    let (fine, expected) = if is(AttributeType::Boolean) {
        (matches!(value.value, Value::Bool(_)), "`true` or `false`")
    } else if is(AttributeType::Integer) {
        let fine = matches!(value.value, Value::Int(n) if i32::try_from(n).is_ok());
        (fine, "a whole number of 32 bits")
    } else if is(AttributeType::String) {
        let fine = text.is_some_and(|text| !text.chars().any(char::is_control));
        (fine, "text without control characters")
    } else if is(AttributeType::Binary) {
        (format("byte"), "base64 text")
    } else if is(AttributeType::Uri) {
        (format("uri"), "an absolute URI")
    } else if is(AttributeType::UriReference) {
        (format("uri-reference"), "a URI reference")
    } else if is(AttributeType::Timestamp) {
        (format("date-time"), "an RFC 3339 date and time")
    } else {
        return None;
    };
    (!fine).then_some(expected)
}

/// A value in a message: short ones as they are, others by their kind.
fn shown(value: &Node) -> String {
    match &value.value {
        Value::Seq(_) | Value::Map(_) => value.kind().to_owned(),
        _ => {
            let text = value.to_json().to_string();
            if text.chars().count() <= 40 {
                format!("`{text}`")
            } else {
                value.kind().to_owned()
            }
        }
    }
}
