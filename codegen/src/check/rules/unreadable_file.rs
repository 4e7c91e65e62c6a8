use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file of the spec cannot be read.
    ///
    /// ## What it does
    /// Reports a file that is listed in the folder but cannot be opened, or is no regular file. Links are not
    /// followed.
    ///
    /// ## Why
    /// The catalogue would lack a part without anybody knowing.
    ///
    /// ## Fails
    /// `spec/events/command.yaml` as a link to a file elsewhere.
    ///
    /// ## Passes
    /// The file itself in that place.
    "unreadable-file", 9, Error
}

pub(crate) fn report(span: Span, error: &std::io::Error) -> Finding {
    Finding::new(&META, span, format!("the file cannot be read: {error}"))
        .help("check that it is a regular file (links are not followed) and its permissions")
}
