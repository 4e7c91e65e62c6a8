use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event type is answered by one that does not exist.
    ///
    /// ## What it does
    /// Reports names in `replies` that are no event type of the catalogue or of a partner.
    ///
    /// ## Why
    /// A sender would wait for an answer that nobody can give.
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
    ///     replies: [lifecycle.order.palced]
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
    ///     replies: [lifecycle.order.placed]
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    "unknown-reply", 409, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        for reply in &event.event.replies {
            let exact = !reply.contains('*') || context.index.event(reply).is_some();
            if exact && !context.routes.is_unknown(&context.index, reply) {
                continue;
            }
            let finding = Finding::new(&META, reply.span, format!("there is no event type `{}`", reply.value))
                .label("nothing can answer so")
                .also(event.key.span, "the event that it would answer");
            findings.push(
                context
                    .routes
                    .did_you_mean(finding, &context.index, reply)
                    .help("name event types relative to the prefix: category, entity, action"),
            );
        }
    }
}
