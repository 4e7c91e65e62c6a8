use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A migration reads an attribute that events do not have.
    ///
    /// ## What it does
    /// Reports `attribute` of a field rule that is neither an attribute of CloudEvents nor a declared
    /// extension.
    ///
    /// ## Why
    /// It is most likely misspelt, and the value would always be missing. Where legacy events carry an
    /// extension of their own, silence the warning with that reason.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     subject: { attribute: subjct }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     subject: { attribute: subject }
    /// ```
    "unknown-legacy-attribute", 508, Warning, check
}

const CORE: &[&str] =
    &["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let Some(file) = &spec.migrations else { return };
    if spec.broken.iter().any(|path| path == "extensions.yaml") {
        return;
    }
    let extensions = || spec.extensions.iter().flat_map(|f| f.body.extensions.names());
    let declared = |name: &str| spec.extensions.as_ref().is_some_and(|f| f.extensions.contains(name));
    for (_, migration) in file.migrations.iter() {
        let named = migration.data.iter().chain(migration.extensions.iter());
        for attribute in named.map(|(_, rule)| rule).chain(&migration.subject).filter_map(|r| r.attribute.as_ref()) {
            if CORE.contains(&attribute.value.as_str()) || declared(attribute) {
                continue;
            }
            findings.push(
                Finding::new(&META, attribute.span, format!("events have no attribute `{}`", attribute.value))
                    .label("neither of CloudEvents nor declared")
                    .did_you_mean(attribute.span, attribute, CORE.iter().copied().chain(extensions()))
                    .help("name an attribute of CloudEvents, or an extension of `extensions.yaml`"),
            );
        }
    }
}
