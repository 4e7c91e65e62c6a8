//! Compares what came with what is expected: objects may have more members, and texts may be
//! patterns.
//!
//! | pattern | fits |
//! |---|---|
//! | `{any}` | anything that is there |
//! | `{absent}` | nothing |
//! | `{uuid}`, `{time}` | texts of these forms |
//! | `{1..20}` | whole numbers from the first to the second |
//! | `{has:text}` | texts that contain it |
//! | `{=name}`, `{!name}` | what a case has had under this name before, or anything else |

use std::collections::HashMap;

use knative_lambda_events::support::Timestamp;
use serde_json::Value;

/// What has been seen under the names of a case.
pub(crate) type Seen = HashMap<String, Value>;

/// Adds to `differences` where `found` is not as `expected`.
pub(crate) fn compare(
    path: &str,
    expected: &Value,
    found: Option<&Value>,
    seen: &mut Seen,
    differences: &mut Vec<String>,
) {
    match (expected, found) {
        (Value::Object(expected), Some(Value::Object(found))) => {
            for (name, expected) in expected {
                let path = format!("{path}.{name}");
                compare(&path, expected, found.get(name), seen, differences);
            }
        }
        (Value::Array(expected), Some(Value::Array(found))) if expected.len() == found.len() => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(
                    &format!("{path}[{index}]"),
                    expected,
                    Some(found),
                    seen,
                    differences,
                );
            }
        }
        (Value::String(text), _) if fits(text, found, seen) => {}
        (Value::Number(a), Some(Value::Number(b))) if a.as_f64() == b.as_f64() => {}
        (expected, Some(found)) if expected == found => {}
        (expected, found) => {
            let found = found.map_or("nothing".to_owned(), shown);
            differences.push(format!("{path}: expected {expected}, found {found}"));
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.len() > 600 {
        true => format!(
            "{}… ({} bytes)",
            &text[..text.floor_char_boundary(600)],
            text.len()
        ),
        false => text,
    }
}

fn fits(pattern: &str, found: Option<&Value>, seen: &mut Seen) -> bool {
    let text = found.and_then(Value::as_str);
    let Some(inner) = pattern
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    else {
        return text == Some(pattern);
    };
    match (inner, found) {
        ("absent", found) => found.is_none(),
        (_, None) => false,
        ("any", _) => true,
        ("uuid", _) => text.is_some_and(|text| text.parse::<uuid::Uuid>().is_ok()),
        ("time", _) => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        (_, Some(found)) => {
            if let Some(part) = inner.strip_prefix("has:") {
                text.is_some_and(|text| text.contains(part))
            } else if let Some(name) = inner.strip_prefix('=') {
                seen.entry(name.to_owned()).or_insert_with(|| found.clone()) == found
            } else if let Some(name) = inner.strip_prefix('!') {
                seen.get(name).is_some_and(|other| other != found)
            } else if let Some((from, to)) = inner.split_once("..") {
                let bounds = from.parse::<u64>().ok().zip(to.parse::<u64>().ok());
                let number = found.as_u64();
                bounds.is_some_and(|(a, b)| number.is_some_and(|n| (a..=b).contains(&n)))
            } else {
                text == Some(pattern)
            }
        }
    }
}
