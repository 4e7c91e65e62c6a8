//! The base catalogue, files laid over it, and what the compiler finds.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_codegen::{Checked, compile_loaded};

/// Text of each file, by path below the spec folder.
pub(crate) type Files = BTreeMap<String, String>;

/// First line of a text that is a part of a file: its keys are added to those of the base file.
const PART: &str = "# …\n";

/// The files of `tests/base`: a small catalogue in which nothing is wrong.
pub(crate) fn base() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/base");
    let mut files = Files::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                files.insert(path.to_str().unwrap().replace('\\', "/"), text);
            }
        }
    }
    files
}

/// Lays one text over `files`: a whole file, or a part of one.
pub(crate) fn lay(files: &mut Files, path: &str, text: &str) {
    let whole = match (text.strip_prefix(PART), files.get(path)) {
        (Some(part), Some(base)) => merge(base, part, 0),
        _ => text.to_owned(),
    };
    files.insert(path.to_owned(), whole);
}

/// Compiles `files` as `klambda check` does, without a disk.
pub(crate) fn compile(files: &Files) -> Checked {
    let files = files
        .iter()
        .map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    let loaded = from_memory(Path::new("spec"), files.collect(), &Limits::default());
    compile_loaded(loaded, |_| ()).0
}

/// One key of a block mapping: its line and what stands below.
struct Entry<'a> {
    key: &'a str,
    /// Comments and blank lines above it.
    above: Vec<&'a str>,
    line: &'a str,
    below: Vec<&'a str>,
}

impl Entry<'_> {
    /// Whether its value is a block mapping.
    fn is_mapping(&self) -> bool {
        let value = self.line.split_once(':').map_or("", |(_, v)| v.trim());
        let first = self.below.iter().map(|l| l.trim_start());
        let first = first.clone().find(|l| !l.is_empty() && !l.starts_with('#'));
        (value.is_empty() || value.starts_with('#')) && first.is_some_and(|l| !l.starts_with("- "))
    }
}

/// Adds the entries of `part` to those of `base`, block mappings entry by entry.
fn merge(base: &str, part: &str, indent: usize) -> String {
    let (part, trailing) = entries(part, indent);
    let (base, _) = entries(base, indent);
    let mut lines: Vec<String> = Vec::new();
    let own = |entry: &Entry<'_>, lines: &mut Vec<String>| {
        lines.extend(entry.above.iter().map(|l| (*l).to_owned()));
        lines.push(entry.line.to_owned());
    };
    for entry in &base {
        match part.iter().find(|p| p.key == entry.key) {
            None => {
                own(entry, &mut lines);
                lines.extend(entry.below.iter().map(|l| (*l).to_owned()));
            }
            Some(over) if over.is_mapping() && entry.is_mapping() => {
                own(over, &mut lines);
                lines.push(merge(
                    &entry.below.join("\n"),
                    &over.below.join("\n"),
                    indent + 2,
                ));
            }
            Some(over) => {
                own(over, &mut lines);
                lines.extend(over.below.iter().map(|l| (*l).to_owned()));
            }
        }
    }
    for over in part.iter().filter(|p| base.iter().all(|b| b.key != p.key)) {
        own(over, &mut lines);
        lines.extend(over.below.iter().map(|l| (*l).to_owned()));
    }
    lines.extend(trailing.into_iter().map(str::to_owned));
    lines.join("\n")
}

/// The entries of a block mapping at `indent`, and the comments after the last.
fn entries(text: &str, indent: usize) -> (Vec<Entry<'_>>, Vec<&str>) {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut above = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        let depth = line.len() - trimmed.len();
        if trimmed.is_empty() || (trimmed.starts_with('#') && depth <= indent) {
            above.push(line);
        } else if depth <= indent {
            let key = trimmed.split_once(": ").map_or(trimmed, |(key, _)| key);
            let key = key.trim_end_matches(':').trim_matches('"');
            let above = std::mem::take(&mut above);
            entries.push(Entry {
                key,
                above,
                line,
                below: Vec::new(),
            });
        } else if let Some(entry) = entries.last_mut() {
            entry.below.append(&mut above);
            entry.below.push(line);
        }
    }
    (entries, above)
}
