//! The LambdaFunction CRD on a real API server.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

use knative_lambda_testbed::apply::{apply, crds, objects};
use knative_lambda_testbed::{Bed, Part, available};
use kube::ResourceExt as _;
use serde_json::{Value, json};

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifests_are_accepted_and_refused() {
    if !available(&[Part::Kubernetes]) {
        return;
    }
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    let client = bed.kubernetes().unwrap().client();
    crds(&client, &repository().join("generated/crd"))
        .await
        .unwrap();
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "knative-lambda" } });
    apply(&client, &serde_json::from_value(namespace).unwrap())
        .await
        .unwrap();

    let spec =
        std::fs::read_to_string(repository().join("spec/resources/lambda-function.yaml")).unwrap();
    let spec: Value = serde_saphyr::from_str(&spec).unwrap();
    for example in spec["examples"].as_array().unwrap() {
        let object = serde_json::from_value(example.clone()).unwrap();
        let applied = apply(&client, &object).await.unwrap();
        assert_eq!(applied.name_any(), object.name_any());
    }
    let _ = objects;
}
