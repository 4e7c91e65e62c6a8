//! What Knative's controllers make of a Broker and its Triggers on RabbitMQ.
//!
//! The controllers of the RabbitMQ broker need pods, so the bed does their part: from the same
//! manifests, the same exchanges, queues, bindings, policies and dispatchers, by the same names.

use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use crate::{DispatcherSettings, Error};

/// The exchanges, queues, bindings, policies and dispatchers of a Broker.
#[derive(Clone, Debug, PartialEq)]
pub struct Topology {
    /// Name of the exchange that the ingress publishes to.
    pub exchange: String,
    /// Definitions as RabbitMQ imports them.
    pub definitions: Value,
    /// A dispatcher for each Trigger, and for each queue of dead letters.
    pub dispatchers: Vec<DispatcherSettings>,
}

impl Topology {
    /// Reads a Broker, its RabbitmqBrokerConfig and its Triggers. `resolve` gives the address of a
    /// destination: a subscriber or a dead-letter sink.
    ///
    /// # Errors
    /// When the controllers would not make the Broker or a Trigger ready.
    pub fn new(
        broker: &Value,
        config: &Value,
        triggers: &[Value],
        resolve: impl Fn(&Value) -> String,
    ) -> Result<Self, Error> {
        let broker = Object::new(broker)?;
        let queue_type = queue_type(&broker, &Object::new(config)?)?;
        let exchange = broker.name("b", "");
        let mut made = Made::new(queue_type);
        made.exchange(&exchange);
        if let Some(sink) = broker.dead_letter_sink() {
            let (dead, queue) = (broker.name("b", "dlx."), broker.name("b", "dlq."));
            made.exchange(&dead);
            made.queue(&queue);
            made.bind(&dead, &queue, &json!({ "x-knative-dlq": broker.name }));
            let pattern = format!("{}$", quoted(broker.uid));
            made.policy(&queue, &pattern, 0, &dead);
            made.dispatchers.push(DispatcherSettings {
                dead_letters: true,
                // The controller does not pass it on here.
                timeout: None,
                ..delivery(queue, resolve(sink), broker.delivery())
            });
        }
        for trigger in triggers {
            let trigger = Object::new(trigger)?;
            made.trigger(&broker, &trigger, &exchange, &resolve)?;
        }
        Ok(Self {
            exchange,
            definitions: Value::Object(made.definitions),
            dispatchers: made.dispatchers,
        })
    }
}

/// What a manifest says of its object.
struct Object<'a> {
    name: &'a str,
    namespace: &'a str,
    /// The API server gives one; manifests from files have none.
    uid: &'a str,
    annotations: &'a Value,
    spec: &'a Value,
}

/// Identity of objects that no API server knows.
const UID: &str = "00000000-0000-4000-8000-000000000000";

impl<'a> Object<'a> {
    fn new(manifest: &'a Value) -> Result<Self, Error> {
        let metadata = &manifest["metadata"];
        let name = metadata["name"].as_str();
        Ok(Self {
            name: name.ok_or_else(|| Error::request("manifest", "it has no name"))?,
            namespace: metadata["namespace"].as_str().unwrap_or("default"),
            uid: metadata["uid"].as_str().unwrap_or(UID),
            annotations: &metadata["annotations"],
            spec: &manifest["spec"],
        })
    }

    fn refused(&self, what: &str) -> Error {
        Error::request("manifest", format!("{}: {what}", self.name))
    }

    /// Name of something that belongs to it.
    fn name(&self, kind: &str, what: &str) -> String {
        let parent = format!("{kind}.{}.{}.{what}", self.namespace, self.name);
        child_name(&parent, self.uid)
    }

    fn delivery(&self) -> Option<&'a Value> {
        self.spec.get("delivery").filter(|value| value.is_object())
    }

    fn dead_letter_sink(&self) -> Option<&'a Value> {
        let sink = self.delivery()?.get("deadLetterSink");
        sink.filter(|value| value.is_object())
    }
}

