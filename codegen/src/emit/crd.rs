//! CustomResourceDefinitions (`apiextensions.k8s.io/v1`), with structural schemas, and policies for
//! what these cannot hold.
//!
//! What Kubernetes has no keyword for is written in those that it has: references are replaced by
//! what they name, closed enums stay and open ones go, and formats that the API server does not
//! check become patterns.

use serde_json::{Map, Value as Json, json};

use super::kubernetes::{Builder, Group, ManifestFile};
use super::{Target, admission};
use crate::check::SchemaRef;
use crate::ir::{Catalog, has_cel_type};
use crate::load::Node;
use crate::model::{Additional, CelValidation, JsonType, ResourceFile, Schema, SpecFile};
use crate::source::Spanned;

/// CustomResourceDefinitions with their policies.
pub static TARGET: Target = Target {
    name: "crd",
    summary: "CustomResourceDefinitions of the resources, and policies for what these cannot refuse",
    folder: "generated/crd",
    emit: |catalog| GROUP.emit(catalog),
};

/// Formats that the API server checks as JSON Schema means them. Its `duration` is Go's.
const FORMATS: &[&str] = &[
    "date-time",
    "date",
    "email",
    "ipv4",
    "ipv6",
    "uri",
    "uuid",
    "byte",
];

/// Durations in Go's notation (`time.ParseDuration`), without a sign.
const GO_DURATION: &str = "^(0|([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))*)$";

/// Durations of ISO 8601, as RFC 3339 has them (appendix A).
const ISO_DURATION: &str =
    "^P([0-9]+W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)$";

/// CustomResourceDefinitions with their policies.
pub static GROUP: Group = Group {
    name: TARGET.name,
    folder: TARGET.folder,
    summary: TARGET.summary,
    installed: true,
    build,
};

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let resources = builder.catalog.spec.resources.iter();
    let files = resources.map(|resource| {
        let mut definition = definition(builder.catalog, resource);
        if let Some(labels) = builder.labels() {
            definition["metadata"]["labels"] = labels;
        }
        // With the definition would go all resources of the kind.
        definition["metadata"]["annotations"] =
            json!({ "kustomize.toolkit.fluxcd.io/prune": "disabled" });
        let name = definition["metadata"]["name"].as_str().unwrap_or_default();
        let file = format!("{name}.yaml");
        let policy = admission::policy(builder, resource);
        let policy_file = format!("{}-admission.yaml", resource.resource.value);
        [
            ManifestFile::new(&file, resource.file, vec![definition]),
            ManifestFile::new(&policy_file, resource.file, policy),
        ]
    });
    files.flatten().collect()
}

/// The definition of one resource.
pub fn definition(catalog: &Catalog<'_>, resource: &SpecFile<ResourceFile>) -> Json {
    let texts = |texts: &[crate::model::Text]| -> Vec<Json> {
        texts
            .iter()
            .map(|text| text.value.as_str().into())
            .collect()
    };
    let columns: Vec<Json> = resource
        .columns
        .iter()
        .map(|column| {
            let mut out = json!({
                "name": column.name.value,
                "type": column.r#type.value,
                "jsonPath": column.json_path.value,
            });
            if let Some(description) = &column.description {
                out["description"] = description.value.trim().into();
            }
            out
        })
        .collect();
    let mut names = json!({
        "plural": resource.plural.value,
        "singular": resource.singular.value,
        "kind": resource.kind.value,
        "listKind": format!("{}List", resource.kind.value),
    });
    for (key, words) in [
        ("shortNames", &resource.short_names),
        ("categories", &resource.categories),
    ] {
        if !words.is_empty() {
            names[key] = texts(words).into();
        }
    }
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("{}.{}", resource.plural.value, resource.group.value) },
        "spec": {
            "group": resource.group.value,
            "names": names,
            "scope": "Namespaced",
            "versions": [{
                "name": resource.version.value,
                "served": true,
                "storage": true,
                "subresources": { "status": {} },
                "additionalPrinterColumns": columns,
                "schema": { "openAPIV3Schema": root(catalog, resource) },
            }],
        },
    })
}

