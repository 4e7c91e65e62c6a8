use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A key stands twice in one object.
    ///
    /// ## What it does
    /// Reports a key that was there before in the same object. The first one counts.
    ///
    /// ## Why
    /// YAML forbids it, and parsers differ in which of the two they take.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// schema: order
    /// version: 1.0.0
    /// title: Order
    /// title: Orders
    /// description: What a customer wants to have.
    /// root: { type: object }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// title: Orders
    /// ```
    "duplicate-key", 5, Error
}

pub(crate) fn report(key: &str, second: Span, first: Span) -> Finding {
    Finding::new(&META, second, format!("`{key}` is there twice"))
        .label("again here")
        .also(first, "first here")
        .help("remove one of the two, or give it another name")
}
