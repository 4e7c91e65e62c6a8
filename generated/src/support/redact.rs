//! Keeps sensitive values out of logs and audit trails.
//!
//! What a schema declares is masked as it says. Everything else, such as objects of any form and
//! members that a schema does not know, is masked by name.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::redaction::{SECRET_WORDS, SEEN_NAMES};

/// What stands in place of a sensitive value.
pub const REDACTED: &str = "[redacted]";

/// Values further inside are masked without a look.
const DEPTH: usize = 128;

/// Prints as [`REDACTED`].
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// A type whose JSON form may hold sensitive values.
pub trait Redact: Serialize {
    /// Masks them in the JSON form of a value; if a type does not say which, then those
    /// - of members whose name has a part such as `password` or `token`, at any depth;
    /// - beside a `name`, `key` or `path` that has, as in `{"name": "DB_PASSWORD", "value": "…"}`;
    /// - that are an address with a password, such as `postgres://user:password@host`.
    fn redact(json: &mut Value) {
        redact_by_name(json, DEPTH);
    }

    /// The JSON form, for logs and audit trails.
    fn redacted(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or(Value::Null);
        Self::redact(&mut json);
        json
    }
}

/// Prints the JSON form of a value of the type `name`, sensitive values masked.
///
/// # Errors
/// When the formatter fails.
pub fn debug<T: Redact>(value: &T, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.redacted() {
        Value::Object(members) => {
            let mut printed = f.debug_struct(name);
            for (name, value) in &members {
                printed.field(name, &Json(value));
            }
            printed.finish()
        }
        value => f.debug_tuple(name).field(&Json(&value)).finish(),
    }
}

/// Prints as JSON.
struct Json<'v>(&'v Value);

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

/// Masks a value, if there is one.
pub fn mask(value: &mut Value) {
    if !value.is_null() {
        *value = Value::from(REDACTED);
    }
}

/// Masks what is sensitive in the JSON form of a `T`.
pub fn redact<T: Redact>(json: &mut Value) {
    T::redact(json);
}

/// Calls `redact` for every member of an object. Values beside a secret's name are masked first.
pub fn redact_members(json: &mut Value, mut redact: impl FnMut(&str, &mut Value)) {
    if let Value::Object(members) = json {
        mask_labelled(members);
        for (name, value) in members {
            redact(name, value);
        }
    }
}

/// Masks a member that no schema declares if it has a secret's name, else what is one inside it.
pub fn redact_named(name: &str, value: &mut Value) {
    redact_member(name, value, DEPTH);
}

fn redact_member(name: &str, value: &mut Value, depth: usize) {
    if !value.is_boolean() && is_secret(name) {
        mask(value);
    } else {
        redact_by_name(value, depth);
    }
}

fn redact_by_name(json: &mut Value, depth: usize) {
    let Some(inside) = depth.checked_sub(1) else {
        return mask(json);
    };
    match json {
        Value::Object(members) => {
            mask_labelled(members);
            for (name, value) in members {
                redact_member(name, value, inside);
            }
        }
        Value::Array(items) => {
            for item in items {
                redact_by_name(item, inside);
            }
        }
        Value::String(text) if has_password(text) => mask(json),
        _ => {}
    }
}

/// Masks the values beside a name, where that is a member: environment variables, headers, steps
/// of a JSON patch. Numbers are measured under a name more often than they are secret.
fn mask_labelled(members: &mut Map<String, Value>) {
    let labels = ["name", "key", "path"];
    let mut labels = labels.iter().filter_map(|label| members.get(*label));
    if labels.any(|label| label.as_str().is_some_and(is_secret)) {
        for name in ["value", "before", "after"] {
            if let Some(value) = members.get_mut(name)
                && !value.is_boolean()
                && !value.is_number()
            {
                mask(value);
            }
        }
    }
}

/// Whether a name, or a path of names, looks like that of a secret.
fn is_secret(name: &str) -> bool {
    let looks_secret = |name: &str| {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        let squeezed: String = letters.flat_map(char::to_lowercase).collect();
        SECRET_WORDS.iter().any(|word| squeezed.contains(word))
    };
    let mut names = name.split('/');
    names.any(|name| !SEEN_NAMES.contains(&name) && looks_secret(name))
}

/// Whether a text holds an address with a password.
fn has_password(text: &str) -> bool {
    let mut addresses = text.split("://").skip(1);
    addresses.any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or("");
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        user.contains(':')
    })
}

impl Redact for Value {}
impl Redact for String {}
impl Redact for bool {}
impl Redact for u32 {}
impl Redact for u64 {}
impl Redact for i32 {}
impl Redact for i64 {}
impl Redact for f64 {}
impl Redact for super::Timestamp {}
impl Redact for super::GoDuration {}
impl Redact for super::IsoDuration {}

impl<T: Redact> Redact for Option<T> {
    fn redact(json: &mut Value) {
        T::redact(json);
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redact(json: &mut Value) {
        for item in json.as_array_mut().into_iter().flatten() {
            T::redact(item);
        }
    }
}

impl<T: Redact> Redact for BTreeMap<String, T> {
    fn redact(json: &mut Value) {
        redact_members(json, |name, value| {
            if is_secret(name) {
                mask(value);
            } else {
                T::redact(value);
            }
        });
    }
}
