//! What findings say about each other.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::{Code, Finding, Severity};
use crate::source::{Sources, Span};

/// An unknown key.
const UNKNOWN_KEY: Code = Code(12);

/// Something that must be said is not.
const ABSENT: [Code; 5] = [Code(13), Code(401), Code(402), Code(404), Code(408)];

/// What names event types, or counts them.
const EVENT_TYPES: &[u16] = &[
    112, 113, 116, 206, 405, 407, 408, 409, 410, 501, 511, 601, 604, 607, 611, 712, 804, 807, 808,
];

/// Values that are held against what is declared elsewhere.
const VALUES: &[u16] = &[206, 405, 511, 807];

/// Rules whose findings make others follow, a part of their messages, and those others: what
/// depends on something broken says nothing until that is mended.
const FOLLOW: &[(u16, &str, &[u16])] = &[
    // The prefix.
    (102, "", &[206, 208, 405, 511, 807]),
    // The category of a file; what a file is named after.
    (105, "", EVENT_TYPES),
    (110, "category", EVENT_TYPES),
    (110, "schema", &[317, 403]),
    // A name that routes use.
    (604, "", &[607, 611]),
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

/// Drops what follows from other findings: an error only where it is about the same entry of the
/// same file as the cause, or names what the cause is about. Others are mistakes of their own.
pub(super) fn drop_following(sources: &Sources, findings: &mut Vec<Finding>) {
    let causes: Vec<(Cause, &[u16])> = findings
        .iter()
        .flat_map(|finding| {
            let rows = FOLLOW.iter().filter(|(code, words, _)| {
                *code == finding.code.0 && finding.message.contains(words)
            });
            rows.map(|(.., codes)| (Cause::new(sources, finding), *codes))
        })
        .take(MANY_CAUSES)
        .collect();
    // A misspelt target is not filled.
    let targets = findings.iter().filter(|f| f.code == UNKNOWN_TARGET);
    let targets = targets.filter_map(|f| f.fix.as_ref()?.edits.first());
    let meant: Vec<String> = targets.map(|edit| format!("{}`", edit.text)).collect();
    let unfilled = |f: &Finding| f.code == UNFILLED && meant.iter().any(|m| f.message.contains(m));
    findings.retain(|finding| {
        let follows = |(cause, codes): &(Cause, &[u16])| {
            codes.contains(&finding.code.0)
                && (finding.severity == Severity::Warning || cause.explains(sources, finding))
        };
        !causes.iter().any(follows) && !unfilled(finding)
    });
}

/// Causes that are looked at: who makes more mistakes at once reads a few more findings.
const MANY_CAUSES: usize = 64;

/// What a finding that others follow from is about.
struct Cause {
    place: Span,
    /// The entry of its file that it stands in.
    entry: usize,
    /// Names that it is about, in lower case: as written, as meant, and that of its file.
    names: Vec<String>,
    /// What messages say that hold attributes against what it is about.
    attributes: &'static [&'static str],
}

impl Cause {
    fn new(sources: &Sources, finding: &Finding) -> Self {
        let place = finding.primary.span;
        let path = &sources.get(place.file).path;
        let stem = path
            .rsplit('/')
            .next()
            .and_then(|name| name.split('.').next());
        let meant = finding.fix.iter().flat_map(|fix| &fix.edits);
        let names = [sources.text(place)]
            .into_iter()
            .chain(meant.map(|edit| edit.text.as_str()))
            .chain(stem)
            .map(str::to_lowercase)
            .filter(|name| name.len() > 2 && name.len() <= LONGEST_NAME);
        Self {
            place,
            entry: entry(sources, place),
            names: names.collect(),
            attributes: match finding.code.0 {
                102 | 208 => &["does not follow", "stands under", "is not an event type"],
                209 | 210 => &["`dataschema`"],
                211 => &["`specversion`"],
                212 => &["`datacontenttype`"],
                307 => &["the value must be"],
                _ => &[],
            },
        }
    }

    fn explains(&self, sources: &Sources, finding: &Finding) -> bool {
        let place = finding.primary.span;
        let here = place.file == self.place.file && entry(sources, place) == self.entry;
        let message = finding.message.to_lowercase();
        here || self.attributes.iter().any(|words| message.contains(words))
            || self.names.iter().any(|name| is_word(&message, name))
            || finding
                .secondary
                .iter()
                .any(|label| label.span.file == self.place.file)
    }
}

