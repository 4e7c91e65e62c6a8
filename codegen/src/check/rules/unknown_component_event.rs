use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A program of a partner receives or sends an event type that does not exist.
    ///
    /// ## What it does
    /// Reports names and patterns in `receives` and `sends` of a partner's components that are no event type
    /// of the catalogue, of a partner, or of the past.
    ///
    /// ## Why
    /// The page of the partner would promise an exchange that nobody knows.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// # …
    /// components:
    ///   teller: { summary: Tells of payments., receives: [lifecycle.order.palced] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// # …
    /// components:
    ///   teller: { summary: Tells of payments., receives: [lifecycle.order.placed] }
    /// ```
    "unknown-component-event", 808, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let legacy = |name: &str| context.spec.migrations.as_ref().is_some_and(|f| f.migrations.contains(name));
    let components = context.spec.partners.iter().flat_map(|p| p.body.components.iter());
    for name in components.flat_map(|(_, c)| c.receives.iter().chain(&c.sends)) {
        if context.routes.is_unknown(&context.index, name) && !legacy(name) {
            let finding = Finding::new(&META, name.span, format!("no event type is called `{}`", name.value))
                .label("nobody knows it");
            findings.push(
                context
                    .routes
                    .did_you_mean(finding, &context.index, name)
                    .help("declare it below the partner's `events:`, or name a type of the catalogue"),
            );
        }
    }
}
