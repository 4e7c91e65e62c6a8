//! The generated manifests, as Knative's webhooks judge them.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

use knative_lambda_testbed::{Knative, available};
use serde_json::{Value, json};

/// Folders that hold objects of Knative, beside others.
const FOLDERS: [&str; 4] = [
    "generated/knative",
    "generated/knative/functions",
    "generated/flux",
    "generated/flux-direct",
];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = FOLDERS.into_iter().map(|folder| root.join(folder));
    let entries = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect()
}

fn is_knatives(api_version: &str) -> bool {
    api_version.contains("knative.dev/")
}

/// The generated objects of Knative's kinds.
fn objects() -> Vec<Value> {
    let mut found = Vec::new();
    let mut lines = 0;
    for file in files() {
        let text = std::fs::read_to_string(file).unwrap();
        let versions = text.lines().filter_map(|l| l.strip_prefix("apiVersion: "));
        lines += versions.filter(|version| is_knatives(version)).count();
        let mut all: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
        all.retain(|object| is_knatives(object["apiVersion"].as_str().unwrap()));
        found.append(&mut all);
    }
    assert_eq!(found.len(), lines, "not all objects were read");
    found
}

#[tokio::test]
async fn every_generated_object_is_valid() {
    if !available() {
        return;
    }
    let objects = objects();
    for kind in [
        "Broker",
        "RabbitmqBrokerConfig",
        "EventType",
        "Trigger",
        "Service",
        "SinkBinding",
    ] {
        assert!(objects.iter().any(|object| object["kind"] == kind));
    }
    let refused = Knative::build().await.unwrap().refused(&objects).unwrap();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// All objects, the first of a kind changed.
fn changed(kind: &str, pointer: &str, value: Value) -> Vec<Value> {
    let mut objects = objects();
    let object = objects.iter_mut().find(|o| o["kind"] == kind).unwrap();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    match object.pointer_mut(parent).unwrap() {
        Value::Array(list) => list.push(value),
        parent => parent[member] = value,
    }
    objects
}

#[tokio::test]
async fn wrong_objects_are_refused() {
    if !available() {
        return;
    }
    let knative = Knative::build().await.unwrap();
    let container = "/spec/template/spec/containers/0/env/-";
    let port = json!({ "name": "PORT", "value": "80" });
    let parallelism = json!({ "rabbitmq.eventing.knative.dev/parallelism": "1001" });
    let cluster = "/spec/rabbitmqClusterReference/name";
    for (kind, pointer, value, why) in [
        ("Service", container, port, "PORT"),
        (
            "Trigger",
            "/spec/broker",
            json!(""),
            "missing field(s): spec.broker",
        ),
        (
            "Trigger",
            "/spec/filters",
            json!([{ "like": {} }]),
            "\"like\"",
        ),
        (
            "Trigger",
            "/spec/filters",
            json!([{ "cesql": "type =" }]),
            "cesql",
        ),
        ("Trigger", "/metadata/annotations", parallelism, "1001"),
        (
            "Broker",
            "/spec/delivery/backoffDelay",
            json!("1s"),
            "backoffDelay",
        ),
        (
            "Broker",
            "/spec/config/kind",
            json!("ConfigMap"),
            "not supported",
        ),
        ("RabbitmqBrokerConfig", cluster, json!(""), "name"),
        ("EventType", "/spec/type", json!(""), "spec.type"),
        (
            "SinkBinding",
            "/spec/subject/name",
            json!(""),
            "spec.subject",
        ),
    ] {
        let refused = knative.refused(&changed(kind, pointer, value)).unwrap();
        let all = refused.join("\n");
        assert_eq!(refused.len(), 1, "{kind} {why}: {all}");
        assert!(all.starts_with(kind) && all.contains(why), "{why}: {all}");
    }
}
