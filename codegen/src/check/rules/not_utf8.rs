use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file is not UTF-8 text.
    ///
    /// ## What it does
    /// Reports the first byte of a file that is not UTF-8. Nothing else is said about that file.
    ///
    /// ## Why
    /// YAML is Unicode, and guessing an encoding turns names into other names.
    ///
    /// ## Fails
    /// A file saved as Latin-1 with an `é` in it: the byte E9 begins no UTF-8 character there.
    ///
    /// ## Passes
    /// The same file saved as UTF-8.
    "not-utf8", 8, Error
}

pub(crate) fn report(span: Span) -> Finding {
    Finding::new(&META, span, "the file is not UTF-8 from here on")
        .label("the last readable place")
        .help("save the file as UTF-8")
}
