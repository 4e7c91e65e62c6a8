use crate::check::data::{PathEnd, member};
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::model::{CdEvent, Text};

rule! {
    /// A path leads to nothing in an event.
    ///
    /// ## What it does
    /// Reports paths of alert bridges (in the data of their schema) and of CDEvent subjects (in the whole
    /// event: an attribute, an extension, or `data.…`) that lead to no member. A value that begins with `=` is a
    /// text; paths may stand in it in braces.
    ///
    /// ## Why
    /// The alert or CDEvent would lack the value, and most receivers refuse it then.
    ///
    /// ## Fails
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.deployed
    ///     version: 0.2.0
    ///     summary: An order was placed
    ///     event: lifecycle.order.placed
    ///     subject: { id: data.nmae, content.environment.id: "=shop", content.artifactId: "=pkg:oci/shop" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.deployed
    ///     version: 0.2.0
    ///     summary: An order was placed
    ///     event: lifecycle.order.placed
    ///     subject: { id: data.name, content.environment.id: "=shop", content.artifactId: "=pkg:oci/{data.name}" }
    /// ```
    "unknown-path", 618, Error, check
}

const ATTRIBUTES: &[&str] = &["id", "source", "type", "subject", "time", "dataschema", "datacontenttype"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, bridge) in context.spec.alerting.iter().flat_map(|f| f.body.bridges.iter()) {
        let single = [Some(&bridge.starts_at), bridge.ends_at.as_ref(), bridge.generator_url.as_ref()];
        let named = bridge.labels.iter().chain(bridge.annotations.iter());
        for path in named.map(|(_, path)| path).chain(single.into_iter().flatten()) {
            if !path.starts_with('=') {
                findings.extend(in_data(context, &bridge.data, path, 0, path));
            }
        }
    }
    for mapping in context.spec.cdevents.iter().flat_map(|f| &f.body.mapping) {
        for (_, value) in mapping.subject.iter() {
            for (path, offset) in paths(value) {
                findings.extend(in_event(context, mapping, value, offset, path));
            }
        }
    }
}

/// The paths in a value, with their byte offsets.
fn paths(value: &str) -> Vec<(&str, usize)> {
    let Some(text) = value.strip_prefix('=') else {
        return vec![(value, 0)];
    };
    let mut found = Vec::new();
    for (open, _) in text.match_indices('{') {
        if let Some(len) = text[open..].find('}') {
            found.push((&text[open + 1..open + len], open + 2));
        }
    }
    found
}

fn in_event(context: &Context<'_>, mapping: &CdEvent, value: &Text, offset: usize, path: &str) -> Option<Finding> {
    if let Some(rest) = path.strip_prefix("data.") {
        let own = context.index.event(&mapping.event).and_then(|e| e.event.data.as_ref());
        let partner = || context.index.partner_event(&mapping.event).and_then(|e| e.data.as_ref());
        return in_data(context, own.or_else(partner)?, value, offset + "data.".len(), rest);
    }
    let extensions = context.spec.extensions.as_ref().map(|f| &f.extensions);
    if path == "data" || ATTRIBUTES.contains(&path) || extensions.is_some_and(|e| e.contains(path)) {
        return None;
    }
    let known = ATTRIBUTES.iter().copied().chain(extensions.into_iter().flat_map(|e| e.names()));
    let at = context.inside(value, offset, path.len());
    Some(
        Finding::new(&META, at, format!("events have no `{path}`"))
            .label("no attribute, extension or `data.…`")
            .did_you_mean(at, path, known)
            .help("write an attribute, `data.` and a path in the data, or `=` and a text"),
    )
}

fn in_data(context: &Context<'_>, schema: &str, value: &Text, offset: usize, path: &str) -> Option<Finding> {
    let file = context.index.schema(schema)?;
    let PathEnd::Unknown(unknown) = member(&context.index, SchemaRef { file, schema: &file.root }, path) else {
        return None;
    };
    let at = context.inside(value, offset + unknown.offset, unknown.name.len());
    Some(
        Finding::new(&META, at, format!("`{schema}` data have no `{path}`"))
            .label("not in the schema")
            .also(file.schema.span, "the schema")
            .did_you_mean(at, &unknown.name, unknown.known.iter().copied())
            .help(format!("members are {}", unknown.known.join(", "))),
    )
}
