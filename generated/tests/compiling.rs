//! What does not compile, and what does in crates with catalogues of their own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use knative_lambda_codegen::load::{Limits, load};
use knative_lambda_codegen::{emit, ir, model};

/// A program with the types of a catalogue in which names and texts are awkward.
fn awkward_program() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/awkward");
    let mut loaded = load(&folder, &Limits::default()).unwrap();
    let mut findings = std::mem::take(&mut loaded.findings);
    let (spec, _) = model::read(&loaded, &mut findings);
    let catalog = ir::lower(&spec, &loaded.sources, &mut findings).unwrap();
    let types = emit::rust::nested(&catalog, "::knative_lambda_events::support");
    format!(
        "#![deny(warnings, missing_docs)]\n//! Awkward.\n/// All of it.\npub mod awkward {{\n{types}}}\n\
         fn main() {{}}\n"
    )
}

#[test]
fn programs() {
    let awkward = Path::new(env!("CARGO_TARGET_TMPDIR")).join("awkward.rs");
    std::fs::write(&awkward, awkward_program()).unwrap();
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/missing_handler.rs");
    cases.pass(awkward);
}
