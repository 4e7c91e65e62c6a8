use crate::check::{Context, rule, version};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A version is not `MAJOR.MINOR.PATCH`.
    ///
    /// ## What it does
    /// Reports a `version` of the catalogue or of a schema that is not three whole numbers joined by
    /// dots, without leading zeros.
    ///
    /// ## Why
    /// The version is a part of the schema's address, and compatibility is judged by its numbers.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// version: "1.0"
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// version: 1.0.0
    /// ```
    "malformed-version", 210, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.spec.catalog.iter().map(|c| &c.body.version);
    let schemas = context.spec.data.iter().map(|f| &f.body.version);
    findings.extend(catalog.chain(schemas).filter_map(problem));
}

fn problem(text: &Text) -> Option<Finding> {
    if version::parse(text).is_some() {
        return None;
    }
    let finding = Finding::new(&META, text.span, format!("`{}` is no version", text.value)).label("not `MAJOR.MINOR.PATCH`");
    // What is often meant.
    let meant = text.trim_start_matches('v').to_owned();
    let meant = if meant.matches('.').count() == 1 { format!("{meant}.0") } else { meant };
    Some(match version::parse(&meant) {
        Some(_) => finding.help(format!("write `{meant}`")),
        None => finding.help("write three whole numbers, such as `1.0.0`"),
    })
}
