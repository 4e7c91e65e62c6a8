use std::collections::HashMap;

use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::{Additional, JsonType};

rule! {
    /// A member is required that the schema does not list.
    ///
    /// ## What it does
    /// Reports a name in `required` that is not among the `properties`, and one that stands there twice.
    /// In a map, whose `additionalProperties` describe its members, any name can be required.
    ///
    /// ## Why
    /// Generated types would have no field for it, so that no value they write is valid.
    ///
    /// ## Fails
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   required: [orderref]
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   required: [orderRef]
    /// ```
    "required-member", 305, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    let open = match &schema.additional_properties {
        Some(Additional::Schema(_)) => true,
        Some(Additional::Any(any)) => any.value,
        None => false,
    };
    // On another type, or beside a `$ref`, the whole list is somebody else's finding.
    let object = |t: &crate::model::Types| t.types.iter().any(|t| t.value == JsonType::Object);
    let open = open || schema.reference.is_some() || !schema.r#type.as_ref().is_none_or(object);
    let mut seen = HashMap::new();
    for name in &schema.required {
        if let Some(first) = seen.insert(name.as_str(), name.span) {
            findings.push(
                Finding::new(&META, name.span, format!("`{}` is required twice", name.value))
                    .label("again here")
                    .also(first, "first here")
                    .help("remove one of the two"),
            );
        } else if !open && !schema.properties.contains(name) {
            findings.push(
                Finding::new(&META, name.span, format!("`{}` is required but not described", name.value))
                    .label("not among the `properties`")
                    .did_you_mean(name.span, name, schema.properties.names())
                    .help("describe it below `properties`, or remove it here"),
            );
        }
    }
}
