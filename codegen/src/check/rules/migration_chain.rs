use std::collections::HashMap;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Migration, Text};

rule! {
    /// A legacy event type becomes another legacy type.
    ///
    /// ## What it does
    /// Reports migrations whose `to` is a legacy type itself, in particular those that lead in a circle.
    ///
    /// ## Why
    /// A migration is one step, applied once. A chain would lose what its first step leaves out, and a
    /// circle would never end.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.accepted: { to: shop.order.accepted }
    ///   shop.order.accepted: { to: lifecycle.order.placed }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.accepted: { to: lifecycle.order.placed }
    ///   shop.order.accepted: { to: lifecycle.order.placed }
    /// ```
    "migration-chain", 502, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    let migrations: HashMap<&str, (&Text, &Migration)> =
        file.migrations.iter().map(|(name, m)| (name.value.as_str(), (name, m))).collect();
    for (legacy, migration) in file.migrations.iter() {
        let Some((next, _)) = migrations.get(migration.to.value.as_str()) else { continue };
        let finding = match end(&migrations, migration) {
            None => Finding::new(&META, migration.to.span, format!("the migration of `{}` leads in a circle", legacy.value))
                .help("name the live event type that it became"),
            Some(last) => {
                Finding::new(&META, migration.to.span, format!("`{}` is a legacy type itself", migration.to.value))
                    .help(format!("write `to: {}`, and the whole translation of the data here", last.to.value))
            }
        };
        findings.push(finding.label("not live").also(next.span, "migrated here"));
    }
}

/// The last migration of a chain; `None` where it has no end.
fn end<'a>(migrations: &HashMap<&str, (&Text, &'a Migration)>, start: &'a Migration) -> Option<&'a Migration> {
    let mut at = start;
    // Chains are short; what is longer is treated as a circle.
    for _ in 0..16 {
        match migrations.get(at.to.value.as_str()) {
            Some((_, next)) => at = next,
            None => return Some(at),
        }
    }
    None
}
