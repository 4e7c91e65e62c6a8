use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A YAML tag changes the type of a value.
    ///
    /// ## What it does
    /// Reports a tag, such as `!!str` or `!include`.
    ///
    /// ## Why
    /// A tag means what a parser's configuration says. Without tags a spec reads the same to every tool.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// title: !!str 7
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// title: "7"
    /// ```
    "yaml-tag", 3, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a YAML tag")
        .label("tagged value")
        .help("remove the tag; quote a value that must be text")
}
