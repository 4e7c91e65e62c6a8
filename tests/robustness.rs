//! No input makes the compiler panic or hang, and every finding lies inside its file.
//!
//! The real spec is changed at random: lines and words deleted, doubled, swapped and retyped,
//! files cut off, bytes replaced. `KLAMBDA_MUTATIONS` sets how often (20,000 in CI).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use knative_lambda_codegen::diagnostics::{self, Colour, Format};
use knative_lambda_codegen::emit;
use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_codegen::{Checked, compile_loaded};
use knative_lambda_tests::spec_files;

type Files = Vec<(String, Vec<u8>)>;

fn mutations() -> usize {
    std::env::var("KLAMBDA_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(500)
}

#[test]
fn changed_specs_are_checked_without_panic() {
    let files = spec_files().unwrap();
    let count = mutations();
    let next = AtomicUsize::new(0);
    let clean = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        return;
                    }
                    let changed = mutate(&files, seed as u64);
                    let fine = check(&changed, seed);
                    clean.fetch_add(usize::from(fine), Ordering::Relaxed);
                }
            });
        }
    });
    let clean = clean.into_inner();
    // Both outcomes occur, or the changes are of no use.
    assert!(
        clean > 0 && clean < count,
        "{clean} of {count} changed specs were free of errors"
    );
}

/// Checks a spec; says whether it was free of errors.
fn check(files: &Files, seed: usize) -> bool {
    let loaded = from_memory(Path::new("spec"), files.clone(), &Limits::default());
    let (checked, emitted) = compile_loaded(loaded, |catalog| {
        emit::TARGETS
            .iter()
            .map(|target| (target.emit)(catalog).len())
            .sum::<usize>()
    });
    assert_eq!(
        checked.has_errors(),
        emitted.is_none(),
        "seed {seed}: emitted in spite of errors"
    );
    places_are_inside(&checked, seed);
    for format in [
        Format::Human,
        Format::Short,
        Format::Json,
        Format::Sarif,
        Format::Github,
    ] {
        let text = diagnostics::render(&checked.findings, &checked.sources, format, Colour::Never);
        let silent = matches!(format, Format::Human | Format::Short | Format::Github);
        assert!(
            !text.is_empty() || checked.findings.is_empty() && silent,
            "seed {seed}"
        );
    }
    emitted.is_some()
}

fn places_are_inside(checked: &Checked, seed: usize) {
    for finding in &checked.findings {
        assert!(
            !finding.help.is_empty(),
            "seed {seed}: {} has no help",
            finding.code
        );
        let labels = std::iter::once(&finding.primary).chain(&finding.secondary);
        let edits = finding
            .fix
            .iter()
            .flat_map(|fix| &fix.edits)
            .map(|edit| edit.span);
        for span in labels.map(|label| label.span).chain(edits) {
            let text = &checked.sources.get(span.file).text;
            assert!(
                text.get(span.range()).is_some(),
                "seed {seed}: {} at {span:?} of {} bytes",
                finding.code,
                text.len()
            );
        }
    }
}

fn mutate(files: &Files, seed: u64) -> Files {
    let mut random = Rng::with_seed(seed);
    let mut files = files.clone();
    for _ in 0..random.usize(1..4) {
        let number = random.usize(..files.len());
        match random.u8(..12) {
            0 => drop(files.remove(number)),
            1 => {
                let copy = (format!("data/copy{number}.yaml"), files[number].1.clone());
                files.push(copy);
            }
            2 => {
                let other = random.usize(..files.len());
                files[number].1 = files[other].1.clone();
            }
            kind => change(&mut files[number].1, kind, &mut random),
        }
    }
    files
}

const WORDS: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e308",
    "99999999999999999999",
    "[]",
    "{}",
    "''",
    "\"\\u0000\"",
    "*",
    "&a",
    "*a",
    "!!str x",
    "<<: {}",
    "- - - -",
    "\t",
    "\u{feff}",
    "$ref: lambda-function-spec",
    "type: [string, object]",
    "# klambda-allow KL0404: x",
    "%YAML 1.1",
    "---",
    "{a: {b: {c: [[[[]]]]}}}",
    "é€😀",
    "io.knative.lambda",
];

fn change(content: &mut Vec<u8>, kind: u8, random: &mut Rng) {
    let text = String::from_utf8_lossy(content).into_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        content.extend_from_slice(random.choice(WORDS).unwrap().as_bytes());
        return;
    }
    let at = random.usize(..lines.len());
    let other = random.usize(..lines.len());
    let replaced;
    match kind {
        3 => drop(lines.remove(at)),
        4 => lines.insert(other, lines[at]),
        5 => lines.swap(at, other),
        6 => {
            // Another value for a key.
            let key = lines[at].split_once(':').map_or("x", |(key, _)| key);
            replaced = format!("{key}: {}", random.choice(WORDS).unwrap());
            lines[at] = &replaced;
        }
        7 => lines.truncate(at),
        8 => {
            // Another depth.
            replaced = format!(
                "{}{}",
                " ".repeat(random.usize(..8)),
                lines[at].trim_start()
            );
            lines[at] = &replaced;
        }
        9 => {
            // A block somewhere else.
            let block: Vec<&str> = lines[at..(at + random.usize(1..12)).min(lines.len())].to_vec();
            let other = other.min(lines.len());
            lines.splice(other..other, block);
        }
        10 => {
            // A character less.
            let characters: Vec<char> = lines[at].chars().collect();
            let skip = random.usize(..characters.len().max(1));
            replaced = characters
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != skip)
                .map(|(_, c)| c)
                .collect();
            lines[at] = &replaced;
        }
        _ => {
            let at = random.usize(..content.len().max(1));
            let end = (at + random.usize(..6)).min(content.len());
            let bytes: Vec<u8> = (0..random.usize(..6)).map(|_| random.u8(..)).collect();
            content.splice(at.min(end)..end, bytes);
            return;
        }
    }
    *content = lines.join("\n").into_bytes();
}
