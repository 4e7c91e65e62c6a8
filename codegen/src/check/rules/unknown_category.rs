use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A file of events belongs to a category that the catalogue does not have.
    ///
    /// ## What it does
    /// Reports a `category` in `events/` that `catalog.yaml` does not list.
    ///
    /// ## Why
    /// The category says who sends its events, who receives them and what each of them must say. Without
    /// it none of the events is generated.
    ///
    /// ## Fails
    /// ```yaml events/query.yaml
    /// category: query
    /// events: {}
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// category: command
    /// ```
    "unknown-category", 105, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    for file in &context.spec.events {
        let name = &file.category;
        if !catalog.categories.contains(name) {
            let finding = Finding::new(&META, name.span, format!("the catalogue has no category `{}`", name.value))
                .label("unknown category")
                .did_you_mean(name.span, name, catalog.categories.names())
                .help("list it below `categories` in `catalog.yaml`");
            findings.push(finding);
        }
    }
}
