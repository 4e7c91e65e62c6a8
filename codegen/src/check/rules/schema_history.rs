use crate::check::{Context, Visit, rule, version};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A part of a schema claims to come from a version that does not exist.
    ///
    /// ## What it does
    /// Reports an `x-since` or `since` of an `x-deprecated` that is not `MAJOR.MINOR.PATCH`, or is later
    /// than the schema's own version.
    ///
    /// ## Why
    /// Readers decide by it which versions have the member. A version still to come is most often a
    /// schema whose own version was forgotten.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark., x-since: 1.1.0 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// version: 1.1.0
    /// root:
    ///   properties:
    ///     note: { type: string, description: A remark., x-since: 1.1.0 }
    /// ```
    "schema-history", 318, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let deprecated = visit.schema.x_deprecated.as_ref().map(|d| &d.since);
    for since in visit.schema.x_since.iter().chain(deprecated) {
        findings.extend(problem(since, &visit.file.body.version));
    }
}

fn problem(since: &Text, own: &Text) -> Option<Finding> {
    let Some(number) = version::parse(since) else {
        return Some(
            Finding::new(&META, since.span, format!("`{}` is no version", since.value))
                .label("not `MAJOR.MINOR.PATCH`")
                .help("write three whole numbers, such as `1.0.0`"),
        );
    };
    // A version of the schema that is none has a finding of its own.
    let schema = version::parse(own)?;
    (number > schema).then(|| {
        Finding::new(&META, since.span, format!("`{}` is later than the schema's version", since.value))
            .label("still to come")
            .also(own.span, "the schema's version")
            .help("raise the version of the schema, or correct this one")
    })
}
