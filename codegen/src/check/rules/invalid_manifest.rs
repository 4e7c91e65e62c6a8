use crate::check::data::{matches_pattern, validate};
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::load::{Map, Node};
use crate::model::ResourceFile;

rule! {
    /// An example of a resource is no valid manifest.
    ///
    /// ## What it does
    /// Checks each example: `apiVersion` and `kind` are the resource's, `metadata.name` is a Kubernetes name no longer
    /// than `nameMaxLength` that matches `namePattern`, `metadata`, `spec` and `status` fit their schemas, and nothing
    /// else stands there. The metadata of examples in `trustedNamespaces` may be anything.
    ///
    /// ## Why
    /// People apply examples.
    ///
    /// ## Fails
    /// ```yaml resources/parcel.yaml
    /// # …
    /// examples:
    ///   - apiVersion: shop.example.com/v1alpha1
    ///     kind: Parcel
    ///     metadata: { name: Parcel_7 }
    ///     spec: { orderRef: 7 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml resources/parcel.yaml
    /// # …
    /// examples:
    ///   - apiVersion: shop.example.com/v1alpha1
    ///     kind: Parcel
    ///     metadata: { name: parcel-7 }
    ///     spec: { orderRef: order-7 }
    /// ```
    "invalid-manifest", 715, Error, check
}

const KEYS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for resource in &context.spec.resources {
        for example in &resource.examples {
            manifest(context, resource, example, findings);
        }
    }
}

fn manifest(context: &Context<'_>, resource: &ResourceFile, example: &Node, findings: &mut Vec<Finding>) {
    let Some(map) = example.as_map() else {
        findings.push(
            Finding::new(&META, example.span, format!("a manifest is an object, not {}", example.kind()))
                .help("write `apiVersion`, `kind`, `metadata` and `spec`"),
        );
        return;
    };
    let missing = |key: &str| {
        Finding::new(&META, example.span.part(0, 1), format!("`{key}` is missing")).help(format!("add `{key}:`"))
    };
    let version = format!("{}/{}", resource.group.value, resource.version.value);
    for (key, expected) in [("apiVersion", version.as_str()), ("kind", resource.kind.value.as_str())] {
        match map.get(key) {
            None => findings.push(missing(key)),
            Some(node) if node.as_str() != Some(expected) => findings.push(
                Finding::new(&META, node.span, format!("`{key}` is not that of the resource"))
                    .label("another one")
                    .help(format!("write `{key}: {expected}`"))
                    .replace(format!("write `{expected}`"), expected, false),
            ),
            Some(_) => {}
        }
    }
    match map.get("metadata").and_then(|m| m.as_map()).and_then(|m| m.get("name")) {
        None => findings.push(missing("metadata.name")),
        Some(name) => match name_problem(resource, name) {
            Some(problem) => findings.push(problem),
            None => metadata(context, resource, map, findings),
        },
    }
    for (key, schema) in [("spec", &resource.spec), ("status", &resource.status)] {
        let Some(file) = context.index.schema(schema) else { continue };
        match map.get(key) {
            Some(node) => {
                let mismatches = validate(&context.index, SchemaRef { file, schema: &file.root }, node);
                findings.extend(mismatches.into_iter().map(|m| m.finding(&META)));
            }
            None if key == "spec" => findings.push(missing(key)),
            None => {}
        }
    }
    for (key, _) in map.iter().filter(|(key, _)| !KEYS.contains(&key.value.as_str())) {
        findings.push(
            Finding::new(&META, key.span, format!("a manifest has no `{}`", key.value))
                .label("means nothing here")
                .did_you_mean(key.span, key, KEYS.iter().copied())
                .help(format!("known keys are {}", KEYS.join(", "))),
        );
    }
}

/// What the admission policy says of the metadata.
fn metadata(context: &Context<'_>, resource: &ResourceFile, manifest: &Map, findings: &mut Vec<Finding>) {
    let Some(file) = resource.metadata.as_ref().and_then(|name| context.index.schema(name)) else { return };
    let Some(metadata) = manifest.get("metadata") else { return };
    let namespace = metadata.as_map().and_then(|m| m.get("namespace")).and_then(|n| n.as_str());
    if resource.trusted_namespaces.iter().any(|trusted| Some(trusted.value.as_str()) == namespace) {
        return;
    }
    let mismatches = validate(&context.index, SchemaRef { file, schema: &file.root }, metadata);
    findings.extend(mismatches.into_iter().map(|m| m.finding(&META)));
}

fn name_problem(resource: &ResourceFile, name: &Node) -> Option<Finding> {
    let most = resource.name_max_length.map_or(253, |n| n.value);
    let text = name.as_str().unwrap_or("");
    let finding = if !is_object_name(text) {
        Finding::new(&META, name.span, "not a Kubernetes name")
            .label("lower-case letters, digits, `-` and `.` only")
            .help("write words joined by `-`, beginning and ending with a letter or digit")
    } else if text.len() as u64 > most {
        let finding = Finding::new(&META, name.span, format!("the name has {} characters, more than {most}", text.len()));
        let finding = finding.label("too long").help("write a shorter name");
        match resource.name_max_length {
            Some(length) => finding.also(length.span, "the longest name"),
            None => finding,
        }
    } else if let Some(pattern) = resource.name_pattern.as_ref().filter(|p| !matches_pattern(p, text)) {
        Finding::new(&META, name.span, format!("the name does not match `{}`", pattern.value))
            .label("refused by Kubernetes")
            .help("write a name that matches the pattern")
            .also(pattern.span, "the pattern of names")
    } else {
        return None;
    };
    Some(finding)
}

/// DNS subdomain of RFC 1123.
pub(super) fn is_object_name(text: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}
