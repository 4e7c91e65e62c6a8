use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type is deprecated, and nothing says what to use instead.
    ///
    /// ## What it does
    /// Reports `deprecated` with neither `replacedBy` nor `note`.
    ///
    /// ## Why
    /// Whoever sends or receives it learns that they must change, but not to what.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// category: command
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    ///     data: order
    ///     idempotent: true
    ///     effect: Stores the order
    ///     response: The order as it was placed
    ///     deprecated: { since: 1.1.0 }
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// category: command
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    ///     data: order
    ///     idempotent: true
    ///     effect: Stores the order
    ///     response: The order as it was placed
    ///     deprecated: { since: 1.1.0, note: Orders are placed at the web shop only. }
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    "deprecated-without-replacement", 413, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        let Some(deprecated) = &event.event.deprecated else { continue };
        if deprecated.replaced_by.is_none() && deprecated.note.is_none() {
            findings.push(
                Finding::new(&META, deprecated.since.span, format!("`{}` is deprecated without a replacement", event.short()))
                    .label("what shall be used since then?")
                    .help("name the event type to use in `replacedBy`, or say in `note` why there is none"),
            );
        }
    }
}
