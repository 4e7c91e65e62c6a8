//! Lists the pages of the event types, so that the documentation tests run the Rust on them.

#![allow(
    clippy::print_stdout,
    reason = "this is how build scripts talk to cargo"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

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
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("pages.rs"), list)?;
    Ok(())
}
