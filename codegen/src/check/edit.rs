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

/// Edits that bring the items of a list, at `items`, into `order`: the numbers of the items that the
/// first, second, … place gets. A comment behind an item that has a line of its own moves along.
/// `None` where more than the items would have to move.
pub(crate) fn reorder(sources: &Sources, items: &[Span], order: &[usize]) -> Option<Vec<Edit>> {
    let file = &sources.get(items.first()?.file).text;
    let line_start = |at: u32| Some(file.get(..at as usize)?.rfind('\n').map_or(0, |n| n + 1));
    let line_end = |at: u32| {
        let rest = file.get(at as usize..)?;
        Some(at as usize + rest.find('\n').unwrap_or(rest.len()))
    };
    // An alias needs its anchor before it; an item of several lines has an indent.
    let plain =
        |item: &Span| !sources.text(*item).starts_with('*') && !sources.text(*item).contains('\n');
    let lines: Option<Vec<(usize, usize)>> = items
        .iter()
        .map(|item| Some((line_start(item.start)?, line_end(item.end)?)))
        .collect();
    let lines = lines?;
    let (start, end) = (lines[0].0, lines[lines.len() - 1].1);
    let written = file.get(start..end)?;
    if written.contains('&') || !items.iter().all(plain) {
        return None;
    }
    // A comment above the first item may speak of it, or of all.
    let above = file.get(..start)?.lines().next_back().unwrap_or("");
    let dash = |(item, (start, _)): (&Span, &(usize, usize))| {
        let before = file.get(*start..item.start as usize)?;
        let marks = before.trim_start().strip_prefix('-')?;
        marks.trim().is_empty().then_some(before)
    };
    let dashes: Option<Vec<&str>> = items.iter().zip(&lines).map(dash).collect();
    let places: Vec<Span> = match dashes {
        Some(dashes) => {
            let adjacent = lines.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0);
            let even = dashes.iter().all(|dash| *dash == dashes[0]);
            if !adjacent || !even || above.trim_start().starts_with('#') {
                return None;
            }
            let place = |(item, (_, end)): (&Span, &(usize, usize))| {
                Span::new(item.file, item.start as usize, *end)
            };
            items.iter().zip(&lines).map(place).collect()
        }
        // In brackets, a comment among the items may speak of any of them.
        None if written.contains('\n') && (written.contains('#') || above.contains('#')) => {
            return None;
        }
        None => items.to_vec(),
    };
    let edits = places.iter().zip(order).map(|(place, number)| Edit {
        span: *place,
        text: sources.text(places[*number]).to_owned(),
    });
    Some(
        edits
            .filter(|edit| sources.text(edit.span) != edit.text)
            .collect(),
    )
}
