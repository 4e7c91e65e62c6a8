use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Somebody sends or receives events whom the catalogue does not have.
    ///
    /// ## What it does
    /// Reports a `from` or `to` of a plane, a category or a pattern that is not listed below `actors`.
    ///
    /// ## Why
    /// Nobody could look up who that is.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     from: costumer
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     from: customer
    /// ```
    "unknown-actor", 109, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let planes = catalog.planes.iter().flat_map(|(_, p)| [&p.from, &p.to]);
    let categories = catalog.categories.iter().flat_map(|(_, category)| {
        let patterns = category.patterns.iter().flat_map(|p| [&p.from, &p.to]);
        [&category.from, &category.to].into_iter().chain(patterns)
    });
    for actor in planes.chain(categories) {
        if !catalog.actors.contains(actor) {
            findings.push(
                Finding::new(&META, actor.span, format!("the catalogue has no actor `{}`", actor.value))
                    .label("unknown actor")
                    .did_you_mean(actor.span, actor, catalog.actors.names())
                    .help("list it below `actors`"),
            );
        }
    }
}
