use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A key stands twice in one object.
    "duplicate-key", 5, Error
}

pub(crate) fn report(key: &str, second: Span, first: Span) -> Finding {
    Finding::new(&META, second, format!("`{key}` is there twice"))
        .label("again here")
        .also(first, "first here")
        .help("remove one of the two, or give it another name")
}
