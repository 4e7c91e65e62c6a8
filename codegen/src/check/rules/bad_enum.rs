use std::collections::HashMap;

use crate::check::data::canonical;
use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;

rule! {
    /// An `enum` lists nothing, or something twice.
    ///
    /// ## What it does
    /// Reports an empty `enum`, and a value that is there before.
    ///
    /// ## Why
    /// Nothing fits an empty list. A repeated value makes two variants of one name, and is often a
    /// misspelt other.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     size: { type: string, description: Its size., enum: [small, large, small] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     size: { type: string, description: Its size., enum: [small, large] }
    /// ```
    "bad-enum", 310, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Some(values) = &*visit.schema.r#enum else { return };
    if values.is_empty() {
        findings.push(
            Finding::new(&META, values.span, "an `enum` without values")
                .label("nothing fits")
                .help("list the values, or remove `enum`"),
        );
    }
    let mut seen = HashMap::new();
    for value in values.iter() {
        let text = canonical(value);
        if let Some(first) = seen.get(&text) {
            findings.push(
                Finding::new(&META, value.span, format!("{text} is listed twice"))
                    .label("again here")
                    .also(*first, "first here")
                    .help("remove one of the two"),
            );
        } else {
            seen.insert(text, value.span);
        }
    }
}
