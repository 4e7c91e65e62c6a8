//! Pods and Knative Services whose status the bed writes.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use knative_lambda_testbed::apply::apply;
use knative_lambda_testbed::{
    Crds, Kubelet, Part, PodState, RevisionFailure, RevisionState, Serving, available, shared,
    write_service_status,
};
use kube::api::{ListParams, PostParams};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn job(name: &str, backoff_limit: u32) -> Job {
    let job = json!({
        "metadata": { "name": name },
        "spec": {
            "backoffLimit": backoff_limit,
            "template": { "spec": {
                "restartPolicy": "Never",
                "containers": [
                    { "name": "kaniko", "image": "kaniko:1" },
                    { "name": "sidecar", "image": "sidecar:1" },
                ],
            }},
        },
    });
    serde_json::from_value(job).unwrap()
}

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What comes of the job with that name.
fn script(pod: &Pod) -> Vec<PodState> {
    let end = match pod.labels()["batch.kubernetes.io/job-name"].as_str() {
        "succeeds" => PodState::Succeeded {
            message: DIGEST.into(),
        },
        "fails" => PodState::Failed {
            exit_code: 1,
            message: "no".into(),
        },
        "memory" => PodState::OomKilled,
        "evicted" => PodState::Evicted {
            resource: "ephemeral-storage".into(),
        },
        "image" => return vec![PodState::ImagePullBackOff],
        "schedule" => return vec![PodState::Unschedulable],
        _ => return Vec::new(),
    };
    vec![PodState::Running, end]
}

