use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The base of the schema addresses is no address that they can be made from.
    ///
    /// ## What it does
    /// Reports a `schemaBase` that is not an absolute `https` URL, ends in `/`, or has a query or a
    /// fragment.
    ///
    /// ## Why
    /// `{schemaBase}/{schema}/v{version}` is the `dataschema` of every event and the `$id` of every
    /// schema: it must be one URI, and the same one everywhere.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// schemaBase: https://shop.example.com/schemas/
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// schemaBase: https://shop.example.com/schemas
    /// ```
    "schema-base", 209, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let base = &catalog.schema_base;
    let host = base.strip_prefix("https://").filter(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let finding = |message: &str| Finding::new(&META, base.span, message);
    if host.is_none() || format_problem("uri", base).is_some() {
        findings.push(
            finding("`schemaBase` is no absolute `https` URL")
                .help("write an address that is yours: `https://example.com/schemas`"),
        );
    } else if base.ends_with('/') {
        let span = context.inside(base, base.len() - 1, 1);
        findings.push(
            Finding::new(&META, span, "`schemaBase` ends in `/`")
                .label("one is put here anyway")
                .help("remove it")
                .replace("remove the last `/`", "", span != base.span),
        );
    } else if base.contains(['?', '#']) {
        findings.push(
            finding("`schemaBase` has a query or a fragment")
                .help("the name of each schema is put behind it: leave only the path"),
        );
    }
}
