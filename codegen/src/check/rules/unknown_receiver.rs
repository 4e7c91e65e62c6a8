use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Events are published to a Flux Receiver that cannot take them.
    ///
    /// ## What it does
    /// Reports Triggers and SinkBindings of `flux.yaml` whose `receiver` is not listed, and Triggers whose
    /// events their Receiver does not list.
    ///
    /// ## Why
    /// The path of a webhook belongs to one Receiver: without it there is nothing to deliver to. What a
    /// Receiver does not list it answers with 200 and ignores.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// sinkBindings:
    ///   - { name: a, namespace: shop, subject: { kind: Deployment, name: desk }, receiver: shop-order }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// sinkBindings:
    ///   - { name: a, namespace: shop, subject: { kind: Deployment, name: desk }, receiver: shop-orders }
    /// ```
    "unknown-receiver", 611, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(flux) = &context.spec.flux else { return };
    let bindings = flux.sink_bindings.iter().map(|b| &b.receiver);
    for name in flux.triggers.iter().map(|t| &t.receiver).chain(bindings) {
        if !flux.receivers.contains(name) {
            findings.push(
                Finding::new(&META, name.span, format!("there is no Receiver `{}`", name.value))
                    .label("not below `receivers`")
                    .did_you_mean(name.span, name, flux.receivers.names())
                    .help("list it below `receivers:`, or name one that is there"),
            );
        }
    }
    for trigger in &flux.triggers {
        let Some(receiver) = flux.receivers.get(&trigger.receiver) else { continue };
        let taken = context.routes.selected(&context.index, &receiver.events);
        for pattern in &trigger.events {
            let mut selected = context.routes.select(&context.index, pattern);
            if let Some(other) = selected.find(|at| !taken.contains(at)) {
                let event = &context.routes.known[other].name;
                findings.push(
                    Finding::new(&META, pattern.span, format!("`{}` does not list `{event}`", trigger.receiver.value))
                        .label("ignored by the Receiver")
                        .also(trigger.receiver.span, "the Receiver")
                        .help("add it to the Receiver's `events`, or remove it here"),
                );
            }
        }
    }
}
