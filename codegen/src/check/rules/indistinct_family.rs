use std::collections::HashMap;

use crate::check::triggers::{part_of, selections, split};
use crate::check::{Context, EventRef, Pattern, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A broker cannot tell an open family, or a part of one, from other events.
    ///
    /// ## What it does
    /// Where the broker compares whole values, the Trigger for an open family (`metric.*`) compares
    /// `dataschema`: nobody knows the types beforehand. Reports a family that such a Trigger selects, if the
    /// schema of its data is also that of another event type; patterns that select a part of a family
    /// (`metric.lambda*`); and members and parts after `except`.
    ///
    /// ## Why
    /// The Trigger would bring other events too, or none.
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
    "indistinct-family", 634, Error, check
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
    for selection in selections(context).filter(|s| s.is_split(&context.index)) {
        let wide = selection.events.iter().filter(|e| matches!(Pattern::new(e), Pattern::Prefix(_)));
        for (text, what) in wide.map(|e| (e, "select")).chain(selection.except.iter().map(|e| (e, "leave out"))) {
            findings.extend(part_of(context, text).map(|family| part(text, what, family)));
        }
        for (pattern, name) in split(context, selection) {
            // A member that is named is known by its type.
            let family = context.index.event(name).filter(|event| event.is_family() && event.short() == name);
            let Some((event, data)) = family.and_then(|event| Some((event, event.event.data.as_ref()?))) else { continue };
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

fn part(text: &Text, what: &str, family: &str) -> Finding {
    Finding::new(&META, text.span, format!("a broker that compares whole values cannot {what} a part of `{family}`"))
        .label(format!("known by the schema of `{family}` only"))
        .help(format!("select `{family}` as a whole, or each of its types by its name"))
}
