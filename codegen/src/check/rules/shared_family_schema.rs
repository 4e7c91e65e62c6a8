use std::collections::HashMap;

use crate::check::triggers::{selections, split};
use crate::check::{Context, EventRef, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// An open family is known by its schema, and other events carry the same.
    ///
    /// ## What it does
    /// Where the broker compares whole values, the Trigger for an open family (`metric.*`) compares
    /// `dataschema`: nobody knows the types beforehand. Reports a family that such a Trigger selects, if the
    /// schema of its data is also that of another event type.
    ///
    /// ## Why
    /// The Trigger would bring the other events too.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.*:
    ///     summary: An order has changed
    ///     data: order
    ///     when: It is stored
    ///     examples:
    ///       - event:
    ///           id: 7f1d
    ///           type: com.example.shop.lifecycle.order.packed
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           time: "2025-12-04T10:30:01Z"
    ///           data: { name: order-7, quantity: 2 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// # …
    /// events:
    ///   order.*:
    ///     summary: An order has changed
    ///     data: change
    ///     when: It is stored
    ///     examples:
    ///       - event:
    ///           id: 7f1d
    ///           type: com.example.shop.lifecycle.order.packed
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           time: "2025-12-04T10:30:01Z"
    ///           data: { name: order-7 }
    /// ```
    /// ```yaml data/change.yaml
    /// schema: change
    /// version: 1.0.0
    /// title: Change
    /// description: What changes of orders carry.
    /// root:
    ///   type: object
    ///   description: A change of an order.
    ///   required: [name]
    ///   properties:
    ///     name: { type: string, description: Which order. }
    /// ```
    "shared-family-schema", 634, Error, check
}

/// A family and the pattern that selects it.
struct Family<'a> {
    event: EventRef<'a>,
    pattern: &'a Text,
    /// Where its data schema is named.
    data: &'a Text,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // The families that each schema stands for.
    let mut families: HashMap<&str, Vec<Family<'_>>> = HashMap::new();
    for selection in selections(context) {
        for (pattern, known) in split(context, selection) {
            let Some(number) = known.event else { continue };
            let event = context.index.events[number];
            let Some(data) = event.event.data.as_ref().filter(|_| event.is_family()) else { continue };
            let selected = families.entry(&data.value).or_default();
            if selected.iter().all(|family| family.data.span != data.span) {
                selected.push(Family { event, pattern, data });
            }
        }
    }
    for other in &context.index.events {
        let Some(data) = &other.event.data else { continue };
        let Some(same) = families.get_mut(data.value.as_str()) else { continue };
        // The first other event speaks for all.
        let shared = same.extract_if(.., |family| family.data.span != data.span);
        findings.extend(shared.map(|family| {
            let message = format!("Triggers for `{}` would bring `{}` too", family.event.short(), other.short());
            Finding::new(&META, family.data.span, message)
                .label("the schema by which the broker knows the family")
                .also(data.span, "the same schema")
                .also(family.pattern.span, "a Trigger at a broker that compares whole values")
                .help("give the family a schema of its own")
        }));
    }
}
