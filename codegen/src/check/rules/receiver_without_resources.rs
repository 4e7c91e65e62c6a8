use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Flux Receiver reconciles nothing.
    ///
    /// ## What it does
    /// Reports Receivers whose `resources` or `events` are missing or empty.
    ///
    /// ## Why
    /// Flux refuses a Receiver without resources, and one without events takes every event.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resources: []
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resources:
    ///       - { kind: GitRepository, name: shop, namespace: flux-system }
    /// ```
    "receiver-without-resources", 610, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, receiver) in context.spec.flux.iter().flat_map(|f| f.body.receivers.iter()) {
        let missing = [(receiver.resources.is_empty(), "resources"), (receiver.events.is_empty(), "events")];
        for (_, word) in missing.into_iter().filter(|(empty, _)| *empty) {
            findings.push(
                Finding::new(&META, name.span, format!("the Receiver `{}` has no {word}", name.value))
                    .label(format!("`{word}` is empty"))
                    .help(format!("list at least one below `{word}:`")),
            );
        }
    }
}
