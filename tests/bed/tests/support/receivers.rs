//! Receivers on a bed, with the objects that they name.

use std::time::{Duration, Instant};

use knative_lambda_events::HttpMessage;
use knative_lambda_testbed::apply::apply;
use knative_lambda_testbed::{Bed, Crds, Part, http};
use kube::api::{DynamicObject, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::pinned_kind;
use kube::{Api, Client};
use serde_json::{Value, json};

/// What Flux sets on an object that it is to reconcile.
const REQUESTED: &str = "reconcile.fluxcd.io/requestedAt";

/// The controller's Receivers, each with the token that its Secret holds.
pub(crate) struct Receivers {
    bed: Bed,
    all: Vec<(Value, String)>,
}

impl Receivers {
    /// Starts Flux and applies the Receivers, Secrets with tokens, and the objects that they name.
    pub(crate) async fn start(manifests: Vec<Value>) -> Self {
        let bed = Bed::start(&[Part::Flux]).await.unwrap();
        let kubernetes = bed.kubernetes().unwrap();
        for system in [Crds::FluxSource, Crds::FluxKustomize, Crds::FluxImage] {
            kubernetes.crds(system).await.unwrap();
        }
        let client = kubernetes.client();
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "flux-system" },
        });
        applied(&client, &namespace).await;
        let mut all = Vec::new();
        for receiver in manifests {
            for resource in receiver["spec"]["resources"].as_array().unwrap() {
                applied(&client, &object(resource)).await;
            }
            let secret = receiver["spec"]["secretRef"]["name"].as_str().unwrap();
            let token = format!("token-of-{secret}");
            let secret = json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": { "name": secret, "namespace": receiver["metadata"]["namespace"] },
                "stringData": { "token": token },
            });
            applied(&client, &secret).await;
            applied(&client, &receiver).await;
            all.push((receiver, token));
        }
        Self { bed, all }
    }

    /// The Receivers' manifests, with their tokens.
    pub(crate) fn all(&self) -> &[(Value, String)] {
        &self.all
    }

    fn client(&self) -> Client {
        self.bed.kubernetes().unwrap().client()
    }

    /// Waits until the controller has judged a Receiver; gives its status.
    pub(crate) async fn status(&self, receiver: &Value) -> Value {
        let since = Instant::now();
        loop {
            let found = self.get(receiver).await;
            // Conditions are written before the rest.
            let path = &found["status"]["webhookPath"];
            match condition(&found, "Ready").map(|ready| &ready["status"]) {
                Some(ready) if ready == "False" || ready == "True" && path.is_string() => {
                    return found["status"].clone();
                }
                _ => {}
            }
            assert!(since.elapsed() < Duration::from_secs(30), "{found}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Posts to a path of the controller; gives the status of the answer.
    pub(crate) async fn post(&self, path: &str, message: HttpMessage) -> u16 {
        let url = format!("{}{path}", self.bed.flux().unwrap().receiver());
        let headers = message.headers.iter();
        let headers: Vec<_> = headers.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = http::post(&url, &headers, message.body).await.unwrap();
        answer.status.as_u16()
    }

    /// Whether reconciliation of all objects of a Receiver was requested; `None` where it was of
    /// some. Forgets it.
    pub(crate) async fn take_requested(&self, receiver: &Value) -> Option<bool> {
        let resources = receiver["spec"]["resources"].as_array().unwrap();
        let mut requested = Vec::new();
        for resource in resources {
            let object = object(resource);
            let annotations = &self.get(&object).await["metadata"]["annotations"];
            let is_requested = annotations.get(REQUESTED).is_some();
            if is_requested {
                let nothing = json!({ "metadata": { "annotations": { REQUESTED: null } } });
                let params = PatchParams::default();
                let api = api(&self.client(), &object).await;
                let name = object["metadata"]["name"].as_str().unwrap();
                api.patch(name, &params, &Patch::Merge(nothing))
                    .await
                    .unwrap();
            }
            requested.push(is_requested);
        }
        let first = *requested.first().unwrap();
        requested.iter().all(|one| *one == first).then_some(first)
    }

    async fn get(&self, manifest: &Value) -> Value {
        let api = api(&self.client(), manifest).await;
        let name = manifest["metadata"]["name"].as_str().unwrap();
        serde_json::to_value(api.get(name).await.unwrap()).unwrap()
    }
}

/// A condition of an object.
pub(crate) fn condition<'v>(object: &'v Value, r#type: &str) -> Option<&'v Value> {
    let status = object.get("status").unwrap_or(object);
    let mut conditions = status["conditions"].as_array()?.iter();
    conditions.find(|condition| condition["type"] == r#type)
}

async fn applied(client: &Client, manifest: &Value) {
    let object = serde_json::from_value(manifest.clone()).unwrap();
    apply(client, &object).await.unwrap();
}

async fn api(client: &Client, manifest: &Value) -> Api<DynamicObject> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (group, version) = manifest["apiVersion"]
        .as_str()
        .unwrap()
        .split_once('/')
        .unwrap();
    let kind = GroupVersionKind::gvk(group, version, &text(&manifest["kind"]));
    let (resource, _) = pinned_kind(client, &kind).await.unwrap();
    Api::namespaced_with(
        client.clone(),
        &text(&manifest["metadata"]["namespace"]),
        &resource,
    )
}

/// An object that a Receiver names.
fn object(resource: &Value) -> Value {
    let kind = resource["kind"].as_str().unwrap();
    let (api_version, spec) = match kind {
        "GitRepository" => (
            "source.toolkit.fluxcd.io/v1",
            json!({ "url": "https://git.example/config", "interval": "1h" }),
        ),
        "Kustomization" => (
            "kustomize.toolkit.fluxcd.io/v1",
            json!({
                "interval": "1h",
                "prune": true,
                "sourceRef": { "kind": "GitRepository", "name": "homelab-config" },
            }),
        ),
        "ImageRepository" => (
            "image.toolkit.fluxcd.io/v1",
            json!({ "image": "registry.example/lambda", "interval": "1h" }),
        ),
        _ => panic!("{kind}"),
    };
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": { "name": resource["name"], "namespace": resource["namespace"] },
        "spec": spec,
    })
}
