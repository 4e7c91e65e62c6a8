use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::migrate;
use crate::load::{Node, Value};
use crate::model::{Migration, MigrationExample, Text};
use crate::source::Span;

rule! {
    /// A legacy event in an example does not become what it should.
    ///
    /// ## What it does
    /// Migrates each example: the result must be a valid event of the new type, and its data those of `becomes`, where
    /// the example says so. The example's own type must be the legacy type that it stands under.
    ///
    /// ## Why
    /// The examples are events that circulate. If they are not translated rightly, the real ones are not.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.placed
    ///     data:
    ///       name: { from: [key] }
    ///       quantity: { from: [pieces] }
    ///     examples:
    ///       - event: { id: "1", type: shop.order.accepted, source: com.example.shop/desk/shop/order-7, data: { key: order-7, pieces: many } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.placed
    ///     data:
    ///       name: { from: [key] }
    ///       quantity: { from: [pieces] }
    ///     examples:
    ///       - event: { id: "1", type: shop.order.accepted, source: com.example.shop/desk/shop/order-7, subject: shop/order-7, data: { key: order-7, pieces: 2 } }
    ///         becomes: { name: order-7, quantity: 2 }
    /// ```
    "invalid-migration-example", 511, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(file), Some(_)) = (&context.spec.migrations, &context.spec.catalog) else { return };
    for (legacy, migration) in file.migrations.iter() {
        // Without a target there is nothing to try.
        if context.index.event(&migration.to).is_some() {
            for example in &migration.examples {
                try_example(context, legacy, migration, example, findings);
            }
        }
    }
}

fn try_example(
    context: &Context<'_>,
    legacy: &Text,
    migration: &Migration,
    example: &MigrationExample,
    findings: &mut Vec<Finding>,
) {
    let event = &example.event;
    if let Some(node) = event.as_map().and_then(|map| map.get("type"))
        && node.as_str() != Some(&legacy.value)
    {
        findings.push(
            Finding::new(&META, node.span, format!("the example is not of the type `{}`", legacy.value))
                .label("another type")
                .also(legacy.span, "it stands under this")
                .help(format!("write `type: {}`, or move the example", legacy.value)),
        );
        return;
    }
    match migrate(&context.index, migration, event) {
        Err(problems) => findings.extend(problems.into_iter().map(|m| m.finding(&META).also(legacy.span, "migrated by this"))),
        Ok(made) => {
            let data = made.as_map().and_then(|map| map.get("data"));
            if let (Some(expected), Some(data)) = (&example.becomes, data)
                && let Some((span, message)) = difference(expected, data, "the data")
            {
                findings.push(
                    Finding::new(&META, span, message)
                        .label("not what the migration makes")
                        .also(legacy.span, "of this")
                        .help("correct the rules of the migration, or `becomes`"),
                );
            }
        }
    }
}

/// The first place at which two values differ.
fn difference(expected: &Node, made: &Node, what: &str) -> Option<(Span, String)> {
    match (&expected.value, &made.value) {
        (Value::Map(expected_map), Value::Map(made_map)) => {
            for (key, value) in expected_map.iter() {
                match made_map.get(key) {
                    None => return Some((key.span, format!("the migrated data have no `{}`", key.value))),
                    Some(other) => {
                        if let Some(found) = difference(value, other, &format!("`{}`", key.value)) {
                            return Some(found);
                        }
                    }
                }
            }
            let (key, _) = made_map.iter().find(|(key, _)| expected_map.get(key).is_none())?;
            let message = format!("the migrated data have `{}` too", key.value);
            Some((expected.span.part(0, 1), message))
        }
        (Value::Seq(items), Value::Seq(others)) if items.len() == others.len() => {
            items.iter().zip(others).find_map(|(item, other)| difference(item, other, what))
        }
        _ if expected.to_json() == made.to_json() => None,
        _ => Some((expected.span, format!("{what} becomes {}", shown(made)))),
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Map(_) => "an object".to_owned(),
        Value::Seq(_) => "a list".to_owned(),
        _ => format!("`{}`", node.to_json()),
    }
}