fn queue_type<'a>(broker: &Object<'_>, config: &Object<'a>) -> Result<&'a str, Error> {
    let reference = &broker.spec["config"];
    if broker.annotations["eventing.knative.dev/broker.class"] != "RabbitMQBroker" {
        return Err(broker.refused("its class is not RabbitMQBroker"));
    }
    if reference["kind"] != "RabbitmqBrokerConfig"
        || reference["apiVersion"] != "eventing.knative.dev/v1alpha1"
        || reference["name"] != config.name
        || reference["namespace"] != config.namespace
    {
        return Err(broker.refused("spec.config does not name its RabbitmqBrokerConfig"));
    }
    if !config.spec["rabbitmqClusterReference"].is_object() {
        return Err(config.refused("spec.rabbitmqClusterReference is missing"));
    }
    if !matches!(config.spec["vhost"].as_str(), None | Some("" | "/")) {
        return Err(config.refused("the test bed has the default virtual host only"));
    }
    Ok(config.spec["queueType"].as_str().unwrap_or("quorum"))
}

/// What has been made so far.
struct Made<'a> {
    queue_type: &'a str,
    definitions: Map<String, Value>,
    dispatchers: Vec<DispatcherSettings>,
}

impl<'a> Made<'a> {
    fn new(queue_type: &'a str) -> Self {
        Self {
            queue_type,
            definitions: Map::new(),
            dispatchers: Vec::new(),
        }
    }

    fn trigger(
        &mut self,
        broker: &Object<'_>,
        trigger: &Object<'_>,
        exchange: &str,
        resolve: &impl Fn(&Value) -> String,
    ) -> Result<(), Error> {
        if trigger.spec["broker"] != broker.name || trigger.namespace != broker.namespace {
            return Err(trigger.refused("its broker is another"));
        }
        let mut dead = String::new();
        if let Some(sink) = trigger.dead_letter_sink() {
            dead = trigger.name("t", "dlx.");
            let queue = trigger.name("t", "dlq.");
            self.exchange(&dead);
            self.queue(&queue);
            self.bind(&dead, &queue, &Value::Null);
            self.dispatchers.push(DispatcherSettings {
                dead_letters: true,
                parallelism: parallelism(trigger),
                ..delivery(queue, resolve(sink), trigger.delivery())
            });
        }
        let queue = format!("{}.{}.{}", trigger.namespace, trigger.name, broker.uid);
        self.queue(&queue);
        if !dead.is_empty() {
            let pattern = format!("^{}$", quoted(&queue));
            self.policy(&trigger.name("t", ""), &pattern, 1, &dead);
        }
        // `spec.filters` is not looked at.
        let mut arguments = trigger.spec["filter"]["attributes"].clone();
        arguments["x-knative-trigger"] = trigger.name.into();
        self.bind(exchange, &queue, &arguments);
        let own = trigger.delivery();
        if own.is_none() {
            // Also where the Broker has no such exchange.
            dead = broker.name("b", "dlx.");
        }
        let subscriber = resolve(&trigger.spec["subscriber"]);
        self.dispatchers.push(DispatcherSettings {
            dead_letter_exchange: Some(dead).filter(|name| !name.is_empty()),
            parallelism: parallelism(trigger),
            ..delivery(queue, subscriber, own.or(broker.delivery()))
        });
        Ok(())
    }

