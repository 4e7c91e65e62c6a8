use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A migration sets an extension that is not declared.
    ///
    /// ## What it does
    /// Reports names in `extensions` of a migration that `extensions.yaml` does not declare.
    ///
    /// ## Why
    /// The new event would carry an attribute that nothing explains.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.new:
    ///     to: command.order.place
    ///     extensions:
    ///       idempotencykye: { attribute: id }
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
    "unknown-migration-extension", 509, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let Some(file) = &spec.migrations else { return };
    if spec.broken.iter().any(|path| path == "extensions.yaml") {
        return;
    }
    let set = file.migrations.iter().flat_map(|(_, m)| m.extensions.iter().map(move |(name, _)| (m, name)));
    for (migration, name) in set {
        if spec.extensions.as_ref().is_some_and(|f| f.extensions.contains(name)) {
            continue;
        }
        let known = spec.extensions.iter().flat_map(|f| f.body.extensions.names());
        let known = known.filter(|known| !migration.extensions.contains(known));
        findings.push(
            Finding::new(&META, name.span, format!("there is no extension `{}`", name.value))
                .label("not declared")
                .did_you_mean(name.span, name, known)
                .help("declare it in `extensions.yaml`, or name one that is"),
        );
    }
}
