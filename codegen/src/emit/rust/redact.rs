//! Which types hold sensitive values.

use crate::ir::{Catalog, Type, TypeDef, TypeId};

/// For each type of the catalogue, whether a value of it may hold something sensitive.
pub(super) fn sensitive_types(catalog: &Catalog<'_>) -> Vec<bool> {
    let mut sensitive = vec![false; catalog.types.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); catalog.types.len()];
    let mut open = Vec::new();
    for (number, definition) in catalog.types.iter().enumerate() {
        let TypeDef::Struct(object) = definition else {
            continue;
        };
        if object.fields.iter().any(|field| field.sensitive) {
            open.push(number);
        }
        let fields = object.fields.iter().map(|field| &field.r#type);
        for used in fields.chain(&object.additional).filter_map(named) {
            users[used.0].push(number);
        }
    }
    while let Some(number) = open.pop() {
        if !std::mem::replace(&mut sensitive[number], true) {
            open.extend(&users[number]);
        }
    }
    sensitive
}

/// The named type in a type.
pub(super) fn named(r#type: &Type) -> Option<TypeId> {
    match r#type {
        Type::Named(id) => Some(*id),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => named(inner),
        _ => None,
    }
}
