//! Files as large as the compiler accepts, of the kinds that make careless code slow. Where the
//! time grew with the square of the size, these would not end within a day.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use knative_lambda_codegen::compile_loaded;
use knative_lambda_codegen::diagnostics::Finding;
use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_tests::repository;

/// A file or the spec is larger than the compiler accepts.
const LIMIT_EXCEEDED: u16 = 7;
/// References go in a circle, or too deep.
const REFERENCE_CYCLE: u16 = 303;

/// Numbers of the findings in one file beside `catalog.yaml`.
fn codes(path: &str, text: String) -> Vec<u16> {
    let catalog = std::fs::read(repository().join("spec/catalog.yaml")).unwrap();
    let files = vec![
        ("catalog.yaml".to_owned(), catalog),
        (path.to_owned(), text.into_bytes()),
    ];
    let loaded = from_memory(Path::new("spec"), files, &Limits::default());
    let (checked, _) = compile_loaded(loaded, |_| ());
    let there = |finding: &&Finding| checked.sources.get(finding.primary.span.file).path == path;
    let found = checked.findings.iter().filter(there);
    found.map(|finding| finding.code.0).collect()
}

fn schema(body: &str) -> String {
    format!(
        "schema: big\nversion: 1.0.0\ntitle: Big\ndescription: Big.\nstandalone: Big.\nroot:\n{body}"
    )
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}", line(n));
        text
    })
}

#[test]
fn objects_with_many_members() {
    let members = lines(30_000, |n| {
        format!("    m{n}: {{ type: string, description: A. }}")
    });
    let required = lines(30_000, |n| format!("    - m{n}"));
    let text = schema(&format!(
        "  type: object\n  properties:\n{members}  required:\n{required}"
    ));
    assert_eq!(codes("data/big.yaml", text), [] as [u16; 0]);
}

#[test]
fn objects_with_many_unknown_required_members() {
    let required = lines(20_000, |n| format!("    - m{n}"));
    let text = schema(&format!(
        "  type: object\n  properties:\n    a: {{ type: string, description: A. }}\n  required:\n{required}"
    ));
    assert!(codes("data/big.yaml", text).len() >= 20_000);
}

#[test]
fn enums_with_many_values() {
    let values = lines(50_000, |n| format!("    - v{n}"));
    let text = schema(&format!("  type: string\n  enum:\n{values}"));
    assert_eq!(codes("data/big.yaml", text), [] as [u16; 0]);
}

#[test]
fn files_with_many_events() {
    let events = lines(20_000, |n| format!("  build.start{n}: {{ summary: A }}"));
    let found = codes(
        "events/command.yaml",
        format!("category: command\nevents:\n{events}"),
    );
    assert!(found.len() >= 20_000);
}

#[test]
fn chains_and_circles_of_references() {
    let chain = lines(20_000, |n| {
        format!("  D{n}: {{ $ref: '#/$defs/D{}' }}", n + 1)
    });
    let text = format!("{}$defs:\n{chain}", schema("  $ref: '#/$defs/D0'\n"));
    assert!(codes("data/big.yaml", text).contains(&REFERENCE_CYCLE));
}

#[test]
fn comments_that_silence_nothing() {
    let comments = lines(30_000, |n| format!("# klambda-allow KL0802: reason {n}"));
    let text = format!("{comments}{}", schema("  type: string\n"));
    assert!(codes("data/big.yaml", text).len() >= 30_000);
}

#[test]
fn anchors_and_aliases() {
    let anchors = lines(20_000, |n| format!("  a{n}: &a{n} {{ type: string }}"));
    let aliases = lines(20_000, |n| format!("  b{n}: *a{n}"));
    let text = format!("{}$defs:\n{anchors}{aliases}", schema("  type: string\n"));
    assert!(!codes("data/big.yaml", text).is_empty());
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x]\n");
    for n in 1..20 {
        let copies = vec![format!("*a{}", n - 1); 8].join(", ");
        let _ = writeln!(bomb, "a{n}: &a{n} [{copies}]");
    }
    assert_eq!(codes("data/big.yaml", bomb), [LIMIT_EXCEEDED]);
}

#[test]
fn text_as_long_as_a_file() {
    let text = schema(&format!(
        "  type: string\n  description: {}\n",
        "x".repeat(4_000_000)
    ));
    assert_eq!(codes("data/big.yaml", text), [] as [u16; 0]);
    let text = schema(&format!(
        "  type: string\n  pattern: '{}'\n",
        "(a{900}".repeat(200_000)
    ));
    assert!(!codes("data/big.yaml", text).is_empty());
    let text = schema(&format!(
        "  type: string\n  title: {}\n",
        "[".repeat(1_000_000)
    ));
    assert!(!codes("data/big.yaml", text).is_empty());
}
