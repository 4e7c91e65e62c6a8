use crate::check::{Context, EventRef, rule};
use crate::diagnostics::Finding;
use crate::model::EventExample;

rule! {
    /// An example of a family of types is not of one of its types.
    ///
    /// ## What it does
    /// An event type whose last part is `*` is an open family. Each of its examples must name in
    /// `type` a member of the family, with a word instead of the `*`.
    ///
    /// ## Why
    /// No event has the type of a whole family: an example without a type of its own cannot be sent.
    ///
    /// ## Fails
    /// ```yaml events/lifecycle.yaml
    /// category: lifecycle
    /// events:
    ///   order.placed: &placed
    ///     summary: An order was placed
    ///     data: order
    ///     when: The order is stored
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, data: { name: order-7, quantity: 2 } } }]
    ///   order.refused: *placed
    ///   order.*: *placed
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/lifecycle.yaml
    /// category: lifecycle
    /// events:
    ///   order.placed: &placed
    ///     summary: An order was placed
    ///     data: order
    ///     when: The order is stored
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, data: { name: order-7, quantity: 2 } } }]
    ///   order.refused: *placed
    ///   order.*:
    ///     summary: An order has changed
    ///     data: order
    ///     when: The order is stored
    ///     examples:
    ///       - event:
    ///           id: 7f1b
    ///           type: com.example.shop.lifecycle.order.packed
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           data: { name: order-7, quantity: 2 }
    /// ```
    "example-of-family", 406, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in context.index.events.iter().filter(|e| e.is_family()) {
        findings.extend(event.event.examples.iter().filter_map(|e| example(context, event, e)));
    }
}

fn example(context: &Context<'_>, event: &EventRef<'_>, example: &EventExample) -> Option<Finding> {
    let map = example.event.as_map()?;
    let family = context.index.full_type(&event.short());
    let start = family.trim_end_matches('*');
    let finding = match map.get("type") {
        None => Finding::new(&META, example.event.span.part(0, 1), "an example of a family names no type")
            .label("of which type is this?"),
        Some(node) => {
            let member = node.as_str()?.strip_prefix(start)?;
            if !member.is_empty() && !member.contains(['*', '.']) {
                return None;
            }
            Finding::new(&META, node.span, "an example has the type of a whole family").label("not one type")
        }
    };
    Some(finding.also(event.key.span, "the family").help(format!("write `type: {start}` and a word that ends it")))
}
