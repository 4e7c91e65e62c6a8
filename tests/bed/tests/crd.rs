//! The LambdaFunction CRD on a real API server, and the schema of `command.function.deploy`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use knative_lambda_codegen::compile;
use knative_lambda_codegen::diagnostics::Finding;
use knative_lambda_codegen::event::{self, Event, Limits, Reading};
use knative_lambda_codegen::source::Sources;
use knative_lambda_testbed::apply::{apply, crds, objects};
use knative_lambda_testbed::{Bed, Part, available};
use kube::api::{DynamicObject, Patch};
use kube::core::{ApiResource, GroupVersionKind, ObjectMeta};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn yaml(path: impl AsRef<Path>) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// The admission policy and its binding.
fn policy() -> [DynamicObject; 2] {
    let file = repository().join("generated/crd/lambda-function-admission.yaml");
    let text = std::fs::read_to_string(file).unwrap();
    objects(&text).unwrap().try_into().unwrap()
}

/// A bed whose API server serves LambdaFunctions, held to their admission policy.
async fn bed() -> Option<Bed> {
    if !available() {
        return None;
    }
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    let client = bed.kubernetes().unwrap().client();
    let folder = repository().join("generated/crd");
    crds(&client, &folder).await.unwrap();
    for object in policy() {
        apply(&client, &object).await.unwrap();
    }
    for name in [
        "knative-lambda",
        "kube-system",
        "kube-public",
        "kube-node-lease",
    ] {
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name },
        });
        applied(&client, namespace).await.unwrap();
    }
    // A policy takes a moment to become active.
    let started = Instant::now();
    let mut sentinel = function("sentinel", inline());
    sentinel["metadata"]["namespace"] = "kube-public".into();
    let refused = loop {
        match applied(&client, sentinel.clone()).await {
            Err(refused) => break refused,
            Ok(_) => assert!(started.elapsed() < Duration::from_secs(60), "no policy"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(refused.contains("metadata.namespace"), "{refused}");
    Some(bed)
}

/// The shortest spec.
fn inline() -> Value {
    json!({
        "source": { "type": "inline", "inline": { "code": "x" } },
        "runtime": { "language": "python", "version": "3.12" },
    })
}

async fn applied(client: &Client, manifest: Value) -> Result<Value, String> {
    let object = serde_json::from_value(manifest).unwrap();
    let answer = apply(client, &object)
        .await
        .map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(answer).unwrap())
}

fn function(name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "lambda.knative.io/v1alpha1",
        "kind": "LambdaFunction",
        "metadata": { "name": name, "namespace": "knative-lambda" },
        "spec": spec,
    })
}

/// Puts a value at a dotted path, making the objects above it.
fn put(spec: &mut Value, path: &str, value: Value) {
    let mut at = spec;
    for part in path.split('.') {
        at = &mut at[part];
    }
    *at = value;
}

/// A manifest of the table: a value, put into one that is fine.
struct Case {
    /// Where the value was put.
    path: String,
    metadata: Value,
    spec: Value,
    /// Whether the manifest is fine.
    accepted: bool,
}

impl Case {
    /// The object that the value was put in, and the value's name there.
    fn place(&self) -> (&str, &str) {
        self.path.rsplit_once('.').unwrap_or(("", &self.path))
    }
}

/// The manifests of the table.
fn cases() -> Vec<Case> {
    let table = yaml("tests/fixtures/lambda-functions.yaml");
    let mut cases = Vec::new();
    for case in table["cases"].as_array().unwrap() {
        let path = case["path"].as_str().unwrap();
        let namespace = case["namespace"].as_str().unwrap_or("knative-lambda");
        for (list, accepted) in [("accepted", true), ("refused", false)] {
            for value in case[list].as_array().unwrap() {
                let number = cases.len();
                let mut manifest = json!({
                    "metadata": { "name": format!("case-{number}"), "namespace": namespace },
                    "spec": table["bases"][case["base"].as_str().unwrap()],
                });
                match path.starts_with("metadata.") {
                    true => put(&mut manifest, path, value.clone()),
                    false => put(&mut manifest["spec"], path, value.clone()),
                }
                cases.push(Case {
                    path: path.to_owned(),
                    metadata: manifest["metadata"].take(),
                    spec: manifest["spec"].take(),
                    accepted,
                });
            }
        }
    }
    assert!(cases.len() >= 350, "{} cases", cases.len());
    cases
}

