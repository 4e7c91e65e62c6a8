use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An event passes in a flow that does not exist.
    ///
    /// ## What it does
    /// Reports `event` of edges that is neither an event type of the catalogue or of a partner, nor a legacy type, nor
    /// a pattern that matches one.
    ///
    /// ## Why
    /// The diagram would show what never happens.
    ///
    /// ## Fails
    /// ```yaml flows/order.yaml
    /// # …
    /// edges:
    ///   - { from: customer, to: desk, event: command.order.palce }
    ///   - { from: desk, to: ledger, event: lifecycle.* }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flows/order.yaml
    /// # …
    /// edges:
    ///   - { from: customer, to: desk, event: command.order.place }
    ///   - { from: desk, to: ledger, event: lifecycle.* }
    /// ```
    "unknown-flow-event", 804, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let legacy = |name: &str| context.spec.migrations.as_ref().is_some_and(|f| f.migrations.contains(name));
    for edge in context.spec.flows.iter().flat_map(|flow| &flow.edges) {
        let Some(name) = &edge.event else { continue };
        if context.routes.is_unknown(&context.index, name) && !legacy(name) {
            let finding = Finding::new(&META, name.span, format!("no event type is called `{}`", name.value))
                .label("never passes");
            findings.push(
                context
                    .routes
                    .did_you_mean(finding, &context.index, name)
                    .help("name an event type or a pattern; what is no event goes into `label`"),
            );
        }
    }
}
