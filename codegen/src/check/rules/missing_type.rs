use crate::check::edit::insert_member;
use crate::check::{Context, Visit, rule};
use crate::diagnostics::{Finding, Fix};
use crate::model::{JsonType, Schema};

rule! {
    /// A schema says something about values of a type without saying the type.
    ///
    /// ## What it does
    /// Reports a schema without `type` that has keywords of objects, lists, texts or numbers, or lists
    /// values; and a `type` that is an empty list or names a type twice. A schema that says nothing at
    /// all allows every value, and is none of these.
    ///
    /// ## Why
    /// JSON Schema lets a number pass where `properties` are described without `type: object`, and
    /// typed languages would have to guess.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { description: A remark., maxLength: 100 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark., maxLength: 100 }
    /// ```
    "missing-type", 306, Error, each_schema check
}

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    if let Some(types) = &schema.r#type {
        let repeated = (1..types.types.len()).find(|n| types.types[..*n].iter().any(|t| t.value == types.types[*n].value));
        if let Some(number) = repeated {
            let again = &types.types[number];
            findings.push(
                Finding::new(&META, again.span, format!("the type `{}` is there twice", again.as_str()))
                    .label("again here")
                    .help("remove one of the two"),
            );
        }
        if types.types.is_empty() {
            let finding = Finding::new(&META, types.span, "a value of no type").label("an empty list");
            findings.push(finding.help("write a type, or remove `type` to allow every value"));
        }
        return;
    }
    let int_or_string = schema.x_kubernetes_int_or_string.as_deref() == Some(&true);
    if schema.reference.is_some() || int_or_string {
        return;
    }
    let types = implied(schema);
    let Some(first) = types.first() else { return };
    let place = schema.span.part(0, 1);
    let finding = Finding::new(&META, place, "`type` is missing").label("this schema has no type");
    let word = first.as_str();
    findings.push(match types.as_slice() {
        [JsonType::Number] => finding.help("add `type: number`, or `type: integer` for whole numbers"),
        [_] => {
            let fix = insert_member(context.sources, schema.span, &format!("type: {word}"));
            let finding = finding.help(format!("add `type: {word}`"));
            match fix {
                Some(edit) => finding.fix(Fix {
                    title: format!("add `type: {word}`"),
                    edits: vec![edit],
                    safe: true,
                }),
                None => finding,
            }
        }
        _ => finding.help("its keywords speak of values of different types: decide for one and add it"),
    });
}

/// Types that the keywords of a schema speak of.
fn implied(schema: &Schema) -> Vec<JsonType> {
    let mut types = Vec::new();
    let mut add = |there: bool, r#type| {
        if there && !types.contains(&r#type) {
            types.push(r#type);
        }
    };
    let object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || schema.additional_properties.is_some()
        || schema.min_properties.is_some()
        || schema.max_properties.is_some();
    let array = schema.items.is_some()
        || schema.min_items.is_some()
        || schema.max_items.is_some()
        || schema.unique_items.is_some();
    let text = schema.pattern.is_some()
        || schema.format.is_some()
        || schema.min_length.is_some()
        || schema.max_length.is_some();
    let number = schema.minimum.is_some()
        || schema.maximum.is_some()
        || schema.exclusive_minimum.is_some()
        || schema.exclusive_maximum.is_some()
        || schema.x_unit.is_some();
    add(object, JsonType::Object);
    add(array, JsonType::Array);
    add(text, JsonType::String);
    add(number, JsonType::Number);
    let values = schema.r#enum.iter().flat_map(|e| e.iter()).chain(&*schema.r#const);
    for value in values {
        let r#type = match value.kind() {
            "string" => JsonType::String,
            "boolean" => JsonType::Boolean,
            "array" => JsonType::Array,
            "object" => JsonType::Object,
            "null" => JsonType::Null,
            _ => JsonType::Number,
        };
        add(true, r#type);
    }
    types
}
