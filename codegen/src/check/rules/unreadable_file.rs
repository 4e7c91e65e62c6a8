use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file of the spec cannot be read.
    "unreadable-file", 9, Error
}

pub(crate) fn report(span: Span, error: &std::io::Error) -> Finding {
    Finding::new(&META, span, format!("the file cannot be read: {error}"))
        .help("check that it is a regular file (links are not followed) and its permissions")
}
