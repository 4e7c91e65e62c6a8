use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type does not say which data it carries.
    ///
    /// ## What it does
    /// Reports event types without `data`, the name of a schema in `data/`.
    ///
    /// ## Why
    /// Senders and receivers agree on the data by its schema; without one there is no type to generate.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// category: command
    /// events:
    ///   order.place:
    ///     summary: Request to place an order
    ///     idempotent: true
    ///     effect: Stores the order
    ///     response: The order as it was placed
    ///     examples:
    ///       - event:
    ///           id: 7f1a
    ///           source: com.example.shop/desk/shop/order-7
    ///           subject: shop/order-7
    ///           idempotencykey: order-7-place
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
    "event-without-data", 402, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in context.index.events.iter().filter(|e| e.event.data.is_none()) {
        findings.push(
            Finding::new(&META, event.key.span, format!("`{}` names no data schema", event.short()))
                .label("carries data that nobody knows")
                .help("add `data:` with the name of a schema in `data/`"),
        );
    }
}
