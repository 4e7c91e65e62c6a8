//! Alert events at a real Alertmanager.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/catalogue.rs"]
mod catalogue;
#[path = "support/http.rs"]
mod http;

use std::time::{Duration, Instant};

use knative_lambda_events::alerts::{BRIDGES, from_event};
use knative_lambda_events::support::alerts::Alert;
use knative_lambda_events::{Data, Envelope};
use knative_lambda_testbed::{Bed, Part, available};
use serde_json::{Value, json};

/// The alert events among the catalogue's examples, as they begin.
fn alert_events() -> Vec<Envelope> {
    let mut events = catalogue::events();
    events.retain(|event| from_event(event).is_ok());
    for event in &mut events {
        data(event).remove("endsAt");
    }
    events
}

fn data(event: &mut Envelope) -> &mut serde_json::Map<String, Value> {
    match &mut event.data {
        Some(Data::Json(Value::Object(data))) => data,
        other => panic!("{other:?}"),
    }
}

/// Posts an alert as its bridge does.
async fn post(url: &str, alert: &Alert) {
    let (method, path) = BRIDGES[0].endpoint.split_once(' ').unwrap();
    assert_eq!(method, "POST");
    let (status, body) = http::post(&format!("{url}{path}"), http::json(&json!([alert]))).await;
    assert_eq!(status, 200, "{body}");
}

/// What Alertmanager knows of a firing alert with these labels.
async fn firing(url: &str, alert: &Alert) -> Option<Value> {
    let alerts = http::get(&format!("{url}/api/v2/alerts")).await;
    let labels = json!(alert.labels);
    let mut alerts = alerts.as_array().unwrap().iter();
    alerts.find(|known| known["labels"] == labels).cloned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alerts_fire_until_an_event_ends_them() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Alertmanager]).await.unwrap();
    let url = bed.alertmanager().unwrap().url();
    let mut severities = Vec::new();
    for mut event in alert_events() {
        let alert = from_event(&event).unwrap();
        post(url, &alert).await;
        let known = firing(url, &alert).await.unwrap();
        assert_eq!(known["fingerprint"], alert.fingerprint());
        assert_eq!(known["annotations"], json!(alert.annotations));
        let sent = serde_json::to_value(&alert).unwrap();
        let instant = |time: &Value| time.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert_eq!(instant(&known["startsAt"]), instant(&sent["startsAt"]));
        let link = sent.get("generatorURL").cloned().unwrap_or("".into());
        assert_eq!(
            known.get("generatorURL").cloned().unwrap_or("".into()),
            link
        );
        assert_ne!(known["status"]["state"], "suppressed");
        severities.push(alert.labels["severity"].clone());

        let now = knative_lambda_events::support::Timestamp::now();
        data(&mut event).insert("endsAt".into(), now.as_str().into());
        data(&mut event).insert("summary".into(), "It is over".into());
        let ended = from_event(&event).unwrap();
        assert_eq!(ended.fingerprint(), alert.fingerprint());
        post(url, &ended).await;
        let since = Instant::now();
        while firing(url, &alert).await.is_some() {
            assert!(
                since.elapsed() < Duration::from_secs(10),
                "{alert:?} still fires"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    severities.sort();
    severities.dedup();
    assert_eq!(severities, ["critical", "info", "warning"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_labels_that_prometheus_does_not_have_are_changed() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Alertmanager]).await.unwrap();
    let url = bed.alertmanager().unwrap().url();
    let mut event = alert_events().remove(0);
    let labels = json!({ "app.kubernetes.io/name": "a", "1st": "ü", "empty": "", "": "b" });
    data(&mut event).insert("labels".into(), labels);
    let alert = from_event(&event).unwrap();
    post(url, &alert).await;
    let known = firing(url, &alert).await.unwrap();
    assert_eq!(known["fingerprint"], alert.fingerprint());
    assert_eq!(known["labels"]["app_kubernetes_io_name"], "a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_version_of_the_api_is_gone() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Alertmanager]).await.unwrap();
    let url = bed.alertmanager().unwrap().url();
    let alert = from_event(&alert_events().remove(0)).unwrap();
    let (status, body) =
        http::post(&format!("{url}/api/v1/alerts"), http::json(&json!([alert]))).await;
    assert_eq!(status, 410, "{body}");
    assert!(firing(url, &alert).await.is_none());
}
