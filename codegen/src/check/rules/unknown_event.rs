use crate::check::rules::pattern_matches_nothing::patterns;
use crate::check::rules::wildcard_in_exact_filter::exact_names;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A route names an event type that does not exist.
    ///
    /// ## What it does
    /// Reports names in subscribers, Triggers, Flux Receivers, use cases, alert bridges, annotations of dashboards,
    /// highlights and the mapping to CDEvents that are no event type of the catalogue or of a partner.
    ///
    /// ## Why
    /// The filter would be applied as it is, and nothing would ever pass it.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.palced]
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.placed]
    /// ```
    "unknown-event", 604, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let highlights = context.index.subscribers().flat_map(|(_, s)| s.highlights.iter().map(|(name, _)| name));
    let names = patterns(context).chain(exact_names(context)).chain(highlights);
    for name in names.filter(|name| !name.contains('*')) {
        if context.routes.is_unknown(&context.index, name) {
            let finding = Finding::new(&META, name.span, format!("there is no event type `{}`", name.value))
                .label("not in the catalogue");
            findings.push(
                context
                    .routes
                    .did_you_mean(finding, &context.index, name)
                    .help("name an event type relative to the prefix, or the whole type of a partner's event"),
            );
        }
    }
}
