//! The errors that users see.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the crate that trybuild makes; the macros look for the spec from there.
fn crate_folder() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn errors_say_what_to_do() {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue");
    for folder in ["spec", "broken", "schemas"] {
        let target = crate_folder().join(folder);
        let _ = fs::remove_dir_all(&target);
        copy(&catalogue.join(folder), &target);
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    #[cfg(feature = "schema")]
    cases.compile_fail("tests/ui/schema/*.rs");
}
