use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;

rule! {
    /// A part of a schema is deprecated without a word on what to do instead.
    ///
    /// ## What it does
    /// Reports an `x-deprecated` that has neither `replacedBy` nor `note`.
    ///
    /// ## Why
    /// Who sees the warning wants to get rid of it.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark., x-deprecated: { since: 1.0.0 } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark., x-deprecated: { since: 1.0.0, replacedBy: labels } }
    /// ```
    "vague-deprecation", 319, Warning, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Some(deprecated) = &*visit.schema.x_deprecated else { return };
    if deprecated.replaced_by.is_none() && deprecated.note.is_none() {
        findings.push(
            Finding::new(&META, deprecated.since.span, "deprecated, but nothing said about what to use instead")
                .label("since then")
                .help("add `replacedBy` with the member to use, or a `note`"),
        );
    }
}
