//! Applies the changes that findings offer, keeping everything else of a file as it is.

use std::collections::BTreeMap;

use crate::diagnostics::{Edit, Finding};
use crate::source::{FileId, Sources};

/// A file with changes applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The file.
    pub file: FileId,
    /// Its new text.
    pub text: String,
}

/// Applies every safe change that does not overlap one of an earlier finding; the next round, after
/// checking again, applies what is left.
///
/// Returns the new texts of the files that change, and the findings that were mended.
pub fn apply<'f>(findings: &'f [Finding], sources: &Sources) -> (Vec<Fixed>, Vec<&'f Finding>) {
    let mut accepted = Accepted::new();
    let mut mended = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) else {
            continue;
        };
        let sound = fix
            .edits
            .iter()
            .all(|e| sources.get(e.span.file).text.get(e.span.range()).is_some());
        if sound && !fix.edits.is_empty() && accept(&mut accepted, &fix.edits) {
            mended.push(finding);
        }
    }
    let mut fixed: BTreeMap<FileId, Fixed> = BTreeMap::new();
    // From the last to the first, so that the places of those to come stay right.
    for ((file, _), edit) in accepted.iter().rev() {
        let file = fixed.entry(*file).or_insert_with(|| Fixed {
            file: *file,
            text: sources.get(*file).text.clone(),
        });
        file.text.replace_range(edit.span.range(), &edit.text);
    }
    (fixed.into_values().collect(), mended)
}

/// Edits that will be made, by their places; none overlap.
type Accepted<'f> = BTreeMap<(FileId, u32), &'f Edit>;

/// Accepts all of `edits`, or none where one overlaps another.
fn accept<'f>(accepted: &mut Accepted<'f>, edits: &'f [Edit]) -> bool {
    for (number, edit) in edits.iter().enumerate() {
        let key = |edit: &Edit| (edit.span.file, edit.span.start);
        let (file, start, end) = (edit.span.file, edit.span.start, edit.span.end);
        let before = accepted.range(..(file, start)).next_back();
        let after = accepted.range((file, start)..).next();
        // Two insertions at one place overlap too: their order would be a guess.
        let clash = before.is_some_and(|((f, _), e)| *f == file && e.span.end > start)
            || after.is_some_and(|((f, s), _)| *f == file && (*s < end || *s == start));
        if clash {
            for edit in &edits[..number] {
                accepted.remove(&key(edit));
            }
            return false;
        }
        accepted.insert(key(edit), edit);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Fix, Label, Severity};
    use crate::source::{SourceFile, Span};

    fn finding(safe: bool, edits: &[(usize, usize, &str)]) -> Finding {
        let span = |start, end| Span::new(FileId(0), start, end);
        Finding {
            code: Code(1),
            severity: Severity::Error,
            message: String::new(),
            primary: Label {
                span: span(0, 0),
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            fix: Some(Fix {
                title: String::new(),
                safe,
                edits: edits
                    .iter()
                    .map(|(start, end, text)| Edit {
                        span: span(*start, *end),
                        text: (*text).to_owned(),
                    })
                    .collect(),
            }),
        }
    }

    fn fixed(text: &str, findings: &[Finding]) -> (String, usize) {
        let mut sources = Sources::default();
        sources.add(SourceFile::new(
            "a.yaml".into(),
            "a.yaml".into(),
            text.into(),
        ));
        let (files, mended) = apply(findings, &sources);
        let text = files.first().map_or(text.to_owned(), |f| f.text.clone());
        (text, mended.len())
    }

    #[test]
    fn safe_changes_are_applied_and_others_are_not() {
        let findings = [
            finding(true, &[(5, 6, "X"), (0, 1, "Y")]),
            finding(false, &[(2, 3, "Z")]),
        ];
        assert_eq!(fixed("abcdefg", &findings), ("YbcdeXg".into(), 1));
    }

    #[test]
    fn a_change_that_overlaps_an_earlier_one_waits_as_a_whole() {
        let findings = [
            finding(true, &[(1, 3, "X")]),
            finding(true, &[(5, 6, "Y"), (2, 4, "Y")]),
            finding(true, &[(3, 4, "Z")]),
        ];
        assert_eq!(fixed("abcdefg", &findings), ("aXZefg".into(), 2));
    }

    #[test]
    fn two_insertions_at_one_place_are_not_both_made() {
        let findings = [finding(true, &[(1, 1, "X")]), finding(true, &[(1, 1, "Y")])];
        assert_eq!(fixed("ab", &findings), ("aXb".into(), 1));
    }

    #[test]
    fn a_place_inside_a_character_is_left_alone() {
        assert_eq!(
            fixed("aüb", &[finding(true, &[(2, 3, "X")])]),
            ("aüb".into(), 0)
        );
    }
}
