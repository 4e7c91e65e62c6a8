//! Knative's RabbitMQ broker in the bed: what its ingress takes comes out where its Triggers say.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use hyper::StatusCode;
use knative_lambda_testbed::http::post;
use knative_lambda_testbed::{
    Answer, Bed, Part, Received, Reconciled, Sink, available_for, shared,
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);

/// Long enough for what must not come.
const PAUSE: Duration = Duration::from_millis(500);

/// A Broker with Triggers of these names and specs. Each has a path of the sink's, by its name,
/// except `nobody`, where nobody listens.
async fn reconciled(
    bed: &Bed,
    namespace: &str,
    delivery: Value,
    triggers: &[(&str, Value)],
    sink: &Sink,
) -> Reconciled {
    let broker = json!({
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Broker",
        "metadata": {
            "name": "default", "namespace": namespace,
            "annotations": { "eventing.knative.dev/broker.class": "RabbitMQBroker" },
        },
        "spec": {
            "config": {
                "apiVersion": "eventing.knative.dev/v1alpha1", "kind": "RabbitmqBrokerConfig",
                "name": "config", "namespace": namespace,
            },
            "delivery": delivery,
        },
    });
    let config = json!({
        "apiVersion": "eventing.knative.dev/v1alpha1",
        "kind": "RabbitmqBrokerConfig",
        "metadata": { "name": "config", "namespace": namespace },
        "spec": {
            "rabbitmqClusterReference": { "name": "rabbitmq", "namespace": namespace },
            "queueType": "quorum",
        },
    });
    let triggers: Vec<_> = triggers
        .iter()
        .map(|(name, spec)| {
            let mut trigger = json!({
                "apiVersion": "eventing.knative.dev/v1",
                "kind": "Trigger",
                "metadata": { "name": name, "namespace": namespace },
                "spec": spec,
            });
            trigger["spec"]["broker"] = "default".into();
            trigger["spec"]["subscriber"] = destination(name);
            trigger
        })
        .collect();
    let url = sink.url();
    let resolve = |of: &Value| match of["ref"]["name"].as_str().unwrap() {
        "nobody" => "http://127.0.0.1:9".to_owned(),
        name => format!("{url}/{name}"),
    };
    let broker = bed
        .broker()
        .unwrap()
        .reconcile(&broker, &config, &triggers, resolve);
    broker.await.unwrap()
}

fn destination(name: &str) -> Value {
    json!({ "ref": { "apiVersion": "v1", "kind": "Service", "name": name } })
}

fn attributes(event_type: &str) -> Value {
    json!({ "filter": { "attributes": { "type": event_type } } })
}

async fn send(url: &str, id: &str, event_type: &str) {
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", id),
        ("ce-type", event_type),
        ("ce-source", "/tests"),
        ("ce-subject", "one"),
        ("ce-time", "2026-01-02T03:04:05.678Z"),
        ("ce-correlationid", "c-1"),
        ("content-type", "application/json"),
    ];
    let answer = post(url, &headers, r#"{"a":1}"#).await.unwrap();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

/// The ids that came at a path.
fn ids<'a>(all: &'a [Received], path: &str) -> Vec<&'a str> {
    let at = all.iter().filter(|received| received.path == path);
    at.map(|received| received.header("ce-id").unwrap())
        .collect()
}

