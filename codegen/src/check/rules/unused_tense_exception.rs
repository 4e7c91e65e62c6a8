use std::collections::HashSet;

use super::tense;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An exception to a category's tense is not needed.
    ///
    /// ## What it does
    /// Reports a `tenseExceptions` entry for an action that no event of the category has, or that fits
    /// the tense anyway.
    ///
    /// ## Why
    /// It would let the next wrong name through unseen.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   lifecycle:
    ///     tenseExceptions:
    ///       ready: It says how things are.
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   lifecycle:
    ///     tense: past
    /// ```
    "unused-tense-exception", 113, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let actions: HashSet<(&str, &str)> =
        context.index.events.iter().map(|e| (e.category.value.as_str(), e.parts().1)).collect();
    for (name, category) in catalog.categories.iter() {
        for (action, _) in category.tense_exceptions.iter() {
            let why = if tense::fits(action, category.tense) {
                "it fits the tense"
            } else if !actions.contains(&(&name.value, &action.value)) && !context.spec.is_broken("events", name) {
                "no event of the category has this action"
            } else {
                continue;
            };
            findings.push(
                Finding::new(&META, action.span, format!("`{}` needs no exception", action.value))
                    .label(why)
                    .help("remove the exception"),
            );
        }
    }
}
