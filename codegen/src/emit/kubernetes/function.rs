//! What belongs to one function: its Service, its Triggers and the queue of its dead letters.
//!
//! The operator makes these for every function; they are written for the first example of each
//! resource, to be read and tried.

use serde_json::{Map, Value as Json, json};

use super::dead_letters::DeadLetters;
use super::{Builder, ManifestFile};
use crate::emit::OutputFile;
use crate::model::{Dict, ServiceTemplate, Text, Variable};

impl<'a> Builder<'a> {
    /// The files of the examples, below `folder`.
    pub(super) fn functions(&self, folder: &str) -> Vec<OutputFile> {
        let resources = self.catalog.spec.resources.iter();
        let files = resources.filter_map(|resource| {
            let metadata = resource
                .examples
                .first()?
                .as_map()?
                .get("metadata")?
                .as_map()?;
            let text = |key| metadata.get(key)?.as_str();
            let (namespace, name) = (text("namespace")?, text("name")?);
            let documents = self.function(namespace, name);
            let file =
                ManifestFile::new(&format!("functions/{name}.yaml"), resource.file, documents);
            (!file.documents.is_empty()).then(|| file.output(self.catalog, folder))
        });
        files.collect()
    }

    /// What belongs to the function `name`.
    pub(super) fn function(&self, namespace: &str, name: &str) -> Vec<Json> {
        let spec = self.catalog.spec;
        let mut documents = Vec::new();
        if let Some(template) = spec.runtimes.as_ref().and_then(|f| f.service.as_ref()) {
            documents.push(self.service(template, namespace, name));
        }
        let subscribers = self
            .catalog
            .index
            .subscribers()
            .filter(|(_, s)| s.scope.is_some());
        let triggers = subscribers.flat_map(|(_, subscriber)| &subscriber.triggers);
        documents.extend(triggers.flat_map(|trigger| self.triggers(trigger)));
        let brokers = spec.broker.iter().flat_map(|file| file.brokers.iter());
        let letters = brokers.filter_map(|(_, broker)| DeadLetters::of(self, broker));
        documents.extend(letters.flat_map(|letters| letters.of_function()));
        for document in &mut documents {
            fill(document, &self.values.namespace(namespace), name);
        }
        documents
    }

    /// The Knative Service of the function `name`.
    pub(in crate::emit) fn service(
        &self,
        template: &ServiceTemplate,
        namespace: &str,
        name: &str,
    ) -> Json {
        let mut object = self.object("serving.knative.dev/v1", "Service", name, Some(namespace));
        let own = dict(&template.labels);
        if let Some(labels) = object["metadata"]["labels"].as_object_mut() {
            labels.extend(own.clone());
        }
        let mut resources = Map::new();
        for (key, amounts) in [
            ("requests", &template.requests),
            ("limits", &template.limits),
        ] {
            if !amounts.is_empty() {
                resources.insert(key.to_owned(), dict(amounts).into());
            }
        }
        let mut pod = json!({ "timeoutSeconds": template.timeout_seconds.value });
        if let Some(concurrency) = &template.container_concurrency {
            pod["containerConcurrency"] = concurrency.value.into();
        }
        pod["containers"] = json!([{
            "image": template.image.value,
            "ports": [{ "containerPort": template.port.value }],
            "env": self.environment(),
            "resources": resources,
            // Pod Security Standards, "Restricted".
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "runAsNonRoot": true,
                "capabilities": { "drop": ["ALL"] },
                "seccompProfile": { "type": "RuntimeDefault" },
            },
        }]);
        object["spec"] = json!({
            "template": {
                "metadata": { "labels": own, "annotations": dict(&template.annotations) },
                "spec": pod,
            },
        });
        object
    }

    /// Variables with a value that is not the runtime's own. Knative refuses those that it sets.
    fn environment(&self) -> Vec<Json> {
        let variables = self.catalog.spec.environment.iter();
        let variables = variables.flat_map(|file| file.body.variables.iter());
        let value = |variable: &Variable| {
            let value = variable.value.as_ref()?;
            Some(self.values.url(&value.value))
        };
        let set = variables.filter_map(|(name, variable)| {
            Some(json!({ "name": name.value, "value": value(variable)? }))
        });
        set.collect()
    }
}

fn dict(texts: &Dict<Text>) -> Map<String, Json> {
    let texts = texts.iter();
    texts
        .map(|(name, value)| (name.value.clone(), value.value.as_str().into()))
        .collect()
}

/// Puts the function in the place of `{namespace}` and `{name}`.
fn fill(json: &mut Json, namespace: &str, name: &str) {
    match json {
        Json::String(text) if text.contains('{') => {
            *text = text
                .replace("{namespace}", namespace)
                .replace("{name}", name);
        }
        Json::Array(items) => items
            .iter_mut()
            .for_each(|item| fill(item, namespace, name)),
        Json::Object(members) => members
            .values_mut()
            .for_each(|member| fill(member, namespace, name)),
        _ => {}
    }
}
