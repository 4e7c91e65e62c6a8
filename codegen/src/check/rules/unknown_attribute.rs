use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::attributes::ATTRIBUTES;

rule! {
    /// An attribute that CloudEvents does not define is listed as one that it does.
    ///
    /// ## What it does
    /// Reports a name below `attributes` in `extensions.yaml` that is none of the attributes of
    /// CloudEvents 1.0.
    ///
    /// ## Why
    /// Attributes of one's own have a type, which only `extensions` can say.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// attributes:
    ///   subjekt: { summary: The order. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// attributes:
    ///   subject: { summary: The order., requiredFor: ["*"] }
    /// ```
    "unknown-attribute", 203, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, _) in context.spec.extensions.iter().flat_map(|f| f.body.attributes.iter()) {
        if !ATTRIBUTES.contains(&name.as_str()) {
            findings.push(
                Finding::new(&META, name.span, format!("CloudEvents defines no attribute `{}`", name.value))
                    .label("not a core attribute")
                    .did_you_mean(name.span, name, ATTRIBUTES.iter().copied())
                    .help("move it below `extensions`, with its type"),
            );
        }
    }
}
