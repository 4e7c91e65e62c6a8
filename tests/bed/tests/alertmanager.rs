//! Alert events at a real Alertmanager.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::time::{Duration, Instant};

use knative_lambda_events::alerts::{BRIDGES, from_event};
use knative_lambda_events::support::alerts::Alert;
use knative_lambda_events::{Data, Envelope};
use knative_lambda_testbed::{Alertmanager, Bed, Part, available, http};
use serde_json::{Value, json};

/// How long Alertmanager may take to notice something.
const PATIENCE: Duration = Duration::from_secs(20);

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

/// Posts an alert to a path, such as that of its bridge; gives the status of the answer.
async fn post(url: &str, path: &str, alert: &Alert) -> u16 {
    let headers = [("content-type", "application/json")];
    let body = json!([alert]).to_string();
    let url = format!("{url}{path}");
    let answer = http::post(&url, &headers, body).await.unwrap();
    answer.status.as_u16()
}

/// The path of the bridge.
fn path() -> &'static str {
    BRIDGES[0].endpoint.strip_prefix("POST ").unwrap()
}

/// What Alertmanager knows of a firing alert with these labels.
async fn firing(url: &str, alert: &Alert) -> Option<Value> {
    let answer = http::get(&format!("{url}/api/v2/alerts"), &[])
        .await
        .unwrap();
    let alerts: Vec<Value> = serde_json::from_slice(&answer.body).unwrap();
    let labels = json!(alert.labels);
    alerts.into_iter().find(|known| known["labels"] == labels)
}

/// Waits for the receiver's next notification of an alert, and gives the alert in it.
async fn notification(server: &Alertmanager, count: &mut usize, status: &str) -> Value {
    *count += 1;
    let sent = server.notified().wait_for(*count, PATIENCE).await.unwrap();
    assert_eq!(sent.len(), *count, "more than one for a change");
    let notification: Value = serde_json::from_slice(&sent[*count - 1].body).unwrap();
    assert_eq!(notification["status"], status);
    match notification["alerts"].as_array().unwrap().as_slice() {
        [alert] => alert.clone(),
        alerts => panic!("{alerts:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alerts_fire_until_an_event_ends_them() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Alertmanager]).await.unwrap();
    let server = bed.alertmanager().unwrap();
    let url = server.url();
    let mut severities = Vec::new();
    let mut notifications = 0;
    for mut event in alert_events() {
        let alert = from_event(&event).unwrap();
        assert_eq!(post(url, path(), &alert).await, 200);
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
        let told = notification(server, &mut notifications, "firing").await;
        assert_eq!(told["status"], "firing");
        assert_eq!(told["fingerprint"], alert.fingerprint());

        let now = knative_lambda_events::support::Timestamp::now();
        data(&mut event).insert("endsAt".into(), now.as_str().into());
        data(&mut event).insert("summary".into(), "It is over".into());
        let ended = from_event(&event).unwrap();
        assert_eq!(ended.fingerprint(), alert.fingerprint());
        assert_eq!(post(url, path(), &ended).await, 200);
        let since = Instant::now();
        while firing(url, &alert).await.is_some() {
            assert!(since.elapsed() < PATIENCE, "{alert:?} still fires");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let told = notification(server, &mut notifications, "resolved").await;
        assert_eq!(told["status"], "resolved");
        assert_eq!(told["fingerprint"], alert.fingerprint());
        assert_eq!(told["labels"], json!(alert.labels));
        assert_eq!(told["annotations"]["summary"], "It is over");
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
    assert_eq!(post(url, path(), &alert).await, 200);
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
    assert_eq!(post(url, "/api/v1/alerts", &alert).await, 410);
    assert!(firing(url, &alert).await.is_none());
}
