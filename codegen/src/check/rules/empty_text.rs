use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A text is blank.
    "empty-text", 16, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the text is blank")
        .help("say it in a few words, or remove the key if it can be left out")
}
