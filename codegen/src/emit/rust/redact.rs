//! What is masked in logs and audit trails.

use std::collections::BTreeSet;

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::check::secret::{SECRET_WORDS, secret_word};
use crate::ir::{Catalog, Field, Struct, Type, TypeDef, TypeId};

/// The module `redaction`: names that tell what is secret where no schema does.
pub(super) fn module(emitter: &Emitter<'_, '_>) -> Module {
    let mut writer = Writer::default();
    writer.module_doc("Names that tell what is secret in data without a schema.");
    writer.blank();
    writer.doc(
        "Parts of names, in lower case and without marks between words, that make a value secret.",
    );
    let words: Vec<_> = SECRET_WORDS.iter().copied().map(literal).collect();
    writer.slice("pub const SECRET_WORDS: &[&str] = ", &words, ";");
    writer.blank();
    writer.doc("Names with such a part whose values may be seen, as the catalogue says.");
    let names: Vec<_> = seen_names(emitter.catalog)
        .into_iter()
        .map(literal)
        .collect();
    writer.slice("pub const SEEN_NAMES: &[&str] = ", &names, ";");
    Module {
        name: "redaction".into(),
        content: writer.finish(),
        source: "spec/data".into(),
    }
}

/// Names that look like secrets of members that are none, wherever the catalogue has them.
fn seen_names<'a>(catalog: &Catalog<'a>) -> BTreeSet<&'a str> {
    let (mut seen, mut sensitive) = (BTreeSet::new(), BTreeSet::new());
    for field in catalog.types.iter().flat_map(fields) {
        if field.sensitive {
            sensitive.insert(field.name);
        } else if secret_word(field.name).is_some() {
            seen.insert(field.name);
        }
    }
    seen.retain(|name| !sensitive.contains(name));
    seen
}

fn fields<'t, 'a>(definition: &'t TypeDef<'a>) -> &'t [Field<'a>] {
    match definition {
        TypeDef::Struct(object) => &object.fields,
        TypeDef::Enum(_) => &[],
    }
}

/// For each type of the catalogue, whether names alone do not tell what is sensitive in its values.
pub fn declared_types(catalog: &Catalog<'_>) -> Vec<bool> {
    let mut declared = vec![false; catalog.types.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); catalog.types.len()];
    let mut open = Vec::new();
    for (number, definition) in catalog.types.iter().enumerate() {
        let TypeDef::Struct(object) = definition else {
            continue;
        };
        if object.fields.iter().any(is_declared) {
            open.push(number);
        }
        let fields = object.fields.iter().map(|field| &field.r#type);
        for used in fields.chain(&object.additional).filter_map(named) {
            users[used.0].push(number);
        }
    }
    while let Some(number) = open.pop() {
        if !std::mem::replace(&mut declared[number], true) {
            open.extend(&users[number]);
        }
    }
    declared
}

/// Whether the schema says of a member what its name does not.
pub fn is_declared(field: &Field<'_>) -> bool {
    field.sensitive || secret_word(field.name).is_some()
}

/// The named type in a type.
pub fn named(r#type: &Type) -> Option<TypeId> {
    match r#type {
        Type::Named(id) => Some(*id),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => named(inner),
        _ => None,
    }
}

/// `Debug` and `Redact` of the struct `object`.
pub(super) fn write(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    object: &Struct<'_>,
    declared: &[bool],
) {
    let name = &object.rust_name;
    writer.open(format_args!("impl std::fmt::Debug for {name} {{"));
    writer.open(format_args!(
        "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{"
    ));
    let arguments = ["self".into(), literal(name), "f".into()];
    writer.call("support::debug", &arguments, "");
    writer.close("}");
    writer.close("}");
    writer.blank();
    let is_named = |t: &Type| named(t).is_some_and(|id| declared[id.0]);
    let arms: Vec<_> = object
        .fields
        .iter()
        .filter(|field| is_declared(field) || is_named(&field.r#type))
        .collect();
    let others = object.additional.as_ref().filter(|others| is_named(others));
    if arms.is_empty() && others.is_none() {
        writer.line(format_args!("impl support::Redact for {name} {{}}"));
        return;
    }
    writer.open(format_args!("impl support::Redact for {name} {{"));
    writer.open(format_args!("fn redact(json: &mut support::Value) {{"));
    writer.open(format_args!(
        "support::redact_members(json, |name, value| match name {{"
    ));
    let inner = |r#type| format!("support::redact::<{}>", emitter.type_name(r#type, ""));
    for field in arms {
        let pattern = literal(field.name);
        if field.sensitive {
            writer.arm_call(&pattern, "support::mask", &["value".into()]);
        } else {
            writer.arm_call(&pattern, &inner(&field.r#type), &["value".into()]);
        }
    }
    match others {
        Some(others) => writer.arm_call("_", &inner(others), &["value".into()]),
        None => writer.arm_call(
            "_",
            "support::redact_named",
            &["name".into(), "value".into()],
        ),
    }
    writer.close("});");
    writer.close("}");
    writer.close("}");
}
