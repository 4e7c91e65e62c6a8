use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Spanned;

rule! {
    /// A schema uses a keyword that not every target can carry.
    ///
    /// ## What it does
    /// Reports a keyword outside the closed list that data schemas are written in.
    ///
    /// ## Why
    /// Rust, TypeScript, Python, Go, the CRD and the docs are made from one schema. A keyword that one of them
    /// cannot express would be dropped there, and readers of that target would trust data that the schema
    /// refuses.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { description: A code., anyOf: [{ type: string }, { type: integer }] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     code: { description: A code., type: [string, integer] }
    /// ```
    "unsupported-keyword", 301, Error
}

pub(crate) fn report(key: &Spanned<String>, known: &[&str]) -> Finding {
    let finding = Finding::new(&META, key.span, format!("`{}` is not a keyword of data schemas", key.value));
    match key.value.as_str() {
        "oneOf" | "anyOf" | "allOf" | "if" | "then" | "else" | "not" | "dependentSchemas" => finding
            .label("targets disagree about combined schemas")
            .help("describe one object with optional members, or events of different types"),
        "patternProperties" | "propertyNames" => finding
            .label("no target but JSON Schema has this")
            .help("use `additionalProperties` with the schema of the values"),
        "definitions" => finding
            .label("the keyword of drafts before 2019-09")
            .help("write `$defs`, beside `root`"),
        word => {
            let finding = finding
                .label("means nothing here")
                .did_you_mean(key.span, word, known.iter().copied());
            if finding.help.is_empty() {
                return finding.help(format!("keywords are {}", known.join(", ")));
            }
            finding
        }
    }
}
