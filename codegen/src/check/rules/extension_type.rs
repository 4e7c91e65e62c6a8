use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::AttributeType;

rule! {
    /// An extension attribute has a type that CloudEvents does not have.
    ///
    /// ## What it does
    /// Reports a `type` of an extension outside the type system of CloudEvents: `Boolean`, `Integer`,
    /// `String`, `Binary`, `URI`, `URI-reference` and `Timestamp`.
    ///
    /// ## Why
    /// Attributes travel as HTTP headers and AMQP properties; only for these types is it defined how.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: int, summary: Number of the delivery., optionalFor: ["*"] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: Integer, summary: Number of the delivery., optionalFor: ["*"] }
    /// ```
    "extension-type", 202, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, extension) in context.spec.extensions.iter().flat_map(|f| f.body.extensions.iter()) {
        let name = &extension.r#type;
        if !AttributeType::WORDS.contains(&name.as_str()) {
            findings.push(
                Finding::new(&META, name.span, format!("CloudEvents has no type `{}`", name.value))
                    .label("unknown type")
                    .did_you_mean(name.span, name, AttributeType::WORDS.iter().copied())
                    .help(format!("types are {}", AttributeType::WORDS.join(", "))),
            );
        }
    }
}
