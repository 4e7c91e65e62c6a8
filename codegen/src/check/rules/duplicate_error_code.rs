use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Two classes of errors have the same code.
    ///
    /// ## What it does
    /// Compares `code` of all classes in `errors.yaml`.
    ///
    /// ## Why
    /// Receivers tell classes apart by the code: they would treat both alike, whatever the table says.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     code: OUT_OF_STOCK
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   UnknownOrder:
    ///     code: NO_SUCH_ORDER
    /// ```
    "duplicate-error-code", 701, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let classes = context.spec.errors.iter().flat_map(|f| f.body.classes.iter());
    for (second, first) in repeated(classes.map(|(_, class)| (&class.code.value, &class.code))) {
        findings.push(
            Finding::new(&META, second.span, format!("the code `{}` stands twice", second.value))
                .label("used again")
                .also(first.span, "first used here")
                .help("give one of the classes another code"),
        );
    }
}
