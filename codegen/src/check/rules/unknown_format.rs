use crate::check::data::FORMATS;
use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;

rule! {
    /// A `format` has no meaning.
    ///
    /// ## What it does
    /// Reports a `format` that is none of those that the targets know.
    ///
    /// ## Why
    /// JSON Schema ignores formats that it does not know: the values would not be checked at all.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     sentAt: { type: string, description: When it was sent., format: datetime }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     sentAt: { type: string, description: When it was sent., format: date-time }
    /// ```
    "unknown-format", 312, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let Some(format) = &*visit.schema.format else { return };
    if !FORMATS.contains(&format.as_str()) {
        findings.push(
            Finding::new(&META, format.span, format!("unknown format `{}`", format.value))
                .label("means nothing")
                .did_you_mean(format.span, format, FORMATS.iter().copied())
                .help(format!("formats are {}; describe others by a `pattern`", FORMATS.join(", "))),
        );
    }
}
