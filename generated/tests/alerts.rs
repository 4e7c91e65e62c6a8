//! Alert events become alerts of Alertmanager.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/catalog.rs"]
mod catalog;
#[path = "support/examples.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod examples;

use knative_lambda_events::Envelope;
use knative_lambda_events::alerts::{BRIDGES, from_event};
use knative_lambda_events::support::alerts::{Alert, AlertError};
use serde_json::{Value, json};

use catalog::with_catalog;
use examples::examples;

fn event(data: Value) -> Envelope {
    Envelope::from_value(json!({
        "specversion": "1.0", "id": "1", "source": "a/b", "data": data,
        "type": "io.knative.lambda.notification.alert.warning",
    }))
    .unwrap()
}

fn alert(data: Value) -> Alert {
    from_event(&event(data)).unwrap()
}

/// Data of an alert, with more members.
fn data(more: Value) -> Value {
    let mut data = json!({
        "alertName": "LambdaBuildFailed", "severity": "warning", "summary": "Build failed",
        "startsAt": "2025-12-04T11:25:20Z",
    });
    data.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    data
}

#[test]
fn every_example() {
    let (mut alerts, mut others) = (0, 0);
    for example in with_catalog(examples) {
        let event = Envelope::from_value(example.clone()).unwrap();
        match from_event(&event) {
            Ok(alert) => {
                let data = &example["data"];
                assert_eq!(alert.labels["alertname"], data["alertName"]);
                assert_eq!(alert.labels["severity"], data["severity"]);
                for (name, value) in data["labels"].as_object().into_iter().flatten() {
                    assert_eq!(alert.labels[name], *value);
                }
                alerts += 1;
            }
            Err(error) => {
                assert_eq!(error, AlertError::OtherType(event.r#type));
                others += 1;
            }
        }
    }
    assert!(alerts >= 3 && others > 30, "{alerts} {others}");
    assert_eq!(BRIDGES[0].endpoint, "POST /api/v2/alerts");
}

#[test]
fn as_the_api_takes_it() {
    let alert = alert(data(json!({
        "description": "", "endsAt": "2025-12-04T12:40:00+01:00",
        "labels": { "namespace": "knative-lambda", "app.kubernetes.io/name": "a", "1st": "b", "empty": "", "alertname": "other" },
        "annotations": { "buildId": "build-def456" },
        "generatorURL": "https://grafana.example.com/d/builds",
        "runbookURL": "https://runbooks.example.com/build",
    })));
    assert_eq!(
        serde_json::to_value(&alert).unwrap(),
        json!({
            "labels": {
                "alertname": "LambdaBuildFailed", "severity": "warning", "namespace": "knative-lambda",
                "app_kubernetes_io_name": "a", "_1st": "b",
            },
            "annotations": {
                "summary": "Build failed", "buildId": "build-def456",
                "runbook_url": "https://runbooks.example.com/build",
            },
            "startsAt": "2025-12-04T11:25:20Z",
            "endsAt": "2025-12-04T11:40:00Z",
            "generatorURL": "https://grafana.example.com/d/builds",
        })
    );
}

#[test]
fn the_event_that_ends_an_alert_names_the_same() {
    let labels = json!({ "labels": { "function": "hello-python" } });
    let firing = alert(data(labels.clone()));
    let mut ended = data(labels);
    ended["endsAt"] = "2025-12-04T11:40:00Z".into();
    ended["summary"] = "Build works again".into();
    let resolved = alert(ended);
    assert_eq!(firing.fingerprint(), resolved.fingerprint());
    assert!(firing.ends_at.is_none() && resolved.ends_at.as_ref() > Some(&firing.starts_at));
    let other = alert(data(json!({ "labels": { "function": "hello-nodejs" } })));
    assert_ne!(firing.fingerprint(), other.fingerprint());
}

#[test]
fn alerts_never_end_before_they_begin() {
    let alert = alert(data(json!({ "endsAt": "2025-12-04T11:00:00Z" })));
    assert_eq!(Some(alert.starts_at), alert.ends_at);
}

#[test]
fn what_is_missing_is_named() {
    let error = |data: Value| from_event(&event(data)).unwrap_err();
    assert_eq!(error(json!([])), AlertError::NoLabels);
    assert_eq!(
        error(json!({ "alertName": "A" })),
        AlertError::NoTime("startsAt")
    );
    assert_eq!(
        error(json!({ "alertName": "A", "startsAt": "now" })),
        AlertError::NoTime("startsAt")
    );
    assert_eq!(
        error(data(json!({ "endsAt": 7 }))).to_string(),
        "the event has no date and time for `endsAt`"
    );
    let mut nothing = event(json!({}));
    nothing.data = None;
    assert_eq!(from_event(&nothing), Err(AlertError::NoData));
}
