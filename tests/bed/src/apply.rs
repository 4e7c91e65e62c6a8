//! Server-side apply of any manifest.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kube::api::{DynamicObject, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::pinned_kind;
use kube::{Api, Client, ResourceExt as _};
use serde_json::Value;

use crate::Error;

/// Longest time until the API server knows a new kind.
const PATIENCE: Duration = Duration::from_secs(30);

/// Applies one object as field manager `testbed`, unknown fields refused.
///
/// # Errors
/// When the API server refuses it or does not know its kind.
pub async fn apply(client: &Client, object: &DynamicObject) -> Result<DynamicObject, Error> {
    let failed = |error: kube::Error| Error::request("kube-apiserver", error);
    let types = object.types.clone().unwrap_or_default();
    let kind = GroupVersionKind::try_from(types).map_err(|e| Error::request("manifest", e))?;
    let (resource, capabilities) = pinned_kind(client, &kind).await.map_err(failed)?;
    let api: Api<DynamicObject> = match capabilities.scope {
        kube::discovery::Scope::Cluster => Api::all_with(client.clone(), &resource),
        kube::discovery::Scope::Namespaced => {
            let namespace = object.namespace().unwrap_or_else(|| "default".into());
            Api::namespaced_with(client.clone(), &namespace, &resource)
        }
    };
    let mut params = PatchParams::apply("testbed");
    params.field_validation = Some(kube::api::ValidationDirective::Strict);
    api.patch(&object.name_any(), &params, &Patch::Apply(object))
        .await
        .map_err(failed)
}

/// Applies the CustomResourceDefinitions in a file or folder and waits until they are served.
///
/// # Errors
/// When a file cannot be read, or the API server refuses one or does not serve it in time.
pub async fn crds(client: &Client, path: &Path) -> Result<(), Error> {
    let mut definitions = Vec::new();
    for path in manifests(path)? {
        let text = std::fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
        definitions.extend(objects(&text)?.into_iter().filter(|object| {
            let types = object.types.as_ref();
            types.is_some_and(|types| types.kind == "CustomResourceDefinition")
        }));
    }
    for definition in &mut definitions {
        // No webhook runs here that converts between versions.
        if let Some(spec) = definition.data["spec"].as_object_mut() {
            spec.remove("conversion");
        }
        apply(client, definition).await?;
    }
    for definition in &definitions {
        served(client, definition).await?;
    }
    Ok(())
}

/// The YAML files of a folder, or the one file.
fn manifests(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| Error::file(path, error);
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(file);
        }
    }
    Ok(files)
}

/// The objects of a YAML file with one document or more.
///
/// # Errors
/// When it is not YAML, or not a Kubernetes object.
pub fn objects(text: &str) -> Result<Vec<DynamicObject>, Error> {
    let failed = |error| Error::request("manifest", error);
    let documents = text.split("\n---").filter(|part| {
        part.lines()
            .any(|line| !line.is_empty() && !line.starts_with(['#', '-']))
    });
    documents
        .map(|part| serde_saphyr::from_str(part).map_err(|e| failed(e.to_string())))
        .collect()
}

/// Waits until the API server tells of a definition's kind, in each version. It does so a little after
/// it says that the definition is established; who asks before gets 404.
async fn served(client: &Client, definition: &DynamicObject) -> Result<(), Error> {
    let spec = &definition.data["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
    let versions = spec["versions"].as_array().into_iter().flatten();
    let started = Instant::now();
    for version in versions.filter(|version| version["served"] == true) {
        let version = format!("{group}/{}", text(&version["name"]));
        loop {
            let known = client.list_api_group_resources(&version).await;
            if known.is_ok_and(|known| known.resources.iter().any(|one| one.name == plural)) {
                break;
            }
            if started.elapsed() > PATIENCE {
                let what = format!("does not serve {plural} of {version}");
                return Err(Error::request("kube-apiserver", what));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}