fn root(catalog: &Catalog<'_>, resource: &SpecFile<ResourceFile>) -> Json {
    let part = |name: &str| {
        let schema = catalog.schema(name);
        schema.map_or_else(
            || json!({}),
            |schema| {
                let root = &schema.declared.root;
                structural(
                    catalog,
                    SchemaRef {
                        file: schema.declared,
                        schema: root,
                    },
                )
            },
        )
    };
    let mut description = resource.summary.value.trim().to_owned();
    if let Some(more) = &resource.description {
        description.push_str("\n\n");
        description.push_str(more.value.trim());
    }
    let mut properties = Map::new();
    // `apiVersion` and `kind` are implied.
    if resource.name_max_length.is_some() || resource.name_pattern.is_some() {
        let mut name = json!({ "type": "string" });
        if let Some(longest) = resource.name_max_length {
            name["maxLength"] = longest.value.into();
        }
        if let Some(pattern) = &resource.name_pattern {
            name["pattern"] = pattern.value.as_str().into();
        }
        properties.insert(
            "metadata".into(),
            json!({ "type": "object", "properties": { "name": name } }),
        );
    }
    properties.insert("spec".into(), part(&resource.spec.value));
    properties.insert("status".into(), part(&resource.status.value));
    json!({
        "type": "object",
        "description": description,
        "required": ["spec"],
        "properties": properties,
    })
}

/// A schema as Kubernetes has it, its references replaced. Circles were refused by the checks.
fn structural(catalog: &Catalog<'_>, at: SchemaRef<'_>) -> Json {
    let outer = at.schema;
    let Some(at) = catalog.index.follow(at) else {
        return json!({});
    };
    let mut out = Map::new();
    let described = outer
        .description
        .as_ref()
        .or(at.schema.description.as_ref());
    if let Some(description) = described {
        out.insert("description".into(), description.value.trim().into());
    }
    types(at.schema, &mut out);
    inner(catalog, at, &mut out);
    values(at.schema, &mut out);
    if let Some(default) = &*outer.default {
        out.insert("default".into(), default.to_json());
    }
    texts_and_numbers(at.schema, &mut out);
    // These may stand beside a reference.
    merging(outer, &mut out);
    merging(at.schema, &mut out);
    // What is left out here is in the admission policy.
    if !has_cel_type(at.schema) {
        out.remove("x-kubernetes-validations");
    }
    Json::Object(out)
}

fn flag(value: Option<Spanned<bool>>) -> bool {
    value.is_some_and(|flag| flag.value)
}

fn types(schema: &Schema, out: &mut Map<String, Json>) {
    if flag(schema.x_kubernetes_int_or_string) {
        out.insert("x-kubernetes-int-or-string".into(), true.into());
        out.insert(
            "anyOf".into(),
            json!([{ "type": "integer" }, { "type": "string" }]),
        );
        return;
    }
    let types = schema
        .r#type
        .iter()
        .flat_map(|types| &types.types)
        .map(|t| t.value);
    if types.clone().any(|t| t == JsonType::Null) {
        out.insert("nullable".into(), true.into());
    }
    let mut types = types.filter(|t| *t != JsonType::Null);
    match (types.next(), types.next()) {
        (Some(one), None) => {
            out.insert("type".into(), one.as_str().into());
        }
        // There is no keyword for several types: what is unlisted is given bounds that nothing fits.
        (Some(one), Some(two)) => {
            let listed: Vec<_> = [one, two].into_iter().chain(types).collect();
            let others = NOTHING
                .iter()
                .filter(|(types, _)| types.iter().all(|t| !listed.contains(t)));
            for (_, [(least, low), (most, high)]) in others {
                out.insert((*least).into(), (*low).into());
                out.insert((*most).into(), (*high).into());
            }
            if !listed.contains(&JsonType::Boolean) {
                out.insert("not".into(), json!({ "enum": [true, false] }));
            }
        }
        _ => {}
    }
}

/// Bounds that no value of these types fits, and that say nothing of others.
type Bounds = (&'static [JsonType], [(&'static str, u64); 2]);
const NOTHING: &[Bounds] = &[
    (
        &[JsonType::Number, JsonType::Integer],
        [("minimum", 1), ("maximum", 0)],
    ),
    (&[JsonType::String], [("minLength", 1), ("maxLength", 0)]),
    (&[JsonType::Array], [("minItems", 1), ("maxItems", 0)]),
    (
        &[JsonType::Object],
        [("minProperties", 1), ("maxProperties", 0)],
    ),
];

