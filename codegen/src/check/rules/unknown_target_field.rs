use crate::check::data::{PathEnd, member};
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;

rule! {
    /// A migration fills a member that the new data do not have.
    ///
    /// ## What it does
    /// Reports paths in `data` of a migration that lead to no member of the target's data schema.
    ///
    /// ## Why
    /// Writers are closed: an event with such a member is refused.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.placed
    ///     data:
    ///       name: { from: [key] }
    ///       quantiy: { from: [pieces], default: 1 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.accepted:
    ///     to: lifecycle.order.placed
    ///     data:
    ///       name: { from: [key] }
    ///       quantity: { from: [pieces], default: 1 }
    /// ```
    "unknown-target-field", 505, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    for (_, migration) in file.migrations.iter() {
        let data = context.index.event(&migration.to).and_then(|e| e.event.data.as_ref());
        let Some(schema) = data.and_then(|name| context.index.schema(name)) else { continue };
        let root = SchemaRef { file: schema, schema: &schema.root };
        for (path, _) in migration.data.iter() {
            if let PathEnd::Unknown(unknown) = member(&context.index, root, path) {
                let at = context.inside(path, unknown.offset, unknown.name.len());
                // A member that has a rule already was not meant.
                let beside = |name: &str| format!("{}{name}", &path.value[..unknown.offset]);
                let known = unknown.known.iter().copied().filter(|name| !migration.data.contains(&beside(name)));
                findings.push(
                    Finding::new(&META, at, format!("the data of `{}` have no `{}`", migration.to.value, path.value))
                        .label("not in the schema")
                        .also(schema.schema.span, "the schema")
                        .did_you_mean(at, &unknown.name, known)
                        .help(format!("name a member of the schema `{}`, or add it there", schema.schema.value)),
                );
            }
        }
    }
}
