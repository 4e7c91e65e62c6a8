use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A pattern stands where the real filter compares whole names.
    ///
    /// ## What it does
    /// Reports `*` in the events of a Flux Receiver, in the use cases of Flux and in the mapping to CDEvents.
    ///
    /// ## Why
    /// Flux compares the header `Ce-Type` with each entry of `events`, letter by letter: a `*` there matches
    /// nothing but a star.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.*]
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.placed, lifecycle.order.refused]
    /// ```
    "wildcard-in-exact-filter", 603, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for name in exact_names(context) {
        if let Some(at) = name.find('*') {
            findings.push(
                Finding::new(&META, context.inside(name, at, 1), format!("`{}` is compared as a whole", name.value))
                    .label("matches a star only")
                    .help("list the event types one by one"),
            );
        }
    }
}

/// Everything in the routes that names one event type.
pub(super) fn exact_names<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Text> {
    let flux = context.spec.flux.as_ref().map(|f| &f.body);
    let receivers = flux.into_iter().flat_map(|f| f.receivers.iter()).flat_map(|(_, r)| &r.events);
    let cases = flux.into_iter().flat_map(|f| f.use_cases.iter().map(|c| &c.event));
    let mapped = context.spec.cdevents.iter().flat_map(|f| f.body.mapping.iter().map(|m| &m.event));
    receivers.chain(cases).chain(mapped)
}
