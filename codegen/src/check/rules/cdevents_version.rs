use crate::check::{Context, cdevents, rule};
use crate::diagnostics::Finding;

rule! {
    /// The CDEvents specification has a version that is not supported.
    ///
    /// ## What it does
    /// `version` of `cdevents.yaml` must be 0.4.1.
    ///
    /// ## Why
    /// It is written into `context.version` of every CDEvent. Flux accepts no other, and the types and
    /// versions of the mapping are checked against this one.
    ///
    /// ## Fails
    /// ```yaml cdevents.yaml
    /// # …
    /// version: 0.5.0
    /// ```
    ///
    /// ## Passes
    /// ```yaml cdevents.yaml
    /// # …
    /// version: 0.4.1
    /// ```
    "cdevents-version", 616, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.cdevents else { return };
    if file.version.value != cdevents::VERSION {
        findings.push(
            Finding::new(&META, file.version.span, format!("CDEvents {} is not supported", file.version.value))
                .label("another version")
                .help(format!("write `version: {}`", cdevents::VERSION))
                .replace(format!("write {}", cdevents::VERSION), cdevents::VERSION, false),
        );
    }
}
