//! What RabbitMQ's topology operator makes of its resources.

use serde_json::{Map, Value, json};

use crate::Error;

/// RabbitMQ's definitions for manifests of `rabbitmq.com/v1beta1`: Exchange, Queue, Binding, Policy.
///
/// # Errors
/// When a manifest is of another kind.
pub(crate) fn definitions(manifests: &[Value]) -> Result<Value, Error> {
    let mut all: Map<String, Value> = Map::new();
    for manifest in manifests {
        let spec = &manifest["spec"];
        let (key, definition) = match manifest["kind"].as_str() {
            Some("Exchange") => ("exchanges", exchange(spec)),
            Some("Queue") => ("queues", queue(spec)),
            Some("Binding") => ("bindings", binding(spec)),
            Some("Policy") => ("policies", policy(spec)),
            kind => {
                let what = format!("{kind:?} is not a kind of RabbitMQ's topology here");
                return Err(Error::request("manifest", what));
            }
        };
        let of_kind = all.entry(key).or_insert_with(|| json!([]));
        if let Some(of_kind) = of_kind.as_array_mut() {
            of_kind.push(definition);
        }
    }
    Ok(Value::Object(all))
}

/// A member, or what the resource's definition has where it is missing.
fn member(spec: &Value, name: &str, default: Value) -> Value {
    match &spec[name] {
        Value::Null => default,
        value => value.clone(),
    }
}

fn host(spec: &Value) -> Value {
    member(spec, "vhost", "/".into())
}

fn exchange(spec: &Value) -> Value {
    json!({
        "name": spec["name"], "vhost": host(spec),
        "type": member(spec, "type", "direct".into()),
        "durable": member(spec, "durable", false.into()),
        "auto_delete": member(spec, "autoDelete", false.into()),
        "internal": false,
        "arguments": member(spec, "arguments", json!({})),
    })
}

fn queue(spec: &Value) -> Value {
    let mut arguments = member(spec, "arguments", json!({}));
    if let Some(kind) = spec["type"].as_str() {
        arguments["x-queue-type"] = kind.into();
    }
    json!({
        "name": spec["name"], "vhost": host(spec),
        "durable": member(spec, "durable", false.into()),
        "auto_delete": member(spec, "autoDelete", false.into()),
        "arguments": arguments,
    })
}

fn binding(spec: &Value) -> Value {
    json!({
        "source": spec["source"], "destination": spec["destination"], "vhost": host(spec),
        "destination_type": spec["destinationType"],
        "routing_key": member(spec, "routingKey", "".into()),
        "arguments": member(spec, "arguments", json!({})),
    })
}

fn policy(spec: &Value) -> Value {
    json!({
        "name": spec["name"], "vhost": host(spec), "pattern": spec["pattern"],
        "apply-to": member(spec, "applyTo", "all".into()),
        "priority": member(spec, "priority", 0.into()),
        "definition": spec["definition"],
    })
}
