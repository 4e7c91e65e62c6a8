//! Finds a spec, reads it once a compilation, and makes its changes trigger a rebuild.

use std::collections::{HashMap, HashSet};
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

/// What was read so far.
static READ: LazyLock<Mutex<HashMap<PathBuf, Read>>> = LazyLock::new(Mutex::default);

struct Read {
    fingerprint: Fingerprint,
    compiled: Compiled,
    /// Whether a catalogue of this folder stays in memory.
    kept: bool,
    /// The crates that its errors were reported to in full.
    told: HashSet<PathBuf>,
}

/// A spec, and its catalogue where that stays in memory.
#[derive(Clone)]
pub(crate) struct Compiled {
    checked: Arc<Checked>,
    catalog: Option<&'static Catalog<'static>>,
}

/// Reads and checks the spec at `place`, or takes it as it was read before where nothing changed.
///
/// # Errors
/// When the spec has errors: the findings as text; a line where the crate was told already.
pub(crate) fn read(place: &Place) -> Result<Compiled, String> {
    let failed = |error: io::Error| format!("the spec `{}` cannot be read: {error}", place.shown);
    let fingerprint = fingerprint(&place.folder).map_err(failed)?;
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let earlier = known.get(&place.folder);
    let compiled = match earlier {
        Some(read) if read.fingerprint == fingerprint => read.compiled.clone(),
        _ => {
            let kept = earlier.is_some_and(|read| read.kept);
            let (mut checked, _) = compile(&place.folder, |_| ()).map_err(failed)?;
            checked.sources.root = PathBuf::from(&place.shown);
            let compiled = Compiled::new(checked, kept);
            let read = Read {
                fingerprint,
                compiled: compiled.clone(),
                kept: kept || compiled.catalog.is_some(),
                told: HashSet::new(),
            };
            known.insert(place.folder.clone(), read);
            compiled
        }
    };
    if compiled.checked.has_errors() {
        let crate_folder = crate_folder()?;
        let read = known.get_mut(&place.folder);
        let is_first = read.is_none_or(|read| read.told.insert(crate_folder));
        return Err(report(&compiled.checked, place, is_first));
    }
    Ok(compiled)
}

impl Compiled {
    /// A compilation sees one state of a spec, and its catalogue stays in memory for all macros.
    /// Only language servers see further states; theirs is made when it is asked for.
    fn new(checked: Checked, kept: bool) -> Self {
        let checked = Arc::new(checked);
        let catalog = if kept || checked.has_errors() {
            None
        } else {
            let checked: &'static Arc<Checked> = Box::leak(Box::new(Arc::clone(&checked)));
            lower(checked).map(|catalog| &*Box::leak(Box::new(catalog)))
        };
        Self { checked, catalog }
    }

    /// Calls `then` with the catalogue.
    ///
    /// # Errors
    /// When names collide; [`read`] has reported it already.
    pub(crate) fn with<R>(&self, then: impl FnOnce(&Catalog<'_>) -> R) -> Result<R, String> {
        match self.catalog {
            Some(catalog) => Ok(then(catalog)),
            None => lower(&self.checked)
                .map(|catalog| then(&catalog))
                .ok_or_else(|| {
                    "names of the spec collide\nhelp: `klambda check` shows them".into()
                }),
        }
    }

    /// An item that makes cargo compile the crate again when a file of the spec changes.
    pub(crate) fn tracked(&self) -> TokenStream {
        let files = self.checked.sources.iter();
        let files = files.filter_map(|(_, file)| file.on_disk.to_str());
        quote!(const _: &[&[u8]] = &[#(::core::include_bytes!(#files)),*];)
    }
}

fn lower(checked: &Checked) -> Option<Catalog<'_>> {
    ir::lower(&checked.spec, &checked.sources, &mut Vec::new())
}

/// The errors of a spec, a line each as `klambda check --format short` prints them, with help.
/// Only the first of them, unless it `is_first` that they are reported.
fn report(checked: &Checked, place: &Place, is_first: bool) -> String {
    let errors: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    let line = |finding: &Finding| {
        let (format, colour) = (Format::Short, Colour::Never);
        let finding = std::slice::from_ref(finding);
        let line = render(finding, &checked.sources, format, colour);
        line.trim_end().to_owned()
    };
    let (count, shown) = (errors.len(), &place.shown);
    let s = if count == 1 { "" } else { "s" };
    if let (false, [first, ..]) = (is_first, errors.as_slice()) {
        let first = line(first);
        return format!("the spec `{shown}` has {count} error{s}, as reported before: {first}");
    }
    let mut text = format!("the spec `{shown}` has {count} error{s}");
    for finding in errors.iter().take(SHOWN) {
        text.push('\n');
        text.push_str(&line(finding));
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
        assert!(Arc::ptr_eq(&first.checked, &second.checked));

        let header = folder.join("spec/catalog.yaml");
        let text = fs::read_to_string(&header).unwrap();
        fs::write(&header, text.replace("title: Shop", "title: Other shop")).unwrap();
        let third = read(&place).unwrap();
        assert!(!Arc::ptr_eq(&first.checked, &third.checked));
        let title = |compiled: &Compiled| compiled.with(|c| c.header.title.value.clone()).unwrap();
        assert_eq!(
            (title(&first), title(&third)),
            ("Shop".into(), "Other shop".into())
        );
        assert!(first.catalog.is_some() && third.catalog.is_none());
        assert!(third.tracked().to_string().contains("spec/data/order.yaml"));

        fs::write(folder.join("spec/events/surprise.yaml"), "category: [").unwrap();
        let error = read(&place).err().unwrap();
        assert!(error.contains("spec/events/surprise.yaml:1:"), "{error}");
        let again = read(&place).err().unwrap();
        assert!(again.contains("as reported before: spec/events/surprise.yaml:1:"));
        assert_eq!(
            (again.lines().count(), error.lines().count() > 1),
            (1, true)
        );
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
