//! The Triggers that are applied where a broker compares whole values.
#![allow(clippy::unwrap_used)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::path::Path;

use catalogue::{base, lay};
use knative_lambda_codegen::compile_loaded;
use knative_lambda_codegen::ir::{Selection, TriggerFilter};
use knative_lambda_codegen::load::{Limits, from_memory};

const FAMILY: &str = r#"# …
events:
  order.*:
    summary: An order has changed
    data: change
    when: It is stored
    examples:
      - event:
          id: 7f1d
          type: com.example.shop.lifecycle.order.packed
          source: com.example.shop/desk/shop/order-7
          subject: shop/order-7
          time: "2025-12-04T10:30:01Z"
          data: { name: order-7 }
"#;

const CHANGE: &str = r#"schema: change
version: 1.0.0
title: Change
description: What changes of orders carry.
root:
  type: object
  description: A change of an order.
  required: [name]
  properties:
    name: { type: string, description: Which order. }
"#;

/// Names and filters of what is applied for a Trigger named `ledger` that selects `events`.
fn applied(events: &str) -> Vec<(String, String)> {
    let mut files = base();
    lay(&mut files, "events/lifecycle.yaml", FAMILY);
    lay(&mut files, "data/change.yaml", CHANGE);
    let observers = format!(
        r#"observers:
  rest:
    summary: Looks at everything.
    events: [lifecycle.*]
    via: a file
  ledger:
    summary: Looks on.
    events: [{events}]
    triggers:
      - {{ name: ledger, namespace: shop, broker: shop, events: [{events}], subscriber: {{ uri: "http://l" }} }}
"#
    );
    lay(&mut files, "observers.yaml", &observers);
    let files = files
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()));
    let loaded = from_memory(Path::new("spec"), files.collect(), &Limits::default());
    let (checked, applied) = compile_loaded(loaded, |catalog| {
        let (_, ledger) = catalog.index.subscribers().last().unwrap();
        let applied = Selection::from(&ledger.triggers[0]).applied(&catalog.index);
        let filter = |filter| match filter {
            TriggerFilter::Attributes(attributes) => {
                attributes[0].0.clone() + "=" + &attributes[0].1
            }
            TriggerFilter::Filters { .. } => "filters".to_owned(),
        };
        let applied = applied.into_iter().map(|t| (t.name, filter(t.filter)));
        applied.collect::<Vec<_>>()
    });
    applied.unwrap_or_else(|| panic!("{:#?}", checked.findings))
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = expected.iter();
    pairs
        .map(|(name, filter)| ((*name).to_owned(), (*filter).to_owned()))
        .collect()
}

#[test]
fn a_family_is_known_by_its_schema_and_a_member_that_is_named_by_its_type() {
    let schema = "dataschema=https://shop.example.com/schemas/change/v1.0.0";
    assert_eq!(
        applied("lifecycle.*"),
        pairs(&[
            (
                "ledger-order-placed",
                "type=com.example.shop.lifecycle.order.placed"
            ),
            (
                "ledger-order-refused",
                "type=com.example.shop.lifecycle.order.refused"
            ),
            ("ledger-order", schema),
        ])
    );
    assert_eq!(
        applied("lifecycle.order.packed, lifecycle.order.placed"),
        pairs(&[
            (
                "ledger-lifecycle-order-packed",
                "type=com.example.shop.lifecycle.order.packed"
            ),
            (
                "ledger-lifecycle-order-placed",
                "type=com.example.shop.lifecycle.order.placed"
            ),
        ])
    );
    assert_eq!(
        applied("lifecycle.order.packed"),
        pairs(&[("ledger", "type=com.example.shop.lifecycle.order.packed")])
    );
}
