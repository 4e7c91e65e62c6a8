//! Every rule's page holds true, and the literate tests in `tests/rules/` find what they announce.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalogue.rs"]
mod catalogue;
#[path = "support/markdown.rs"]
mod markdown;

use std::collections::HashSet;
use std::path::Path;

use catalogue::{Files, base, compile, lay};
use knative_lambda_codegen::Checked;
use knative_lambda_codegen::check::{RuleMeta, rules};
use knative_lambda_codegen::diagnostics::{Colour, Finding, Format, Severity, render};
use markdown::{Expected, Set, expected, sections, sets};

/// Rules whose failure is no text of a spec file; `tests/reading.rs` and `tests/events.rs` test
/// them.
const NOT_IN_YAML: &[&str] = &[
    "event-not-migrated",
    "events-too-large",
    "invalid-event",
    "json-syntax",
    "limit-exceeded",
    "missing-file",
    "not-utf8",
    "unreadable-file",
];

fn laid(set: &Set) -> Files {
    let mut files = base();
    for (path, text) in set {
        lay(&mut files, path, text);
    }
    files
}

fn human(checked: &Checked) -> String {
    render(
        &checked.findings,
        &checked.sources,
        Format::Human,
        Colour::Never,
    )
}

#[test]
fn nothing_is_wrong_with_the_base_catalogue() {
    let checked = compile(&base());
    assert!(checked.findings.is_empty(), "{}", human(&checked));
}

#[test]
fn numbers_and_names_are_unique_and_files_are_named_after_rules() {
    let mut numbers = HashSet::new();
    let mut names = HashSet::new();
    for rule in rules::ALL {
        assert!(numbers.insert(rule.code), "{} stands twice", rule.code);
        assert!(names.insert(rule.name), "{} stands twice", rule.name);
        let file = format!("src/check/rules/{}.rs", rule.name.replace('-', "_"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        assert!(path.is_file(), "{} is not in {file}", rule.name);
    }
}

#[test]
fn every_page_is_complete_and_true() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        if let Err(problem) = check_page(rule) {
            wrong.push(format!("{} ({}): {problem}", rule.code, rule.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn check_page(rule: &RuleMeta) -> Result<(), String> {
    let page = rule.markdown();
    if !rule.summary().ends_with('.') {
        return Err("the first line is no sentence".into());
    }
    let sections = sections(&page, "## ");
    let section = |name: &str| {
        let found = sections.iter().find(|(heading, _)| heading == name);
        let text = found.map_or("", |(_, text)| text.trim());
        if text.is_empty() {
            return Err(format!("`## {name}` is missing"));
        }
        Ok(text)
    };
    section("What it does")?;
    section("Why")?;
    let (fails, passes) = (section("Fails")?, section("Passes")?);
    // Rules about events that commands read speak of no file of a spec.
    if NOT_IN_YAML.contains(&rule.name) || rule.code.0 >= 1000 {
        return Ok(());
    }
    let (fails, passes) = (sets(fails), sets(passes));
    if fails.is_empty() || passes.is_empty() {
        return Err("a snippet is missing".into());
    }
    for set in &fails {
        let checked = compile(&laid(set));
        if checked.findings.iter().all(|f| f.code != rule.code) {
            return Err(format!("does not fail: {set:#?}\n{}", human(&checked)));
        }
    }
    for set in &passes {
        let checked = compile(&laid(set));
        let bad = |f: &Finding| f.code == rule.code || f.severity == Severity::Error;
        if checked.findings.iter().any(bad) {
            return Err(format!("does not pass: {set:#?}\n{}", human(&checked)));
        }
    }
    Ok(())
}

#[test]
fn literate_tests_find_what_they_announce() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let groups = groups(&text);
        let mut tried = 0;
        for (heading, text) in sections(&text, "## ") {
            for set in sets(&text) {
                tried += 1;
                if let Err(problem) = check_set(&set, &groups) {
                    wrong.push(format!("{name}, {heading}:\n{problem}"));
                }
            }
        }
        assert!(tried > 0, "{name} has no snippets");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The beginnings of codes that a file is about: `<!-- groups: KL00 KL01 -->`; all where it says none.
fn groups(markdown: &str) -> Vec<&str> {
    let line = markdown
        .lines()
        .find_map(|l| l.strip_prefix("<!-- groups: "));
    let groups = line.and_then(|l| l.strip_suffix(" -->")).unwrap_or("KL");
    groups.split(' ').collect()
}

fn check_set(set: &Set, groups: &[&str]) -> Result<(), String> {
    let files = laid(set);
    let checked = compile(&files);
    let announced = files
        .iter()
        .flat_map(|(path, text)| expected(text).into_iter().map(move |e| (path.clone(), e)));
    let mut open: Vec<(String, Expected)> = announced.collect();
    let mut problems = Vec::new();
    let code = |f: &Finding| f.code.to_string();
    let concerned = |f: &&Finding| groups.iter().any(|group| code(f).starts_with(group));
    for finding in checked.findings.iter().filter(concerned) {
        let file = checked.sources.get(finding.primary.span.file);
        let (line, _) = file.line_column(finding.primary.span.start);
        let fits = |(path, e): &(String, Expected)| {
            *path == file.path
                && e.line == line
                && e.severity == finding.severity.as_str()
                && e.code == code(finding)
                && finding.message.contains(&e.message)
        };
        match open.iter().position(fits) {
            Some(number) => drop(open.swap_remove(number)),
            None => problems.push(format!(
                "not announced: {}:{line} {} {} \"{}\"",
                file.path,
                finding.severity.as_str(),
                finding.code,
                finding.message
            )),
        }
        if finding.help.is_empty() {
            problems.push(format!(
                "no help with {}: {}",
                finding.code, finding.message
            ));
        }
    }
    problems.extend(open.iter().map(|e| format!("not found: {e:?}")));
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.join("\n"))
}
