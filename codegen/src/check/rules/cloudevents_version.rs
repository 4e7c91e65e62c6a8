use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The catalogue follows a version of CloudEvents that the compiler does not know.
    ///
    /// ## What it does
    /// Reports a `cloudevents` other than `"1.0"`.
    ///
    /// ## Why
    /// It is the `specversion` of every event, and receivers refuse others. CloudEvents 1.0.1 and 1.0.2
    /// are written `1.0` there too.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// cloudevents: 1.0.2
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// cloudevents: "1.0"
    /// ```
    "cloudevents-version", 211, Error, check
}

const VERSION: &str = "1.0";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let version = &catalog.cloudevents;
    if version.value != VERSION {
        findings.push(
            Finding::new(&META, version.span, format!("`{}` is no `specversion` of CloudEvents", version.value))
                .label(format!("expected `{VERSION}`"))
                .help(format!("write `\"{VERSION}\"`; patch versions are not named in events"))
                .replace(format!("write `{VERSION}`"), format!("\"{VERSION}\""), version.starts_with("1.0.")),
        );
    }
}
