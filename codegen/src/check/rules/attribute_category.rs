use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An attribute is required or allowed for a category that the catalogue does not have.
    ///
    /// ## What it does
    /// Reports a name in `requiredFor` or `optionalFor` that is neither a category nor `*`.
    ///
    /// ## Why
    /// The rule that was meant is not applied to anything.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: Integer, summary: Number of the delivery., requiredFor: [lifecycles] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: Integer, summary: Number of the delivery., optionalFor: [lifecycle] }
    /// ```
    "attribute-category", 204, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(catalog), Some(file)) = (&context.spec.catalog, &context.spec.extensions) else {
        return;
    };
    let attributes = file.body.attributes.iter().flat_map(|(_, a)| &a.required_for);
    let extensions =
        file.body.extensions.iter().flat_map(|(_, e)| e.required_for.iter().chain(&e.optional_for));
    for name in attributes.chain(extensions) {
        if name.value != "*" && !catalog.categories.contains(name) {
            findings.push(
                Finding::new(&META, name.span, format!("the catalogue has no category `{}`", name.value))
                    .label("unknown category")
                    .did_you_mean(name.span, name, catalog.categories.names())
                    .help("write a category, or `\"*\"` for all"),
            );
        }
    }
}
