//! The status of a pod, as a kubelet or the scheduler writes it.

use k8s_openapi::api::core::v1::{Container, Pod};
use serde_json::{Value, json};

use crate::clock;

/// What a kubelet says of a container that it lost.
const GONE: &str = "The container could not be located when the pod was terminated";

/// Writes a pod's next status.
pub(crate) struct PodStatus<'p> {
    containers: &'p [Container],
    started: Value,
    now: String,
}

impl<'p> PodStatus<'p> {
    pub(crate) fn of(pod: &'p Pod) -> Self {
        let now = clock();
        let old = pod.status.as_ref();
        let started = old.and_then(|status| status.start_time.as_ref());
        let spec = pod.spec.as_ref();
        Self {
            containers: spec.map_or(&[], |spec| &spec.containers),
            started: started.map_or_else(|| json!(now), |time| json!(time)),
            now,
        }
    }

    pub(crate) fn unschedulable(&self) -> Value {
        json!({
            "phase": "Pending",
            "conditions": [{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 \
                    nodes are available: 1 No preemption victims found for incoming pod.",
                "lastTransitionTime": self.now,
            }],
        })
    }

    pub(crate) fn image_pull_back_off(&self) -> Value {
        self.scheduled("Pending", Some("ContainersNotReady"), |nth, container| {
            let image = container.image.as_deref().unwrap_or_default();
            match nth {
                0 => json!({ "waiting": {
                    "reason": "ImagePullBackOff",
                    "message": format!("Back-off pulling image {image:?}"),
                }}),
                _ => json!({ "waiting": { "reason": "ContainerCreating" } }),
            }
        })
    }

    pub(crate) fn running(&self) -> Value {
        self.scheduled(
            "Running",
            None,
            |_, _| json!({ "running": { "startedAt": self.now } }),
        )
    }

    pub(crate) fn succeeded(&self, message: &str) -> Value {
        let state = |nth, _: &Container| self.terminated(nth, 0, "Completed", message);
        self.scheduled("Succeeded", Some("PodCompleted"), state)
    }

    pub(crate) fn failed(&self, exit_code: i32, reason: &str, message: &str) -> Value {
        let state = |nth, _: &Container| self.terminated(nth, exit_code, reason, message);
        self.scheduled("Failed", Some("PodFailed"), state)
    }

    pub(crate) fn evicted(&self, resource: &str) -> Value {
        let message = format!("The node was low on resource: {resource}. ");
        let mut status = self.failed(137, "ContainerStatusUnknown", GONE);
        status["reason"] = "Evicted".into();
        status["message"] = message.as_str().into();
        if let Some(conditions) = status["conditions"].as_array_mut() {
            conditions.push(json!({
                "type": "DisruptionTarget", "status": "True",
                "reason": "TerminationByKubelet", "message": message,
                "lastTransitionTime": self.now,
            }));
        }
        status
    }

    /// The status of a pod that has a node; `unready` says why it is not ready.
    fn scheduled(
        &self,
        phase: &str,
        unready: Option<&str>,
        state: impl Fn(usize, &Container) -> Value,
    ) -> Value {
        let containers = self.containers.iter().enumerate();
        let containers = containers.map(|(nth, one)| container_status(one, state(nth, one)));
        json!({
            "phase": phase,
            "startTime": self.started,
            "containerStatuses": containers.collect::<Vec<_>>(),
            "conditions": self.conditions(unready),
        })
    }

    /// How a container ended: the first as told, the others just with it.
    fn terminated(&self, nth: usize, exit_code: i32, reason: &str, message: &str) -> Value {
        let mut state = json!({
            "exitCode": 0, "reason": "Completed",
            "startedAt": self.started, "finishedAt": self.now,
        });
        if nth == 0 {
            state["exitCode"] = exit_code.into();
            state["reason"] = reason.into();
            if !message.is_empty() {
                state["message"] = message.into();
            }
        }
        json!({ "terminated": state })
    }

    fn conditions(&self, unready: Option<&str>) -> Vec<Value> {
        let of = |name: &str, reason: Option<&str>| {
            let mut condition = json!({ "type": name, "lastTransitionTime": self.now });
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
}

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
