use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file of the spec is empty.
    "empty-file", 11, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the file is empty")
        .help("fill it, or remove it; `klambda new` writes a start")
}
