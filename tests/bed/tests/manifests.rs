//! The generated manifests, as the API server, kubectl and Helm take them.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use knative_lambda_codegen::compile;
use knative_lambda_codegen::emit::kubernetes::{GROUPS, Overrides};
use knative_lambda_codegen::emit::{OutputFile, TARGETS};
use knative_lambda_testbed::apply::{apply, objects};
use knative_lambda_testbed::{Bed, Clients, Crds, Part, available};
use kube::ResourceExt as _;
use kube::core::DynamicObject;
use serde_json::{Value as Json, json};

/// The project's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn succeeded(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn run(command: &mut Command) -> String {
    succeeded(&command.output().unwrap())
}

/// An API server with the resources of every system, and Flux's namespace.
async fn cluster() -> Bed {
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    let kubernetes = bed.kubernetes().unwrap();
    for system in Crds::ALL {
        kubernetes.crds(system).await.unwrap();
    }
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "flux-system" } });
    let namespace = serde_json::from_value(namespace).unwrap();
    apply(&kubernetes.client(), &namespace).await.unwrap();
    bed
}

/// Every manifest of the committed groups, in the order of the groups.
fn committed() -> Vec<DynamicObject> {
    let mut all = Vec::new();
    for group in GROUPS {
        let mut files: Vec<_> = std::fs::read_dir(root().join(group.folder))
            .unwrap_or_else(|_| panic!("{} is missing", group.folder))
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension().is_some_and(|e| e == "yaml")
                    && !path.ends_with("kustomization.yaml")
            })
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{} holds nothing", group.folder);
        for file in files {
            all.extend(objects(&std::fs::read_to_string(file).unwrap()).unwrap());
        }
    }
    let function = root().join("generated/knative/functions/hello-python.yaml");
    all.extend(objects(&std::fs::read_to_string(function).unwrap()).unwrap());
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_accepted_and_applying_again_changes_nothing() {
    if !available() {
        return;
    }
    let bed = cluster().await;
    let client = bed.kubernetes().unwrap().client();
    let manifests = committed();
    let mut first = Vec::new();
    for manifest in &manifests {
        let name = manifest.name_any();
        let applied = apply(&client, manifest).await;
        first.push(applied.unwrap_or_else(|error| panic!("{name}: {error}")));
    }
    for (manifest, before) in manifests.iter().zip(&first) {
        let name = manifest.name_any();
        let again = apply(&client, manifest).await.unwrap();
        assert_eq!(what_is_wanted(before), what_is_wanted(&again), "{name}");
        // The first time, defaults of a status that nobody has written yet are stored late.
        let third = apply(&client, manifest).await.unwrap();
        let version = third.resource_version();
        assert_eq!(again.resource_version(), version, "{name}");
    }
    assert!(manifests.len() > 100, "{}", manifests.len());
}

/// An object without what controllers and the API server write beside it.
fn what_is_wanted(object: &DynamicObject) -> Json {
    let mut json = serde_json::to_value(object).unwrap();
    json["status"].take();
    for member in ["resourceVersion", "managedFields"] {
        json["metadata"][member].take();
    }
    json
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kubectl_applies_the_kustomization() {
    if !available() {
        return;
    }
    let bed = cluster().await;
    let clients = Clients::build().await.unwrap();
    let apply = || {
        let mut kubectl = clients.kubectl(bed.kubernetes().unwrap());
        run(kubectl
            .args(["apply", "--validate=strict", "-k"])
            .arg(root().join("generated")))
    };
    let created = apply();
    assert!(
        created.contains("trigger.eventing.knative.dev/lambda-audit-trigger created"),
        "{created}"
    );
    let again = apply();
    let changed: Vec<_> = again
        .lines()
        .filter(|line| !line.ends_with(" unchanged"))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    assert_eq!(created.lines().count(), again.lines().count());
}

/// Objects by kind, namespace and name.
fn by_name(yaml: &str) -> BTreeMap<String, Json> {
    let mut all = BTreeMap::new();
    for object in objects(yaml).unwrap() {
        let kind = &object.types.as_ref().unwrap().kind;
        let namespace = object.namespace().unwrap_or_default();
        let key = format!("{kind} {namespace}/{}", object.name_any());
        let before = all.insert(key.clone(), serde_json::to_value(object).unwrap());
        assert!(before.is_none(), "{key} stands twice");
    }
    all
}

fn assert_same(rendered: &str, expected: &str) {
    let (rendered, expected) = (by_name(rendered), by_name(expected));
    let only = |of: &BTreeMap<String, Json>, other: &BTreeMap<String, Json>| {
        let names = of.keys().filter(|name| !other.contains_key(*name));
        names.cloned().collect::<Vec<_>>()
    };
    let differ = (only(&rendered, &expected), only(&expected, &rendered));
    assert_eq!(differ, (vec![], vec![]), "(only rendered, only expected)");
    for (name, object) in &expected {
        assert_eq!(&rendered[name], object, "{name}");
    }
}

#[tokio::test]
async fn the_chart_renders_what_the_kustomization_has() {
    if !available() {
        return;
    }
    let clients = Clients::build().await.unwrap();
    let chart = root().join(CHART);
    run(clients.helm().args(["lint", "--strict"]).arg(&chart));
    let rendered = run(clients
        .helm()
        .args(["template", "--include-crds", "x"])
        .arg(&chart));
    let mut kubectl = Command::new(clients.folder().join("kubectl"));
    let expected = run(kubectl.arg("kustomize").arg(root().join("generated")));
    assert_same(&rendered, &expected);
}

/// The overlay that `docs/install.md` shows.
#[tokio::test]
async fn an_overlay_changes_one_setting() {
    if !available() {
        return;
    }
    let clients = Clients::build().await.unwrap();
    let page = std::fs::read_to_string(root().join("docs/install.md")).unwrap();
    let start = page.find("# overlay/kustomization.yaml").unwrap();
    let overlay = page[start..].split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = Command::new("cp")
        .arg("-r")
        .arg(root().join("generated"))
        .arg(folder.path())
        .status();
    assert!(copy.unwrap().success());
    std::fs::create_dir(folder.path().join("overlay")).unwrap();
    std::fs::write(folder.path().join("overlay/kustomization.yaml"), overlay).unwrap();
    let mut kubectl = Command::new(clients.folder().join("kubectl"));
    let rendered = run(kubectl.arg("kustomize").arg(folder.path().join("overlay")));
    let broker = &by_name(&rendered)["Broker knative-lambda/lambda-broker"];
    assert_eq!(broker["spec"]["delivery"]["retry"], 3);
}

/// Values that differ from the spec's everywhere.
const VALUES: &str = "\
groups: { flux: true, flux-direct: true, prometheus: false }
subscribers: { loki: false }
namespaces: { knative-lambda: functions, flux-system: gitops, agent-auditor: audit }
names: { lambda-broker: events, knative-lambda-operator: lambda-operator, lambda-webhook-token: hook }
delivery: { retry: 2, parallelism: 3, backoffPolicy: linear, backoffDelay: PT0H0M3S }
deadLetters: { maxLength: 7, messageTtlMilliseconds: 60000, overflow: drop-head }
";

/// What the chart renders with values is what `generate` writes with them; gives it.
fn same_of_both(clients: &Clients, values: &Json) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.yaml");
    // JSON is YAML.
    std::fs::write(&file, values.to_string()).unwrap();
    let mut helm = clients.helm();
    let rendered = run(helm
        .args(["template", "x"])
        .arg(root().join(CHART))
        .arg("--values")
        .arg(&file));
    let files = generated(values);
    let documents: Vec<_> = files
        .iter()
        .filter(|file| {
            let others = ["/prometheus/rules/", "/prometheus/tests/", "/functions/"];
            // A group that is switched off is written, but belongs to no kustomization.
            let off = file.path.contains("/prometheus/") && values["groups"]["prometheus"] == false;
            // Helm keeps definitions apart, and shows them when asked.
            !off && !others.iter().any(|other| file.path.contains(other))
                && !file.content.contains("kind: CustomResourceDefinition")
        })
        .map(|file| file.content.as_str())
        .collect();
    assert_same(&rendered, &documents.join("\n---\n"));
    rendered
}

