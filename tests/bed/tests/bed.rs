//! The bed itself.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use knative_lambda_testbed::{Bed, OPERATOR, Part, available, available_for};
use tokio::sync::Mutex;

/// Beds that start beside it would slow down one whose start is measured.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_server_answers_within_ten_seconds() {
    if !available() {
        return;
    }
    let _alone = ALONE.lock().await;
    // The first may build it.
    drop(Bed::start(&[Part::Kubernetes]).await.unwrap());
    let since = Instant::now();
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    kubernetes_answers(&bed).await;
    let taken = since.elapsed();
    assert!(taken < Duration::from_secs(10), "after {taken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_beds_do_not_disturb_each_other() {
    if !available_for(&Part::ALL) {
        return;
    }
    let _alone = ALONE.lock().await;
    let (first, second) = tokio::try_join!(
        Bed::start(&Part::ALL),
        Bed::start(&[Part::Kubernetes, Part::Broker, Part::Alertmanager])
    )
    .unwrap();
    let kubernetes = [first.kubernetes().unwrap(), second.kubernetes().unwrap()];
    assert_ne!(kubernetes[0].url(), kubernetes[1].url());
    for kubernetes in kubernetes {
        let version = kubernetes.client().apiserver_version().await.unwrap();
        assert_eq!(version.git_version, "v1.36.4");
        // The operator has no rights until they are given to it.
        let operator = kubernetes.client_as(OPERATOR).await.unwrap();
        let pods: kube::Api<k8s_openapi::api::core::v1::Pod> = kube::Api::all(operator);
        let refused = pods
            .list(&Default::default())
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(OPERATOR), "{refused}");
    }
    assert_ne!(
        first.broker().unwrap().url(),
        second.broker().unwrap().url()
    );
    assert_ne!(
        first.alertmanager().unwrap().url(),
        second.alertmanager().unwrap().url()
    );
    assert!(
        first
            .flux()
            .unwrap()
            .receiver()
            .starts_with("http://127.0.0.1:")
    );
    assert!(second.flux().is_none());
    assert!(first.logs().join("kube-apiserver.log").is_file());
    drop(second);
    kubernetes_answers(&first).await;
}

async fn kubernetes_answers(bed: &Bed) {
    let client = bed.kubernetes().unwrap().client();
    client.apiserver_version().await.unwrap();
}
