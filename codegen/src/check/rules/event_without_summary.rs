use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type does not say what it is about.
    ///
    /// ## What it does
    /// Reports event types without `summary`.
    ///
    /// ## Why
    /// The summary is the event's line in every table, and the doc comment of its type in every language.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// category: command
    /// events:
    ///   order.place:
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
    "event-without-summary", 401, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in context.index.events.iter().filter(|e| e.event.summary.is_none()) {
        findings.push(
            Finding::new(&META, event.key.span, format!("`{}` has no summary", event.short()))
                .label("says nothing about itself")
                .help("add `summary:` with a few words on what the event says"),
        );
    }
}
