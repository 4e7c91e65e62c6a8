use crate::check::rules::pattern_matches_nothing::{is_pattern, patterns};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A pattern has its `*` in a place where it means nothing.
    ///
    /// ## What it does
    /// Reports patterns of event types with a `*` that is not their last character.
    ///
    /// ## Why
    /// Brokers filter by equality, by prefix or by suffix. A prefix is what event types are made for: the
    /// category comes first.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     events: ["*.order.*"]
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     events: [lifecycle.order.*]
    /// ```
    "misplaced-wildcard", 602, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for pattern in patterns(context).filter(|p| !is_pattern(p)) {
        if let Some(at) = pattern.find('*') {
            findings.push(
                Finding::new(&META, context.inside(pattern, at, 1), format!("`*` inside of `{}`", pattern.value))
                    .label("not at the end")
                    .help("write the beginning of event types and `*` at its end; list several where one does not do"),
            );
        }
    }
}