/// Where the entry of a file begins that a place is in: the last line before it that is indented
/// by one step.
fn entry(sources: &Sources, place: Span) -> usize {
    let text = &sources.get(place.file).text;
    let start = place.start as usize;
    let rest = text.get(start..).unwrap_or("");
    let end = rest.find('\n').map_or(text.len(), |at| start + at);
    let mut start = end;
    for line in text.get(..end).unwrap_or("").split('\n').rev() {
        start -= line.len();
        let indented = line.strip_prefix("  ").unwrap_or(" ");
        if !indented.starts_with([' ', '#', '-']) && !indented.is_empty() {
            return start;
        }
        start = start.saturating_sub(1);
    }
    0
}

/// Whether a text holds a name as a word of its own, or as part of a dotted name.
fn is_word(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(inside) && !text[at + name.len()..].starts_with(inside)
    })
}

/// A rule of a migration fills something that is not there, or nothing fills something.
const UNKNOWN_TARGET: Code = Code(505);
const UNFILLED: Code = Code(504);

/// Rules about names of what is declared elsewhere.
const REFERENCES: &[u16] = &[
    105, 106, 109, 110, 204, 213, 302, 403, 409, 501, 505, 509, 601, 604, 605, 606, 611, 618, 715,
    632, 801, 802, 804, 806,
];

/// Rules about names of members and attributes, among other things.
const MEMBERS: &[u16] = &[206, 305, 308, 405, 511, 807];

/// Attributes that are the same for all events, or follow from what stands above their examples.
const SHARED: &[&str] = &[
    "`specversion`",
    "`datacontenttype`",
    "`dataschema`",
    "stands under",
    "is not of the type",
];

/// Rules about names that nothing uses.
const UNUSED: &[u16] = &[116, 317, 626];

/// Names that are looked for in messages: more were not misspelt by one mistake each.
const MANY_NAMES: usize = 64;

/// Other places that a finding points at for itself and its like.
const OTHER_PLACES: usize = 8;

/// Leaves one finding of those that one mistake in a declaration gives: several that name the same
/// missing thing, and that nothing uses the declared name which is near to it.
pub(super) fn fold(sources: &Sources, findings: &mut Vec<Finding>) {
    let mut names: HashMap<(String, String), usize> = HashMap::new();
    let names_something =
        |f: &&Finding| REFERENCES.contains(&f.code.0) || MEMBERS.contains(&f.code.0);
    let corrected = findings.iter().filter(names_something);
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
        let code = finding.code.0;
        let unused = UNUSED.contains(&code);
        // The catalogue says what these are, for all events.
        let shared = || SHARED.iter().any(|name| finding.message.contains(name));
        let value = VALUES.contains(&code) && shared();
        let member = MEMBERS.contains(&code);
        let absent = member && finding.message.contains("` is missing");
        let named = names.iter().position(|(missing, declared)| {
            is_named(
                &finding.message,
                if unused || absent { declared } else { missing },
            )
        });
        let folds = unused || value || member && named.is_some() || REFERENCES.contains(&code);
        if !folds {
            kept.push(finding);
            continue;
        }
        let key = match named {
            Some(number) => (0, number.to_string()),
            None if unused => {
                kept.push(finding);
                continue;
            }
            None => (code, finding.message.clone()),
        };
        let span = finding.primary.span;
        match first.get(&key) {
            // An error speaks for warnings, wherever they stand.
            Some(number) if kept[*number].severity == Severity::Warning => {
                let warning = std::mem::replace(&mut kept[*number], finding);
                others
                    .entry(*number)
                    .or_default()
                    .push(warning.primary.span);
            }
            Some(number) => others.entry(*number).or_default().push(span),
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
const FIXED_WORDS: [Code; 6] = [
    Code(12),
    Code(15),
    Code(301),
    Code(635),
    Code(718),
    Code(720),
];

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
    // A full type ends in the name of its event.
    let is_accused = |name: &str| {
        let ends = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
        std::iter::once(name)
            .chain(ends)
            .any(|end| accused.contains(end))
    };
    for finding in findings {
        if let Some(pair) = correction(sources, finding)
            && let Some(fix) = &mut finding.fix
            && (uses.get(&pair).is_some_and(|n| *n > 1) || is_accused(&pair.1))
        {
            fix.safe = false;
        }
    }
}

/// No name is longer.
const LONGEST_NAME: usize = 256;
