use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Flux Receiver lists an event that nothing brings to it.
    ///
    /// ## What it does
    /// Reports events of a Receiver that no Trigger of `flux.yaml` sends to it. A SinkBinding that
    /// names the Receiver brings whatever its subject sends.
    ///
    /// ## Why
    /// A Receiver waits for HTTP requests; without somebody who makes them, Flux never acts on the
    /// event.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.placed]
    /// triggers: []
    /// sinkBindings: []
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.placed]
    /// sinkBindings: []
    /// ```
    "unpublished-event", 626, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(flux) = context.spec.flux.as_ref().map(|file| &file.body) else { return };
    let bound: HashSet<&str> = flux.sink_bindings.iter().map(|b| b.receiver.value.as_str()).collect();
    let brought: HashSet<(&str, &str)> = flux
        .triggers
        .iter()
        .flat_map(|t| t.events.iter().map(|e| (t.receiver.value.as_str(), context.index.short(&e.value))))
        .collect();
    for (name, receiver) in flux.receivers.iter().filter(|(name, _)| !bound.contains(name.value.as_str())) {
        for event in &receiver.events {
            if !brought.contains(&(name.value.as_str(), context.index.short(&event.value))) {
                findings.push(
                    Finding::new(&META, event.span, format!("nothing brings `{}` to `{}`", event.value, name.value))
                        .label("the Receiver waits for it in vain")
                        .help(format!("add it to a Trigger below `triggers:` with `receiver: {}`", name.value)),
                );
            }
        }
    }
}
