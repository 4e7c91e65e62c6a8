//! The generated dashboards, as Grafana's published model has them.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "support/tools.rs"]
mod tools;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};
use tools::run;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every dashboard, by the name of its file.
fn dashboards() -> BTreeMap<String, Json> {
    let entries = std::fs::read_dir(root().join("generated/grafana")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|e| e == "json"));
    let dashboards = json.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (
            name,
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
        )
    });
    dashboards.collect()
}

fn array(value: &Json) -> &[Json] {
    value.as_array().unwrap()
}

fn number(value: &Json) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn grafanas_model_has_all_of_it() {
    if !tools::available(
        "go",
        "version",
        "install Go 1.26 or newer from https://go.dev/dl",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let checker = folder.path().join("dashboards");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("go/grafana");
    run(Command::new("go")
        .arg("build")
        .arg("-o")
        .arg(&checker)
        .arg(".")
        .current_dir(source))
    .unwrap();
    let check = |dashboard: &Json| {
        let file = folder.path().join("dashboard.json");
        std::fs::write(&file, dashboard.to_string()).unwrap();
        run(Command::new(&checker).arg(file))
    };
    let dashboards = dashboards();
    for (name, dashboard) in &dashboards {
        check(dashboard).unwrap_or_else(|answer| panic!("{name}: {answer}"));
    }
    let right = &dashboards["knative-lambda-control.json"];
    assert_eq!(right["panels"][1]["type"], "stat");
    for (path, member, value) in [
        ("", "panles", json!([])),
        ("/panels/1", "type", json!("stta")),
        ("/panels/1", "titel", json!("x")),
        ("/panels/1/gridPos", "x", json!("left")),
        ("/panels/1/options", "graph", json!("none")),
        ("/panels/1/fieldConfig/defaults", "unti", json!("s")),
        ("/panels/1/targets/0", "exp", json!("up")),
        ("/annotations/list/0", "colour", json!("red")),
        ("/templating/list/0", "kind", json!("query")),
        ("/links/0", "href", json!("x")),
    ] {
        let mut wrong = right.clone();
        wrong.pointer_mut(path).unwrap()[member] = value;
        let answer = check(&wrong).expect_err(path);
        assert!(answer.contains("dashboard.json: "), "{answer}");
    }
}

/// What the model does not say and Grafana needs.
#[test]
fn names_are_unique_and_panels_have_room() {
    let dashboards = dashboards();
    assert_eq!(dashboards.len(), 3);
    for (name, dashboard) in &dashboards {
        let uid = dashboard["uid"].as_str().unwrap();
        assert_eq!(*name, format!("{uid}.json"));
        assert!(
            uid.len() <= 40,
            "Grafana takes no longer uid than 40: {uid}"
        );
        let mut ids = HashSet::new();
        let mut taken = HashSet::new();
        for panel in array(&dashboard["panels"]) {
            assert!(ids.insert(number(&panel["id"])), "{name}: {panel}");
            let place = &panel["gridPos"];
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| number(&place[side]));
            assert!(x + w <= 24, "{name}: {place}");
            for cell in (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row))) {
                assert!(taken.insert(cell), "{name}: {place} lies over another");
            }
            if panel["type"] != "row" {
                assert_ne!(panel["description"], "", "{name}");
                let targets = array(&panel["targets"]).iter();
                let letters: HashSet<_> = targets
                    .map(|target| target["refId"].as_str().unwrap())
                    .collect();
                assert_eq!(letters.len(), array(&panel["targets"]).len(), "{name}");
                assert!(!letters.is_empty(), "{name}");
            }
        }
    }
}

/// `$name` in expressions is a variable of the dashboard, or one of Grafana's own.
#[test]
fn variables_are_declared() {
    for (name, dashboard) in dashboards() {
        let variables = array(&dashboard["templating"]["list"]).iter();
        let mut declared: HashSet<_> = variables
            .map(|v| v["name"].as_str().unwrap().to_owned())
            .collect();
        declared.insert("__rate_interval".to_owned());
        let mut used = HashSet::new();
        for target in array(&dashboard["panels"])
            .iter()
            .flat_map(|p| p["targets"].as_array().into_iter().flatten())
        {
            for rest in target["expr"].as_str().unwrap().split('$').skip(1) {
                let end = rest
                    .find(|c: char| c != '_' && !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                used.insert(rest[..end].to_owned());
            }
        }
        assert!(used.is_subset(&declared), "{name}: {used:?}");
    }
}

#[test]
fn config_maps_hold_the_dashboards() {
    let text = std::fs::read_to_string(root().join("generated/grafana/dashboards.yaml")).unwrap();
    let maps: Vec<Json> = serde_saphyr::from_multiple(&text).unwrap();
    let mut held = BTreeMap::new();
    for map in &maps {
        assert_eq!(map["metadata"]["labels"]["grafana_dashboard"], "1");
        for (name, text) in map["data"].as_object().unwrap() {
            held.insert(
                name.clone(),
                serde_json::from_str::<Json>(text.as_str().unwrap()).unwrap(),
            );
        }
    }
    let mut files = dashboards();
    for dashboard in files.values_mut() {
        let comment = dashboard
            .as_object_mut()
            .unwrap()
            .remove("$comment")
            .unwrap();
        assert!(
            comment
                .as_str()
                .unwrap()
                .starts_with("Generated by klambda from spec/dashboards.yaml")
        );
    }
    assert_eq!(held, files);
}
