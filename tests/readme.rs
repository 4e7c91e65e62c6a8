//! What the README shows is true: its example compiles, and its diagnostic is what is printed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use knative_lambda_codegen::diagnostics::{Colour, Format, render};
use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_codegen::{Checked, compile_loaded};
use knative_lambda_tests::{repository, spec_files};

const FILE: &str = "events/lifecycle.yaml";

/// The block of the README that begins with ```` ```info ```` and holds `text`.
fn block(info: &str, text: &str) -> String {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let blocks = readme.split("```").skip(1).step_by(2);
    let mut found = blocks.filter_map(|b| b.strip_prefix(info)?.strip_prefix('\n'));
    found
        .find(|b| b.contains(text))
        .expect("the README has the block")
        .to_owned()
}

/// The catalogue with the README's event type at the beginning of its file.
fn with_example(change: impl Fn(String) -> String) -> Checked {
    let example = block("yaml", "events:\n");
    let entry = example.split_once("events:\n").unwrap().1;
    let mut files = spec_files().unwrap();
    for (path, content) in &mut files {
        if path == FILE {
            let text = String::from_utf8(content.clone()).unwrap();
            let text = text.replacen("events:\n", &format!("events:\n{entry}"), 1);
            *content = change(text).into_bytes();
        }
    }
    let loaded = from_memory(Path::new("spec"), files, &Limits::default());
    compile_loaded(loaded, |_| ()).0
}

#[test]
fn the_example_is_a_complete_event_type() {
    let checked = with_example(|text| text);
    let messages: Vec<_> = checked.findings.iter().map(|f| &f.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
}

#[test]
fn the_diagnostic_is_what_is_printed() {
    let checked = with_example(|text| text.replacen("    when:", "    wen:", 1));
    let text = render(
        &checked.findings,
        &checked.sources,
        Format::Human,
        Colour::Never,
    );
    let shown = block("", "error[KL0012]");
    assert!(
        text.starts_with(&shown),
        "the README shows\n{shown}\nbut this is printed\n{text}"
    );
}
