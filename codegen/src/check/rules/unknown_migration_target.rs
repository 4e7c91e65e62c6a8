use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A legacy event type becomes one that does not exist.
    ///
    /// ## What it does
    /// Reports `to` of a migration that names no event type of the catalogue, or a whole family of types.
    ///
    /// ## Why
    /// Migrated events would have a type that nobody knows.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.palced
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.placed
    /// ```
    "unknown-migration-target", 501, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    let legacy_types: HashSet<&str> = file.migrations.names().collect();
    for (legacy, migration) in file.migrations.iter() {
        let to = &migration.to;
        // A target that is a legacy type itself has a rule of its own.
        if legacy_types.contains(to.value.as_str()) {
            continue;
        }
        let finding = if to.contains('*') {
            Finding::new(&META, to.span, format!("`{}` is no single event type", to.value)).label("a pattern")
        } else if context.index.event(to).is_none() && context.routes.is_unknown(&context.index, to) {
            let finding = Finding::new(&META, to.span, format!("there is no event type `{}`", to.value));
            context.routes.did_you_mean(finding.label("not in the catalogue"), &context.index, to)
        } else {
            continue;
        };
        findings.push(
            finding
                .also(legacy.span, "the legacy type")
                .help("name an event type relative to the prefix: category, entity, action"),
        );
    }
}
