use crate::check::{Context, cdevents, rule};
use crate::diagnostics::Finding;

rule! {
    /// A CDEvent lacks what its type requires.
    ///
    /// ## What it does
    /// Below `subject`, a mapping must have `id` and the members of `content` that the type of the CDEvent
    /// requires.
    ///
    /// ## Why
    /// Receivers refuse a CDEvent without them. What cannot become a CDEvent of the standard type becomes a custom
    /// one, so this mapping would never be used.
    ///
    /// ## Fails
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.deployed
    ///     version: 0.2.0
    ///     summary: An order was placed
    ///     event: lifecycle.order.placed
    ///     subject: { id: subject, content.environment.id: "=shop" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml cdevents.yaml
    /// # …
    /// mapping:
    ///   - type: dev.cdevents.service.deployed
    ///     version: 0.2.0
    ///     summary: An order was placed
    ///     event: lifecycle.order.placed
    ///     subject: { id: subject, content.environment.id: "=shop", content.artifactId: "=pkg:oci/shop" }
    /// ```
    "incomplete-cdevent", 633, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for mapping in context.spec.cdevents.iter().flat_map(|f| &f.body.mapping) {
        let Some(known) = cdevents::named(&mapping.r#type) else { continue };
        let content = known.required().map(|path| format!("content.{path}"));
        let required = std::iter::once("id".to_owned()).chain(content);
        let missing: Vec<_> = required.filter(|path| !mapping.subject.contains(path)).collect();
        if !missing.is_empty() {
            let missing = missing.join("`, `");
            findings.push(
                Finding::new(&META, mapping.r#type.span, format!("`{}` needs `{missing}`", mapping.r#type.value))
                    .label("missing below `subject`")
                    .help("say where in the event the value comes from, or write a text after `=`"),
            );
        }
    }
}
