use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Trigger leaves out an event type that it does not select.
    ///
    /// ## What it does
    /// Reports entries of `except` that select nothing of what the Trigger's `events` select.
    ///
    /// ## Why
    /// It has no effect, so either it or `events` is not what was meant.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shop, events: [lifecycle.*], except: [command.order.place], subscriber: { uri: "http://ledger" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     events: [lifecycle.order.refused]
    ///     triggers:
    ///       - { name: shop-ledger, namespace: shop, broker: shop, events: [lifecycle.*], except: [lifecycle.order.placed], subscriber: { uri: "http://ledger" } }
    /// ```
    "needless-except", 608, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routes = &context.routes;
    for trigger in context.index.subscribers().flat_map(|(_, s)| &s.triggers).filter(|t| !t.except.is_empty()) {
        let selected = routes.selected(&context.index, &trigger.events);
        for pattern in &trigger.except {
            let range = routes.select(&context.index, pattern);
            // What selects nothing at all is reported as such.
            if !range.is_empty() && !range.into_iter().any(|at| selected.contains(&at)) {
                findings.push(
                    Finding::new(&META, pattern.span, format!("`{}` is not selected anyway", pattern.value))
                        .label("leaves nothing out")
                        .also(trigger.name.span, "by this Trigger")
                        .help("remove it from `except`, or check `events`"),
                );
            }
        }
    }
}
