use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type says that nobody receives it, but somebody does.
    ///
    /// ## What it does
    /// Reports `unrouted` on event types that a consumer, observer or Flux Receiver gets.
    ///
    /// ## Why
    /// One of the two is out of date, and the docs would show both.
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
    ///     unrouted: The desk is still being built.
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
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    "needless-unrouted", 411, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (event, ways) in context.index.events.iter().zip(&context.routes.ways) {
        if let (Some(reason), Some(way)) = (&event.event.unrouted, ways.first()) {
            findings.push(
                Finding::new(&META, reason.span, format!("`{}` is received by `{}`", event.short(), way.receiver.value))
                    .label("says that nobody receives it")
                    .also(way.pattern.span, "selected here")
                    .help("remove `unrouted`, or the route"),
            );
        }
    }
}
