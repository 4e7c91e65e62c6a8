//! Emitted Rust is as rustfmt would have it, also where names and texts are awkward.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Command;

use knative_lambda_codegen::diagnostics::{Colour, Format, render};
use knative_lambda_codegen::emit::rust::{Module, modules};
use knative_lambda_codegen::load::{Limits, load};
use knative_lambda_codegen::{ir, model};

/// Modules of the catalogue in `folder`. Rules are left out, so that test catalogues need only
/// what emitters read.
fn emit(folder: &Path, support: &str) -> Vec<Module> {
    let mut loaded = load(folder, &Limits::default()).unwrap();
    let mut findings = std::mem::take(&mut loaded.findings);
    let (spec, _) = model::read(&loaded, &mut findings);
    let catalog = ir::lower(&spec, &loaded.sources, &mut findings);
    let text = render(&findings, &loaded.sources, Format::Human, Colour::Never);
    assert_eq!(text, "");
    modules(&catalog.unwrap(), support)
}

fn assert_formatted(name: &str, modules: &[Module]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for module in modules {
        let path = folder.join(format!("{}.rs", module.name));
        std::fs::write(path, &module.content).unwrap();
    }
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--color", "never"])
        .arg(folder.join("mod.rs"))
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && found.is_empty(), "{found}");
}

#[test]
fn awkward_names_and_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/awkward");
    assert_formatted(
        "awkward",
        &emit(&folder, "::knative_lambda_events::support"),
    );
}

#[test]
fn the_built_in_catalogue() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    assert_formatted("built-in", &emit(&folder, "crate::support"));
}
