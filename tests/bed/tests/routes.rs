//! Where events come out of the real broker, held against what `klambda route` says.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use knative_lambda_codegen::ir::{Filter, receivers};
use knative_lambda_testbed::apply::objects;
use knative_lambda_testbed::http::post;
use knative_lambda_testbed::{
    Answer, Bed, Part, Received, Reconciled, Sink, available_for, shared,
};
use serde_json::Value;

#[path = "support/catalogue.rs"]
mod catalogue;
use catalogue::{example_events, repository, with_catalogue};

const PATIENCE: Duration = Duration::from_secs(60);

/// Long enough for what must not come.
const PAUSE: Duration = Duration::from_secs(2);

/// A second function beside the one whose manifests are generated.
const FUNCTIONS: [&str; 2] = ["hello-python", "hello-nodejs"];

fn generated(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(repository().join("generated").join(file)).unwrap();
    manifests(&text)
}

fn manifests(yaml: &str) -> Vec<Value> {
    let objects = objects(yaml).unwrap().into_iter();
    objects
        .map(|object| serde_json::to_value(object).unwrap())
        .collect()
}

/// Every Trigger that is generated: of consumers, observers, Flux and two functions.
fn triggers() -> Vec<Value> {
    let mut all = Vec::new();
    let mut files = vec!["flux/triggers.yaml".to_owned()];
    for entry in std::fs::read_dir(repository().join("generated/knative")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("triggers-") {
            files.push(format!("knative/{name}"));
        }
    }
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        all.extend(generated(&file));
    }
    let function = repository().join("generated/knative/functions/hello-python.yaml");
    let function = std::fs::read_to_string(function).unwrap();
    for name in FUNCTIONS {
        all.extend(manifests(&function.replace(FUNCTIONS[0], name)));
    }
    all.retain(|manifest| manifest["kind"] == "Trigger");
    let names: BTreeSet<_> = all.iter().map(name).collect();
    assert_eq!(names.len(), all.len(), "names are unique");
    all
}

fn name(manifest: &Value) -> String {
    manifest["metadata"]["name"].as_str().unwrap().to_owned()
}

/// A path of its own for each destination.
fn path(destination: &Value) -> String {
    let uri = destination["uri"].as_str().unwrap_or("");
    match &destination["ref"] {
        Value::Null => uri.replace("http:/", ""),
        object => {
            let text = |key: &str| object[key].as_str().unwrap();
            format!("/{}/{}{uri}", text("namespace"), text("name"))
        }
    }
}

async fn reconciled(bed: &Bed, sink: &Sink, triggers: &[Value]) -> Reconciled {
    let brokers = generated("knative/brokers.yaml");
    let [config, broker] = brokers.as_slice() else {
        panic!("a broker and its config: {brokers:?}");
    };
    let resolve = |destination: &Value| format!("{}{}", sink.url(), path(destination));
    let broker = bed
        .broker()
        .unwrap()
        .reconcile(broker, config, triggers, resolve);
    broker.await.unwrap()
}

async fn bed() -> Option<&'static Bed> {
    if !available_for(&[Part::Broker]) {
        return None;
    }
    Some(shared(&[Part::Broker]).await.unwrap())
}

/// Attributes as headers of the binary form.
fn headers(event: &Value) -> Vec<(String, String)> {
    let attributes = event.as_object().unwrap().iter();
    let headers = attributes.filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match name.as_str() {
            "data" => None,
            "datacontenttype" => Some(("content-type".to_owned(), value)),
            name => Some((format!("ce-{name}"), value)),
        }
    });
    headers.collect()
}

async fn send(url: &str, event: &Value, structured: bool) {
    let headers = match structured {
        true => vec![(
            "content-type".to_owned(),
            "application/cloudevents+json".to_owned(),
        )],
        false => headers(event),
    };
    let headers: Vec<_> = headers
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let body = match structured {
        true => event.to_string(),
        false => event["data"].to_string(),
    };
    let answer = post(url, &headers, body).await.unwrap();
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{event}");
}

