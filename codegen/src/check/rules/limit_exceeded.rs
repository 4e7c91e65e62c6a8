use crate::check::rule;
use crate::diagnostics::Finding;
use crate::source::Span;

rule! {
    /// A file, or the spec, is larger than the compiler accepts.
    ///
    /// ## What it does
    /// Reports a file above 4 MiB, a spec of more than 20,000 files, collections nested more than 64 levels
    /// deep, and more than 500,000 values in one file, copies made by aliases included.
    ///
    /// ## Why
    /// A few lines of YAML can stand for billions of values, and the compiler runs on build machines where
    /// anybody may send a change.
    ///
    /// ## Fails
    /// A file of aliases that each repeat the one before ten times, nine lines long.
    ///
    /// ## Passes
    /// Any file of a size that people write.
    "limit-exceeded", 7, Error
}

pub(crate) fn file_too_large(span: Span, bytes: u64, limit: u64) -> Finding {
    Finding::new(&META, span, format!("the file has {bytes} bytes; at most {limit} are read"))
        .help("split it: events by category, schemas one a file")
}

pub(crate) fn too_many_files(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("the spec has more than {limit} files"))
        .label("this file and those after it are not read")
        .help("is this the right folder? `--spec DIR` names another")
}

pub(crate) fn too_deep(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("nested more than {limit} levels deep"))
        .label("one level too many")
        .help("move inner parts into schemas of their own and refer to them with `$ref`")
}

pub(crate) fn too_many_nodes(span: Span, limit: usize) -> Finding {
    Finding::new(&META, span, format!("more than {limit} values, copies by aliases included"))
        .label("the file is not read beyond this place")
        .help("split the file, and use fewer aliases")
}