fn inner(catalog: &Catalog<'_>, at: SchemaRef<'_>, out: &mut Map<String, Json>) {
    let schema = at.schema;
    let inside = |schema| structural(catalog, SchemaRef { schema, ..at });
    if !schema.properties.is_empty() {
        let members = schema.properties.iter();
        let members: Map<_, _> = members.map(|(n, s)| (n.value.clone(), inside(s))).collect();
        out.insert("properties".into(), members.into());
    }
    if !schema.required.is_empty() {
        let names: Vec<Json> = schema
            .required
            .iter()
            .map(|r| r.value.as_str().into())
            .collect();
        out.insert("required".into(), names.into());
    }
    match &schema.additional_properties {
        Some(Additional::Schema(values)) => {
            out.insert("additionalProperties".into(), inside(values));
        }
        Some(Additional::Any(any)) if any.value && schema.properties.is_empty() => {
            out.insert("x-kubernetes-preserve-unknown-fields".into(), true.into());
        }
        _ => {}
    }
    if let Some(items) = &schema.items {
        out.insert("items".into(), inside(items));
    }
    for (key, value) in [
        ("minProperties", &schema.min_properties),
        ("maxProperties", &schema.max_properties),
        ("minItems", &schema.min_items),
        ("maxItems", &schema.max_items),
        ("minLength", &schema.min_length),
        ("maxLength", &schema.max_length),
    ] {
        if let Some(value) = &**value {
            out.insert(key.into(), value.value.into());
        }
    }
}

fn values(schema: &Schema, out: &mut Map<String, Json>) {
    // New values of an open enum are no mistakes.
    if let Some(values) = schema.r#enum.as_ref().filter(|_| flag(schema.x_closed)) {
        let values: Vec<Json> = values.iter().map(Node::to_json).collect();
        out.insert("enum".into(), values.into());
    }
    if let Some(default) = &*schema.default {
        out.insert("default".into(), default.to_json());
    }
}

fn texts_and_numbers(schema: &Schema, out: &mut Map<String, Json>) {
    let mut patterns = Vec::new();
    patterns.extend(schema.pattern.iter().map(|pattern| pattern.value.as_str()));
    match schema.format.as_ref().map(|format| format.value.as_str()) {
        Some("go-duration") => patterns.push(GO_DURATION),
        Some("duration") => patterns.push(ISO_DURATION),
        Some(format) if FORMATS.contains(&format) => {
            out.insert("format".into(), format.into());
        }
        _ => {}
    }
    match patterns.as_slice() {
        [] => {}
        [one] => {
            out.insert("pattern".into(), (*one).into());
        }
        several => {
            let all: Vec<Json> = several.iter().map(|p| json!({ "pattern": p })).collect();
            out.insert("allOf".into(), all.into());
        }
    }
    for (bound, exclusive, key, flag) in [
        (
            &schema.minimum,
            &schema.exclusive_minimum,
            "minimum",
            "exclusiveMinimum",
        ),
        (
            &schema.maximum,
            &schema.exclusive_maximum,
            "maximum",
            "exclusiveMaximum",
        ),
    ] {
        if let Some(bound) = bound.as_ref().or(exclusive.as_ref()) {
            out.insert(key.into(), number(bound.value));
        }
        // A flag beside the bound, as in OpenAPI 3.0.
        if exclusive.is_some() && bound.is_none() {
            out.insert(flag.into(), true.into());
        }
    }
}

/// Whole numbers are written without `.0`.
fn number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value.fract() == 0.0 && value.abs() <= EXACT {
        true => (value as i64).into(),
        false => value.into(),
    }
}

fn merging(schema: &Schema, out: &mut Map<String, Json>) {
    if !schema.x_kubernetes_validations.is_empty() {
        let rule = |validation: &CelValidation| {
            json!({
                "rule": validation.rule.value,
                "message": validation.message.value,
            })
        };
        let rules: Vec<Json> = schema.x_kubernetes_validations.iter().map(rule).collect();
        let all = out
            .entry("x-kubernetes-validations")
            .or_insert_with(|| json!([]));
        if let Json::Array(all) = all {
            all.retain(|rule| !rules.contains(rule));
            all.extend(rules);
        }
    }
    if let Some(kind) = schema.x_kubernetes_list_type {
        out.insert("x-kubernetes-list-type".into(), kind.value.as_str().into());
    }
    if !schema.x_kubernetes_list_map_keys.is_empty() {
        let keys = schema.x_kubernetes_list_map_keys.iter();
        let keys: Vec<Json> = keys.map(|key| key.value.as_str().into()).collect();
        out.insert("x-kubernetes-list-map-keys".into(), keys.into());
    }
    if flag(schema.x_kubernetes_preserve_unknown_fields) {
        out.insert("x-kubernetes-preserve-unknown-fields".into(), true.into());
    }
}
