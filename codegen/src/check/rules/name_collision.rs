use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// Two names become the same name in a target.
    ///
    /// ## What it does
    /// Reports names that differ in the spec but not after they are written as the targets write them: types,
    /// variants, fields, modules and files. File names are compared without regard to case.
    ///
    /// ## Why
    /// The second would overwrite the first.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     placed_at: { type: string, format: date-time, description: When it was placed. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     storedAt: { type: string, format: date-time, description: When it was stored. }
    /// ```
    "name-collision", 101, Error
}

/// `what` is the kind of name, `name` what both become.
pub(crate) fn report(what: &str, name: &str, second: Span, first: Span) -> Finding {
    Finding::new(&META, second, format!("this and another name both make the {what} `{name}`"))
        .label("collides")
        .also(first, "with this")
        .help("rename one of them, or give it `x-rust-name`")
}

/// Two values of one enum that make the same variant.
pub(crate) fn variants(values: (&str, &str), name: &str, span: Span) -> Finding {
    let (first, second) = values;
    Finding::new(&META, span, format!("`{first}` and `{second}` both make the variant `{name}`"))
        .label("these values")
        .help("list only one of them: enums are open, readers keep values that are not listed")
}
