//! Kubernetes manifests that pages show, serialised from values.

use serde_json::{Map, Value as Json, json};

use super::site::Site;
use crate::check::Pattern;
use crate::model::{
    AlertRuleGroup, Destination, Dict, FluxFile, FluxTrigger, ObjectRef, Receiver, SinkBinding,
    Text, Trigger,
};

fn manifest(
    api_version: &str,
    kind: &str,
    name: &str,
    namespace: Option<&str>,
    spec: Json,
) -> Json {
    let mut metadata = json!({ "name": name });
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec })
}

fn object_ref(object: &ObjectRef) -> Json {
    let mut out = Map::new();
    if let Some(version) = &object.api_version {
        out.insert("apiVersion".to_owned(), version.value.as_str().into());
    }
    out.insert("kind".to_owned(), object.kind.value.as_str().into());
    out.insert("name".to_owned(), object.name.value.as_str().into());
    if let Some(namespace) = &object.namespace {
        out.insert("namespace".to_owned(), namespace.value.as_str().into());
    }
    Json::Object(out)
}

/// A Knative Trigger.
pub(super) fn trigger(site: &Site<'_>, trigger: &Trigger) -> Json {
    let mut spec = Map::new();
    spec.insert("broker".to_owned(), trigger.broker.value.as_str().into());
    let (key, filter) = filter(site, &trigger.events, &trigger.except, &trigger.attributes);
    spec.insert(key.to_owned(), filter);
    spec.insert("subscriber".to_owned(), destination(&trigger.subscriber));
    let namespace = Some(trigger.namespace.value.as_str());
    manifest(
        "eventing.knative.dev/v1",
        "Trigger",
        &trigger.name,
        namespace,
        spec.into(),
    )
}

/// One exact type fits `filter`; anything else takes `filters`, which all have to hold.
fn filter(
    site: &Site<'_>,
    events: &[Text],
    except: &[Text],
    attributes: &Dict<Text>,
) -> (&'static str, Json) {
    let index = &site.catalog.index;
    let exact: Map<_, _> = attributes
        .iter()
        .map(|(name, value)| (name.value.clone(), value.value.as_str().into()))
        .collect();
    if let ([event], []) = (events, except)
        && let Pattern::Exact(name) = Pattern::new(event)
    {
        let mut attributes = Map::new();
        attributes.insert("type".to_owned(), index.full_type(name).into());
        attributes.extend(exact);
        return ("filter", json!({ "attributes": attributes }));
    }
    let one = |pattern: &Text| match Pattern::new(pattern) {
        Pattern::Exact(name) => json!({ "exact": { "type": index.full_type(name) } }),
        Pattern::Prefix(start) => json!({ "prefix": { "type": index.full_type(start) } }),
    };
    let mut filters = match events {
        [event] => vec![one(event)],
        events => vec![json!({ "any": events.iter().map(one).collect::<Vec<_>>() })],
    };
    filters.extend(except.iter().map(|e| json!({ "not": one(e) })));
    if !exact.is_empty() {
        filters.push(json!({ "exact": exact }));
    }
    ("filters", filters.into())
}

fn destination(destination: &Destination) -> Json {
    let mut out = Map::new();
    if let Some(reference) = &destination.reference {
        out.insert("ref".to_owned(), object_ref(reference));
    }
    if let Some(uri) = &destination.uri {
        out.insert("uri".to_owned(), uri.value.as_str().into());
    }
    Json::Object(out)
}

/// A Flux Receiver.
pub(super) fn receiver(site: &Site<'_>, name: &str, receiver: &Receiver) -> Json {
    let events = receiver.events.iter();
    let events: Vec<_> = events.map(|e| site.catalog.index.full_type(e)).collect();
    let resources: Vec<_> = receiver.resources.iter().map(object_ref).collect();
    let mut spec = json!({
        "type": receiver.r#type.value,
        "events": events,
        "secretRef": { "name": receiver.secret.value },
        "resources": resources,
    });
    if let Some(filter) = &receiver.resource_filter {
        spec["resourceFilter"] = filter.value.as_str().into();
    }
    let namespace = Some(receiver.namespace.value.as_str());
    manifest(
        "notification.toolkit.fluxcd.io/v1",
        "Receiver",
        name,
        namespace,
        spec,
    )
}

/// Where events for a Receiver go: its relay where that has an address, or its webhook.
fn sink(flux: &FluxFile, relay: Option<&Text>) -> String {
    let address = relay.filter(|r| r.starts_with("http://") || r.starts_with("https://"));
    address.map_or_else(
        || format!("{}/hook/<webhook-path>", flux.endpoint.value),
        |relay| relay.value.clone(),
    )
}

/// A Trigger that publishes to a Receiver.
pub(super) fn flux_trigger(site: &Site<'_>, flux: &FluxFile, trigger: &FluxTrigger) -> Json {
    let mut spec = Map::new();
    spec.insert("broker".to_owned(), trigger.broker.value.as_str().into());
    let (key, filter) = filter(site, &trigger.events, &[], &Dict::default());
    spec.insert(key.to_owned(), filter);
    let sink = sink(flux, trigger.relay.as_ref());
    spec.insert("subscriber".to_owned(), json!({ "uri": sink }));
    let namespace = Some(trigger.namespace.value.as_str());
    manifest(
        "eventing.knative.dev/v1",
        "Trigger",
        &trigger.name,
        namespace,
        spec.into(),
    )
}

/// A SinkBinding that publishes to a Receiver.
pub(super) fn sink_binding(flux: &FluxFile, binding: &SinkBinding) -> Json {
    let spec = json!({
        "subject": object_ref(&binding.subject),
        "sink": { "uri": sink(flux, binding.relay.as_ref()) },
    });
    let namespace = Some(binding.namespace.value.as_str());
    manifest(
        "sources.knative.dev/v1",
        "SinkBinding",
        &binding.name,
        namespace,
        spec,
    )
}

/// A PrometheusRule.
pub(super) fn prometheus_rule(group: &str, rules: &AlertRuleGroup) -> Json {
    let alerts = rules.rules.iter().map(|rule| {
        let mut alert = Map::new();
        alert.insert("alert".to_owned(), rule.alert.value.as_str().into());
        alert.insert("expr".to_owned(), rule.expr.value.trim_end().into());
        if let Some(time) = &rule.r#for {
            alert.insert("for".to_owned(), time.value.as_str().into());
        }
        alert.insert(
            "labels".to_owned(),
            json!({ "severity": rule.severity.value }),
        );
        let annotations =
            json!({ "summary": rule.summary.value, "description": rule.description.value });
        alert.insert("annotations".to_owned(), annotations);
        Json::Object(alert)
    });
    let spec = json!({ "groups": [{ "name": group, "rules": alerts.collect::<Vec<_>>() }] });
    manifest(
        "monitoring.coreos.com/v1",
        "PrometheusRule",
        &rules.resource,
        None,
        spec,
    )
}
