//! The part of a kubelet that others see: the status of pods.
//!
//! No node runs here. Jobs get their pods from the real controller, and what then becomes of a pod
//! is written into its status as a kubelet would write it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, Patch, PatchParams};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::Error;
use crate::pod_status::PodStatus;

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
        let status = PodStatus::of(pod);
        match self {
            Self::Unschedulable => status.unschedulable(),
            Self::ImagePullBackOff => status.image_pull_back_off(),
            Self::Running => status.running(),
            Self::Succeeded { message } => status.succeeded(message),
            Self::Failed { exit_code, message } => status.failed(*exit_code, "Error", message),
            Self::OomKilled => status.failed(137, "OOMKilled", ""),
            Self::Evicted { resource } => status.evicted(resource),
        }
    }
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
