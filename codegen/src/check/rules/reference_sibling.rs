use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::Schema;

rule! {
    /// Something stands beside a `$ref` that would change what it refers to.
    ///
    /// ## What it does
    /// Reports keywords beside a `$ref` that bound values. What only describes is allowed: `title`,
    /// `description`, `default`, `examples` and keywords that begin with `x-`.
    ///
    /// ## Why
    /// Both would have to hold. The referred schema becomes one type, which cannot be narrower in one
    /// place, and older validators ignore everything beside a `$ref`.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     address: { $ref: "#/$defs/Address", minProperties: 2 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     address: { $ref: "#/$defs/Address", description: Where the parcel goes. }
    /// ```
    "reference-sibling", 304, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Some(reference) = &visit.schema.reference else { return };
    let beside = keywords(visit.schema);
    if !beside.is_empty() {
        findings.push(
            Finding::new(&META, reference.span, format!("{} beside a `$ref`", beside.join(", ")))
                .label("refers to a schema of its own")
                .help("move it into the schema that is referred to, or describe the value here without `$ref`"),
        );
    }
}

fn keywords(schema: &Schema) -> Vec<&'static str> {
    [
        (schema.r#type.is_some(), "`type`"),
        (!schema.properties.is_empty(), "`properties`"),
        (!schema.required.is_empty(), "`required`"),
        (schema.additional_properties.is_some(), "`additionalProperties`"),
        (schema.min_properties.is_some(), "`minProperties`"),
        (schema.max_properties.is_some(), "`maxProperties`"),
        (schema.items.is_some(), "`items`"),
        (schema.min_items.is_some(), "`minItems`"),
        (schema.max_items.is_some(), "`maxItems`"),
        (schema.unique_items.is_some(), "`uniqueItems`"),
        (schema.r#enum.is_some(), "`enum`"),
        (schema.r#const.is_some(), "`const`"),
        (schema.format.is_some(), "`format`"),
        (schema.pattern.is_some(), "`pattern`"),
        (schema.min_length.is_some(), "`minLength`"),
        (schema.max_length.is_some(), "`maxLength`"),
        (schema.minimum.is_some(), "`minimum`"),
        (schema.maximum.is_some(), "`maximum`"),
        (schema.exclusive_minimum.is_some(), "`exclusiveMinimum`"),
        (schema.exclusive_maximum.is_some(), "`exclusiveMaximum`"),
    ]
    .into_iter()
    .filter_map(|(there, word)| there.then_some(word))
    .collect()
}
