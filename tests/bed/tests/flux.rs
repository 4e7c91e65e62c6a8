//! Events at Receivers of a real Flux notification-controller.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/catalogue.rs"]
mod catalogue;
#[path = "support/receivers.rs"]
mod receivers;

use std::collections::BTreeSet;

use knative_lambda_events::cdevents::to_http;
use knative_lambda_events::{Data, Envelope, EventType, HttpMessage};
use knative_lambda_testbed::available;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use catalogue::{events, repository};
use receivers::{Receivers, condition};

/// Longest body that the controller takes.
const MAX_BODY: usize = 3 * 1024 * 1024;

/// The Receivers in a file of the repository.
fn read(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(repository().join(path)).unwrap();
    serde_saphyr::from_multiple(&text).unwrap()
}

/// The generated Receivers.
fn ours() -> Vec<Value> {
    read("generated/flux/receivers.yaml")
}

/// The Receivers of the platform's description.
fn described() -> Vec<Value> {
    let mut all = read("tests/bed/tests/fixtures/described-manifests.yaml");
    all.retain(|manifest| manifest["kind"] == "Receiver");
    all
}

fn name(receiver: &Value) -> &str {
    receiver["metadata"]["name"].as_str().unwrap()
}

/// The event types that a Receiver lists.
fn listed(receiver: &Value) -> Vec<&str> {
    let events = receiver["spec"]["events"].as_array().unwrap().iter();
    events.map(|event| event.as_str().unwrap()).collect()
}

/// A Receiver that takes every CDEvent, whatever its type.
fn of_everything() -> Value {
    json!({
        "apiVersion": "notification.toolkit.fluxcd.io/v1",
        "kind": "Receiver",
        "metadata": { "name": "everything", "namespace": "flux-system" },
        "spec": {
            "type": "cdevents",
            "secretRef": { "name": "everything" },
            "resources": [
                { "kind": "GitRepository", "name": "everything", "namespace": "flux-system" },
            ],
        },
    })
}

/// A message with another text in its body.
fn changed(message: &HttpMessage, from: &str, to: &str) -> HttpMessage {
    let body = String::from_utf8(message.body.clone()).unwrap();
    assert!(body.contains(from), "{body}");
    HttpMessage {
        headers: message.headers.clone(),
        body: body.replace(from, to).into_bytes(),
    }
}

