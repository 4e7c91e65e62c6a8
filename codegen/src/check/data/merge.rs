//! Lists that the Kubernetes API server merges as a set or by key: no two items may be the same.

use std::collections::HashSet;

use super::validate::{Mismatch, canonical};
use crate::check::index::{Index, SchemaRef};
use crate::load::Node;
use crate::model::{ListType, Schema, Text};

/// The items that are the same as an earlier one. `list` says how the list of schema `at` is merged.
pub(super) fn repeated(
    index: &Index<'_>,
    list: &Schema,
    at: SchemaRef<'_>,
    items: &[Node],
    what: &str,
) -> Vec<Mismatch> {
    let keys = &list.x_kubernetes_list_map_keys;
    let is_map = match list.x_kubernetes_list_type.map(|kind| kind.value) {
        Some(ListType::Map) => true,
        Some(ListType::Set) => false,
        Some(ListType::Atomic) | None => return Vec::new(),
    };
    let message = if is_map {
        let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", key.value)).collect();
        format!(
            "{what} holds two items with the same {}",
            keys.join(" and ")
        )
    } else {
        format!("{what} holds an item twice")
    };
    let members = at.schema.items.as_deref();
    let members = members.and_then(|schema| index.follow(SchemaRef { schema, ..at }));
    let identity = |item| match is_map {
        true => key(item, keys, members.map(|members| members.schema)),
        false => Some(vec![canonical(item)]),
    };
    let mut seen = HashSet::new();
    let again = items
        .iter()
        .filter(|item| identity(item).is_some_and(|identity| !seen.insert(identity)));
    again
        .map(|item| Mismatch {
            span: item.span,
            message: message.clone(),
            help: "remove one of the two".into(),
            known: None,
        })
        .collect()
}

/// What tells an item from others; `None` where a part of it is missing, which is a mismatch of its own.
fn key(item: &Node, keys: &[Text], members: Option<&Schema>) -> Option<Vec<String>> {
    let map = item.as_map()?;
    let part = |key: &Text| {
        let default = || members?.properties.get(key)?.default.as_ref();
        map.get(key).or_else(default).map(canonical)
    };
    keys.iter().map(part).collect()
}
