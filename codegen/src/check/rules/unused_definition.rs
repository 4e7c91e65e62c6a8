use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A definition is never used.
    ///
    /// ## What it does
    /// Reports an entry of `$defs` that no `$ref` outside of itself leads to.
    ///
    /// ## Why
    /// It is generated, documented and kept compatible for nobody; perhaps its use was lost.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// $defs:
    ///   Colour: { type: string, description: A colour. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     colour: { $ref: "#/$defs/Colour" }
    /// $defs:
    ///   Colour: { type: string, description: A colour. }
    /// ```
    "unused-definition", 316, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // A reference may stand in what could not be read.
    if !context.spec.data.iter().all(|f| f.body.defs.broken().is_empty()) || has_broken_data(context) {
        return;
    }
    let references = context.references();
    let outside = |(from, named): (usize, &crate::check::data::Named<'_>)| {
        let targets: Vec<usize> = named.references.iter().map(|r| r.to).filter(|to| *to != from).collect();
        targets
    };
    let used: HashSet<usize> = references.named.iter().enumerate().flat_map(outside).collect();
    for (number, named) in references.named.iter().enumerate() {
        if let Some(definition) = named.definition.filter(|_| !used.contains(&number)) {
            findings.push(
                Finding::new(&META, definition.span, format!("nothing refers to the definition `{}`", definition.value))
                    .label("never used")
                    .help(format!("remove it, or refer to it as `#/$defs/{}`", definition.value)),
            );
        }
    }
}

fn has_broken_data(context: &Context<'_>) -> bool {
    context.spec.broken.iter().any(|path| path.starts_with("data/"))
}
