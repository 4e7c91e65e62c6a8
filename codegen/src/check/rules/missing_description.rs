use crate::check::{Context, Role, Visit, rule};
use crate::diagnostics::Finding;

rule! {
    /// A member or definition is not described.
    ///
    /// ## What it does
    /// Reports a member or a definition without `description`. A member with a `$ref` takes that of the
    /// schema that it refers to.
    ///
    /// ## Why
    /// The description is the doc comment in every language and the cell in every table.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark for the packers. }
    /// ```
    "missing-description", 314, Warning, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let (what, name) = match visit.role {
        Role::Member(name) => ("member", name),
        Role::Definition(name) => ("definition", name),
        _ => return,
    };
    if visit.schema.description.is_none() && visit.schema.reference.is_none() {
        findings.push(
            Finding::new(&META, name.span, format!("the {what} `{}` is not described", name.value))
                .label("no `description`")
                .help("add a `description`: what it means, in one sentence"),
        );
    }
}
