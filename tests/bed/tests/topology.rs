//! What becomes of a Broker and its Triggers on RabbitMQ, without a server.
#![allow(clippy::unwrap_used, missing_docs)]

use knative_lambda_testbed::{DispatcherSettings, Topology};
use serde_json::{Value, json};

fn broker() -> Value {
    json!({
        "metadata": {
            "name": "b", "namespace": "n", "uid": "1",
            "annotations": { "eventing.knative.dev/broker.class": "RabbitMQBroker" },
        },
        "spec": {
            "config": {
                "apiVersion": "eventing.knative.dev/v1alpha1", "kind": "RabbitmqBrokerConfig",
                "name": "c", "namespace": "n",
            },
            "delivery": {
                "retry": 3, "backoffDelay": "PT1S", "timeout": "PT5S",
                "deadLetterSink": { "uri": "dead" },
            },
        },
    })
}

fn config() -> Value {
    json!({
        "metadata": { "name": "c", "namespace": "n" },
        "spec": { "rabbitmqClusterReference": { "name": "r" }, "queueType": "classic" },
    })
}

fn trigger() -> Value {
    json!({
        "metadata": {
            "name": "t", "namespace": "n", "uid": "2",
            "annotations": { "rabbitmq.eventing.knative.dev/parallelism": "7" },
        },
        "spec": {
            "broker": "b", "subscriber": { "uri": "there" },
            "filter": { "attributes": { "type": "t.a", "priority": "high" } },
        },
    })
}

fn topology(broker: &Value, config: &Value, trigger: Value) -> Result<Topology, String> {
    let resolve = |of: &Value| of["uri"].as_str().unwrap().to_owned();
    Topology::new(broker, config, &[trigger], resolve).map_err(|error| error.to_string())
}

#[test]
fn a_trigger_without_a_delivery_takes_its_broker_s() {
    let made = topology(&broker(), &config(), trigger()).unwrap();
    assert_eq!(made.exchange, "b.n.b.1");
    let defined = &made.definitions;
    let named = |kind: &str| {
        let all = defined[kind].as_array().unwrap();
        let names = all.iter().map(|one| one["name"].as_str().unwrap());
        names.collect::<Vec<_>>()
    };
    assert_eq!(named("exchanges"), ["b.n.b.1", "b.n.b.dlx.1"]);
    assert_eq!(named("queues"), ["b.n.b.dlq.1", "n.t.1"]);
    assert_eq!(
        defined["queues"][1]["arguments"],
        json!({ "x-queue-type": "classic" })
    );
    let bound = &defined["bindings"][0];
    assert_eq!(
        bound["arguments"],
        json!({ "x-match": "all", "x-knative-dlq": "b" })
    );
    let bound = &defined["bindings"][1];
    assert_eq!(bound["source"], "b.n.b.1");
    assert_eq!(bound["destination"], "n.t.1");
    let arguments = json!({
        "x-match": "all", "x-knative-trigger": "t", "type": "t.a", "priority": "high",
    });
    assert_eq!(bound["arguments"], arguments);
    assert_eq!(defined["policies"][0]["pattern"], "1$");

    let common = DispatcherSettings {
        retry: Some(3),
        backoff_delay: Some("PT1S".into()),
        ..DispatcherSettings::default()
    };
    let dead = DispatcherSettings {
        queue: "b.n.b.dlq.1".into(),
        subscriber: "dead".into(),
        dead_letters: true,
        ..common.clone()
    };
    let live = DispatcherSettings {
        queue: "n.t.1".into(),
        subscriber: "there".into(),
        dead_letter_exchange: Some("b.n.b.dlx.1".into()),
        timeout: Some("PT5S".into()),
        parallelism: Some("7".into()),
        ..common
    };
    assert_eq!(made.dispatchers, [dead, live]);
}

#[test]
fn a_trigger_s_own_delivery_is_the_whole_of_it() {
    let mut own = trigger();
    own["spec"]["delivery"] = json!({ "deadLetterSink": { "uri": "own" } });
    let made = topology(&broker(), &config(), own).unwrap();
    let [_, dead, live] = &made.dispatchers[..] else {
        panic!("{made:?}")
    };
    assert_eq!(dead.queue, "t.n.t.dlq.2");
    assert_eq!(dead.subscriber, "own");
    assert_eq!(live.dead_letter_exchange.as_deref(), Some("t.n.t.dlx.2"));
    assert_eq!(live.retry, Some(5));
    assert_eq!(live.backoff_delay, None);
    assert_eq!(made.definitions["policies"][1]["pattern"], "^n\\.t\\.1$");

    let mut own = trigger();
    own["spec"]["delivery"] = json!({ "retry": 1 });
    let made = topology(&broker(), &config(), own).unwrap();
    assert_eq!(made.dispatchers[1].dead_letter_exchange, None);
}

#[test]
fn what_the_controllers_do_not_take_is_refused() {
    for (object, path, value, why) in [
        (
            "broker",
            "/metadata/annotations",
            json!({}),
            "its class is not RabbitMQBroker",
        ),
        (
            "broker",
            "/spec/config/name",
            json!("other"),
            "spec.config does not name",
        ),
        (
            "broker",
            "/spec/config/namespace",
            Value::Null,
            "spec.config does not name",
        ),
        (
            "config",
            "/spec/rabbitmqClusterReference",
            Value::Null,
            "is missing",
        ),
        (
            "config",
            "/spec/vhost",
            json!("other"),
            "default virtual host only",
        ),
        (
            "trigger",
            "/spec/broker",
            json!("other"),
            "its broker is another",
        ),
        (
            "trigger",
            "/metadata/namespace",
            json!("other"),
            "its broker is another",
        ),
        ("trigger", "/metadata/name", Value::Null, "it has no name"),
    ] {
        let mut manifests = json!({ "broker": broker(), "config": config(), "trigger": trigger() });
        if path == "/spec/vhost" {
            manifests[object]["spec"]["vhost"] = value;
        } else {
            *manifests[object].pointer_mut(path).unwrap() = value;
        }
        let trigger = manifests["trigger"].clone();
        let error = topology(&manifests["broker"], &manifests["config"], trigger).unwrap_err();
        assert!(error.contains(why), "{path}: {error}");
    }
}
