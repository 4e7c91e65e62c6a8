//! Compiles the catalogue into Rust and into constants of other languages, or takes what was
//! generated when the crate was published.

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
    let folder = match compile(&spec)? {
        Some(folder) => folder,
        None => {
            println!("cargo::rerun-if-changed=rust");
            println!("cargo::rerun-if-changed=constants");
            package
        }
    };
    for (variable, name) in [("MODULES", "rust"), ("CONSTANTS", "constants")] {
        let folder = folder.join(name);
        println!("cargo::rustc-env=KLAMBDA_{variable}={}", folder.display());
    }
    println!("cargo::rustc-env=KLAMBDA_SPEC={}", spec.display());
    Ok(())
}

/// The folder with what is made from `spec`; `None` where there is no spec.
#[cfg(feature = "compile")]
fn compile(spec: &Path) -> Result<Option<PathBuf>, Box<dyn Error>> {
    use knative_lambda_codegen::{diagnostics, emit};

    if !spec.join("catalog.yaml").is_file() {
        return Ok(None);
    }
    println!("cargo::rerun-if-changed={}", spec.display());
    let (checked, made) = knative_lambda_codegen::compile(spec, |catalog| {
        let modules = emit::rust::modules(catalog, "crate::support");
        (modules, (emit::constants::TARGET.emit)(catalog))
    })?;
    for (_, file) in checked.sources.iter() {
        println!("cargo::rerun-if-changed={}", file.on_disk.display());
    }
    let Some((modules, constants)) = made else {
        let (format, colour) = (diagnostics::Format::Human, diagnostics::Colour::Never);
        let findings = diagnostics::render(&checked.findings, &checked.sources, format, colour);
        return Err(format!("the spec has errors\n{findings}").into());
    };
    let folder = PathBuf::from(std::env::var("OUT_DIR")?);
    let modules = modules.into_iter();
    let modules = modules.map(|m| (format!("rust/{}.rs", m.name), m.content));
    // Their paths begin with the folder of this package.
    let constants = constants.into_iter().filter_map(|file| {
        let (_, path) = file.path.split_once('/')?;
        Some((path.to_owned(), file.content))
    });
    for name in ["rust", "constants"] {
        std::fs::create_dir_all(folder.join(name))?;
    }
    for (path, content) in modules.chain(constants) {
        std::fs::write(folder.join(path), content)?;
    }
    Ok(Some(folder))
}

#[cfg(not(feature = "compile"))]
fn compile(_spec: &Path) -> Result<Option<PathBuf>, Box<dyn Error>> {
    Ok(None)
}
