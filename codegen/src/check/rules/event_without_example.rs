use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type has no example.
    ///
    /// ## What it does
    /// Reports event types whose `examples` are missing or empty.
    ///
    /// ## Why
    /// People copy the example before they read the schema. It is also the proof that the schema
    /// can be met: each example is checked when the spec is compiled.
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
    ///     examples:
    ///       - event:
    ///           id: 7f1a
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           idempotencykey: order-7-place
    ///           data: { name: order-7, quantity: 2 }
    /// ```
    "event-without-example", 404, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in context.index.events.iter().filter(|e| e.event.examples.is_empty()) {
        findings.push(
            Finding::new(&META, event.key.span, format!("`{}` has no example", event.short()))
                .label("shows nothing")
                .help("add `examples:` with one complete event; what follows from the catalogue may be left out"),
        );
    }
}
