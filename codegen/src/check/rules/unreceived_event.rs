use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Nobody receives an event type, and nothing says why.
    ///
    /// ## What it does
    /// Reports event types that no consumer, observer or Flux Receiver gets, unless `unrouted` gives
    /// the reason. A catalogue that describes no receivers at all is left alone.
    ///
    /// ## Why
    /// An event that goes nowhere is either a forgotten route or work for nothing.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// category: command
    /// events:
    ///   order.place: &place
    ///     summary: Request to place an order
    ///     data: order
    ///     idempotent: true
    ///     effect: Stores the order
    ///     response: The order as it was placed
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    ///   order.cancel: *place
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
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    ///   order.cancel:
    ///     summary: Request to cancel an order
    ///     data: order
    ///     idempotent: true
    ///     effect: Removes the order
    ///     response: The order as it was
    ///     unrouted: The desk learns to cancel with its next version.
    ///     examples: [{ event: { id: b, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    "unreceived-event", 410, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.routes.complete {
        return;
    }
    for (event, ways) in context.index.events.iter().zip(&context.routes.ways) {
        if ways.is_empty() && event.event.unrouted.is_none() {
            findings.push(
                Finding::new(&META, event.key.span, format!("nobody receives `{}`", event.short()))
                    .label("goes nowhere")
                    .help("add it to a Trigger of a consumer or observer")
                    .help("or say why nobody receives it in `unrouted:`"),
            );
        }
    }
}
