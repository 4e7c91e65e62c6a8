use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A text is blank.
    ///
    /// ## What it does
    /// Reports a text that is empty or holds only blanks.
    ///
    /// ## Why
    /// It would print as nothing: a heading without words, a table with an empty cell.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// summary: ""
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// summary: A shop for everybody.
    /// ```
    "empty-text", 16, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the text is blank")
        .help("say it in a few words, or remove the key if it can be left out")
}
