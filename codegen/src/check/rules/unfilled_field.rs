use std::collections::BTreeSet;

use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::model::{Text, Unmapped};

rule! {
    /// A migration leaves a required member of the new data empty.
    ///
    /// ## What it does
    /// Reports members that the schema of the target requires and that no rule of `data` fills.
    /// With `unmapped: keep`, which is the default, what no rule names is copied: then a migration
    /// without any rule says that the data have the same shape, and one with rules must prove by an
    /// example that the rest is there. With `unmapped: drop` every required member needs a rule.
    ///
    /// ## Why
    /// Every event that is migrated so would be refused by its receiver.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.new:
    ///     to: command.order.place
    ///     unmapped: drop
    ///     data:
    ///       name: { from: [key] }
    ///     extensions:
    ///       idempotencykey: { attribute: id }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.new:
    ///     to: command.order.place
    ///     unmapped: drop
    ///     data:
    ///       name: { from: [key] }
    ///       quantity: { from: [pieces], default: 1 }
    ///     extensions:
    ///       idempotencykey: { attribute: id }
    /// ```
    "unfilled-field", 504, Error, check
}

/// Deeper than any schema that people write; schemas may contain themselves.
const MAX_DEPTH: usize = 16;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    for (legacy, migration) in file.migrations.iter() {
        let drops = migration.unmapped.is_some_and(|u| u.value == Unmapped::Drop);
        let proven = migration.data.is_empty() || !migration.examples.is_empty();
        if !migration.data.broken().is_empty() || (!drops && proven) {
            continue;
        }
        let data = context.index.event(&migration.to).and_then(|e| e.event.data.as_ref());
        let Some(schema) = data.and_then(|name| context.index.schema(name)) else { continue };
        let root = SchemaRef { file: schema, schema: &schema.root };
        let mut unfilled = Unfilled { context, found: Vec::new() };
        let rules: BTreeSet<&str> = migration.data.names().collect();
        unfilled.visit(root, "", &rules, MAX_DEPTH);
        for (path, required) in unfilled.found {
            findings.push(
                Finding::new(&META, legacy.span, format!("no rule fills `{path}`, which `{}` requires", migration.to.value))
                    .label("leaves it empty")
                    .also(required.span, "required here")
                    .help(format!("add `{path}:` below `data:`, with `from`, `value` or a `default`"))
                    .help("or show by an example that it is there, where `unmapped` is `keep`"),
            );
        }
    }
}

struct Unfilled<'c, 'a> {
    context: &'c Context<'a>,
    found: Vec<(String, &'a Text)>,
}

impl<'a> Unfilled<'_, 'a> {
    fn visit(&mut self, at: SchemaRef<'a>, parent: &str, rules: &BTreeSet<&str>, depth: usize) {
        let Some(at) = self.context.index.follow(at).filter(|_| depth > 0) else { return };
        for (name, member) in at.schema.properties.iter() {
            let path = if parent.is_empty() { name.value.clone() } else { format!("{parent}.{}", name.value) };
            if rules.contains(path.as_str()) {
                continue;
            }
            let below = format!("{path}.");
            if rules.range(below.as_str()..).next().is_some_and(|rule| rule.starts_with(&below)) {
                // Its own members are filled one by one.
                self.visit(SchemaRef { schema: member, ..at }, &path, rules, depth - 1);
            } else if let Some(required) = at.schema.required.iter().find(|r| r.value == name.value) {
                self.found.push((path, required));
            }
        }
    }
}
