use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A `$ref` leads to no schema.
    ///
    /// ## What it does
    /// Reports a reference that names no file in `data/` and no definition in one. A reference is the name
    /// of a schema (`order`), a definition in its file (`order#/$defs/Address`), or one in the same file
    /// (`#/$defs/Address`).
    ///
    /// ## Why
    /// What stands there has no type in any target.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     address: { $ref: "#/$defs/Adress" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     address: { $ref: "#/$defs/Address" }
    /// ```
    "unresolved-reference", 302, Error, each_schema check
}

const DEFS: &str = "/$defs/";

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Some(reference) = &visit.schema.reference else { return };
    if context.index.resolve(visit.file, reference).is_none() {
        findings.extend(report(context, visit, reference));
    }
}

/// `None` where what it leads to is there but cannot be read.
fn report(context: &Context<'_>, visit: &Visit<'_>, reference: &Text) -> Option<Finding> {
    let (name, pointer) = match reference.split_once('#') {
        Some((name, pointer)) => (name, Some(pointer)),
        None => (reference.as_str(), None),
    };
    let file = if name.is_empty() { Some(visit.file) } else { context.index.schema(name) };
    let Some(file) = file else {
        if context.spec.is_broken("data", name) {
            return None;
        }
        let span = context.inside(reference, 0, name.len());
        let finding = Finding::new(&META, span, format!("no schema is named `{name}`")).label("leads nowhere");
        let stem = name.rsplit('/').next().unwrap_or(name);
        let stem = stem.trim_end_matches(".yaml").trim_end_matches(".json");
        let finding = if context.index.schema(stem).is_some() {
            finding
                .help(format!("write `{stem}`: references hold the name of a schema, not a path"))
                .replace(format!("write `{stem}`"), stem, context.sources.text(span) == name)
        } else {
            finding.did_you_mean(span, name, context.index.schema_names())
        };
        return Some(finding.help(format!("write it into `data/{stem}.yaml`, or refer to one that is there")));
    };
    let pointer = pointer?;
    let start = reference.len() - pointer.len();
    let Some(definition) = pointer.strip_prefix(DEFS) else {
        let span = context.inside(reference, start, pointer.len());
        return Some(
            Finding::new(&META, span, format!("`#{pointer}` is no place that can be referred to"))
                .label("not a definition")
                .help("move the schema below `$defs` and write `#/$defs/Name`"),
        );
    };
    if file.body.defs.contains(definition) {
        return None;
    }
    let span = context.inside(reference, start + DEFS.len(), definition.len());
    let schema = &file.body.schema.value;
    Some(
        Finding::new(&META, span, format!("`{schema}` has no definition `{definition}`"))
            .label("leads nowhere")
            .did_you_mean(span, definition, file.body.defs.names())
            .help("write it below `$defs` of that file"),
    )
}