/// The job's pod, once `ready` says so, as JSON.
async fn pod(client: &Client, job: &str, ready: impl Fn(&Value) -> bool) -> Value {
    let api: Api<Pod> = Api::default_namespaced(client.clone());
    let of = ListParams::default().labels(&format!("batch.kubernetes.io/job-name={job}"));
    until(async || {
        let pods = api.list(&of).await.unwrap().items;
        let pods = pods
            .into_iter()
            .map(|pod| serde_json::to_value(pod).unwrap());
        pods.into_iter().find(|pod| ready(pod))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_end_as_their_pods_do() {
    if !available() {
        return;
    }
    let bed = shared(&[Part::Kubernetes]).await.unwrap();
    let client = bed.kubernetes().unwrap().client();
    let _kubelet = Kubelet::start(client.clone(), script);
    let jobs: Api<Job> = Api::default_namespaced(client.clone());
    for name in [
        "succeeds",
        "fails",
        "memory",
        "evicted",
        "image",
        "schedule",
        "untouched",
    ] {
        let created = jobs.create(&PostParams::default(), &job(name, 0)).await;
        created.unwrap();
    }
    let ended = |kind: &'static str, name: &'static str| {
        let jobs = &jobs;
        until(async move || {
            let status = jobs.get_status(name).await.unwrap().status?;
            let conditions = status.conditions.unwrap_or_default();
            conditions
                .into_iter()
                .find(|condition| condition.type_ == kind)
        })
    };
    ended("Complete", "succeeds").await;
    for name in ["fails", "memory", "evicted"] {
        let why = ended("Failed", name).await;
        assert_eq!(
            why.reason.as_deref(),
            Some("BackoffLimitExceeded"),
            "{name}"
        );
    }

    let terminated =
        |pod: &Value| pod["status"]["containerStatuses"][0]["state"]["terminated"].clone();
    let phase = |pod: &Value| pod["status"]["phase"].clone();
    let over = |pod: &Value| phase(pod) == "Succeeded" || phase(pod) == "Failed";

    let succeeded = terminated(&pod(&client, "succeeds", over).await);
    assert_eq!(succeeded["exitCode"], 0);
    assert_eq!(succeeded["message"], DIGEST);
    let failed = terminated(&pod(&client, "fails", over).await);
    assert_eq!(
        (&failed["exitCode"], &failed["reason"]),
        (&json!(1), &json!("Error"))
    );
    let killed = terminated(&pod(&client, "memory", over).await);
    assert_eq!(
        (&killed["exitCode"], &killed["reason"]),
        (&json!(137), &json!("OOMKilled"))
    );
    let evicted = pod(&client, "evicted", over).await;
    assert_eq!(evicted["status"]["reason"], "Evicted");

    let image = pod(&client, "image", |pod| {
        pod["status"]["containerStatuses"].is_array()
    })
    .await;
    let waiting = &image["status"]["containerStatuses"][0]["state"]["waiting"];
    assert_eq!(waiting["reason"], "ImagePullBackOff");
    let schedule = pod(&client, "schedule", |pod| {
        pod["status"]["conditions"].is_array()
    })
    .await;
    assert_eq!(
        schedule["status"]["conditions"][0]["reason"],
        "Unschedulable"
    );
    for name in ["image", "schedule", "untouched"] {
        assert_eq!(
            phase(&pod(&client, name, |_| true).await),
            "Pending",
            "{name}"
        );
        let status = jobs.get_status(name).await.unwrap().status.unwrap();
        assert_eq!(status.active, Some(1), "{name}");
    }
}

fn service(name: &str, image: &str) -> Value {
    json!({
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": { "name": name, "namespace": "default" },
        "spec": { "template": { "spec": { "containers": [{ "image": image }] } } },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_become_ready_or_say_why_not() {
    if !available() {
        return;
    }
    let bed = shared(&[Part::Kubernetes]).await.unwrap();
    let kubernetes = bed.kubernetes().unwrap();
    kubernetes.crds(Crds::KnativeServing).await.unwrap();
    let client = kubernetes.client();
    let applied = async |image: &str| {
        let object = serde_json::from_value(service("hello", image)).unwrap();
        apply(&client, &object).await.unwrap();
    };
    let becomes = async |state: RevisionState| {
        let service = write_service_status(&client, "default", "hello", &state);
        let mut status = service.await.unwrap().data["status"].take();
        let conditions = std::mem::take(&mut status["conditions"]);
        let conditions: Vec<_> = conditions
            .as_array()
            .unwrap()
            .iter()
            .map(|c| {
                assert!(c["lastTransitionTime"].is_string());
                let text = |key: &str| c[key].as_str().unwrap_or_default().to_owned();
                format!(
                    "{} {} {}: {}",
                    text("type"),
                    text("status"),
                    text("reason"),
                    text("message")
                )
            })
            .collect();
        (status, conditions)
    };

    applied("hello:1").await;
    let (status, conditions) = becomes(RevisionState::Deploying).await;
    let waits =
        "RevisionMissing: Configuration \"hello\" is waiting for a Revision to become ready.";
    assert_eq!(
        conditions,
        [
            "ConfigurationsReady Unknown : ".to_owned(),
            format!("Ready Unknown {waits}"),
            format!("RoutesReady Unknown {waits}"),
        ]
    );
    assert_eq!(status["latestCreatedRevisionName"], "hello-00001");
    assert!(status["address"].is_null());

    let image = RevisionFailure::ImageMissing {
        image: "hello:1".into(),
        message: "not found".into(),
    };
    let (status, conditions) = becomes(RevisionState::Failed(image)).await;
    let none = "RevisionMissing: Configuration \"hello\" does not have any ready Revision.";
    assert_eq!(conditions, [
        "ConfigurationsReady False RevisionFailed: Revision \"hello-00001\" failed with message: \
         Unable to fetch image \"hello:1\": not found.".to_owned(),
        format!("Ready False {none}"),
        format!("RoutesReady False {none}"),
    ]);
    assert!(status["latestReadyRevisionName"].is_null());

    applied("hello:2").await;
    let (status, conditions) = becomes(RevisionState::Ready).await;
    let fine = [
        "ConfigurationsReady True : ",
        "Ready True : ",
        "RoutesReady True : ",
    ];
    assert_eq!(conditions, fine);
    assert_eq!(status["observedGeneration"], 2);
    assert_eq!(status["latestReadyRevisionName"], "hello-00002");
    assert_eq!(
        status["address"]["url"],
        "http://hello.default.svc.cluster.local"
    );

    // The old revision goes on serving while a new one fails.
    applied("hello:3").await;
    let exit = RevisionFailure::ContainerExit {
        message: "boom".into(),
    };
    let (status, conditions) = becomes(RevisionState::Failed(exit)).await;
    let why = "RevisionFailed: Revision \"hello-00003\" failed with message: Container failed with: boom.";
    assert_eq!(
        conditions,
        [
            format!("ConfigurationsReady False {why}"),
            format!("Ready False {why}"),
            "RoutesReady True : ".to_owned(),
        ]
    );
    assert_eq!(status["latestCreatedRevisionName"], "hello-00003");
    assert_eq!(status["traffic"][0]["revisionName"], "hello-00002");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_revision_has_its_script() {
    if !available() {
        return;
    }
    let bed = shared(&[Part::Kubernetes]).await.unwrap();
    let kubernetes = bed.kubernetes().unwrap();
    kubernetes.crds(Crds::KnativeServing).await.unwrap();
    let client = kubernetes.client();
    let _serving = Serving::start(client.clone(), |service| {
        match (service.name_any().as_str(), service.metadata.generation) {
            ("scripted", Some(1)) => vec![RevisionState::Deploying, RevisionState::Ready],
            ("scripted", _) => vec![RevisionState::Failed(RevisionFailure::DeadlineExceeded)],
            _ => Vec::new(),
        }
    });
    for (image, expected) in [("hello:1", "True"), ("hello:2", "False")] {
        let object = serde_json::from_value(service("scripted", image)).unwrap();
        until(async || {
            let applied = apply(&client, &object).await.unwrap();
            let status = &applied.data["status"];
            let ready = status["conditions"].as_array()?[1]["status"].clone();
            let current = status["observedGeneration"] == json!(applied.metadata.generation);
            (current && ready == expected).then_some(())
        })
        .await;
    }
}
