//! Lists pages of event types, so that the documentation tests run the Rust on them: those of the
//! built-in catalogue, and those of a catalogue that `klambda init` starts.

#![allow(
    clippy::print_stdout,
    reason = "this is how build scripts talk to cargo"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use knative_lambda_codegen::{compile, emit::docs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let folder = root.join("../docs/reference/events");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut list = String::new();
    let mut pages = Vec::new();
    match std::fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                pages.push(entry?.path());
            }
        }
        // Only the documentation tests need them.
        Err(_) => {
            list.push_str("compile_error!(\"there are no pages: run `klambda generate`\");\n")
        }
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    pages.extend(foreign(
        &root.join("../codegen/src/scaffold/template"),
        &out,
    )?);
    pages.sort();
    for page in pages
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
    {
        let name = page.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.replace(|c: char| !c.is_alphanumeric(), "_");
        writeln!(
            list,
            "#[doc = include_str!({:?})]\nmod {name} {{}}",
            page.display().to_string()
        )?;
    }
    std::fs::write(out.join("pages.rs"), list)?;
    Ok(())
}

/// The pages of the event types of another catalogue, whose Rust makes the types on the spot.
fn foreign(spec: &Path, out: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", spec.display());
    let (_, files) = compile(spec, |catalog| (docs::TARGET.emit)(catalog))?;
    let here = format!("lambda_events!({:?})", spec.display().to_string());
    let mut pages = Vec::new();
    for file in files.ok_or("the template has errors")? {
        if let Some(name) = file.path.strip_prefix("docs/reference/events/") {
            let page = out.join(format!("template.{name}"));
            std::fs::write(
                &page,
                file.content.replace("lambda_events!(\"spec\")", &here),
            )?;
            pages.push(page);
        }
    }
    Ok(pages)
}
