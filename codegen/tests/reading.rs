//! Files that no snippet can show: bytes, sizes, links, absences.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use knative_lambda_codegen::load::{Limits, load};
use knative_lambda_codegen::{Checked, compile_loaded};

/// A folder below the build's own, empty at first.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("data")).unwrap();
    folder
}

fn check(folder: &Path, limits: &Limits) -> Checked {
    compile_loaded(load(folder, limits).unwrap(), |_| ()).0
}

/// Code, line and column of what is found in `data/note.yaml`.
fn found(checked: &Checked) -> Vec<(String, usize, usize)> {
    let in_note = checked.findings.iter().filter_map(|f| {
        let file = checked.sources.get(f.primary.span.file);
        let (line, column) = file.line_column(f.primary.span.start);
        (file.path == "data/note.yaml").then(|| (f.code.to_string(), line, column))
    });
    in_note.collect()
}

/// What is found first in a spec whose `data/note.yaml` holds `bytes`.
fn first(name: &str, bytes: &[u8], limits: &Limits) -> (String, usize, usize) {
    let folder = folder(name);
    std::fs::write(folder.join("data/note.yaml"), bytes).unwrap();
    let all = found(&check(&folder, limits));
    all.into_iter().find(|(code, ..)| code != "KL0017").unwrap()
}

fn at(code: &str, line: usize, column: usize) -> (String, usize, usize) {
    (code.to_owned(), line, column)
}

#[test]
fn bytes_that_are_not_utf8_are_shown_where_they_begin() {
    let text = b"schema: note\ntitle: caf\xe9\n";
    let found = first("not-utf8", text, &Limits::default());
    assert_eq!(found, at("KL0008", 2, 11));
}

#[test]
fn a_large_file_is_not_read() {
    let limits = Limits {
        file_bytes: 100,
        ..Limits::default()
    };
    let found = first("large", &[b'#'; 101], &limits);
    assert_eq!(found, at("KL0007", 1, 1));
}

#[test]
fn deep_nesting_is_refused_where_it_is_too_deep() {
    let text = format!("a: {}", "[".repeat(100));
    let (code, line, _) = first("deep", text.as_bytes(), &Limits::default());
    assert_eq!((code.as_str(), line), ("KL0007", 1));
    let text: String = (0..100).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let (code, line, _) = first("deep-block", text.as_bytes(), &Limits::default());
    assert_eq!((code.as_str(), line), ("KL0007", 65));
}

#[test]
fn aliases_cannot_multiply_without_bound() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..10 {
        let inner = vec![format!("*a{}", n - 1); 10].join(", ");
        text.push_str(&format!("a{n}: &a{n} [{inner}]\n"));
    }
    let (code, ..) = first("aliases", text.as_bytes(), &Limits::default());
    assert_eq!(code, "KL0007");
}

#[test]
fn too_many_files_are_refused() {
    let folder = folder("many");
    for n in 0..4 {
        std::fs::write(folder.join(format!("data/a{n}.yaml")), "schema: a\n").unwrap();
    }
    let limits = Limits {
        files: 3,
        ..Limits::default()
    };
    let checked = check(&folder, &limits);
    let refused = checked.findings.iter().filter(|f| f.code.0 == 7).count();
    assert_eq!(refused, 1);
}

#[test]
fn a_folder_without_catalogue_is_no_spec() {
    let folder = folder("missing");
    std::fs::write(folder.join("data/note.yaml"), "schema: note\n").unwrap();
    assert!(found(&check(&folder, &Limits::default())).contains(&at("KL0017", 1, 1)));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let folder = folder("link");
    std::fs::write(folder.join("secret.txt"), "schema: note\n").unwrap();
    std::os::unix::fs::symlink(folder.join("secret.txt"), folder.join("data/note.yaml")).unwrap();
    let found = found(&check(&folder, &Limits::default()));
    assert!(found.contains(&at("KL0009", 1, 1)), "{found:?}");
}
