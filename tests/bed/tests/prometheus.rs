//! The generated rules, as promtool takes them, and their unit tests.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/tools.rs"]
mod tools;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};
use tools::run;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn available() -> bool {
    tools::available(
        "promtool",
        "--version",
        "install it with `apt-get install prometheus`",
    )
}

/// The files of a folder below `generated/`, sorted.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = root().join("generated").join(folder);
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn yaml(path: &Path) -> Json {
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn array(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn check_rules(files: &[PathBuf]) -> Result<String, String> {
    run(Command::new("promtool")
        .args(["check", "rules", "--lint=all", "--lint-fatal"])
        .args(files))
}

fn test_rules(file: &Path) -> Result<String, String> {
    run(Command::new("promtool").args(["test", "rules"]).arg(file))
}

/// Writes rules and tests into a folder of their own and runs the tests.
fn test_given(rules: &Json, tests: &[Json]) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &Json| {
        std::fs::write(folder.path().join(name), content.to_string()).unwrap()
    };
    write(
        "rules.yaml",
        &json!({ "groups": [{ "name": "g", "rules": rules }] }),
    );
    write(
        "tests.yaml",
        &json!({ "rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests }),
    );
    test_rules(&folder.path().join("tests.yaml"))
}

/// Every alert, with its tests.
fn alerts() -> Vec<(Json, Vec<Json>)> {
    let tests: Vec<_> = files("prometheus/tests", "yaml")
        .iter()
        .map(|file| yaml(file))
        .collect();
    let tests = || tests.iter().flat_map(|file| array(&file["tests"]));
    let rules: Vec<_> = files("prometheus/rules", "yaml")
        .iter()
        .map(|file| yaml(file))
        .collect();
    let rules = rules
        .iter()
        .flat_map(|file| array(&file["groups"]))
        .flat_map(|group| array(&group["rules"]));
    let alerts = rules.filter(|rule| rule["alert"].is_string()).map(|alert| {
        let of_alert = |test: &&Json| test["alert_rule_test"][0]["alertname"] == alert["alert"];
        (alert.clone(), tests().filter(of_alert).cloned().collect())
    });
    alerts.collect()
}

fn fires(test: &Json) -> bool {
    !array(&test["alert_rule_test"][0]["exp_alerts"]).is_empty()
}

#[test]
fn prometheus_takes_the_rules() {
    if available() {
        check_rules(&files("prometheus/rules", "yaml")).unwrap();
    }
}

#[test]
fn the_rules_do_what_their_cases_say() {
    if !available() {
        return;
    }
    std::thread::scope(|scope| {
        let files = files("prometheus/tests", "yaml");
        let runs: Vec<_> = files
            .into_iter()
            .map(|file| scope.spawn(move || test_rules(&file)))
            .collect();
        for run in runs {
            run.join().unwrap().unwrap();
        }
    });
}

#[test]
fn cases_fail_where_the_rule_is_wrong() {
    if !available() {
        return;
    }
    for (alert, tests) in alerts() {
        let (firing, silent): (Vec<_>, Vec<_>) = tests.into_iter().partition(fires);
        let name = alert["alert"].as_str().unwrap();
        let wrong = |expr: &str, tests: &[Json]| {
            let mut rule = alert.clone();
            rule["expr"] = expr.into();
            rule.as_object_mut().unwrap().remove("for");
            for test in tests {
                let answer = test_given(&json!([rule]), std::slice::from_ref(test)).unwrap_err();
                assert!(answer.contains(name), "{answer}");
            }
        };
        assert!(!firing.is_empty() && !silent.is_empty(), "{name}");
        wrong("vector(1) > 2", &firing);
        wrong("vector(1)", &silent);
    }
}

#[test]
fn cases_fail_where_they_are_wrong() {
    if !available() {
        return;
    }
    let (alert, tests) = alerts()
        .into_iter()
        .find(|(alert, _)| alert["alert"] == "LambdaDeadLetters")
        .unwrap();
    // What the alert reads, recorded by another rule.
    let rules = files("prometheus/rules", "yaml");
    let rules: Vec<_> = rules.iter().map(|file| yaml(file)).collect();
    let rules = rules
        .iter()
        .flat_map(|file| array(&file["groups"]))
        .flat_map(|group| array(&group["rules"]));
    let recorded = rules
        .clone()
        .find(|rule| rule["record"] == "queue:dead_letters:max")
        .unwrap();
    let rules = json!([recorded, alert]);
    let right = tests.into_iter().find(fires).unwrap();
    test_given(&rules, std::slice::from_ref(&right)).unwrap();
    for (path, value) in [
        ("/alert_rule_test/0/exp_alerts", json!([])),
        (
            "/alert_rule_test/0/exp_alerts/0/exp_labels/queue",
            json!("other"),
        ),
        (
            "/alert_rule_test/0/exp_alerts/0/exp_labels/severity",
            json!("critical"),
        ),
        (
            "/alert_rule_test/0/exp_alerts/0/exp_annotations/summary",
            json!("other"),
        ),
        ("/alert_rule_test/0/eval_time", json!("6m")),
        ("/input_series/0/values", json!("0x25")),
    ] {
        let mut wrong = right.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        assert!(test_given(&rules, &[wrong]).is_err(), "{path}");
    }
}

#[test]
fn dashboards_ask_in_promql() {
    if !available() {
        return;
    }
    let mut rules = Vec::new();
    for file in files("grafana", "json") {
        let dashboard: Json =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let targets = array(&dashboard["panels"])
            .iter()
            .flat_map(|panel| array(&panel["targets"]));
        // Grafana replaces these before Prometheus sees them.
        let exprs = targets.map(|target| {
            target["expr"]
                .as_str()
                .unwrap()
                .replace("$__rate_interval", "5m")
        });
        rules.extend(
            exprs.map(|expr| json!({ "record": format!("r{}", expr.len()), "expr": expr })),
        );
    }
    assert!(rules.len() > 20);
    let folder = tempfile::tempdir().unwrap();
    let check = |rules: &[Json]| {
        let file = folder.path().join("rules.yaml");
        std::fs::write(
            &file,
            json!({ "groups": [{ "name": "g", "rules": rules }] }).to_string(),
        )
        .unwrap();
        run(Command::new("promtool")
            .args(["check", "rules", "--lint=none"])
            .arg(file))
    };
    check(&rules).unwrap();
    check(&[json!({ "record": "r", "expr": "sum(rate(a_total))" })]).unwrap_err();
}

/// The operator takes PrometheusRules, promtool takes files: what was proven of these holds for those.
#[test]
fn rules_are_the_same_in_both_forms() {
    let text = std::fs::read_to_string(root().join("generated/prometheus/rules.yaml")).unwrap();
    let manifests: Vec<Json> = serde_saphyr::from_multiple(&text).unwrap();
    let mut groups: Vec<_> = manifests.iter().map(|m| m["spec"].clone()).collect();
    groups.sort_by_key(|spec| spec["groups"][0]["name"].to_string());
    let plain: Vec<_> = files("prometheus/rules", "yaml")
        .iter()
        .map(|file| yaml(file))
        .collect();
    assert_eq!(groups, plain);
}

#[test]
fn runbooks_are_headings_of_the_reference() {
    let page = std::fs::read_to_string(root().join("docs/reference/alerting.md")).unwrap();
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let anchors: HashSet<_> = headings.map(str::to_ascii_lowercase).collect();
    let alerts = alerts();
    assert!(alerts.len() > 15);
    for (alert, _) in alerts {
        for member in ["summary", "description"] {
            assert!(alert["annotations"][member].is_string(), "{alert}");
        }
        let runbook = alert["annotations"]["runbook_url"].as_str().unwrap();
        let (page, anchor) = runbook.split_once('#').unwrap();
        assert!(page.ends_with("/docs/reference/alerting.md"), "{runbook}");
        assert!(anchors.contains(anchor), "{runbook}");
    }
}

/// The one rule that users of the platform know.
#[test]
fn the_known_alert_is_as_it_was() {
    let alerts = alerts();
    let (alert, _) = alerts
        .iter()
        .find(|(alert, _)| alert["alert"] == "LambdaBuildFailed")
        .unwrap();
    assert_eq!(
        alert["expr"],
        "increase(knative_lambda_build_errors_total[5m]) > 0"
    );
    assert_eq!(alert["labels"], json!({ "severity": "warning" }));
    assert_eq!(alert["for"], Json::Null);
}
