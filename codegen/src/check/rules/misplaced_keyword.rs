use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::{Additional, JsonType, Schema};
use crate::source::Span;

rule! {
    /// A keyword speaks of another type than the schema's.
    ///
    /// ## What it does
    /// Reports a keyword that bounds values of a type which the schema does not allow, such as
    /// `minLength` on an integer, and `x-closed` without an `enum`.
    ///
    /// ## Why
    /// It never has an effect. More often than not the type is the mistake.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { type: integer, description: A code., minLength: 4 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { type: string, description: A code., minLength: 4 }
    /// ```
    "misplaced-keyword", 307, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    if let (Some(closed), None) = (&schema.x_closed, &*schema.r#enum) {
        findings.push(
            Finding::new(&META, closed.span, "`x-closed` without an `enum`")
                .label("closes nothing")
                .help("list the values in `enum`, or remove it"),
        );
    }
    let Some(types) = &schema.r#type else { return };
    let allows = |r#type| types.types.iter().any(|t| t.value == r#type);
    // A `type` that names nothing has a finding of its own.
    if types.types.is_empty() {
        return;
    }
    let mut misplaced = |keywords: Vec<(&str, Span)>, of: &str| {
        for (keyword, span) in keywords {
            let words: Vec<_> = types.types.iter().map(|t| t.as_str()).collect();
            let word = words.join(" or ");
            findings.push(
                Finding::new(&META, span, format!("`{keyword}` on {word}"))
                    .label(format!("a keyword of {of}"))
                    .also(types.span, "the type")
                    .help(format!("remove `{keyword}`, or correct the type")),
            );
        }
    };
    if !allows(JsonType::Object) {
        misplaced(of_objects(schema), "objects");
    }
    if !allows(JsonType::Array) {
        misplaced(of_lists(schema), "lists");
    }
    if !allows(JsonType::String) {
        misplaced(of_texts(schema), "texts");
    }
    if !allows(JsonType::Integer) && !allows(JsonType::Number) {
        misplaced(of_numbers(schema), "numbers");
    }
}

fn of_objects(schema: &Schema) -> Vec<(&'static str, Span)> {
    let additional = schema.additional_properties.as_ref().map(|a| match a {
        Additional::Any(any) => any.span,
        Additional::Schema(schema) => schema.span.part(0, 1),
    });
    there([
        ("properties", schema.properties.iter().next().map(|(name, _)| name.span)),
        ("required", schema.required.first().map(|name| name.span)),
        ("additionalProperties", additional),
        ("minProperties", schema.min_properties.as_ref().map(|v| v.span)),
        ("maxProperties", schema.max_properties.as_ref().map(|v| v.span)),
    ])
}

fn of_lists(schema: &Schema) -> Vec<(&'static str, Span)> {
    there([
        ("items", schema.items.as_ref().map(|items| items.span.part(0, 1))),
        ("minItems", schema.min_items.as_ref().map(|v| v.span)),
        ("maxItems", schema.max_items.as_ref().map(|v| v.span)),
        ("uniqueItems", schema.unique_items.as_ref().map(|v| v.span)),
        ("x-kubernetes-list-type", schema.x_kubernetes_list_type.as_ref().map(|v| v.span)),
        ("x-kubernetes-list-map-keys", schema.x_kubernetes_list_map_keys.first().map(|v| v.span)),
    ])
}

fn of_texts(schema: &Schema) -> Vec<(&'static str, Span)> {
    there([
        ("format", schema.format.as_ref().map(|v| v.span)),
        ("pattern", schema.pattern.as_ref().map(|v| v.span)),
        ("minLength", schema.min_length.as_ref().map(|v| v.span)),
        ("maxLength", schema.max_length.as_ref().map(|v| v.span)),
    ])
}

fn of_numbers(schema: &Schema) -> Vec<(&'static str, Span)> {
    there([
        ("minimum", schema.minimum.as_ref().map(|v| v.span)),
        ("maximum", schema.maximum.as_ref().map(|v| v.span)),
        ("exclusiveMinimum", schema.exclusive_minimum.as_ref().map(|v| v.span)),
        ("exclusiveMaximum", schema.exclusive_maximum.as_ref().map(|v| v.span)),
        ("x-unit", schema.x_unit.as_ref().map(|v| v.span)),
    ])
}

fn there<const N: usize>(keywords: [(&'static str, Option<Span>); N]) -> Vec<(&'static str, Span)> {
    keywords.into_iter().filter_map(|(word, span)| Some((word, span?))).collect()
}
