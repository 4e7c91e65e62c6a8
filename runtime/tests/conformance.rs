//! The conformance suite: cases as data, run against a handler of each language through the
//! program that serves it.
//!
//! `cargo test --test conformance [TEXT…]` runs the cases whose language and name contain every
//! TEXT.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "http_binding/binary.rs"]
mod binary;
#[path = "conformance/binding.rs"]
mod binding;
#[path = "conformance/case.rs"]
mod case;
#[path = "conformance/effects.rs"]
mod effects;
#[path = "conformance/expand.rs"]
mod expand;
#[path = "conformance/function.rs"]
mod function;
#[path = "http_binding/message.rs"]
#[allow(dead_code, reason = "here the function reads the messages")]
mod message;
#[path = "conformance/metrics.rs"]
mod metrics;
#[path = "http_binding/modes.rs"]
mod modes;
#[path = "conformance/pattern.rs"]
mod pattern;
#[path = "conformance/request.rs"]
mod request;
#[path = "conformance/run.rs"]
mod run;
#[path = "conformance/handlers/rust.rs"]
mod rust;
#[path = "conformance/sdk.rs"]
mod sdk;
#[path = "conformance/sink.rs"]
mod sink;
#[path = "http_binding/structured.rs"]
mod structured;
#[path = "conformance/wire.rs"]
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use case::{Case, Environment, Language};
use function::{Function, RUST_HANDLER};

/// Functions that are served at the same time.
const AT_ONCE: usize = 8;

/// Cases that one function serves.
struct Group<'c> {
    language: Language,
    environment: &'c Environment,
    cases: Vec<(usize, &'c Case)>,
    binding: Vec<message::Case>,
}

fn main() -> ExitCode {
    if std::env::var_os(RUST_HANDLER).is_some() {
        return rust::main();
    }
    let begun = Instant::now();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/cases");
    let (environments, cases) = case::load(&folder);
    assert!(cases.len() >= 120, "{} cases", cases.len());
    let texts: Vec<_> = std::env::args()
        .skip(1)
        .filter(|text| !text.starts_with('-'))
        .collect();
    let wanted = |language: Language, name: &str| {
        let name = format!("{}: {name}", language.name());
        texts.iter().all(|text| name.contains(text.as_str()))
    };
    let mut missing = Vec::new();
    let languages = Language::ALL
        .into_iter()
        .filter(|language| match language.is_installed() {
            true => true,
            false => {
                missing.push(format!("{} is not installed", language.name()));
                false
            }
        });
    let groups = groups(languages, &environments, &cases, wanted);
    if groups.iter().any(|group| group.language == Language::Go) {
        function::compiled();
    }
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcomes = serve(group);
                    results.lock().unwrap().extend(outcomes);
                }
            });
        }
        for language in sdk::LANGUAGES {
            let name = format!("CloudEvents SDK for {}", language.name());
            if !wanted(language, &name) {
                continue;
            }
            match sdk::install(language) {
                Ok(program) => {
                    let outcome = sdk::try_out(program, &environments["usual"]);
                    let outcome = outcome.unwrap_or_else(|error| vec![error.to_string()]);
                    results.lock().unwrap().push((language, name, outcome));
                }
                Err(why) => missing.push(format!("{name} cannot be had: {why}")),
            }
        }
    });
    let results = results.into_inner().unwrap();
    let failures = report(&results);
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} runs of {} cases in {seconds:.1} s",
        results.len(),
        distinct(&results)
    );
    for what in &missing {
        println!("skipped: {what}");
    }
    let must_be_there = std::env::var("CI").is_ok_and(|ci| ci == "true");
    if failures > 0 || must_be_there && !missing.is_empty() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Cases that were run in any language.
fn distinct(results: &[Outcome]) -> usize {
    results
        .iter()
        .map(|(_, name, _)| name)
        .collect::<BTreeSet<_>>()
        .len()
}

/// How a case ended in a language: with these differences.
type Outcome = (Language, String, Vec<String>);

