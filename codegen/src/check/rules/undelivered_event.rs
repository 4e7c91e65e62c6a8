use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A subscriber lists an event type that nothing brings to it.
    ///
    /// ## What it does
    /// Reports entries of a subscriber's `events` that none of its Triggers selects, where no `via` says
    /// how they arrive otherwise.
    ///
    /// ## Why
    /// The catalogue promises a delivery that no broker will make.
    ///
    /// ## Fails
    /// ```yaml consumers.yaml
    /// # …
    /// consumers:
    ///   desk:
    ///     events: [command.order.place, lifecycle.order.refused]
    /// ```
    ///
    /// ## Passes
    /// ```yaml consumers.yaml
    /// # …
    /// consumers:
    ///   desk:
    ///     events: [command.order.place, lifecycle.order.refused]
    ///     via: the desk's own queue
    /// ```
    "undelivered-event", 607, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routes = &context.routes;
    for (name, subscriber) in context.index.subscribers().filter(|(_, s)| s.via.is_none()) {
        if subscriber.triggers.is_empty() {
            findings.push(
                Finding::new(&META, name.span, format!("nothing brings events to `{}`", name.value))
                    .label("has no Trigger")
                    .help("add `triggers:`, or say in `via:` how events reach it"),
            );
            continue;
        }
        let mut brought = HashSet::new();
        for trigger in &subscriber.triggers {
            let except = routes.selected(&context.index, &trigger.except);
            let selected = routes.selected(&context.index, &trigger.events);
            brought.extend(selected.difference(&except).copied());
        }
        for pattern in &subscriber.events {
            let missing = routes.select(&context.index, pattern).find(|at| !brought.contains(at));
            if let Some(missing) = missing {
                let event = &routes.known[missing].name;
                findings.push(
                    Finding::new(&META, pattern.span, format!("no Trigger brings `{event}` to `{}`", name.value))
                        .label("listed, but not brought")
                        .help("add it to the `events` of a Trigger, or say in `via:` how it arrives"),
                );
            }
        }
    }
}
