//! Constants of Python, Node.js and Go, as the tools of these languages have them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use knative_lambda_codegen::diagnostics::{Colour, Format, render};
use knative_lambda_codegen::emit::{OutputFile, constants};
use knative_lambda_codegen::load::{Limits, load};
use knative_lambda_codegen::{ir, model};

/// Files of the catalogue in a folder below the package. Rules are left out, so that test
/// catalogues need only what emitters read.
fn emit(folder: &str) -> Vec<OutputFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut loaded = load(&folder, &Limits::default()).unwrap();
    let mut findings = std::mem::take(&mut loaded.findings);
    let (spec, _) = model::read(&loaded, &mut findings);
    let catalog = ir::lower(&spec, &loaded.sources, &mut findings);
    let text = render(&findings, &loaded.sources, Format::Human, Colour::Never);
    assert_eq!(text, "");
    (constants::TARGET.emit)(&catalog.unwrap())
}

/// What a program prints about a file, which it must take. One that is not installed takes all,
/// except with `CI=true`.
fn said(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let run = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = match run {
        Err(error)
            if error.kind() == ErrorKind::NotFound
                && std::env::var_os("CI").is_none_or(|ci| ci != "true") =>
        {
            eprintln!("skipped: there is no {program}");
            return String::new();
        }
        other => other.unwrap(),
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn files_read_well() {
    for file in emit("tests/base") {
        let (_, name) = file.path.rsplit_once('/').unwrap();
        insta::assert_snapshot!(name, file.content);
    }
}

/// Also where names and texts are awkward.
#[test]
fn each_language_takes_its_file() {
    for catalogue in ["tests/base", "tests/awkward", "../spec"] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("constants")
            .join(catalogue.replace(['.', '/'], "_"));
        std::fs::create_dir_all(&folder).unwrap();
        for file in emit(catalogue) {
            let (_, name) = file.path.rsplit_once('/').unwrap();
            std::fs::write(folder.join(name), file.content).unwrap();
        }
        std::fs::write(folder.join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
        said(&folder, "python3", &["-m", "py_compile", "constants.py"]);
        said(&folder, "node", &["--check", "constants.js"]);
        assert_eq!(said(&folder, "gofmt", &["-l", "constants.go"]), "");
        said(&folder, "go", &["vet", "constants.go", "main.go"]);
    }
}
