use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A key is not plain text.
    ///
    /// ## What it does
    /// Reports a key that is a list, an object or an alias.
    ///
    /// ## Why
    /// JSON has no such keys, and everything in a spec becomes JSON somewhere.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// [catalog, title]: shop
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// catalog: shop
    /// ```
    "yaml-complex-key", 6, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a key that is a list, an object or an alias")
        .label("not a plain key")
        .help("use text as the key; quote text that begins with `[`, `{` or `*`")
}
