use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file holds more than one YAML document.
    ///
    /// ## What it does
    /// Reports the second document of a file.
    ///
    /// ## Why
    /// A file of the spec is one thing, found by its name.
    ///
    /// ## Fails
    /// ```yaml events/command.yaml
    /// category: command
    /// events: {}
    /// ---
    /// category: lifecycle
    /// events: {}
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// category: command
    /// ```
    "multiple-documents", 2, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a second YAML document in one file")
        .label("the second document begins here")
        .help("move it into a file of its own, and remove the `---`")
}
