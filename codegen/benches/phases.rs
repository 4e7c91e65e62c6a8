//! The compiler's phases, one by one, on synthetic catalogues: `cargo bench -p knative-lambda-codegen`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;

use divan::{Bencher, black_box};
use knative_lambda_codegen::load::{self, Limits};
use knative_lambda_codegen::{compile, emit, model};

const SIZES: [usize; 2] = [37, 370];

fn main() {
    for size in SIZES {
        let example = Command::new(env!("CARGO"))
            .args([
                "run",
                "--quiet",
                "--release",
                "--example",
                "synthetic-catalog",
                "--",
            ])
            .arg(size.to_string())
            .arg(folder(size))
            .status();
        assert!(
            example.is_ok_and(|status| status.success()),
            "cannot write the catalogue"
        );
    }
    divan::main();
}

fn folder(size: usize) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("synthetic-{size}"))
}

fn spec(size: usize) -> PathBuf {
    folder(size).join("spec")
}

#[divan::bench(args = SIZES)]
fn load_files(bencher: Bencher<'_, '_>, size: usize) {
    let spec = spec(size);
    bencher.bench_local(|| load::load(black_box(&spec), &Limits::default()).unwrap());
}

#[divan::bench(args = SIZES)]
fn decode(bencher: Bencher<'_, '_>, size: usize) {
    let loaded = load::load(&spec(size), &Limits::default()).unwrap();
    bencher.bench_local(|| model::read(black_box(&loaded), &mut Vec::new()));
}

#[divan::bench(args = SIZES)]
fn check_and_lower(bencher: Bencher<'_, '_>, size: usize) {
    let spec = spec(size);
    bencher
        .with_inputs(|| load::load(&spec, &Limits::default()).unwrap())
        .bench_local_values(|loaded| knative_lambda_codegen::compile_loaded(loaded, |_| ()));
}

#[divan::bench(args = target_names(), consts = SIZES)]
fn emit_target<const SIZE: usize>(bencher: Bencher<'_, '_>, name: &str) {
    let target = emit::TARGETS
        .iter()
        .find(|target| target.name == name)
        .unwrap();
    compile(&spec(SIZE), |catalog| {
        bencher.bench_local(|| (target.emit)(black_box(catalog)))
    })
    .unwrap();
}

fn target_names() -> Vec<&'static str> {
    emit::TARGETS.iter().map(|target| target.name).collect()
}