/// The paths at which an event must come out, by what `klambda route` says of its type.
fn predicted(triggers: &BTreeMap<String, Value>, event: &Value) -> Vec<String> {
    let event_type = event["type"].as_str().unwrap();
    let subject = event["subject"].as_str().unwrap_or("");
    let is_known = |filter: &Filter| match filter {
        Filter::Schema(url) => event["dataschema"] == url.as_str(),
        Filter::Exact(_) | Filter::Prefix(_) => true,
    };
    let ways: Vec<(String, Vec<(String, String)>)> = with_catalogue(|catalogue| {
        let short = catalogue.index.short(event_type);
        let found = receivers(catalogue.spec, &catalogue.index, short).into_iter();
        let brought = found.filter(|way| way.broker.is_some() && is_known(&way.filter));
        let ways = brought.map(|receiver| {
            let trigger = receiver.via.strip_prefix("Trigger ").unwrap();
            let trigger = trigger.split([' ', ',']).next().unwrap().to_owned();
            let attributes = receiver.attributes.iter();
            let attributes = attributes.map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            (trigger, attributes.collect())
        });
        ways.collect()
    });
    let mut paths = Vec::new();
    for (trigger, attributes) in ways {
        // One for each function, where a Trigger is of a scope.
        let names: &[&str] = match trigger.contains("{name}") {
            true => &FUNCTIONS,
            false => &[""],
        };
        for name in names {
            let fill = |text: &str| {
                text.replace("{namespace}", "knative-lambda")
                    .replace("{name}", name)
            };
            let fits = |(attribute, value): &(String, String)| {
                assert_eq!(attribute, "subject");
                fill(value) == subject
            };
            if attributes.iter().all(fits) {
                paths.push(path(&triggers[&fill(&trigger)]["spec"]["subscriber"]));
            }
        }
    }
    paths.sort();
    paths
}

/// What came, by id: the paths.
fn paths(all: &[Received]) -> BTreeMap<String, Vec<String>> {
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for received in all {
        let id = received.header("ce-id").unwrap().to_owned();
        paths.entry(id).or_default().push(received.path.clone());
    }
    paths.values_mut().for_each(|paths| paths.sort());
    paths
}

/// Attributes, extensions among them, and data are as they were sent.
fn assert_intact(event: &Value, received: &Received) {
    for (name, value) in headers(event) {
        // The broker takes it for itself.
        let value = Some(value.as_str()).filter(|_| name != "ce-traceparent");
        assert_eq!(received.header(&name), value, "{name} of {event}");
    }
    let data: Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(data, event["data"], "{event}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_come_out_where_route_says() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let triggers = triggers();
    let broker = reconciled(bed, &sink, &triggers).await;
    // Rules about dead letters are tried with the name that their queue really has.
    let dispatchers = broker.topology().dispatchers.iter();
    let dead = dispatchers.filter(|dispatcher| dispatcher.dead_letters);
    let cases = repository().join("generated/prometheus/tests/lambda.eventing.yaml");
    let cases = std::fs::read_to_string(cases).unwrap();
    for dispatcher in dead {
        assert!(cases.contains(&dispatcher.queue), "{}", dispatcher.queue);
    }
    let triggers: BTreeMap<String, Value> = triggers.into_iter().map(|t| (name(&t), t)).collect();

    let mut sent: BTreeMap<String, Value> = BTreeMap::new();
    let mut types = BTreeSet::new();
    let mut events = example_events();
    let call = events
        .iter()
        .find(|event| event["type"] == "io.knative.lambda.invoke.async");
    let call = call.unwrap().clone();
    for subject in [
        "knative-lambda/hello-nodejs",
        "knative-lambda/nobody",
        "other/hello-python",
    ] {
        let mut other = call.clone();
        other["subject"] = subject.into();
        events.push(other);
    }
    // A member of the open family is known by the schema of its data.
    let metric = events.iter().find(|event| {
        let event_type = event["type"].as_str().unwrap();
        event_type.starts_with("io.knative.lambda.notification.metric.")
    });
    let mut metric = metric.unwrap().clone();
    metric.as_object_mut().unwrap().remove("dataschema");
    events.push(metric);
    for (number, event) in events.iter().enumerate() {
        types.insert(event["type"].as_str().unwrap().to_owned());
        for (form, structured) in [("binary", false), ("structured", true)] {
            let mut event = event.clone();
            event["id"] = format!("{number}-{form}").into();
            send(broker.url(), &event, structured).await;
            sent.insert(format!("{number}-{form}"), event);
        }
    }
    let own = types
        .iter()
        .filter(|name| name.starts_with("io.knative.lambda."));
    assert!(own.count() >= 36, "{types:?}");

    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, event) in &sent {
        let paths = predicted(&triggers, event);
        if !paths.is_empty() {
            expected.insert(id.clone(), paths);
        }
    }
    let count = expected.values().map(Vec::len).sum();
    assert!(count > 100, "{count}");
    let arrived = sink.wait_for(count, PATIENCE).await;
    tokio::time::sleep(PAUSE).await;
    let all = sink.received();
    let came = paths(&all);
    for (id, event) in &sent {
        assert_eq!(came.get(id), expected.get(id), "{}", event["type"]);
    }
    arrived.unwrap();
    for received in &all {
        assert_intact(&sent[received.header("ce-id").unwrap()], received);
    }
}

