use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An environment variable must be set, yet has a default.
    ///
    /// ## What it does
    /// Reports variables with `required: true` and a `default`.
    ///
    /// ## Why
    /// Only one can be true: either a program refuses to start without it, or it takes the default.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   SHOP_NAME: { summary: Name of the shop., type: string, required: true, default: corner }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   SHOP_NAME: { summary: Name of the shop., type: string, default: corner }
    /// ```
    "required-variable-with-default", 707, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, variable) in context.spec.environment.iter().flat_map(|f| f.body.variables.iter()) {
        if let (Some(required), Some(default)) = (variable.required.filter(|r| r.value), &variable.default) {
            findings.push(
                Finding::new(&META, default.span, format!("`{}` is required and has a default", name.value))
                    .label("never used")
                    .also(required.span, "must be set")
                    .help("remove `default`, or `required`"),
            );
        }
    }
}