fn is_intact(received: &Received, id: &str) {
    for (name, value) in [
        ("ce-specversion", "1.0"),
        ("ce-id", id),
        ("ce-type", "t.a"),
        ("ce-source", "/tests"),
        ("ce-subject", "one"),
        ("ce-time", "2026-01-02T03:04:05.678Z"),
        ("ce-correlationid", "c-1"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
    let data: Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(data, json!({ "a": 1 }));
}

async fn bed() -> Option<&'static Bed> {
    if !available_for(&[Part::Broker]) {
        return None;
    }
    Some(shared(&[Part::Broker]).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_go_where_triggers_say() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let triggers = [
        ("exact", attributes("t.a")),
        ("none", json!({})),
        (
            "prefix",
            json!({ "filters": [{ "prefix": { "type": "t.b" } }] }),
        ),
    ];
    let broker = reconciled(bed, "where", Value::Null, &triggers, &sink).await;

    send(broker.url(), "binary", "t.a").await;
    let structured = json!({
        "specversion": "1.0", "id": "structured", "type": "t.a", "source": "/tests",
        "subject": "one", "time": "2026-01-02T03:04:05.678Z", "correlationid": "c-1",
        "datacontenttype": "application/json", "data": { "a": 1 },
    });
    let headers = [("content-type", "application/cloudevents+json")];
    let answer = post(broker.url(), &headers, structured.to_string());
    assert_eq!(answer.await.unwrap().status, StatusCode::ACCEPTED);
    send(broker.url(), "other", "t.c").await;

    sink.wait_for(8, PATIENCE).await.unwrap();
    tokio::time::sleep(PAUSE).await;
    let all = sink.received();
    assert_eq!(ids(&all, "/exact"), ["binary", "structured"]);
    assert_eq!(ids(&all, "/none"), ["binary", "structured", "other"]);
    // This broker does not look at `filters`: the Trigger gets every event.
    assert_eq!(ids(&all, "/prefix"), ["binary", "structured", "other"]);
    for received in all.iter().filter(|received| received.path == "/exact") {
        is_intact(received, received.header("ce-id").unwrap());
    }
    let answer = post(broker.url(), &[("ce-specversion", "1.0")], "{}").await;
    assert_eq!(answer.unwrap().status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_delivered_is_tried_again_and_then_a_dead_letter() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let delivery = json!({
        "retry": 2, "backoffPolicy": "exponential", "backoffDelay": "PT0.2S",
        "deadLetterSink": destination("dead"),
    });
    let mut own = attributes("t.b");
    own["delivery"] = json!({ "retry": 0, "deadLetterSink": destination("dead") });
    let mut lost = attributes("t.c");
    lost["delivery"] = json!({ "retry": 0 });
    let triggers = [
        ("broker", attributes("t.a")),
        ("own", own),
        ("lost", lost),
        ("nobody", attributes("t.d")),
    ];
    let broker = reconciled(bed, "again", delivery, &triggers, &sink).await;

    let failure = |status: StatusCode| Answer::status(status);
    sink.answer(vec![failure(StatusCode::SERVICE_UNAVAILABLE); 3]);
    send(broker.url(), "retried", "t.a").await;
    send(broker.url(), "next", "t.a").await;
    let all = sink.wait_for(5, PATIENCE).await.unwrap();
    // One at a time: the next waits for all of it.
    let expected = ["retried", "retried", "retried", "next"];
    assert_eq!(ids(&all, "/broker"), expected);
    let waits = [1, 2].map(|nth| all[nth].at.duration_since(all[nth - 1].at));
    // Twice the delay, and then twice as long each time.
    assert!(waits[0] >= Duration::from_millis(400), "{waits:?}");
    assert!(waits[1] >= Duration::from_millis(800), "{waits:?}");
    let dead = all.iter().find(|received| received.path == "/dead");
    let dead = dead.unwrap();
    is_intact(dead, "retried");
    assert_eq!(dead.header("ce-knativeerrorcode"), Some("503"));
    let destination = format!("{}/broker", sink.url());
    assert_eq!(
        dead.header("ce-knativeerrordest"),
        Some(destination.as_str())
    );

    // Where nobody answers, there is no code.
    send(broker.url(), "unanswered", "t.d").await;
    let all = sink.wait_for(6, PATIENCE).await.unwrap();
    assert_eq!(all[5].path, "/dead");
    assert_eq!(all[5].header("ce-knativeerrorcode"), Some("-1"));

    // A Trigger with a delivery of its own has its own dead letters.
    sink.answer([failure(StatusCode::GATEWAY_TIMEOUT)]);
    send(broker.url(), "own", "t.b").await;
    let all = sink.wait_for(8, PATIENCE).await.unwrap();
    assert_eq!(all[7].path, "/dead");
    assert_eq!(all[7].header("ce-knativeerrorcode"), Some("504"));

    // And none where that names no sink, whatever its Broker has.
    sink.answer([failure(StatusCode::GATEWAY_TIMEOUT)]);
    send(broker.url(), "lost", "t.c").await;
    sink.wait_for(9, PATIENCE).await.unwrap();
    tokio::time::sleep(PAUSE).await;
    assert_eq!(sink.received().len(), 9);

    // A refusal is an answer: no retry, no dead letter.
    sink.answer([failure(StatusCode::UNPROCESSABLE_ENTITY)]);
    send(broker.url(), "refused", "t.a").await;
    sink.wait_for(10, PATIENCE).await.unwrap();
    tokio::time::sleep(PAUSE).await;
    assert_eq!(sink.received().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_are_published() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let triggers = [
        ("asked", attributes("t.a")),
        ("told", attributes("t.reply")),
    ];
    let broker = reconciled(bed, "replies", Value::Null, &triggers, &sink).await;
    let reply = json!({
        "specversion": "1.0", "id": "reply", "type": "t.reply", "source": "/tests",
        "time": "2026-01-02T03:04:06Z", "datacontenttype": "application/json", "data": { "b": 2 },
    });
    sink.answer([Answer::status(StatusCode::OK)
        .event(&reply)
        .after(Duration::from_millis(20))]);
    send(broker.url(), "question", "t.a").await;
    let all = sink.wait_for(2, PATIENCE).await.unwrap();
    assert_eq!(ids(&all, "/asked"), ["question"]);
    assert_eq!(ids(&all, "/told"), ["reply"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_reaches_dead_letters_whose_names_are_hashed() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let namespace = "a-namespace-with-a-long-name";
    let delivery = json!({ "retry": 0, "deadLetterSink": destination("dead") });
    let broker = reconciled(bed, namespace, delivery, &[], &sink).await;
    let queue = &broker.topology().dispatchers[0].queue;
    assert!(
        queue.starts_with("b.a-namespace-with-a-long-name."),
        "{queue}"
    );
    assert!(!queue.contains("dlq"), "{queue}");
    let policy = json!({
        "apiVersion": "rabbitmq.com/v1beta1", "kind": "Policy",
        "metadata": { "name": "dead-letters" },
        "spec": {
            "name": "dead-letters", "applyTo": "queues",
            "pattern": "^[bt][.]a-namespace-with-a-long-name[.]",
            "definition": { "max-length": 3 },
        },
    });
    let rabbitmq = bed.rabbitmq().unwrap();
    rabbitmq.apply(&[policy]).await.unwrap();
    let path = format!("queues/%2f/{queue}");
    let started = Instant::now();
    loop {
        let state = rabbitmq.ask(&path).await.unwrap();
        if state["effective_policy_definition"]["max-length"] == 3 {
            assert_eq!(state["type"], "quorum");
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{state}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
