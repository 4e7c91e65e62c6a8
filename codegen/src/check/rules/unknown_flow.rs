use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A partner is shown by a flow that does not exist.
    ///
    /// ## What it does
    /// Reports `flow` of partners that names no file of `flows/`.
    ///
    /// ## Why
    /// The page of the partner would have no diagram.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// # …
    /// flow: ordre
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// # …
    /// flow: order
    /// ```
    "unknown-flow", 809, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let flows = || spec.flows.iter().map(|f| f.body.flow.value.as_str());
    for name in spec.partners.iter().filter_map(|p| p.body.flow.as_ref()) {
        if !flows().any(|flow| flow == name.value) && !spec.is_broken("flows", name) {
            findings.push(
                Finding::new(&META, name.span, format!("there is no flow `{}`", name.value))
                    .label("not in `flows/`")
                    .did_you_mean(name.span, name, flows())
                    .help("name a flow as its file does in `flow:`"),
            );
        }
    }
}
