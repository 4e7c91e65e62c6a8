use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A legacy event type has the name of a live one.
    ///
    /// ## What it does
    /// Reports migrations of types that the catalogue declares as live, and legacy types that differ
    /// from each other in upper and lower case only.
    ///
    /// ## Why
    /// An arriving event could be taken either way. Systems that compare types without regard to case
    /// see the same name twice.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// migrations:
    ///   com.example.shop.lifecycle.order.placed: { to: lifecycle.order.refused }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// migrations:
    ///   shop.order.declined: { to: lifecycle.order.refused }
    /// ```
    "legacy-type-is-live", 503, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    for (legacy, _) in file.migrations.iter() {
        let short = context.index.short(legacy);
        let full = short.len() < legacy.value.len();
        if let Some(event) = context.index.event(short).filter(|_| full) {
            findings.push(
                Finding::new(&META, legacy.span, format!("`{}` is a live event type", legacy.value))
                    .label("legacy here")
                    .also(event.key.span, "live here")
                    .help("remove the migration, or the event type"),
            );
        }
    }
    let names = file.migrations.iter().map(|(name, _)| (name.to_lowercase(), name));
    for (second, first) in repeated(names) {
        findings.push(
            Finding::new(&META, second.span, format!("`{}` is `{}` in other letters", second.value, first.value))
                .label("differs in case only")
                .also(first.span, "from this")
                .help("keep the one that circulates"),
        );
    }
}
