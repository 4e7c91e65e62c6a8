//! Finds a spec, reads it once a compilation, and makes its changes trigger a rebuild.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use knative_lambda_codegen::diagnostics::{Colour, Finding, Format, Severity, render};
use knative_lambda_codegen::ir::{self, Catalog};
use knative_lambda_codegen::{Checked, compile};
use proc_macro2::TokenStream;
use quote::quote;

/// Errors of a spec shown in one message; the rest are counted.
const SHOWN: usize = 5;

/// A spec folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    folder: PathBuf,
    /// How messages name it: relative to the crate's folder.
    pub(crate) shown: String,
}

/// The folder of the crate that is being compiled.
pub(crate) fn crate_folder() -> Result<PathBuf, String> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| "CARGO_MANIFEST_DIR is not set: compile this crate with cargo".into())
}

/// The spec at `given`, relative to the crate's folder; without it, the nearest
/// `spec/catalog.yaml` in that folder or one above.
pub(crate) fn locate(crate_folder: &Path, given: Option<&str>) -> Result<Place, String> {
    if let Some(given) = given {
        let folder = crate_folder.join(given);
        return if folder.join("catalog.yaml").is_file() {
            let shown = given.trim_end_matches('/').to_owned();
            Ok(Place { folder, shown })
        } else {
            Err(format!(
                "there is no `catalog.yaml` in `{given}`\n\
                 help: give the path of a spec folder, relative to the folder of the crate's Cargo.toml"
            ))
        };
    }
    for (above, folder) in crate_folder.ancestors().enumerate() {
        let folder = folder.join("spec");
        if folder.join("catalog.yaml").is_file() {
            let shown = format!("{}spec", "../".repeat(above));
            return Ok(Place { folder, shown });
        }
    }
    Err(
        "neither the crate's folder nor one above it holds `spec/catalog.yaml`\n\
         help: say where the spec is, relative to the crate's folder: `spec = \"…\"`; \
         or make one with `klambda init`"
            .into(),
    )
}

/// Path, time of the last change and length of every file and folder.
type Fingerprint = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// What was read so far. A compilation meets few specs; a language server keeps only the latest
/// state of each.
static READ: LazyLock<Mutex<HashMap<PathBuf, Read>>> = LazyLock::new(Mutex::default);

struct Read {
    fingerprint: Fingerprint,
    checked: Arc<Checked>,
}

/// A spec without errors.
pub(crate) struct Compiled(Arc<Checked>);

/// Reads and checks the spec at `place`, or takes it as it was read before where nothing changed.
///
/// # Errors
/// The findings as text, when the spec has errors.
pub(crate) fn read(place: &Place) -> Result<Compiled, String> {
    let failed = |error: io::Error| format!("the spec `{}` cannot be read: {error}", place.shown);
    let fingerprint = fingerprint(&place.folder).map_err(failed)?;
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let checked = match known.get(&place.folder) {
        Some(read) if read.fingerprint == fingerprint => Arc::clone(&read.checked),
        _ => {
            let (mut checked, _) = compile(&place.folder, |_| ()).map_err(failed)?;
            checked.sources.root = PathBuf::from(&place.shown);
            let checked = Arc::new(checked);
            let read = Read {
                fingerprint,
                checked: Arc::clone(&checked),
            };
            known.insert(place.folder.clone(), read);
            checked
        }
    };
    if checked.has_errors() {
        return Err(report(&checked, place));
    }
    Ok(Compiled(checked))
}

impl Compiled {
    /// Calls `then` with the catalogue. Naming it anew takes far less time than reading it, and
    /// spares keeping a value that borrows from its neighbour.
    ///
    /// # Errors
    /// When names collide; [`read`] has reported it already.
    pub(crate) fn with<R>(&self, then: impl FnOnce(&Catalog<'_>) -> R) -> Result<R, String> {
        ir::lower(&self.0.spec, &self.0.sources, &mut Vec::new())
            .map(|catalog| then(&catalog))
            .ok_or_else(|| "names of the spec collide\nhelp: `klambda check` shows them".into())
    }

    /// An item that makes cargo compile the crate again when a file of the spec changes.
    pub(crate) fn tracked(&self) -> TokenStream {
        let files = self.0.sources.iter();
        let files = files.filter_map(|(_, file)| file.on_disk.to_str());
        quote!(const _: &[&[u8]] = &[#(::core::include_bytes!(#files)),*];)
    }
}

/// The errors of a spec, a line each as `klambda check --format short` prints them, with help.
fn report(checked: &Checked, place: &Place) -> String {
    let errors: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    let (count, shown) = (errors.len(), &place.shown);
    let s = if count == 1 { "" } else { "s" };
    let mut text = format!("the spec `{shown}` has {count} error{s}");
    for finding in errors.iter().take(SHOWN) {
        let line = render(
            std::slice::from_ref(finding),
            &checked.sources,
            Format::Short,
            Colour::Never,
        );
        text.push('\n');
        text.push_str(line.trim_end());
        for help in &finding.help {
            text.push_str("\n  help: ");
            text.push_str(help);
        }
    }
    if count > SHOWN {
        let more = count - SHOWN;
        text.push_str(&format!("\nand {more} more"));
    }
    text.push_str(&format!(
        "\nhelp: `klambda check --spec {shown}` shows the lines"
    ));
    text
}

fn fingerprint(folder: &Path) -> io::Result<Fingerprint> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                open.push(entry.path());
            }
            found.push((entry.path(), meta.modified().ok(), meta.len()));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn catalogue() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue")
    }

    #[test]
    fn the_nearest_spec_above_is_found() {
        let place = locate(&catalogue().join("crates/orders"), None).unwrap();
        assert_eq!(place.shown, "../../spec");
        assert_eq!(place.folder, catalogue().join("spec"));
    }

    #[test]
    fn a_given_spec_is_relative_to_the_crate() {
        let place = locate(&catalogue(), Some("spec/")).unwrap();
        assert_eq!(place.shown, "spec");
        let error = locate(&catalogue(), Some("nowhere")).unwrap_err();
        assert!(error.contains("no `catalog.yaml` in `nowhere`"), "{error}");
    }

    #[test]
    fn without_a_spec_the_answer_says_what_to_do() {
        let error = locate(Path::new("/"), None).unwrap_err();
        assert!(error.contains("klambda init"), "{error}");
    }

    #[test]
    fn a_spec_is_read_once_until_it_changes() {
        let folder = std::env::temp_dir().join(format!("klambda-macros-{}", std::process::id()));
        copy(&catalogue().join("spec"), &folder.join("spec"));
        let place = locate(&folder, None).unwrap();
        let first = read(&place).unwrap();
        let second = read(&place).unwrap();
        assert!(Arc::ptr_eq(&first.0, &second.0));

        let header = folder.join("spec/catalog.yaml");
        let text = fs::read_to_string(&header).unwrap();
        fs::write(&header, text.replace("title: Shop", "title: Other shop")).unwrap();
        let third = read(&place).unwrap();
        assert!(!Arc::ptr_eq(&first.0, &third.0));

        fs::write(folder.join("spec/events/surprise.yaml"), "category: [").unwrap();
        let error = read(&place).err().unwrap();
        assert!(error.contains("spec/events/surprise.yaml:1:"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
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
}
