use crate::check::{Context, cdevents, rule};
use crate::diagnostics::Finding;
use crate::model::CdEvent;

rule! {
    /// A CDEvent has a type or version that its specification does not know.
    ///
    /// ## What it does
    /// Compares `type` and `version` of each mapping with the event types of CDEvents 0.4.1.
    ///
    /// ## Why
    /// Receivers check a CDEvent against the schema that its type and version name, and refuse others
    /// with 400.
    ///
    /// ## Fails
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.remove
    ///     version: 0.2.0
    ///     summary: An order was closed
    ///     event: lifecycle.order.placed
    ///     subject: { id: subject }
    /// ```
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.removed
    ///     version: 0.3.0
    ///     summary: An order was closed
    ///     event: lifecycle.order.placed
    ///     subject: { id: subject }
    /// ```
    ///
    /// ## Passes
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.removed
    ///     version: 0.2.0
    ///     summary: An order was closed
    ///     event: lifecycle.order.placed
    ///     subject: { id: subject }
    /// ```
    "unknown-cdevent", 615, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mappings = context.spec.cdevents.iter().flat_map(|f| &f.body.mapping);
    findings.extend(mappings.filter_map(mapping));
}

fn mapping(mapping: &CdEvent) -> Option<Finding> {
    let name = &mapping.r#type;
    let Some(cdevents::CdEventType { version, .. }) = cdevents::named(name) else {
        return Some(
            Finding::new(&META, name.span, format!("CDEvents {} has no type `{}`", cdevents::VERSION, name.value))
                .label("unknown")
                .did_you_mean(name.span, name, cdevents::types().map(|known| known.name))
                .help("name a type without its version; events without a standard type become custom ones by themselves"),
        );
    };
    let written = &mapping.version;
    (written.value != version).then(|| {
        Finding::new(&META, written.span, format!("`{}` has the version {version} in CDEvents {}", name.value, cdevents::VERSION))
            .label("another version")
            .also(name.span, "this type")
            .help(format!("write `version: {version}`"))
            .replace(format!("write {version}"), version, true)
    })
}
