use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file is not UTF-8 text.
    "not-utf8", 8, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the file is not UTF-8 from here on")
        .label("the last readable place")
        .help("save the file as UTF-8")
}
