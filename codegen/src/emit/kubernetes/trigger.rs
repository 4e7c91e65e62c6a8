//! Knative Triggers.

use serde_json::{Map, Value as Json, json};

use super::Builder;
use super::settings::PARALLELISM;
use crate::ir::{AppliedTrigger, Filter, Selection, TriggerFilter};
use crate::model::{FluxFile, FluxTrigger, Text, Trigger};

/// Read by the RabbitMQ broker.
const PARALLELISM_ANNOTATION: &str = "rabbitmq.eventing.knative.dev/parallelism";

impl<'a> Builder<'a> {
    /// The Triggers that bring a subscriber its events.
    pub(in crate::emit) fn triggers(&self, trigger: &'a Trigger) -> Vec<Json> {
        let subscriber = self.destination(&trigger.subscriber);
        self.applied(&Selection::from(trigger), &subscriber)
    }

    /// The Triggers that publish events to a Receiver.
    pub(in crate::emit) fn flux_triggers(
        &self,
        flux: &FluxFile,
        trigger: &'a FluxTrigger,
    ) -> Vec<Json> {
        let sink = self.flux_sink(flux, trigger.relay.as_ref());
        self.applied(&Selection::from(trigger), &json!({ "uri": sink }))
    }

    fn applied(&self, selection: &Selection<'a>, subscriber: &Json) -> Vec<Json> {
        let applied = selection.applied(&self.catalog.index);
        let manifest = |applied: AppliedTrigger| {
            let namespace = Some(selection.namespace.value.as_str());
            let name = self.trigger_name(selection.name, &applied.name);
            let mut object = self.object("eventing.knative.dev/v1", "Trigger", &name, namespace);
            if let Some(parallelism) = self.parallelism(selection.broker) {
                object["metadata"]["annotations"] = json!({ PARALLELISM_ANNOTATION: parallelism });
            }
            let (key, filter) = filter(applied.filter);
            object["spec"] = json!({
                "broker": self.values.name("Broker", selection.broker),
                key: filter,
                "subscriber": subscriber,
            });
            object
        };
        applied.into_iter().map(manifest).collect()
    }

    /// Where one is applied for each event type, their names begin with that in the spec.
    fn trigger_name(&self, described: &str, applied: &str) -> String {
        match applied.strip_prefix(described) {
            None | Some("") => self.values.name("Trigger", applied),
            Some(rest) => self.values.start("Trigger", described) + rest,
        }
    }

    fn parallelism(&self, broker: &str) -> Option<String> {
        let parallelism = self.catalog.index.broker(broker)?.parallelism.as_ref()?;
        Some(self.values.setting_text(&PARALLELISM, parallelism.value))
    }

    /// Where events for a Receiver go: its relay where that has an address, or its webhook.
    pub(super) fn flux_sink(&self, flux: &FluxFile, relay: Option<&Text>) -> String {
        let address = relay.filter(|r| r.starts_with("http://") || r.starts_with("https://"));
        address.map_or_else(
            || format!("{}/hook/<webhook-path>", self.values.url(&flux.endpoint)),
            |relay| self.values.url(relay),
        )
    }
}

fn filter(filter: TriggerFilter) -> (&'static str, Json) {
    let exact = |attributes: Vec<(String, String)>| -> Map<String, Json> {
        let attributes = attributes.into_iter();
        attributes
            .map(|(name, value)| (name, value.into()))
            .collect()
    };
    match filter {
        TriggerFilter::Attributes(attributes) => {
            ("filter", json!({ "attributes": exact(attributes) }))
        }
        TriggerFilter::Filters {
            any,
            except,
            attributes,
        } => {
            let mut any: Vec<_> = any.iter().map(dialect).collect();
            let mut filters = match any.len() {
                1 => any.split_off(0),
                _ => vec![json!({ "any": any })],
            };
            filters.extend(except.iter().map(|e| json!({ "not": dialect(e) })));
            if !attributes.is_empty() {
                filters.push(json!({ "exact": exact(attributes) }));
            }
            ("filters", filters.into())
        }
    }
}

/// CloudEvents Subscriptions API, "Filter Dialects".
fn dialect(filter: &Filter) -> Json {
    match filter {
        Filter::Exact(name) => json!({ "exact": { "type": name } }),
        Filter::Prefix(start) => json!({ "prefix": { "type": start } }),
        Filter::Schema(url) => json!({ "exact": { "dataschema": url } }),
    }
}
