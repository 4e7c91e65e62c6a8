use std::collections::HashMap;

use crate::check::data::{inner, reachable};
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::model::{Additional, JsonType, ListType, Schema};
use crate::source::{Span, Spanned};

rule! {
    /// The schema of a resource is not structural, so Kubernetes refuses it.
    ///
    /// ## What it does
    /// Looks at every schema that `spec` and `status` of a resource are made of. Each has exactly one type (beside
    /// `null`), unless it is `x-kubernetes-int-or-string` or keeps unknown fields; lists say what their items are;
    /// `properties` and `additionalProperties` exclude each other; `uniqueItems` and `const` are not there; the keys
    /// of a list that is merged as a map are required members of its items, or have a default; no schema contains
    /// itself.
    ///
    /// ## Why
    /// Kubernetes checks this when the CustomResourceDefinition is applied, and takes none of it if one place is wrong.
    ///
    /// ## Fails
    /// ```yaml data/parcel-status.yaml
    /// # …
    /// root:
    ///   properties:
    ///     weights: { type: array, description: Weights of the pieces., uniqueItems: true, items: { type: number } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/parcel-status.yaml
    /// # …
    /// root:
    ///   properties:
    ///     weights: { type: array, description: Weights of the pieces., items: { type: number, description: One of them., x-unit: kg } }
    /// ```
    "unstructural-schema", 713, Error, check
}

/// Deeper than any resource; keeps the search from running out of stack.
const MAX_DEPTH: usize = 512;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let roots = context.spec.resources.iter().flat_map(|r| r.schemas());
    let roots = roots.filter_map(|name| context.index.schema(name));
    let roots: Vec<_> = roots.map(|file| SchemaRef { file, schema: &file.root }).collect();
    let mut circles = Circles { context, seen: HashMap::new(), findings };
    roots.iter().for_each(|at| circles.visit(*at, 0));
    for at in reachable(&context.index, roots) {
        // A reference is replaced by what it names, which is looked at itself.
        if at.schema.reference.is_none() {
            shape(at.schema, findings);
        }
        list(context, at, findings);
    }
}

fn report(span: Span, message: &str, help: &str) -> Finding {
    Finding::new(&META, span, message).label("not structural").help(help)
}

fn flag(value: Option<Spanned<bool>>) -> bool {
    value.is_some_and(|v| v.value)
}

fn shape(schema: &Schema, findings: &mut Vec<Finding>) {
    let open = flag(schema.x_kubernetes_int_or_string) || flag(schema.x_kubernetes_preserve_unknown_fields);
    let place = schema.span.part(0, 1);
    match &schema.r#type {
        None if !open => findings.push(report(place, "a schema of a resource without a type", "add `type:`")),
        Some(types) if types.types.iter().filter(|t| t.value != JsonType::Null).count() != 1 && !open => {
            findings.push(report(
                types.span,
                "several types in a schema of a resource",
                "write one type, with `null` beside it where it may be missing; `x-kubernetes-int-or-string: true` takes numbers and text",
            ));
        }
        _ => {}
    }
    let is = |expected| schema.r#type.as_ref().is_some_and(|t| t.types.iter().any(|t| t.value == expected));
    if is(JsonType::Array) && schema.items.is_none() {
        findings.push(report(place, "a list that does not say what its items are", "add `items:` with their schema"));
    }
    if !schema.properties.is_empty() {
        let span = match &schema.additional_properties {
            Some(Additional::Any(any)) if any.value => Some(any.span),
            Some(Additional::Schema(inner)) => Some(inner.span.part(0, 1)),
            Some(Additional::Any(_)) | None => None,
        };
        findings.extend(span.map(|span| {
            report(
                span,
                "`additionalProperties` beside `properties`",
                "put the open part into a member of its own, or write `x-kubernetes-preserve-unknown-fields: true`",
            )
        }));
    }
    if let Some(unique) = schema.unique_items.filter(|u| u.value) {
        findings.push(report(
            unique.span,
            "`uniqueItems` in a schema of a resource",
            "write `x-kubernetes-list-type: set` for a list of scalars",
        ));
    }
    if let Some(constant) = &*schema.r#const {
        findings.push(report(constant.span, "`const` in a schema of a resource", "write `enum:` with that one value"));
    }
}