/// Errors of the spec: how often, when, and where to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_tried_as_the_policy_says_and_then_a_dead_letter() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let mut command = generated("knative/triggers-operator.yaml");
    command.truncate(1);
    // A namespace of its own, beside the broker of the other test.
    let mut brokers = generated("knative/brokers.yaml");
    for manifest in brokers.iter_mut().chain(&mut command) {
        manifest["metadata"]["namespace"] = "retries".into();
    }
    brokers[1]["spec"]["config"]["namespace"] = "retries".into();
    let resolve = |destination: &Value| format!("{}{}", sink.url(), path(destination));
    let broker = bed.broker().unwrap();
    let broker = broker
        .reconcile(&brokers[1], &brokers[0], &command, resolve)
        .await
        .unwrap();

    let (attempts, delay) = with_catalogue(|catalogue| {
        let retry = &catalogue.spec.errors.as_ref().unwrap().retry;
        (retry.attempts.value as usize, retry.delay.value.clone())
    });
    assert_eq!(
        (attempts, delay.as_str()),
        (5, "PT1S"),
        "times below are for these"
    );
    sink.answer(vec![
        Answer::status(StatusCode::SERVICE_UNAVAILABLE);
        attempts + 1
    ]);
    let events = example_events();
    let event = events
        .iter()
        .find(|event| event["type"] == "io.knative.lambda.command.build.start");
    send(broker.url(), event.unwrap(), false).await;

    let started = Instant::now();
    let all = sink.wait_for(attempts + 2, 2 * PATIENCE).await.unwrap();
    let (tries, dead) = all.split_at(attempts + 1);
    for nth in 1..tries.len() {
        let waited = tries[nth]
            .at
            .duration_since(tries[nth - 1].at)
            .as_secs_f64();
        let least = f64::from(1 << nth);
        assert!(
            (least..least + 1.5).contains(&waited),
            "{nth}: {waited} seconds, not {least}"
        );
        assert_eq!(
            tries[nth].path,
            "/knative-lambda/knative-lambda-operator/events"
        );
    }
    assert!(started.elapsed() >= Duration::from_secs(62));
    let dead = &dead[0];
    assert_eq!(
        dead.path,
        "/knative-lambda/knative-lambda-operator/bridges/dead-letters"
    );
    assert_eq!(dead.header("ce-knativeerrorcode"), Some("503"));
    let destination = format!("{}{}", sink.url(), tries[0].path);
    assert_eq!(
        dead.header("ce-knativeerrordest"),
        Some(destination.as_str())
    );
    assert_intact(event.unwrap(), dead);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_of_dead_letters_are_bounded() {
    let Some(bed) = bed().await else { return };
    let sink = Sink::start().await.unwrap();
    let rabbitmq = bed.rabbitmq().unwrap();
    rabbitmq
        .apply(&generated("knative/dead-letters.yaml"))
        .await
        .unwrap();
    let function = generated("knative/functions/hello-python.yaml");
    let of_function: Vec<_> = function
        .into_iter()
        .filter(|manifest| manifest["apiVersion"] == "rabbitmq.com/v1beta1")
        .collect();
    rabbitmq.apply(&of_function).await.unwrap();
    let brokers = generated("knative/brokers.yaml");
    let mut other = brokers.clone();
    for manifest in &mut other {
        // Not the name of the other test's, but the namespace that the policy is for.
        manifest["metadata"]["name"] = "bounded".into();
    }
    other[1]["spec"]["config"]["name"] = "bounded".into();
    let resolve = |destination: &Value| format!("{}{}", sink.url(), path(destination));
    let broker = bed.broker().unwrap();
    let broker = broker
        .reconcile(&other[1], &other[0], &[], resolve)
        .await
        .unwrap();

    for queue in ["lambda-dlq", "hello-python-dlq"] {
        let state = rabbitmq.ask(&format!("queues/%2f/{queue}")).await.unwrap();
        assert_eq!(state["type"], "quorum", "{queue}");
        assert_eq!(state["arguments"]["x-message-ttl"], 604_800_000, "{queue}");
        assert_eq!(state["arguments"]["x-max-length"], 50_000, "{queue}");
        assert_eq!(
            state["arguments"]["x-overflow"], "reject-publish",
            "{queue}"
        );
    }
    let own = &broker.topology().dispatchers[0].queue;
    assert!(own.starts_with("b.knative-lambda."), "{own}");
    let started = Instant::now();
    loop {
        let state = rabbitmq.ask(&format!("queues/%2f/{own}")).await.unwrap();
        let policy = &state["effective_policy_definition"];
        if policy["message-ttl"] == 604_800_000 {
            assert_eq!(policy["max-length"], 50_000);
            assert_eq!(policy["overflow"], "reject-publish");
            // What expires is gone, and does not come back.
            assert_eq!(policy["dead-letter-exchange"], Value::Null);
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{own}: {state}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let bindings = rabbitmq
        .ask("exchanges/%2f/lambda-dlq-exchange/bindings/source")
        .await
        .unwrap();
    let bindings = bindings.as_array().unwrap().iter();
    let bindings: BTreeSet<_> = bindings
        .map(|b| {
            (
                b["routing_key"].as_str().unwrap(),
                b["destination"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("lambda.dlq", "lambda-dlq"),
        ("lambda.dlq.hello-python", "hello-python-dlq"),
    ];
    assert_eq!(bindings, BTreeSet::from(expected));
}
