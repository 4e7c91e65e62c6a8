//! Compiles the catalogue into Rust, or takes what was generated when the crate was published.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is how build scripts talk to cargo"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=KLAMBDA_SPEC");
    println!("cargo::rerun-if-changed=build.rs");
    let package = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let spec = match std::env::var_os("KLAMBDA_SPEC") {
        Some(folder) => PathBuf::from(folder),
        None => package.join("../spec"),
    };
    let modules = match compile(&spec)? {
        Some(folder) => folder,
        None => {
            println!("cargo::rerun-if-changed=rust");
            package.join("rust")
        }
    };
    println!("cargo::rustc-env=KLAMBDA_MODULES={}", modules.display());
    println!("cargo::rustc-env=KLAMBDA_SPEC={}", spec.display());
    Ok(())
}

/// The folder with the modules made from `spec`; `None` where there is no spec.
#[cfg(feature = "compile")]
fn compile(spec: &Path) -> Result<Option<PathBuf>, Box<dyn Error>> {
    use knative_lambda_codegen::{diagnostics, emit};

    if !spec.join("catalog.yaml").is_file() {
        return Ok(None);
    }
    println!("cargo::rerun-if-changed={}", spec.display());
    let (checked, modules) = knative_lambda_codegen::compile(spec, |catalog| {
        emit::rust::modules(catalog, "crate::support")
    })?;
    for (_, file) in checked.sources.iter() {
        println!("cargo::rerun-if-changed={}", file.on_disk.display());
    }
    let Some(modules) = modules else {
        let (format, colour) = (diagnostics::Format::Human, diagnostics::Colour::Never);
        let findings = diagnostics::render(&checked.findings, &checked.sources, format, colour);
        return Err(format!("the spec has errors\n{findings}").into());
    };
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("rust");
    std::fs::create_dir_all(&folder)?;
    for module in modules {
        std::fs::write(folder.join(format!("{}.rs", module.name)), module.content)?;
    }
    Ok(Some(folder))
}

#[cfg(not(feature = "compile"))]
fn compile(_spec: &Path) -> Result<Option<PathBuf>, Box<dyn Error>> {
    Ok(None)
}
