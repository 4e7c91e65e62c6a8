//! Edits that keep comments and layout.

use crate::diagnostics::Edit;
use crate::source::{Sources, Span};

/// An edit that adds `member` (`key: value`) to the object at `object`. `None` where it is no object
/// that is written out in this place.
pub(crate) fn insert_member(sources: &Sources, object: Span, member: &str) -> Option<Edit> {
    let file = &sources.get(object.file).text;
    let written = sources.text(object);
    let at = |offset: usize, text: String| {
        let span = Span::new(object.file, offset, offset);
        Some(Edit { span, text })
    };
    let start = object.start as usize;
    if let Some(inner) = written.strip_prefix('{') {
        let inner = inner.strip_suffix('}')?;
        let members = inner.trim();
        if members.is_empty() {
            return at(start + 1, format!(" {member} "));
        }
        // A comment may stand at the end of a line, so that nothing can follow.
        if inner.contains('\n') || members.ends_with(',') {
            return at(start + 1, format!(" {member},"));
        }
        let end = start + 1 + inner.trim_end().len();
        return at(end, format!(", {member}"));
    }
    let line = file.get(..start)?.rfind('\n').map_or(0, |n| n + 1);
    let indent = file.get(line..start)?;
    let block = indent.chars().all(|c| c == ' ') && !written.starts_with(['&', '*']);
    // Behind the last line, whose end may be a comment.
    let last = object.end as usize;
    let end = file
        .get(last..)?
        .find('\n')
        .map_or(file.len(), |n| last + n);
    (block && written.contains(':'))
        .then(|| at(end, format!("\n{indent}{member}")))
        .flatten()
}
