use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The runtime emits an event type that does not exist.
    ///
    /// ## What it does
    /// Reports `emits` of the timeout and shutdown rules that names no event type.
    ///
    /// ## Why
    /// The runtime would have no type to send, and nobody would wait for it.
    ///
    /// ## Fails
    /// ```yaml runtimes.yaml
    /// # …
    /// timeout:
    ///   emits: lifecycle.order.refusd
    /// ```
    ///
    /// ## Passes
    /// ```yaml runtimes.yaml
    /// # …
    /// timeout:
    ///   emits: lifecycle.order.refused
    /// ```
    "unknown-emitted-event", 712, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let procedures = context.spec.runtimes.iter().flat_map(|f| [&f.body.timeout, &f.body.shutdown]);
    for name in procedures.filter_map(|p| p.emits.as_ref()) {
        if name.contains('*') || context.routes.is_unknown(&context.index, name) {
            let finding = Finding::new(&META, name.span, format!("there is no event type `{}`", name.value))
                .label("cannot be emitted");
            findings.push(
                context
                    .routes
                    .did_you_mean(finding, &context.index, name)
                    .help("name an event type relative to the prefix: category, entity, action"),
            );
        }
    }
}