    fn add(&mut self, kind: &str, mut definition: Value) {
        definition["vhost"] = "/".into();
        let all = self.definitions.entry(kind).or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.push(definition);
        }
    }

    fn exchange(&mut self, name: &str) {
        let exchange = json!({
            "name": name, "type": "headers", "durable": true, "auto_delete": false,
            "internal": false, "arguments": {},
        });
        self.add("exchanges", exchange);
    }

    fn queue(&mut self, name: &str) {
        let queue = json!({
            "name": name, "durable": true, "auto_delete": false,
            "arguments": { "x-queue-type": self.queue_type },
        });
        self.add("queues", queue);
    }

    fn bind(&mut self, exchange: &str, queue: &str, arguments: &Value) {
        let mut arguments = arguments.clone();
        arguments["x-match"] = "all".into();
        let binding = json!({
            "source": exchange, "destination": queue, "destination_type": "queue",
            "routing_key": "", "arguments": arguments,
        });
        self.add("bindings", binding);
    }

    fn policy(&mut self, name: &str, pattern: &str, priority: u8, exchange: &str) {
        let policy = json!({
            "name": name, "pattern": pattern, "apply-to": "queues", "priority": priority,
            "definition": { "dead-letter-exchange": exchange },
        });
        self.add("policies", policy);
    }
}

fn parallelism(trigger: &Object<'_>) -> Option<String> {
    let annotation = &trigger.annotations["rabbitmq.eventing.knative.dev/parallelism"];
    annotation.as_str().map(str::to_owned)
}

fn delivery(queue: String, subscriber: String, delivery: Option<&Value>) -> DispatcherSettings {
    let text = |name: &str| delivery.and_then(|d| d[name].as_str()).map(str::to_owned);
    DispatcherSettings {
        queue,
        subscriber,
        // Five where a delivery does not say, none where there is no delivery.
        retry: delivery.map(|delivery| delivery["retry"].as_u64().unwrap_or(5)),
        backoff_policy: text("backoffPolicy"),
        backoff_delay: text("backoffDelay"),
        timeout: text("timeout"),
        ..DispatcherSettings::default()
    }
}

/// Names of Kubernetes objects and of queues hold no other character with a meaning in patterns.
fn quoted(name: &str) -> String {
    name.replace('.', "\\.")
}

/// The name of `parent` and `suffix`, with a hash in it where it would pass 63 characters.
fn child_name(parent: &str, suffix: &str) -> String {
    const LONGEST: usize = 63;
    const HEAD: usize = LONGEST - 32;
    let hash = |text: &str| -> String {
        let digest = Md5::digest(text);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    if parent.len() + suffix.len() <= LONGEST {
        format!("{parent}{suffix}")
    } else if suffix.len() < HEAD {
        let head = cut(parent, HEAD - suffix.len());
        format!("{head}{}{suffix}", hash(parent))
    } else {
        let all = format!("{parent}{suffix}");
        let name = format!("{}{}{suffix}", cut(parent, HEAD), hash(&all));
        let name = cut(&name, LONGEST);
        let end = |c: char| !c.is_ascii_alphanumeric();
        name.trim_end_matches(end).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{UID, child_name};

    #[test]
    fn long_names_are_hashed() {
        let trigger = "t.knative-lambda.a-trigger-with-a-name-that-is-long-and-goes-on.";
        // As Knative's own function has them.
        for (parent, suffix, expected) in [
            ("b.n.b.", UID, "b.n.b.00000000-0000-4000-8000-000000000000"),
            (
                "b.knative-lambda.lambda-broker.dlx.",
                UID,
                "b.knative-lambda.lambda-broker.ce149c22b24acd3d1edc8c90c7a4d946",
            ),
            (
                trigger,
                UID,
                "t.knative-lambda.a-trigger-with4b2748f3bc7b989790c24039afa50cc2",
            ),
            (
                trigger,
                "-00001",
                "t.knative-lambda.a-trigge201b6374cf4413b1efddb7d0433bc1e5-00001",
            ),
            (
                "short.",
                "a-suffix-of-more-than-thirty-one-characters.and-then-even-more-of-it.x",
                "short.b9f0b81794c1b343b91148ec8e7fd723a-suffix-of-more-than-thi",
            ),
        ] {
            assert_eq!(child_name(parent, suffix), expected);
        }
    }
}