/// How a list is merged. The keyword may stand beside a reference.
fn list(context: &Context<'_>, at: SchemaRef<'_>, findings: &mut Vec<Finding>) {
    let keys = &at.schema.x_kubernetes_list_map_keys;
    let kind = at.schema.x_kubernetes_list_type;
    let is_map = kind.is_some_and(|k| k.value == ListType::Map);
    match (is_map, kind, keys.first()) {
        (true, Some(kind), None) => findings.push(report(
            kind.span,
            "a list that is merged as a map has no keys",
            "add `x-kubernetes-list-map-keys:` with the members that tell its items apart",
        )),
        (false, _, Some(key)) => findings.push(report(
            key.span,
            "keys of a list that is not merged as a map",
            "write `x-kubernetes-list-type: map`, or remove the keys",
        )),
        _ => {}
    }
    let list = context.index.follow(at);
    let items = list.and_then(|list| Some(SchemaRef { schema: list.schema.items.as_deref()?, ..list }));
    let Some(items) = items.and_then(|items| context.index.follow(items)) else { return };
    let scalar = |schema: &Schema| {
        let collection = |t: JsonType| matches!(t, JsonType::Array | JsonType::Object);
        schema.r#type.as_ref().is_none_or(|t| !t.types.iter().any(|t| collection(t.value)))
    };
    if let Some(kind) = kind.filter(|k| k.value == ListType::Set && !scalar(items.schema)) {
        findings.push(report(
            kind.span,
            "a set of objects or lists",
            "write `map` with `x-kubernetes-list-map-keys`, or `atomic`",
        ));
    }
    for key in keys.iter().filter(|_| is_map) {
        let member = items.schema.properties.get(key).map(|schema| SchemaRef { schema, ..items });
        let member = member.and_then(|member| context.index.follow(member));
        let required = items.schema.required.iter().any(|r| r.value == key.value);
        let help = match member {
            None if items.schema.properties.contains(key) => continue,
            None => "name a member of the items",
            Some(member) if !scalar(member.schema) => "choose a member that is text, a number or a boolean",
            Some(member) if !required && member.schema.default.is_none() => {
                "make it `required` in the items, or give it a `default`"
            }
            Some(_) => continue,
        };
        findings.push(report(key.span, &format!("`{}` is no key of the list's items", key.value), help).also(items.schema.span.part(0, 1), "the items"));
    }
}

/// Finds references that lead back into a schema they stand in: a CustomResourceDefinition has no references.
struct Circles<'c, 'a> {
    context: &'c Context<'a>,
    /// The schemas seen; `true` while their parts are being looked at.
    seen: HashMap<*const Schema, bool>,
    findings: &'c mut Vec<Finding>,
}

impl<'a> Circles<'_, 'a> {
    fn visit(&mut self, at: SchemaRef<'a>, depth: usize) {
        let key = std::ptr::from_ref(at.schema);
        if depth > MAX_DEPTH || self.seen.contains_key(&key) {
            return;
        }
        self.seen.insert(key, true);
        if let Some(name) = &at.schema.reference
            && let Some(next) = self.context.index.resolve(at.file, name)
        {
            if self.seen.get(&std::ptr::from_ref(next.schema)) == Some(&true) {
                self.findings.push(report(
                    name.span,
                    "a schema of a resource contains itself",
                    "write it out to the depth that is needed, or use `x-kubernetes-preserve-unknown-fields: true`",
                ));
            }
            self.visit(next, depth + 1);
        }
        for schema in inner(at.schema) {
            self.visit(SchemaRef { schema, ..at }, depth + 1);
        }
        self.seen.insert(key, false);
    }
}
