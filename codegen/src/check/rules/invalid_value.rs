use crate::check::data::{validate, validate_listed};
use crate::check::{Context, Role, SchemaRef, Visit, rule};
use crate::diagnostics::Finding;
use crate::load::Node;

rule! {
    /// A value in a schema does not fit the schema.
    ///
    /// ## What it does
    /// Validates each `default`, `const`, `enum` value and example against the schema that it stands in,
    /// and reports the place inside it that does not fit.
    ///
    /// ## Why
    /// Defaults end up in events, and examples are copied.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     pieces: { type: integer, description: How many., minimum: 1, default: 0 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     pieces: { type: integer, description: How many., minimum: 1, default: 1 }
    /// ```
    "invalid-value", 308, Error, each_schema check
}

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    let at = SchemaRef { file: visit.file, schema };
    for value in schema.r#enum.iter().flat_map(|e| e.iter()) {
        let mismatches = validate_listed(&context.index, at, value);
        findings.extend(mismatches.into_iter().map(|m| m.finding(&META).label("in a listed value")));
    }
    let mut values = |values: &mut dyn Iterator<Item = &Node>, what: &str| {
        for value in values {
            let mismatches = validate(&context.index, at, value);
            findings.extend(mismatches.into_iter().map(|m| m.finding(&META).label(format!("in {what}"))));
        }
    };
    values(&mut schema.default.iter(), "the default");
    values(&mut schema.r#const.iter(), "the constant");
    values(&mut schema.examples.iter(), "an example");
    if let Role::Root = visit.role {
        values(&mut visit.file.body.examples.iter(), "an example");
    }
}
