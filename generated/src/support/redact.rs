//! Keeps sensitive values out of logs and audit trails.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// What stands in place of a sensitive value.
pub const REDACTED: &str = "[redacted]";

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
    /// Masks them in the JSON form of a value.
    fn redact(_json: &mut Value) {}

    /// The JSON form, for logs and audit trails.
    fn redacted(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or(Value::Null);
        Self::redact(&mut json);
        json
    }
}

/// Whether a value is there, without the value.
pub fn mask<T>(value: &Option<T>) -> Option<Redacted> {
    value.as_ref().map(|_| Redacted)
}

/// Masks a member of an object.
pub fn mask_member(json: &mut Value, name: &str) {
    if let Some(value) = json.get_mut(name).filter(|value| !value.is_null()) {
        *value = Value::from(REDACTED);
    }
}

/// Masks what is sensitive inside a member of type `T`.
pub fn redact_member<T: Redact>(json: &mut Value, name: &str) {
    if let Some(value) = json.get_mut(name) {
        T::redact(value);
    }
}

/// Masks what is sensitive inside all members, of type `T`, that are not `known`.
pub fn redact_others<T: Redact>(json: &mut Value, known: &[&str]) {
    for (name, value) in json.as_object_mut().into_iter().flatten() {
        if !known.contains(&name.as_str()) {
            T::redact(value);
        }
    }
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
        for value in json
            .as_object_mut()
            .into_iter()
            .flat_map(|o| o.values_mut())
        {
            T::redact(value);
        }
    }
}
