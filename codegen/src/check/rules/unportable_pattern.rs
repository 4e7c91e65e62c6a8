use crate::check::data::portable;
use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A pattern does not mean the same to all targets.
    ///
    /// ## What it does
    /// Reports a part of a `pattern`, of a schema, an extension attribute or the names of a resource, that ECMA-262,
    /// RE2, Rust's `regex` and Python's `re` do not all know, or read differently: classes such as `\d`, look-around,
    /// back-references, flags, named groups and others.
    ///
    /// ## Why
    /// JSON Schema validators, the Kubernetes API server and the generated types would disagree about
    /// which events are valid.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { type: string, description: A code., pattern: '^\d+$' }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { type: string, description: A code., pattern: "^[0-9]+$" }
    /// ```
    "unportable-pattern", 311, Error, outside each_schema schema
}

fn schema(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    visit.schema.pattern.iter().for_each(|pattern| check(context, pattern, findings));
}

/// Patterns that stand outside of schemas.
fn outside(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let patterns = context.spec.resources.iter().filter_map(|resource| resource.name_pattern.as_ref());
    patterns.for_each(|pattern| check(context, pattern, findings));
    for (_, extension) in context.spec.extensions.iter().flat_map(|f| f.body.extensions.iter()) {
        let patterns = extension.pattern.iter().chain(&extension.not);
        patterns.for_each(|pattern| check(context, pattern, findings));
    }
}

fn check(context: &Context<'_>, pattern: &Text, findings: &mut Vec<Finding>) {
    if let Err(problem) = portable(pattern) {
        let span = context.inside(pattern, problem.offset, problem.len);
        findings.push(
            Finding::new(&META, span, format!("the pattern is not portable: {}", problem.message))
                .label("read differently, or not at all")
                .help(problem.help),
        );
    }
}
