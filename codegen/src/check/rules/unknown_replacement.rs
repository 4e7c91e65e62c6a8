use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A deprecated event type is replaced by one that cannot be used.
    ///
    /// ## What it does
    /// Reports `replacedBy` that names no event type, the type itself, or one that is deprecated too.
    ///
    /// ## Why
    /// The one thing that a user of a deprecated type needs is a name that works.
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
    ///     deprecated: { since: 1.1.0, replacedBy: command.order.place }
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
    ///     deprecated: { since: 1.1.0, replacedBy: lifecycle.order.placed }
    ///     examples: [{ event: { id: a, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, idempotencykey: k, data: { name: order-7, quantity: 2 } } }]
    /// ```
    "unknown-replacement", 414, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for event in &context.index.events {
        let Some(name) = event.event.deprecated.as_ref().and_then(|d| d.replaced_by.as_ref()) else {
            continue;
        };
        let finding = match context.index.event(name) {
            None if context.routes.is_unknown(&context.index, name) => {
                let finding = Finding::new(&META, name.span, format!("there is no event type `{}`", name.value));
                context.routes.did_you_mean(finding.label("replaces nothing"), &context.index, name)
            }
            None => continue,
            Some(new) if new.short() == event.short() => {
                Finding::new(&META, name.span, format!("`{}` replaces itself", name.value)).label("the deprecated type")
            }
            Some(new) => match &new.event.deprecated {
                Some(deprecated) => {
                    Finding::new(&META, name.span, format!("`{}` is deprecated too", name.value))
                        .label("should not be used either")
                        .also(deprecated.since.span, "deprecated here")
                }
                None => continue,
            },
        };
        findings.push(
            finding
                .also(event.key.span, "the deprecated type")
                .help("name an event type that is not deprecated, relative to the prefix"),
        );
    }
}
