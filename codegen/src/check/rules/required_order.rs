use std::collections::{HashMap, HashSet};

use crate::check::edit::reorder;
use crate::check::{Context, Visit, rule};
use crate::diagnostics::{Finding, Fix};
use crate::model::Schema;

rule! {
    /// Required members are listed in another order than they are described in.
    ///
    /// ## What it does
    /// Reports a `required` list whose names do not follow the order of `properties`. Names that no property
    /// describes, which a map may require, come last.
    ///
    /// ## Why
    /// In one order, a reader sees at a glance whether a name is missing, and two people who add a member
    /// change the same line.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   required: [quantity, name]
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   required: [name, quantity]
    /// ```
    "required-order", 320, Warning, each_schema check
}

fn check(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    let (Some(first), Some(last)) = (schema.required.first(), schema.required.last()) else { return };
    // A list that an alias stands for is judged where it is written.
    let here = schema.span.start <= first.span.start && last.span.end <= schema.span.end;
    if !here || is_sorted(schema) {
        return;
    }
    let Some(order) = order(schema) else { return };
    let names: Vec<_> = order.iter().map(|number| schema.required[*number].value.as_str()).collect();
    let written = schema.required.iter().zip(&names);
    let Some((wrong, right)) = written.into_iter().find(|(written, name)| written.value != **name) else { return };
    let finding = Finding::new(&META, wrong.span, "`required` does not follow the order of `properties`")
        .label(format!("`{right}` is described before `{}`", wrong.value))
        .help(format!("write `required: [{}]`", names.join(", ")));
    let spans: Vec<_> = schema.required.iter().map(|name| name.span).collect();
    findings.push(match reorder(context.sources, &spans, &order) {
        Some(edits) => finding.fix(Fix {
            title: "sort `required`".into(),
            edits,
            safe: true,
        }),
        None => finding,
    });
}

/// Whether the list is met name by name on one way through the properties.
fn is_sorted(schema: &Schema) -> bool {
    let mut open = schema.required.iter().peekable();
    for name in schema.properties.names() {
        open.next_if(|required| required.value == name);
    }
    open.peek().is_none()
}

/// Numbers of the names in the order that they should stand in. `None` where names are wrong, which is
/// reported elsewhere, so that the order is not known.
fn order(schema: &Schema) -> Option<Vec<usize>> {
    let names = schema.properties.names().enumerate();
    let places: HashMap<&str, usize> = names.map(|(place, name)| (name, place)).collect();
    let mut seen = HashSet::new();
    let twice = schema.required.iter().any(|name| !seen.insert(name.value.as_str()));
    let known = |name: &str| places.contains_key(name) || schema.additional_properties.is_some();
    if twice || !schema.properties.broken().is_empty() || !schema.required.iter().all(|name| known(name)) {
        return None;
    }
    let mut order: Vec<usize> = (0..schema.required.len()).collect();
    // Stable, so that names without a place keep their order.
    order.sort_by_key(|number| places.get(schema.required[*number].value.as_str()).copied().unwrap_or(usize::MAX));
    Some(order)
}