/// The deploy command carries the same data: who sends it learns at once what the API server
/// would say.
#[test]
fn the_deploy_command_is_judged_as_the_resource_is() {
    let mut wrong = Vec::new();
    let compiled = compile(&repository().join("spec"), |catalog| {
        for case in cases() {
            let event = json!({
                "specversion": "1.0",
                "id": "1",
                "type": "io.knative.lambda.command.function.deploy",
                "source": "io.knative.lambda/ci/knative-lambda/hello",
                "subject": "knative-lambda/hello",
                "time": "2025-12-04T10:30:00Z",
                "idempotencykey": "deploy-hello-1",
                "data": { "metadata": case.metadata, "spec": case.spec },
            });
            let (mut sources, mut findings) = (Sources::new(Path::new("")), Vec::new());
            let mut found = Vec::new();
            let reading = Reading {
                sources: &mut sources,
                findings: &mut findings,
            };
            let mut input = std::io::Cursor::new(event.to_string());
            let mut each = |event: Event<'_>, _: &mut Vec<Finding>| {
                found.extend(event::check(&catalog.index, event));
            };
            event::read(
                &mut input,
                Path::new("-"),
                &Limits::default(),
                reading,
                &mut each,
            )
            .unwrap();
            let (_, named) = case.place();
            // What is wrong in an object or list is said of its member.
            let inner = ["dependencies", "env", "source", "triggers"].contains(&named);
            let about = |finding: &Finding| inner || finding.message.contains(named);
            if found.is_empty() != case.accepted || !case.accepted && !found.iter().any(about) {
                wrong.push(format!("{}: {}: {found:?}", case.path, event["data"]));
            }
        }
    });
    assert!(compiled.unwrap().1.is_some());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_server_decides_as_the_table_says() {
    let Some(bed) = bed().await else { return };
    let client = bed.kubernetes().unwrap().client();
    let mut wrong = Vec::new();
    for case in cases() {
        let mut manifest = function("", case.spec.clone());
        manifest["metadata"] = case.metadata.clone();
        let (object, named) = case.place();
        match applied(&client, manifest).await {
            Ok(_) if case.accepted => {}
            Err(message)
                if !case.accepted && message.contains(object) && message.contains(named) => {}
            answer => wrong.push(format!(
                "{}: {} {}: {answer:?}",
                case.path, case.metadata, case.spec
            )),
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifests_in_use_are_admitted_and_get_defaults() {
    let Some(bed) = bed().await else { return };
    let client = bed.kubernetes().unwrap().client();
    let resource = yaml(repository().join("spec/resources/lambda-function.yaml"));
    for example in resource["examples"].as_array().unwrap() {
        let first = applied(&client, example.clone()).await.unwrap();
        let again = applied(&client, example.clone()).await.unwrap();
        assert_eq!(
            first["metadata"]["generation"],
            again["metadata"]["generation"]
        );
    }
    let inline = json!({ "type": "inline", "inline": { "code": "x" } });
    let runtime = json!({ "language": "python", "version": "3.12" });
    let spec = json!({ "source": inline, "runtime": runtime, "resources": { "requests": {} }, "scaling": {} });
    let made = applied(&client, function("defaults", spec)).await.unwrap();
    let spec = &made["spec"];
    assert_eq!(spec["runtime"]["handler"], "index.handler");
    assert_eq!(spec["scaling"]["maxReplicas"], 50);
    assert_eq!(
        spec["resources"]["requests"],
        json!({ "memory": "64Mi", "cpu": "50m" })
    );

    let unknown = json!({ "source": inline, "runtime": runtime, "scalling": {} });
    let error = applied(&client, function("unknown", unknown))
        .await
        .unwrap_err();
    assert!(error.contains("scalling"), "{error}");
    let long = function(
        &"x".repeat(51),
        json!({ "source": inline, "runtime": runtime }),
    );
    let error = applied(&client, long).await.unwrap_err();
    assert!(error.contains("name"), "{error}");
}

/// The operator's receivers carry the annotations, in its own namespace. An event cannot set them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn privileged_annotations_are_admitted_in_the_operator_s_namespace_only() {
    let Some(bed) = bed().await else { return };
    let client = bed.kubernetes().unwrap().client();
    for annotation in ["receiver-mode", "use-operator-image"] {
        let annotation = format!("lambda.knative.io/{annotation}");
        let mut receiver = function("receiver", inline());
        receiver["metadata"]["annotations"] = json!({ annotation: "true" });
        applied(&client, receiver.clone()).await.unwrap();

        receiver["metadata"]["namespace"] = "default".into();
        let refused = applied(&client, receiver.clone()).await.unwrap_err();
        assert!(refused.contains("metadata.annotations"), "{refused}");
        // Nor can it be added later.
        let mut plain = receiver.clone();
        plain["metadata"]["annotations"] = json!({});
        applied(&client, plain).await.unwrap();
        let refused = applied(&client, receiver).await.unwrap_err();
        assert!(refused.contains("metadata.annotations"), "{refused}");
    }
}

/// What was made before the policy, or without it, can be deleted all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_loses_its_finalizers() {
    let Some(bed) = bed().await else { return };
    let client = bed.kubernetes().unwrap().client();
    let [_, binding] = policy();
    api(&client, &binding)
        .delete(&binding.name_any(), &Default::default())
        .await
        .unwrap();
    let mut made = function("older", inline());
    made["metadata"]["namespace"] = "kube-system".into();
    made["metadata"]["finalizers"] = json!(["lambdafunction.lambda.knative.io/finalizer"]);
    let started = Instant::now();
    while let Err(refused) = applied(&client, made.clone()).await {
        assert!(started.elapsed() < Duration::from_secs(60), "{refused}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    apply(&client, &binding).await.unwrap();
    let started = Instant::now();
    let changed = |attempt: usize| {
        let mut changed = made.clone();
        changed["metadata"]["labels"] = json!({ "attempt": attempt.to_string() });
        changed
    };
    let mut attempt = 0;
    while applied(&client, changed(attempt)).await.is_ok() {
        assert!(started.elapsed() < Duration::from_secs(60), "no policy");
        tokio::time::sleep(Duration::from_millis(100)).await;
        attempt += 1;
    }
    let functions = api(&client, &serde_json::from_value(made.clone()).unwrap());
    functions
        .delete("older", &Default::default())
        .await
        .unwrap();
    // On its way out it is not what it was not before.
    let privileged = json!({ "lambda.knative.io/receiver-mode": "true" });
    let privileged = json!({ "metadata": { "annotations": privileged } });
    let refused = functions
        .patch("older", &Default::default(), &Patch::Merge(privileged))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("denied request: metadata."), "{refused}");
    let none = json!({ "metadata": { "finalizers": null } });
    functions
        .patch("older", &Default::default(), &Patch::Merge(none))
        .await
        .unwrap();
    assert!(functions.get_opt("older").await.unwrap().is_none());
}

/// What the control plane's own check of types says of the policy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_policy_s_expressions_have_the_right_types() {
    let Some(bed) = bed().await else { return };
    let client = bed.kubernetes().unwrap().client();
    let [policy, _] = policy();
    let named = |name: String| DynamicObject {
        metadata: ObjectMeta {
            name: Some(name),
            ..Default::default()
        },
        ..policy.clone()
    };
    // Until the controller has learnt of the resource, it says nothing of anything.
    let started = Instant::now();
    for attempt in 0.. {
        let mut wrong = named(format!("wrong-{attempt}"));
        wrong.data["spec"]["validations"][0]["expression"] = "object.spec.sauce == 'x'".into();
        apply(&client, &wrong).await.unwrap();
        let told = warnings(&client, &wrong).await.to_string();
        if told.contains("sauce") {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(90), "{told}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let right = named("right".to_owned());
    apply(&client, &right).await.unwrap();
    assert_eq!(warnings(&client, &right).await, Value::Null);
}

/// The warnings in the status of a policy, once it has one.
async fn warnings(client: &Client, policy: &DynamicObject) -> Value {
    let policies = api(client, policy);
    let started = Instant::now();
    loop {
        let policy = policies.get(&policy.name_any()).await.unwrap();
        let status = &policy.data["status"];
        if status["observedGeneration"] == json!(policy.metadata.generation) {
            return status["typeChecking"]["expressionWarnings"].clone();
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Access to objects of the same kind and namespace.
fn api(client: &Client, object: &DynamicObject) -> Api<DynamicObject> {
    let kind = GroupVersionKind::try_from(object.types.clone().unwrap()).unwrap();
    let resource = ApiResource::from_gvk(&kind);
    match object.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}
