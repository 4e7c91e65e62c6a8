use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Trigger brings an event type that its subscriber does not list.
    ///
    /// ## What it does
    /// Reports patterns of a Trigger that select event types outside of the subscriber's `events`.
    ///
    /// ## Why
    /// `events` is what readers see of a subscriber. What arrives beside it arrives unexpected.
    ///
    /// ## Fails
    /// ```yaml consumers.yaml
    /// # …
    /// consumers:
    ///   desk:
    ///     triggers:
    ///       - { name: shop-desk, namespace: shop, broker: shop, events: [command.*, lifecycle.*], subscriber: { uri: "http://desk" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml consumers.yaml
    /// # …
    /// consumers:
    ///   desk:
    ///     triggers:
    ///       - { name: shop-desk, namespace: shop, broker: shop, events: [command.*], subscriber: { uri: "http://desk" } }
    /// ```
    "trigger-beyond-subscription", 606, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routes = &context.routes;
    for (name, subscriber) in context.index.subscribers() {
        // A list with a gap of its own is explained there.
        if subscriber.events.iter().any(|p| routes.select(&context.index, p).is_empty()) {
            continue;
        }
        let listed = routes.selected(&context.index, &subscriber.events);
        for trigger in &subscriber.triggers {
            let except = routes.selected(&context.index, &trigger.except);
            for pattern in &trigger.events {
                let mut selected = routes.select(&context.index, pattern);
                let Some(beyond) = selected.find(|at| !listed.contains(at) && !except.contains(at)) else {
                    continue;
                };
                let event = &routes.known[beyond].name;
                findings.push(
                    Finding::new(&META, pattern.span, format!("this brings `{event}`, which `{}` does not list", name.value))
                        .label("selects more than is listed")
                        .also(name.span, "the subscriber")
                        .help(format!("add `{event}` to the subscriber's `events`, or leave it out with `except:`")),
                );
            }
        }
    }
}
