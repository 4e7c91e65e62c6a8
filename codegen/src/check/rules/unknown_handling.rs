use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An error class is of a kind that is not described.
    ///
    /// ## What it does
    /// Reports `handling` of error classes that is no key of `handling` in the same file.
    ///
    /// ## Why
    /// The kind says what is done about the failure; without it, nobody knows.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     handling: permanet
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     handling: permanent
    /// ```
    "unknown-handling", 703, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.errors else { return };
    for (name, class) in file.classes.iter() {
        let handling = &class.handling;
        if !file.handling.contains(handling) {
            findings.push(
                Finding::new(&META, handling.span, format!("there is no handling `{}`", handling.value))
                    .label("not described")
                    .also(name.span, "of this class")
                    .did_you_mean(handling.span, handling, file.handling.names())
                    .help("describe it below `handling:`, or name one that is"),
            );
        }
    }
}
