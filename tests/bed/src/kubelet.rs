//! The part of a kubelet that others see: the status of pods.
//!
//! No node runs here. Jobs get their pods from the real controller, and what then becomes of a pod
//! is written into its status as a kubelet would write it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, Pod};
use kube::api::{ListParams, Patch, PatchParams};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{Error, clock};

/// How often pods are looked at; a pod takes one state each time.
const PULSE: Duration = Duration::from_millis(100);

/// A state of a pod. Messages are those of its first container; the others just end with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodState {
    /// No node has room for it.
    Unschedulable,
    /// Its first container's image cannot be pulled.
    ImagePullBackOff,
    /// All its containers run.
    Running,
    /// All its containers ended well.
    Succeeded {
        /// What the container left in its termination message.
        message: String,
    },
    /// A container ended badly.
    Failed {
        /// With this exit code.
        exit_code: i32,
        /// What the container left in its termination message.
        message: String,
    },
    /// A container took more memory than its limit.
    OomKilled,
    /// The node was short of something.
    Evicted {
        /// Of what, such as `ephemeral-storage`.
        resource: String,
    },
}

impl PodState {
    /// Writes it into the pod's status.
    ///
    /// # Errors
    /// When the API server refuses it, or the pod is not there any more.
    pub async fn write(&self, client: &Client, pod: &Pod) -> Result<Pod, Error> {
        let namespace = pod.namespace().unwrap_or_default();
        let api: Api<Pod> = Api::namespaced(client.clone(), &namespace);
        let patch = Patch::Merge(json!({ "status": self.status(pod) }));
        api.patch_status(&pod.name_any(), &PatchParams::default(), &patch)
            .await
            .map_err(|error| Error::request("kube-apiserver", error))
    }

    fn status(&self, pod: &Pod) -> Value {
        let now = clock();
        let old = pod.status.as_ref();
        let started = old.and_then(|status| status.start_time.as_ref());
        let started = started.map_or_else(|| json!(now), |time| json!(time));
        let spec = pod.spec.as_ref();
        let images = |pick: &dyn Fn(usize, &Container) -> Value| -> Vec<Value> {
            let containers = spec.map(|spec| spec.containers.as_slice());
            let containers = containers.unwrap_or_default().iter().enumerate();
            containers
                .map(|(nth, container)| pick(nth, container))
                .collect()
        };
        let ended = |exit_code: i32, reason: &str, message: &str| {
            let state = |nth, container: &Container| {
                let mut state = json!({ "terminated": {
                    "exitCode": 0, "reason": "Completed",
                    "startedAt": started, "finishedAt": now,
                }});
                if nth == 0 {
                    state["terminated"]["exitCode"] = exit_code.into();
                    state["terminated"]["reason"] = reason.into();
                    if !message.is_empty() {
                        state["terminated"]["message"] = message.into();
                    }
                }
                container_status(container, state)
            };
            images(&state)
        };
        let of = |phase: &str, unready: Option<&str>, containers: Vec<Value>| {
            json!({
                "phase": phase, "startTime": started, "containerStatuses": containers,
                "conditions": conditions(&now, unready),
            })
        };
        match self {
            Self::Unschedulable => json!({
                "phase": "Pending",
                "conditions": [{
                    "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                    "message": "0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 \
                        nodes are available: 1 No preemption victims found for incoming pod.",
                    "lastTransitionTime": now,
                }],
            }),
            Self::ImagePullBackOff => {
                let waiting = |nth, container: &Container| {
                    let image = container.image.as_deref().unwrap_or_default();
                    let state = match nth {
                        0 => json!({ "waiting": {
                            "reason": "ImagePullBackOff",
                            "message": format!("Back-off pulling image {image:?}"),
                        }}),
                        _ => json!({ "waiting": { "reason": "ContainerCreating" } }),
                    };
                    container_status(container, state)
                };
                of("Pending", Some("ContainersNotReady"), images(&waiting))
            }
            Self::Running => {
                let running = |_, container: &Container| {
                    container_status(container, json!({ "running": { "startedAt": now } }))
                };
                of("Running", None, images(&running))
            }
            Self::Succeeded { message } => of(
                "Succeeded",
                Some("PodCompleted"),
                ended(0, "Completed", message),
            ),
            Self::Failed { exit_code, message } => of(
                "Failed",
                Some("PodFailed"),
                ended(*exit_code, "Error", message),
            ),
            Self::OomKilled => of("Failed", Some("PodFailed"), ended(137, "OOMKilled", "")),
            Self::Evicted { resource } => {
                let message = format!("The node was low on resource: {resource}. ");
                let containers = ended(137, "ContainerStatusUnknown", GONE);
                let mut status = of("Failed", Some("PodFailed"), containers);
                status["reason"] = "Evicted".into();
                status["message"] = message.as_str().into();
                if let Some(conditions) = status["conditions"].as_array_mut() {
                    conditions.push(json!({
                        "type": "DisruptionTarget", "status": "True",
                        "reason": "TerminationByKubelet", "message": message,
                        "lastTransitionTime": now,
                    }));
                }
                status
            }
        }
    }
}

/// What a kubelet says of a container that it lost.
const GONE: &str = "The container could not be located when the pod was terminated";

fn container_status(container: &Container, state: Value) -> Value {
    let running = state.get("running").is_some();
    let mut status = json!({
        "name": container.name, "image": container.image.as_deref().unwrap_or_default(),
        "imageID": "", "ready": running, "started": running, "restartCount": 0,
        // A merge leaves what it does not name.
        "state": { "waiting": null, "running": null, "terminated": null },
    });
    if let (Some(all), Some(state)) = (status["state"].as_object_mut(), state.as_object()) {
        all.extend(state.clone());
    }
    status
}

/// The conditions of a pod that was scheduled; `unready` says why it is not ready.
fn conditions(now: &str, unready: Option<&str>) -> Vec<Value> {
    let of = |name: &str, reason: Option<&str>| {
        let mut condition = json!({ "type": name, "lastTransitionTime": now });
        condition["status"] = if reason.is_some() { "False" } else { "True" }.into();
        condition["reason"] = reason.into();
        condition
    };
    vec![
        of("PodScheduled", None),
        of("Initialized", None),
        of("ContainersReady", unready),
        of("Ready", unready),
    ]
}

/// Gives every pod the states of a script, until this is dropped.
#[derive(Debug)]
pub struct Kubelet {
    task: JoinHandle<()>,
}

impl Kubelet {
    /// Asks `script` once for each pod: the states that it goes through, in their order. Where
    /// there are none, the pod stays as it was made.
    pub fn start(
        client: Client,
        script: impl FnMut(&Pod) -> Vec<PodState> + Send + 'static,
    ) -> Self {
        Self {
            task: tokio::spawn(drive(client, script)),
        }
    }
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn drive(client: Client, mut script: impl FnMut(&Pod) -> Vec<PodState>) {
    let api: Api<Pod> = Api::all(client.clone());
    let mut scripts: HashMap<String, VecDeque<PodState>> = HashMap::new();
    loop {
        // What fails now may work at the next pulse.
        let pods = api.list(&ListParams::default()).await;
        for pod in pods.map(|pods| pods.items).unwrap_or_default() {
            let uid = pod.uid().unwrap_or_default();
            let states = scripts.entry(uid).or_insert_with(|| script(&pod).into());
            if let Some(state) = states.front()
                && state.write(&client, &pod).await.is_ok()
            {
                states.pop_front();
            }
        }
        tokio::time::sleep(PULSE).await;
    }
}
