//! What findings say about each other.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Code, Finding};
use crate::source::Sources;

/// An unknown key.
const UNKNOWN_KEY: Code = Code(12);

/// Something that must be said is not.
const ABSENT: [Code; 5] = [Code(13), Code(401), Code(402), Code(404), Code(408)];

/// Drops findings that something is missing where the next misspelt key is just that: one mistake,
/// one finding. Expects them sorted.
pub(super) fn drop_explained(findings: &mut Vec<Finding>) {
    let mut explained = HashSet::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.code == UNKNOWN_KEY)
    {
        let Some(edit) = finding.fix.as_ref().and_then(|fix| fix.edits.first()) else {
            continue;
        };
        let word = [format!("`{}`", edit.text), format!("`{}:`", edit.text)];
        let names = |text: &String| word.iter().any(|word| text.contains(word));
        let place = finding.primary.span;
        let before = findings.partition_point(|f| f.primary.span <= place);
        explained.extend(findings[..before].iter().rposition(|absent| {
            absent.primary.span.file == place.file
                && ABSENT.contains(&absent.code)
                && (names(&absent.message) || absent.help.iter().any(names))
        }));
    }
    let mut number = 0;
    findings.retain(|_| {
        number += 1;
        !explained.contains(&(number - 1))
    });
}

/// Keys and words that the compiler itself knows: they are right, what resembles them is not.
const FIXED_WORDS: [Code; 3] = [Code(12), Code(15), Code(301)];

/// Takes back the safety of corrections of names that may be the wrong way round.
///
/// Where several places name the same missing thing, or the name that they are near to has a
/// finding of its own, the misspelt one is probably the declaration.
pub(super) fn doubt(sources: &Sources, findings: &mut [Finding]) {
    let correction = |finding: &Finding| {
        let edits = finding.fix.as_ref().map(|fix| fix.edits.as_slice());
        match edits {
            Some([edit])
                if !FIXED_WORDS.contains(&finding.code) && edit.span.start < edit.span.end =>
            {
                Some((sources.text(edit.span).to_owned(), edit.text.clone()))
            }
            _ => None,
        }
    };
    let mut uses: HashMap<(String, String), usize> = HashMap::new();
    for pair in findings.iter().filter_map(correction) {
        *uses.entry(pair).or_default() += 1;
    }
    if uses.is_empty() {
        return;
    }
    let accused: HashSet<String> = findings
        .iter()
        .map(|finding| sources.text(finding.primary.span).to_owned())
        .filter(|text| text.len() <= LONGEST_NAME)
        .collect();
    for finding in findings {
        if let Some(pair) = correction(finding)
            && let Some(fix) = &mut finding.fix
            && (uses.get(&pair).is_some_and(|n| *n > 1) || accused.contains(&pair.1))
        {
            fix.safe = false;
        }
    }
}

/// No name is longer.
const LONGEST_NAME: usize = 256;
