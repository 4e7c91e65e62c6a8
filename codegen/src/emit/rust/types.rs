//! Rust's names for types of values.

use super::Emitter;
use crate::ir::{Integer, StringFormat, Type};

impl Emitter<'_, '_> {
    /// A type as it is written in `data`; elsewhere with `data::` as `module`.
    pub(super) fn type_name(&self, r#type: &Type, module: &str) -> String {
        match r#type {
            Type::Any => "support::Value".into(),
            Type::Boolean => "bool".into(),
            Type::Integer(Integer::U32) => "u32".into(),
            Type::Integer(Integer::U64) => "u64".into(),
            Type::Integer(Integer::I32) => "i32".into(),
            Type::Integer(Integer::I64) => "i64".into(),
            Type::Number => "f64".into(),
            Type::String(StringFormat::Plain) => "String".into(),
            Type::String(StringFormat::DateTime) => "support::Timestamp".into(),
            Type::String(StringFormat::GoDuration) => "support::GoDuration".into(),
            Type::String(StringFormat::IsoDuration) => "support::IsoDuration".into(),
            Type::List(item) => format!("Vec<{}>", self.type_name(item, module)),
            Type::Map(value) => format!("support::Map<{}>", self.type_name(value, module)),
            Type::Named(id) => format!("{module}{}", self.catalog.type_def(*id).rust_name()),
            Type::Nullable(inner) => format!("Option<{}>", self.type_name(inner, module)),
        }
    }
}
