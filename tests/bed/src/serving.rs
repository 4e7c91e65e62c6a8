//! The part of Knative Serving's controllers that others see: the status of Services.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::time::Duration;

use kube::api::{DynamicObject, ListParams, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{Error, clock};

/// How often Services are looked at; a revision takes one state each time.
const PULSE: Duration = Duration::from_millis(100);

/// What became of a Service's latest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionState {
    /// It is being started.
    Deploying,
    /// It runs, and all traffic goes to it.
    Ready,
    /// It does not come up; traffic stays with the last one that did.
    Failed(RevisionFailure),
}

/// Why a revision does not come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionFailure {
    /// Its image cannot be had.
    ImageMissing {
        /// The image.
        image: String,
        /// What the registry says.
        message: String,
    },
    /// Its container ends.
    ContainerExit {
        /// What it left in its termination message.
        message: String,
    },
    /// It is not ready in time.
    DeadlineExceeded,
}

impl fmt::Display for RevisionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageMissing { image, message } => {
                write!(f, "Unable to fetch image {image:?}: {message}")
            }
            Self::ContainerExit { message } => write!(f, "Container failed with: {message}"),
            Self::DeadlineExceeded => f.write_str("Initial scale was never achieved"),
        }
    }
}

/// Writes the state of a Service's latest revision into the Service's status, which says `Ready`,
/// where, and since which generation, as Knative's own controllers do.
///
/// # Errors
/// When there is no such Service, or the API server refuses the status.
pub async fn write_service_status(
    client: &Client,
    namespace: &str,
    name: &str,
    state: &RevisionState,
) -> Result<DynamicObject, Error> {
    let service = Api::namespaced_with(client.clone(), namespace, &resource());
    let service = service.get(name).await.map_err(failed)?;
    write(client, &service, state).await
}

/// Gives the revisions of all Services the states of a script, until this is dropped.
#[derive(Debug)]
pub struct Serving {
    task: JoinHandle<()>,
}

impl Serving {
    /// Asks `script` for each revision of each Service: the states that it goes through, in their
    /// order. Where there are none, the Service stays as it was.
    pub fn start(
        client: Client,
        script: impl FnMut(&DynamicObject) -> Vec<RevisionState> + Send + 'static,
    ) -> Self {
        Self {
            task: tokio::spawn(drive(client, script)),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn drive(client: Client, mut script: impl FnMut(&DynamicObject) -> Vec<RevisionState>) {
    let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource());
    let mut scripts: HashMap<_, VecDeque<RevisionState>> = HashMap::new();
    loop {
        // What fails now may work at the next pulse.
        let services = api.list(&ListParams::default()).await;
        for service in services.map(|list| list.items).unwrap_or_default() {
            let revision = (service.uid(), service.metadata.generation);
            let states = scripts
                .entry(revision)
                .or_insert_with(|| script(&service).into());
            if let Some(state) = states.front()
                && write(&client, &service, state).await.is_ok()
            {
                states.pop_front();
            }
        }
        tokio::time::sleep(PULSE).await;
    }
}

fn resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("serving.knative.dev", "v1", "Service");
    ApiResource::from_gvk(&kind)
}

fn failed(error: kube::Error) -> Error {
    Error::request("kube-apiserver", error)
}

async fn write(
    client: &Client,
    service: &DynamicObject,
    state: &RevisionState,
) -> Result<DynamicObject, Error> {
    let (namespace, name) = (service.namespace().unwrap_or_default(), service.name_any());
    let mut status = status(service, &namespace, &name, state);
    keep_times(
        &mut status["conditions"],
        &service.data["status"]["conditions"],
    );
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &namespace, &resource());
    let patch = Patch::Merge(json!({ "status": status }));
    api.patch_status(&name, &PatchParams::default(), &patch)
        .await
        .map_err(failed)
}

fn status(service: &DynamicObject, namespace: &str, name: &str, state: &RevisionState) -> Value {
    let generation = service.metadata.generation.unwrap_or(1);
    let template = &service.data["spec"]["template"]["metadata"]["name"];
    let created = template
        .as_str()
        .map_or_else(|| format!("{name}-{generation:05}"), str::to_owned);
    let ready = match state {
        RevisionState::Ready => Some(created.clone()),
        _ => service.data["status"]["latestReadyRevisionName"]
            .as_str()
            .map(str::to_owned),
    };
    let none_ready = |what: &str| ("RevisionMissing", format!("Configuration {name:?} {what}"));
    let (configurations, first_route) = match state {
        RevisionState::Ready => (Condition::True, Condition::True),
        RevisionState::Deploying => {
            let (reason, message) = none_ready("is waiting for a Revision to become ready.");
            (
                Condition::Unknown("", String::new()),
                Condition::Unknown(reason, message),
            )
        }
        RevisionState::Failed(why) => {
            let failure = format!("Revision {created:?} failed with message: {why}.");
            let (reason, message) = none_ready("does not have any ready Revision.");
            (
                Condition::False("RevisionFailed", failure),
                Condition::False(reason, message),
            )
        }
    };
    // Traffic stays with a revision that is ready.
    let (routes, all) = match &ready {
        Some(_) => (Condition::True, configurations.clone()),
        None => (first_route.clone(), first_route),
    };
    let host = format!("http://{name}.{namespace}.svc.cluster.local");
    let now = clock();
    let mut status = json!({
        "observedGeneration": generation,
        "latestCreatedRevisionName": created,
        "conditions": [
            configurations.named("ConfigurationsReady", &now),
            all.named("Ready", &now),
            routes.named("RoutesReady", &now),
        ],
        "url": host,
    });
    if let Some(ready) = ready {
        status["latestReadyRevisionName"] = ready.as_str().into();
        status["address"] = json!({ "url": host });
        status["traffic"] =
            json!([{ "latestRevision": true, "percent": 100, "revisionName": ready }]);
    }
    status
}

#[derive(Clone)]
enum Condition {
    True,
    Unknown(&'static str, String),
    False(&'static str, String),
}

impl Condition {
    fn named(&self, name: &str, now: &str) -> Value {
        let (status, reason, message) = match self {
            Self::True => ("True", "", ""),
            Self::Unknown(reason, message) => ("Unknown", *reason, message.as_str()),
            Self::False(reason, message) => ("False", *reason, message.as_str()),
        };
        let mut condition = json!({ "type": name, "status": status, "lastTransitionTime": now });
        for (key, text) in [("reason", reason), ("message", message)] {
            if !text.is_empty() {
                condition[key] = text.into();
            }
        }
        condition
    }
}

/// A condition that says what it said before has been so since then.
fn keep_times(conditions: &mut Value, old: &Value) {
    let same = |a: &Value, b: &Value| {
        ["type", "status", "reason", "message"]
            .iter()
            .all(|key| a[key] == b[key])
    };
    for condition in conditions.as_array_mut().into_iter().flatten() {
        let old = old.as_array().into_iter().flatten();
        if let Some(old) = old.into_iter().find(|old| same(old, condition)) {
            condition["lastTransitionTime"] = old["lastTransitionTime"].clone();
        }
    }
}