const CHART: &str = "generated/helm/knative-lambda";

#[tokio::test]
async fn every_object_can_be_renamed() {
    if !available() {
        return;
    }
    let clients = Clients::build().await.unwrap();
    let defaults = std::fs::read_to_string(root().join(CHART).join("values.yaml")).unwrap();
    let defaults: Json = serde_saphyr::from_str(&defaults).unwrap();
    let renamed = |section: &str| -> Json {
        let names = defaults[section].as_object().unwrap().iter();
        let names = names.map(|(name, own)| (name.clone(), format!("z{}", own.as_str().unwrap())));
        names
            .map(|(name, new)| (name, new.into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let values = json!({
        "groups": { "flux-direct": true },
        "namespaces": renamed("namespaces"),
        "names": renamed("names"),
    });
    let rendered = same_of_both(&clients, &values);
    for object in objects(&rendered).unwrap() {
        let name = object.name_any();
        assert!(name.starts_with('z'), "{:?} {name}", object.types);
        let namespace = object.namespace().unwrap_or("z".to_owned());
        assert!(namespace.starts_with('z'), "{name} in {namespace}");
    }
}

#[tokio::test]
async fn the_chart_and_generate_take_the_same_values() {
    if !available() {
        return;
    }
    let clients = Clients::build().await.unwrap();
    let chart = root().join(CHART);
    let values: Json = serde_saphyr::from_str(VALUES).unwrap();
    same_of_both(&clients, &values);

    // What has no place or the wrong type is refused.
    for wrong in [
        "delivery.retry=many",
        "delivery.retries=2",
        "namespaces.knative-lambda=A",
        "broker=x",
    ] {
        let mut helm = clients.helm();
        let output = helm
            .args(["template", "x", "--set", wrong])
            .arg(&chart)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.contains("don't meet the specifications of the schema"),
            "{wrong}: {stderr}"
        );
    }
}

/// Manifests of the groups with values that differ from the spec's.
fn generated(values: &Json) -> Vec<OutputFile> {
    let mut overrides = Overrides::new();
    for (section, _) in knative_lambda_codegen::emit::kubernetes::SECTIONS {
        for (name, value) in values[section].as_object().into_iter().flatten() {
            overrides.insert((section, name.clone()), value.clone());
        }
    }
    let (_, files) = compile(&root().join("spec"), |catalog| {
        catalog.values = overrides;
        let is_group = |name: &str| GROUPS.iter().any(|group| group.name == name);
        let targets = TARGETS.iter().filter(|target| is_group(target.name));
        targets
            .flat_map(|target| (target.emit)(catalog))
            .collect::<Vec<_>>()
    })
    .unwrap();
    let mut files = files.expect("the spec has no errors");
    files
        .retain(|file| file.path.ends_with(".yaml") && !file.path.ends_with("/kustomization.yaml"));
    files
}
