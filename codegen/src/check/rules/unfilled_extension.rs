use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A migration leaves out an extension that the new event must carry.
    ///
    /// ## What it does
    /// Reports extensions that the target's category or the target itself requires and that the
    /// migration does not set, unless an example proves that legacy events carry it already.
    ///
    /// ## Why
    /// The migrated events would be refused.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.new:
    ///     to: command.order.place
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.new:
    ///     to: command.order.place
    ///     extensions:
    ///       idempotencykey: { attribute: id }
    /// ```
    "unfilled-extension", 510, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(file), Some(declared)) = (&context.spec.migrations, &context.spec.extensions) else { return };
    for (legacy, migration) in file.migrations.iter() {
        let Some(target) = context.index.event(&migration.to) else { continue };
        for (name, extension) in declared.extensions.iter() {
            let by_category =
                extension.required_for.iter().find(|c| c.value == "*" || c.value == target.category.value);
            let by_event = target.event.requires.iter().find(|r| r.value == name.value);
            let Some(reason) = by_category.or(by_event) else { continue };
            if migration.extensions.contains(name) || !migration.examples.is_empty() {
                continue;
            }
            findings.push(
                Finding::new(&META, legacy.span, format!("nothing sets `{}`, which `{}` requires", name.value, migration.to.value))
                    .label("leaves it out")
                    .also(reason.span, "required here")
                    .help(format!("add `{}:` below `extensions:`, for instance with `attribute: id`", name.value)),
            );
        }
    }
}
