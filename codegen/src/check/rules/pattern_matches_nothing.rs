use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Subscriber, Text};

rule! {
    /// A pattern selects no event type.
    ///
    /// ## What it does
    /// Reports patterns with `*` at their end, in categories, subscribers, Triggers, alert bridges and
    /// annotations of dashboards, that match no event type of the catalogue or of a partner.
    ///
    /// ## Why
    /// Whoever listens with it waits for something that never comes.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     events: [lifecycle.*, notification.*]
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     events: [lifecycle.order.*]
    /// ```
    "pattern-matches-nothing", 601, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for pattern in patterns(context).filter(|p| is_pattern(p)) {
        if context.routes.is_unknown(&context.index, pattern) {
            findings.push(
                Finding::new(&META, pattern.span, format!("`{}` matches no event type", pattern.value))
                    .label("selects nothing")
                    .did_you_mean(pattern.span, pattern, beginnings(context).iter().map(String::as_str))
                    .help("write the beginning of event types, relative to the prefix, and `*` at its end"),
            );
        }
    }
}

/// A single `*`, at the end.
pub(super) fn is_pattern(text: &str) -> bool {
    text.strip_suffix('*').is_some_and(|start| !start.contains('*'))
}

/// Everything in the spec that selects event types and may do so by a pattern.
pub(super) fn patterns<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Text> {
    let spec = context.spec;
    let categories = spec.catalog.iter().flat_map(|f| f.body.categories.iter());
    let bridges = spec.alerting.iter().flat_map(|f| f.body.bridges.iter());
    let annotations = spec.dashboards.iter().flat_map(|f| &f.body.annotations);
    let flux = spec.flux.iter().flat_map(|f| &f.body.triggers);
    categories
        .flat_map(|(_, category)| category.patterns.iter().map(|p| &p.pattern))
        .chain(context.index.subscribers().flat_map(|(_, subscriber)| selectors(subscriber)))
        .chain(bridges.flat_map(|(_, bridge)| &bridge.events))
        .chain(flux.flat_map(|trigger| &trigger.events))
        .chain(annotations.flat_map(|annotation| &annotation.events))
}

fn selectors(subscriber: &Subscriber) -> impl Iterator<Item = &Text> {
    let triggers = subscriber.triggers.iter().flat_map(|t| t.events.iter().chain(&t.except));
    subscriber.events.iter().chain(triggers)
}

/// `category.*` and `category.entity.*` of every event type.
fn beginnings(context: &Context<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for known in &context.routes.known {
        for (at, _) in known.name.match_indices('.') {
            found.push(format!("{}.*", &known.name[..at]));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
