//! The manifests of the platform's description beside the generated ones, field by field.
//!
//! Each difference stands, with its reason, in the table of `docs/described-manifests.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

const PAGE: &str = "docs/described-manifests.md";

/// What a list's entries are known by.
const KEYS: [&str; 3] = ["alert", "record", "name"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

fn manifests(path: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&read(path)).unwrap()
}

fn generated() -> Vec<Value> {
    let files = [
        "generated/flux/receivers.yaml",
        "generated/flux/triggers.yaml",
        "generated/flux-direct/sink-bindings.yaml",
        "generated/knative/triggers-agent-auditor.yaml",
        "generated/prometheus/rules.yaml",
    ];
    files.into_iter().flat_map(manifests).collect()
}

fn title(manifest: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    format!(
        "{} {}",
        text(&manifest["kind"]),
        text(&manifest["metadata"]["name"])
    )
}

/// A difference: manifest, field, what is described, what is generated.
type Difference = [String; 4];

const MISSING: &str = "-";
const MORE: &str = "(more)";

fn compare(
    title: &str,
    path: &str,
    described: &Value,
    generated: &Value,
    found: &mut BTreeSet<Difference>,
) {
    let row = |path: &str, described: &str, generated: &str| {
        [title, path, described, generated].map(str::to_owned)
    };
    let inner = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (described, generated) {
        (Value::Object(described), Value::Object(generated)) => {
            let names: BTreeSet<_> = described.keys().chain(generated.keys()).collect();
            for name in names {
                let path = inner(name);
                match (described.get(name), generated.get(name)) {
                    (Some(one), Some(other)) => compare(title, &path, one, other, found),
                    (one, other) => {
                        let shown = |value: Option<&Value>| value.map_or(MISSING.into(), shown);
                        found.insert(row(&path, &shown(one), &shown(other)));
                    }
                }
            }
        }
        (Value::Array(described), Value::Array(generated)) if key(&described[0]).is_some() => {
            let mut known = BTreeSet::new();
            for entry in described {
                let name = key(entry).unwrap();
                known.insert(name);
                match generated.iter().find(|other| key(other) == Some(name)) {
                    Some(other) => compare(title, &inner(name), entry, other, found),
                    None => {
                        found.insert(row(&inner(name), &shown(entry), MISSING));
                    }
                }
            }
            let is_known = |entry: &Value| known.contains(key(entry).unwrap());
            if !generated.iter().all(is_known) {
                found.insert(row(path, MISSING, MORE));
            }
        }
        (described, generated) if described != generated => {
            found.insert(row(path, &shown(described), &shown(generated)));
        }
        _ => {}
    }
}

fn key(entry: &Value) -> Option<&str> {
    KEYS.iter().find_map(|key| entry[key].as_str())
}

/// A value in a cell of the table.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", text.trim()),
        Value::Object(members) => {
            let names: Vec<_> = members.keys().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        }
        other => format!("`{other}`"),
    }
}

/// The rows of the page's table, without the reasons, which may not be empty.
fn listed() -> BTreeSet<Difference> {
    let page = read(PAGE);
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [manifest, field, described, generated, reason] = cells.as_slice() else {
            panic!("five cells: {row}");
        };
        assert!(reason.len() > 20, "a reason: {row}");
        let field = field.trim_matches('`');
        [*manifest, field, *described, *generated].map(str::to_owned)
    });
    rows.collect()
}

#[test]
fn every_difference_is_listed() {
    let described = manifests("tests/bed/tests/fixtures/described-manifests.yaml");
    assert_eq!(described.len(), 7);
    let generated = generated();
    let mut found = BTreeSet::new();
    for manifest in &described {
        let title = title(manifest);
        let ours = generated.iter().find(|other| self::title(other) == title);
        let ours = ours.unwrap_or_else(|| panic!("{title} is not generated"));
        compare(&title, "", manifest, ours, &mut found);
    }
    // Everything that is generated has these.
    let labels = found
        .iter()
        .filter(|[_, field, ..]| field == "metadata.labels")
        .count();
    assert_eq!(labels, described.len());
    found.retain(|[_, field, ..]| field != "metadata.labels");
    let listed = listed();
    let rows = |rows: Vec<&Difference>| -> String {
        rows.iter()
            .map(|[m, f, d, g]| format!("| {m} | `{f}` | {d} | {g} | |\n"))
            .collect()
    };
    let missing = rows(found.difference(&listed).collect());
    assert!(missing.is_empty(), "not in {PAGE}:\n{missing}");
    let stale = rows(listed.difference(&found).collect());
    assert!(stale.is_empty(), "no longer so, but in {PAGE}:\n{stale}");
}
