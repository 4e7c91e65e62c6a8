use crate::check::rule;
use crate::diagnostics::Finding;
use crate::model::KINDS;
use crate::source::{FileId, Span};

rule! {
    /// A file has a name that means nothing in a spec.
    "unknown-file", 10, Error
}

pub(crate) fn report(file: FileId, path: &str) -> Finding {
    let finding = Finding::new(&META, Span::new(file, 0, 0), format!("`{path}` is no file of a spec"));
    let known: Vec<_> = KINDS.iter().map(|k| k.path).collect();
    let finding = match crate::diagnostics::nearest(path, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    finding.help(format!("files of a spec are {}", known.join(", ")))
}
