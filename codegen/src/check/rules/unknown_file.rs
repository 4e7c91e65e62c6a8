use crate::check::rule;
use crate::diagnostics::Finding;
use crate::model::KINDS;
use crate::source::{FileId, Span};

rule! {
    /// A file has a name that means nothing in a spec.
    ///
    /// ## What it does
    /// Reports a `.yaml` or `.yml` file at a path that no kind of file has. Files and folders whose names
    /// begin with a dot are left alone, and so is the folder `schema`.
    ///
    /// ## Why
    /// Nobody reads it: a misspelt folder hides all events in it.
    ///
    /// ## Fails
    /// ```yaml event/query.yaml
    /// category: query
    /// ```
    ///
    /// ## Passes
    /// ```yaml events/command.yaml
    /// # …
    /// category: command
    /// ```
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