/// Cases of one language and environment share a function, unless they need one alone.
fn groups<'c>(
    languages: impl Iterator<Item = Language>,
    environments: &'c BTreeMap<String, Environment>,
    cases: &'c [Case],
    wanted: impl Fn(Language, &str) -> bool,
) -> Vec<Group<'c>> {
    let mut groups = Vec::new();
    for language in languages {
        let mut shared: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut group = |environment: &str, cases, binding| {
            let environment = &environments[environment];
            groups.push(Group {
                language,
                environment,
                cases,
                binding,
            });
        };
        for (number, case) in cases.iter().enumerate() {
            let runs = case.languages.is_empty() || case.languages.contains(&language);
            if runs && wanted(language, &case.name) {
                match case.alone {
                    true => group(&case.environment, vec![(number, case)], Vec::new()),
                    false => shared
                        .entry(&case.environment)
                        .or_default()
                        .push((number, case)),
                }
            }
        }
        for (environment, cases) in shared {
            group(environment, cases, Vec::new());
        }
        let mut table = binding::cases(language);
        table.retain(|case| wanted(language, &binding_name(case)));
        if !table.is_empty() {
            group("no broker", Vec::new(), table);
        }
    }
    // The longest first.
    groups.sort_by_key(|group| std::cmp::Reverse(group.cases.len() + group.binding.len()));
    groups
}

fn binding_name(case: &message::Case) -> String {
    format!("HTTP binding: {}: {}", case.rule, case.what)
}

/// Runs the cases of a group one after another.
fn serve(group: &Group<'_>) -> Vec<Outcome> {
    let language = group.language;
    let function = match Function::start(language, group.environment) {
        Ok(function) => function,
        Err(error) => {
            let names = group.cases.iter().map(|(_, case)| case.name.clone());
            let names = names.chain(group.binding.iter().map(binding_name));
            return names
                .map(|name| (language, name, vec![error.to_string()]))
                .collect();
        }
    };
    let binding = group.binding.iter();
    let mut outcomes: Vec<Outcome> = binding
        .map(|case| {
            (
                language,
                binding_name(case),
                binding::run(case, language, &function),
            )
        })
        .collect();
    let cases = group.cases.iter();
    let run: Vec<_> = cases
        .map(|(number, case)| {
            let id = format!("case{number:04}{}{}", language.name(), std::process::id());
            run::run(case, id, &function)
        })
        .collect();
    let run = run.into_iter();
    outcomes.extend(run.map(|case| (language, case.case.name.clone(), case.finish(&function))));
    let wrong = function
        .lines()
        .into_iter()
        .filter(|line| !is_log_line(line));
    let wrong: Vec<_> = wrong
        .map(|line| format!("no line of a log: {line}"))
        .collect();
    if !wrong.is_empty() {
        let names: Vec<_> = outcomes.iter().map(|(_, name, _)| name.as_str()).collect();
        outcomes.push((language, format!("the log of: {}", names.join(", ")), wrong));
    }
    outcomes
}

/// Whether a line is JSON with what all lines have.
fn is_log_line(line: &str) -> bool {
    let line: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    ["time", "level", "message"]
        .iter()
        .all(|name| line[name].is_string())
}

/// Prints every failure, and how many cases passed in each language. Gives the number of failures.
fn report(results: &[Outcome]) -> usize {
    let mut failures = 0;
    for (language, name, differences) in results {
        if !differences.is_empty() {
            failures += 1;
            println!(
                "FAILED {}: {name}\n  {}",
                language.name(),
                differences.join("\n  ")
            );
        }
    }
    for language in Language::ALL {
        let of_language = results.iter().filter(|(other, ..)| *other == language);
        let count = of_language.clone().count();
        let passed = of_language
            .filter(|(.., differences)| differences.is_empty())
            .count();
        if count > 0 {
            println!("{}: {passed} of {count} cases passed", language.name());
        }
    }
    failures
}
