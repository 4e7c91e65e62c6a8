use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file holds more than one YAML document.
    "multiple-documents", 2, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "a second YAML document in one file")
        .label("the second document begins here")
        .help("move it into a file of its own, and remove the `---`")
}
