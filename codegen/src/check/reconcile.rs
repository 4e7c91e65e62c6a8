//! What findings say about each other.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Code, Finding};
use crate::source::{Sources, Span};

/// An unknown key.
const UNKNOWN_KEY: Code = Code(12);

/// Something that must be said is not.
const ABSENT: [Code; 5] = [Code(13), Code(401), Code(402), Code(404), Code(408)];

/// Values that are held against what is declared elsewhere.
const VALUES: &[u16] = &[206, 405, 511, 807];

/// What names event types, or counts them.
const EVENT_TYPES: &[u16] = &[
    112, 113, 116, 206, 405, 407, 408, 409, 410, 501, 511, 601, 604, 712, 804, 807, 808,
];

/// Rules whose findings make others follow, a part of their messages, and those others: what
/// depends on something broken says nothing until that is mended.
const FOLLOW: &[(u16, &str, &[u16])] = &[
    // The prefix.
    (102, "", &[206, 208, 405, 511, 807]),
    // The category of a file; what a file is named after.
    (105, "", EVENT_TYPES),
    (110, "category", EVENT_TYPES),
    (110, "schema", &[317, 403]),
    // Extensions.
    (201, "", &[206, 213, 405, 509, 511, 618]),
    (204, "", &[405, 407, 511]),
    // How the catalogue builds attributes.
    (208, "", VALUES),
    (209, "", VALUES),
    (210, "", VALUES),
    (211, "", VALUES),
    (212, "", VALUES),
    // Keywords that contradict the type of their schema.
    (307, "", &[308, 405, 511, 807]),
    // Rules of migrations.
    (505, "", &[511]),
    (504, "", &[511]),
];

/// Drops what follows from other findings.
pub(super) fn drop_following(findings: &mut Vec<Finding>) {
    let causes = findings.iter().flat_map(|finding| {
        FOLLOW
            .iter()
            .filter(|(cause, words, _)| *cause == finding.code.0 && finding.message.contains(words))
    });
    let following: HashSet<u16> = causes.flat_map(|(.., codes)| *codes).copied().collect();
    // A misspelt target is not filled.
    let targets = findings.iter().filter(|f| f.code == UNKNOWN_TARGET);
    let targets = targets.filter_map(|f| f.fix.as_ref()?.edits.first());
    let meant: Vec<String> = targets.map(|edit| format!("{}`", edit.text)).collect();
    let unfilled = |f: &Finding| f.code == UNFILLED && meant.iter().any(|m| f.message.contains(m));
    findings.retain(|finding| !following.contains(&finding.code.0) && !unfilled(finding));
}

/// A rule of a migration fills something that is not there, or nothing fills something.
const UNKNOWN_TARGET: Code = Code(505);
const UNFILLED: Code = Code(504);

/// Rules about names of what is declared elsewhere, and about what is held against it.
const DEPENDENT: &[u16] = &[
    105, 106, 109, 110, 116, 204, 206, 208, 213, 302, 305, 308, 317, 403, 405, 409, 501, 505, 504,
    509, 511, 601, 604, 605, 606, 611, 618, 626, 715, 801, 802, 804, 806, 807,
];

/// Names that are looked for in messages: more were not misspelt by one mistake each.
const MANY_NAMES: usize = 64;

/// Other places that a finding points at for itself and its like.
const OTHER_PLACES: usize = 8;

/// Leaves one finding of those that one mistake in a declaration gives: several that say the same,
/// or that name something missing which is near to one and the same declared name.
pub(super) fn fold(sources: &Sources, findings: &mut Vec<Finding>) {
    let mut names: HashMap<(String, String), usize> = HashMap::new();
    let dependent = |finding: &&Finding| DEPENDENT.contains(&finding.code.0);
    let corrected = findings.iter().filter(dependent);
    for pair in corrected.filter_map(|f| correction(sources, f)) {
        *names.entry(pair).or_default() += 1;
    }
    names.retain(|_, uses| *uses > 1);
    let mut names: Vec<(String, String)> = names.into_keys().collect();
    names.sort();
    names.truncate(MANY_NAMES);
    let mut first: HashMap<(u16, String), usize> = HashMap::new();
    let mut others: HashMap<usize, Vec<Span>> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        if !DEPENDENT.contains(&finding.code.0) {
            kept.push(finding);
            continue;
        }
        let named = names.iter().position(|(missing, declared)| {
            is_named(&finding.message, missing) || is_named(&finding.message, declared)
        });
        let key = match named {
            Some(number) => (0, number.to_string()),
            None => (finding.code.0, finding.message.clone()),
        };
        match first.get(&key) {
            Some(number) => others
                .entry(*number)
                .or_default()
                .push(finding.primary.span),
            None => {
                first.insert(key, kept.len());
                kept.push(finding);
            }
        }
    }
    for (number, (missing, declared)) in names.iter().enumerate() {
        if let Some(number) = first.get(&(0, number.to_string())) {
            kept[*number].help.push(format!(
                "several places say `{missing}`: if they are right, it is `{declared}` that is misspelt"
            ));
        }
    }
    for (number, places) in others {
        let finding = &mut kept[number];
        let more = places.len().saturating_sub(OTHER_PLACES);
        for place in places.into_iter().take(OTHER_PLACES) {
            *finding = finding.clone().also(place, "and here");
        }
        if more > 0 {
            finding
                .help
                .push(format!("{more} more places depend on it"));
        }
    }
    *findings = kept;
}

/// Whether a message names something, or something whose last part it is.
fn is_named(message: &str, name: &str) -> bool {
    let mut places = message.match_indices(name);
    places.any(|(at, _)| {
        message[..at].ends_with(['`', '.', '/']) && message[at + name.len()..].starts_with('`')
    })
}

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

/// The name that a finding replaces, and the one that it puts there.
fn correction(sources: &Sources, finding: &Finding) -> Option<(String, String)> {
    let edits = finding.fix.as_ref().map(|fix| fix.edits.as_slice());
    match edits {
        Some([edit]) if !FIXED_WORDS.contains(&finding.code) && edit.span.start < edit.span.end => {
            Some((sources.text(edit.span).to_owned(), edit.text.clone()))
        }
        _ => None,
    }
}

/// Takes back the safety of corrections of names that may be the wrong way round.
///
/// Where several places name the same missing thing, or the name that they are near to has a
/// finding of its own, the misspelt one is probably the declaration.
pub(super) fn doubt(sources: &Sources, findings: &mut [Finding]) {
    let mut uses: HashMap<(String, String), usize> = HashMap::new();
    for pair in findings.iter().filter_map(|f| correction(sources, f)) {
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
        if let Some(pair) = correction(sources, finding)
            && let Some(fix) = &mut finding.fix
            && (uses.get(&pair).is_some_and(|n| *n > 1) || accused.contains(&pair.1))
        {
            fix.safe = false;
        }
    }
}

/// No name is longer.
const LONGEST_NAME: usize = 256;
