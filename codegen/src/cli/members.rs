//! The members of data, a line each; those of nested objects by dotted path.

use knative_lambda_codegen::ir::{Catalog, Field, StringFormat, Type, TypeDef, TypeId};
use serde_json::{Value as Json, json};

/// Objects inside objects that are followed.
const DEPTH: usize = 4;
/// Members after which nested objects are only named: references may multiply beyond any bound.
const MOST: usize = 400;

/// One member of data.
pub(super) struct Member<'c, 'a> {
    /// Dotted path; `[]` stands for the items of a list, `*` for any name.
    pub(super) path: String,
    /// Its type in words.
    pub(super) r#type: String,
    pub(super) field: &'c Field<'a>,
}

/// All members of a type, those above nested ones first.
pub(super) fn members<'c, 'a>(catalog: &'c Catalog<'a>, root: &Type) -> Vec<Member<'c, 'a>> {
    let mut found = Vec::new();
    collect(catalog, root, "", &mut Vec::new(), &mut found);
    found
}

fn collect<'c, 'a>(
    catalog: &'c Catalog<'a>,
    r#type: &Type,
    path: &str,
    open: &mut Vec<TypeId>,
    found: &mut Vec<Member<'c, 'a>>,
) {
    match r#type {
        Type::Nullable(inner) => collect(catalog, inner, path, open, found),
        Type::List(inner) => collect(catalog, inner, &format!("{path}[]"), open, found),
        Type::Map(inner) => {
            collect(catalog, inner, &format!("{path}.*"), open, found);
        }
        Type::Named(id) => {
            let TypeDef::Struct(object) = &catalog.types[id.0] else {
                return;
            };
            if open.len() >= DEPTH || open.contains(id) {
                return;
            }
            open.push(*id);
            for field in &object.fields {
                if found.len() >= MOST {
                    break;
                }
                let path = match path {
                    "" => field.name.to_owned(),
                    path => format!("{path}.{}", field.name),
                };
                found.push(Member {
                    path: path.clone(),
                    r#type: words(catalog, &field.r#type),
                    field,
                });
                collect(catalog, &field.r#type, &path, open, found);
            }
            open.pop();
        }
        _ => {}
    }
}

/// A type in words.
fn words(catalog: &Catalog<'_>, r#type: &Type) -> String {
    match r#type {
        Type::Any => "any".into(),
        Type::Boolean => "boolean".into(),
        Type::Integer(_) => "integer".into(),
        Type::Number => "number".into(),
        Type::String(StringFormat::Plain) => "string".into(),
        Type::String(StringFormat::DateTime) => "date-time".into(),
        Type::String(StringFormat::GoDuration | StringFormat::IsoDuration) => "duration".into(),
        Type::List(inner) => format!("list of {}", words(catalog, inner)),
        Type::Map(inner) => format!("map of {}", words(catalog, inner)),
        Type::Nullable(inner) => format!("{} or null", words(catalog, inner)),
        Type::Named(id) => match &catalog.types[id.0] {
            TypeDef::Struct(_) => "object".into(),
            TypeDef::Enum(values) => {
                let values: Vec<_> = values.variants.iter().map(|v| v.value).collect();
                values.join(" | ")
            }
        },
    }
}

impl Member<'_, '_> {
    /// What it means, in one line.
    pub(super) fn description(&self) -> String {
        let schema = self.field.schema;
        let text = schema.description.as_ref().or(schema.title.as_ref());
        let text = text.map_or("", |text| text.value.as_str());
        let mut line = text.lines().next().unwrap_or("").to_owned();
        if let Some(unit) = schema.x_unit.as_ref().filter(|unit| unit.value != "1") {
            line.push_str(&format!(" [{}]", unit.value));
        }
        if self.field.sensitive {
            line.push_str(" (sensitive)");
        }
        line
    }

    pub(super) fn to_json(&self) -> Json {
        let schema = self.field.schema;
        json!({
            "path": self.path,
            "type": self.r#type,
            "required": self.field.required,
            "description": schema.description.as_ref().map(|text| &text.value),
            "unit": schema.x_unit.as_ref().map(|unit| &unit.value),
            "default": schema.default.as_ref().map(|value| value.to_json()),
            "sensitive": self.field.sensitive,
            "since": schema.x_since.as_ref().map(|since| &since.value),
            "deprecated": schema.x_deprecated.is_some(),
        })
    }
}
