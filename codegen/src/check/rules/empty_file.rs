use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file of the spec is empty.
    ///
    /// ## What it does
    /// Reports a file in which there is nothing but blanks and comments.
    ///
    /// ## Why
    /// Its name promises a part of the catalogue. An empty file is more often an accident than a wish.
    ///
    /// ## Fails
    /// ```yaml events/query.yaml
    /// # To be written.
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// category: command
    /// ```
    "empty-file", 11, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the file is empty")
        .help("fill it, or remove it; `klambda new` writes a start")
}
