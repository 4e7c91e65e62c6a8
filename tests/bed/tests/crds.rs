//! The resources of other systems on the bed's API server.
#![allow(clippy::unwrap_used, missing_docs)]

use knative_lambda_testbed::apply::apply;
use knative_lambda_testbed::{Bed, Crds, Part, available};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_system_s_resources_are_served() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    let kubernetes = bed.kubernetes().unwrap();
    for system in Crds::ALL {
        kubernetes.crds(system).await.unwrap();
    }
    let client = kubernetes.client();
    let mut served = Vec::new();
    for group in client.list_api_groups().await.unwrap().groups {
        for version in group.versions {
            let group_version = &version.group_version;
            if let Ok(list) = client.list_api_group_resources(group_version).await {
                served.extend(
                    list.resources
                        .into_iter()
                        .map(|r| format!("{group_version} {}", r.kind)),
                );
            }
        }
    }
    for kind in [
        "serving.knative.dev/v1 Service",
        "eventing.knative.dev/v1 Broker",
        "eventing.knative.dev/v1 Trigger",
        "eventing.knative.dev/v1beta2 EventType",
        "sources.knative.dev/v1 SinkBinding",
        "eventing.knative.dev/v1alpha1 RabbitmqBrokerConfig",
        "rabbitmq.com/v1beta1 Queue",
        "rabbitmq.com/v1beta1 RabbitmqCluster",
        "source.toolkit.fluxcd.io/v1 GitRepository",
        "kustomize.toolkit.fluxcd.io/v1 Kustomization",
        "image.toolkit.fluxcd.io/v1 ImageRepository",
        "notification.toolkit.fluxcd.io/v1 Receiver",
        "monitoring.coreos.com/v1 PrometheusRule",
    ] {
        assert!(
            served.iter().any(|served| served == kind),
            "{kind}: {served:?}"
        );
    }
    // Also in a version that is not the stored one.
    for version in ["v1beta2", "v1beta3"] {
        let event_type = json!({
            "apiVersion": format!("eventing.knative.dev/{version}"),
            "kind": "EventType",
            "metadata": { "name": version, "namespace": "default" },
            "spec": { "description": "A test." },
        });
        let event_type = serde_json::from_value(event_type).unwrap();
        apply(&client, &event_type).await.unwrap();
    }
}