/// The first example of a type.
fn example(r#type: &str) -> Envelope {
    let mut events = events().into_iter();
    events.find(|event| event.r#type == r#type).unwrap()
}

/// `/hook/` and the SHA-256 of token, name and namespace.
fn webhook_path(receiver: &Value, token: &str) -> String {
    let namespace = receiver["metadata"]["namespace"].as_str().unwrap();
    let hash = Sha256::digest(format!("{token}{}{namespace}", name(receiver)));
    let hex = hash.iter().map(|byte| format!("{byte:02x}"));
    format!("/hook/{}", hex.collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_receiver_takes_the_events_that_it_lists() {
    if !available() {
        return;
    }
    let flux = Receivers::start(ours()).await;
    assert_eq!(flux.all().len(), 3);
    for (receiver, token) in flux.all() {
        let status = flux.status(receiver).await;
        let ready = condition(&status, "Ready").unwrap();
        assert_eq!(ready["status"], "True", "{status}");
        assert_eq!(status["webhookPath"], webhook_path(receiver, token));
    }
    every_event(&flux).await;
    filtered(&flux).await;
    refused(&flux).await;
}

async fn every_event(flux: &Receivers) {
    let (mut expected, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for (receiver, _) in flux.all() {
        let types = listed(receiver).into_iter();
        expected.extend(types.map(|r#type| (r#type.to_owned(), name(receiver))));
    }
    for event in events() {
        for (receiver, token) in flux.all() {
            let status = flux
                .post(&webhook_path(receiver, token), to_http(&event))
                .await;
            // The catalogue's examples of findings are critical.
            let requested = flux.take_requested(receiver).await;
            match (status, requested) {
                (200, Some(true)) => drop(taken.insert((event.r#type.clone(), name(receiver)))),
                (400, Some(false)) => {}
                other => panic!("{} at {}: {other:?}", event.r#type, name(receiver)),
            }
        }
    }
    assert_eq!(taken, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_becomes_a_cdevent_that_the_controller_takes() {
    if !available() {
        return;
    }
    let flux = Receivers::start(vec![of_everything()]).await;
    let (receiver, token) = &flux.all()[0];
    flux.status(receiver).await;
    let path = webhook_path(receiver, token);
    // Before all others: where a CDEvent lacks something, the controller takes what an earlier one
    // of the same type had.
    for (short, from, to) in [
        (
            "lifecycle.build.completed",
            "\"version\":\"0.4.1\"",
            "\"specversion\":\"0.5.0\"",
        ),
        ("lifecycle.service.deleted", "\"id\":", "\"identifier\":"),
        (
            "lifecycle.service.ready",
            "\"artifactId\":",
            "\"artifact\":",
        ),
    ] {
        let message = to_http(&example(&format!("io.knative.lambda.{short}")));
        assert_eq!(
            flux.post(&path, changed(&message, from, to)).await,
            400,
            "{to}"
        );
    }
    assert_eq!(flux.take_requested(receiver).await, Some(false));
    let mut types = BTreeSet::new();
    for event in events() {
        assert_eq!(flux.post(&path, to_http(&event)).await, 200, "{event:?}");
        assert_eq!(flux.take_requested(receiver).await, Some(true));
        types.insert(event.r#type.clone());
        // Without anything that need not be there, and with data of any kind.
        for data in [json!({}), json!([1, "two"]), Value::Null] {
            let bare = json!({
                "specversion": "1.0", "id": "1", "source": "a/b", "type": event.r#type, "data": data,
            });
            let bare = Envelope::from_value(bare).unwrap();
            assert_eq!(flux.post(&path, to_http(&bare)).await, 200, "{bare:?}");
        }
    }
    for known in EventType::ALL {
        assert!(types.contains(known.as_str()), "no example of {known}");
    }
    for r#type in ["heartbeat", "org.example.Order-2.PLACED", "…", "a.1"] {
        let event = json!({ "specversion": "1.0", "id": "1", "source": "a/b", "type": r#type });
        let event = Envelope::from_value(event).unwrap();
        assert_eq!(flux.post(&path, to_http(&event)).await, 200, "{}", r#type);
    }
}

/// Findings that are not critical are taken, and nothing is reconciled.
async fn filtered(flux: &Receivers) {
    let mut filters = flux
        .all()
        .iter()
        .filter(|(r, _)| r["spec"].get("resourceFilter").is_some());
    let (receiver, token) = filters.next().unwrap();
    let path = webhook_path(receiver, token);
    for listed in listed(receiver) {
        for (severity, reconciles) in [("critical", true), ("high", false), ("low", false)] {
            let mut event = example(listed);
            let Some(Data::Json(data)) = &mut event.data else {
                panic!("{event:?}");
            };
            data["severity"] = severity.into();
            assert_eq!(flux.post(&path, to_http(&event)).await, 200);
            assert_eq!(
                flux.take_requested(receiver).await,
                Some(reconciles),
                "{severity}"
            );
        }
    }
    // Without `has` in the filter, this would be an error of the controller.
    let mut event = example(listed(receiver)[0]);
    if let Some(Data::Json(Value::Object(data))) = &mut event.data {
        assert!(data.remove("severity").is_some());
    }
    assert_eq!(flux.post(&path, to_http(&event)).await, 200);
    assert_eq!(flux.take_requested(receiver).await, Some(false));
}

/// What is no request for a Receiver.
async fn refused(flux: &Receivers) {
    let (receiver, token) = &flux.all()[0];
    let path = webhook_path(receiver, token);
    let event = example(listed(receiver)[0]);
    let fine = to_http(&event);
    let with = |body: Vec<u8>| HttpMessage {
        body,
        ..fine.clone()
    };
    // The CloudEvent as it is, in both forms.
    assert_eq!(flux.post(&path, event.to_binary()).await, 400);
    assert_eq!(flux.post(&path, event.to_structured()).await, 400);
    assert_eq!(
        flux.post(&path, with(event.to_json().into_bytes())).await,
        400
    );
    assert_eq!(flux.post(&path, with(Vec::new())).await, 400);
    // Of types that CDEvents 0.4.1 does not have.
    let build = to_http(&example("io.knative.lambda.lifecycle.build.completed"));
    assert_eq!(flux.post(&path, build.clone()).await, 200);
    assert_eq!(flux.take_requested(receiver).await, Some(true));
    let published = "dev.cdevents.artifact.published.0.2.0";
    for other in [
        "dev.cdevents.artifact.published.0.3.0",
        "dev.cdevents.artifact.published",
        "dev.cdevents.artifact.pushed.0.2.0",
        "dev.cdeventsx.knative-lambda-build.completed.0.1.0",
        &event.r#type,
    ] {
        assert_eq!(
            flux.post(&path, changed(&build, published, other)).await,
            400,
            "{other}"
        );
    }
    // Of another token, and none.
    assert_eq!(
        flux.post(&webhook_path(receiver, "other"), fine.clone())
            .await,
        404
    );
    assert_eq!(flux.post("/hook/", fine.clone()).await, 404);
    // Spaces are JSON, so that nothing but the length is wrong.
    let mut long = fine.body.clone();
    long.resize(MAX_BODY + 1, b' ');
    assert_eq!(flux.post(&path, with(long.clone())).await, 413);
    assert_eq!(flux.take_requested(receiver).await, Some(false));
    long.pop();
    assert_eq!(flux.post(&path, with(long)).await, 200);
    assert_eq!(flux.take_requested(receiver).await, Some(true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receivers_of_the_description() {
    if !available() {
        return;
    }
    let flux = Receivers::start(described()).await;
    for (receiver, token) in flux.all() {
        let status = flux.status(receiver).await;
        let ready = condition(&status, "Ready").unwrap();
        let path = webhook_path(receiver, token);
        let event = example(listed(receiver)[0]);
        // Events as the description sends them are taken by none.
        for message in [event.to_binary(), event.to_structured()] {
            let status = flux.post(&path, message).await;
            assert!(matches!(status, 400 | 404), "{status}");
        }
        assert_eq!(flux.take_requested(receiver).await, Some(false));
        let answer = flux.post(&path, to_http(&event)).await;
        let requested = flux.take_requested(receiver).await;
        match name(receiver) {
            // The controller does not know the version of Kustomization: of three objects only the
            // GitRepository is reconciled.
            "lambda-lifecycle-receiver" => {
                assert_eq!(ready["status"], "True", "{status}");
                assert_eq!((answer, requested), (500, None));
            }
            // CEL has no `request`. The controller does not try again, and gives no path.
            "security-alert-receiver" => {
                assert_eq!(ready["status"], "False");
                assert_eq!(ready["reason"], "InvalidCELExpression");
                let message = ready["message"].as_str().unwrap();
                assert!(
                    message.contains("undeclared reference to 'request'"),
                    "{message}"
                );
                assert_eq!(condition(&status, "Stalled").unwrap()["status"], "True");
                assert_eq!((answer, requested), (404, Some(false)));
            }
            "build-complete-receiver" => {
                assert_eq!(ready["status"], "True", "{status}");
                assert_eq!(status["webhookPath"], path);
                assert_eq!((answer, requested), (200, Some(true)));
            }
            other => panic!("{other}"),
        }
    }
}
