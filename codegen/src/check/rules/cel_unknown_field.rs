use crate::check::data::{PathEnd, UnknownMember, member};
use crate::check::cel::{Access, Expression, ITEM};
use crate::check::rules::cel_syntax::Site;
use crate::check::{Context, Index, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::model::{Additional, CdEvent, JsonType, Receiver, Schema, Text};

rule! {
    /// A CEL expression reads a field that is not there.
    ///
    /// ## What it does
    /// Looks at paths `req.subject.content.…` of a Receiver's `resourceFilter`. The content of a custom CDEvent
    /// is the event's data, that of a standard one is what `cdevents.yaml` maps to `content.…`. Reports
    /// members that one of the Receiver's events does not have. In `x-kubernetes-validations`, reports members
    /// of `self` and `oldSelf` that the schema does not list.
    ///
    /// ## Why
    /// The filter fails with every such event, and nothing is reconciled. Kubernetes refuses a resource
    /// definition with such a validation.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.refused]
    ///     resourceFilter: req.subject.content.stat == "refused"
    /// triggers: []
    /// ```
    ///
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "has(self.adress)", message: say where to }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.refused]
    ///     resourceFilter: req.subject.content.state == "refused"
    /// triggers: []
    /// ```
    "cel-unknown-field", 614, Error
}

pub(super) fn judge(context: &Context<'_>, site: Site<'_>, text: &Text, expression: &Expression, findings: &mut Vec<Finding>) {
    for access in &expression.accesses {
        let known = access.parts.first().is_some_and(|(root, _)| site.roots().contains(&root.as_str()));
        match site {
            Site::Filter(receiver) => findings.extend(filter(context, receiver, text, access)),
            Site::Rule(schema) | Site::Message(schema) if known => {
                findings.extend(follow(context, &context.index, schema, text, access).err().map(|finding| *finding));
            }
            Site::Rule(_) | Site::Message(_) => {}
        }
    }
}

fn filter(context: &Context<'_>, receiver: &Receiver, filter: &Text, access: &Access) -> Option<Finding> {
    let names: Vec<_> = access.parts.iter().map(|(name, _)| name.as_str()).collect();
    let finding = shape(context, filter, &access.parts);
    if finding.is_some() {
        return finding;
    }
    let ["req", "subject", "content", rest @ ..] = names.as_slice() else { return None };
    let first = rest.first()?;
    field(context, receiver, filter, first, &rest.join("."), access.parts[3].1)
}

/// Words that Kubernetes writes between underscores where they are names of members.
const RESERVED: &[&str] = &[
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
    "namespace", "null", "package", "return", "true", "var", "void", "while",
];

/// A name as Kubernetes wants it written in an expression.
fn escaped(name: &str) -> String {
    if RESERVED.contains(&name) {
        return format!("__{name}__");
    }
    let name = name.replace("__", "__underscores__").replace('.', "__dot__");
    name.replace('-', "__dash__").replace('/', "__slash__")
}

/// What a path from the value of a schema leads to; `None` where the schema says nothing of it.
pub(super) fn follow<'a>(
    context: &Context<'_>,
    index: &Index<'a>,
    schema: SchemaRef<'a>,
    text: &Text,
    access: &Access,
) -> Result<Option<SchemaRef<'a>>, Box<Finding>> {
    let mut at = schema;
    for (name, offset) in access.parts.iter().skip(1) {
        let Some(here) = index.follow(at) else { return Ok(None) };
        let Some(next) = step(context, text, here.schema, name, *offset)? else { return Ok(None) };
        at = SchemaRef { schema: next, ..here };
    }
    Ok(index.follow(at))
}

fn step<'a>(
    context: &Context<'_>,
    text: &Text,
    schema: &'a Schema,
    name: &str,
    offset: usize,
) -> Result<Option<&'a Schema>, Box<Finding>> {
    if let Some((_, member)) = schema.properties.iter().find(|(member, _)| escaped(member) == name) {
        return Ok(Some(member));
    }
    match &schema.additional_properties {
        Some(Additional::Schema(values)) => return Ok(Some(values)),
        Some(Additional::Any(any)) if any.value => return Ok(None),
        _ => {}
    }
    let typed = schema.r#type.as_ref().is_some_and(|t| t.types.iter().all(|t| t.value != JsonType::Object));
    let broken = schema.properties.broken().iter().any(|broken| escaped(broken) == name);
    let open = schema.x_kubernetes_preserve_unknown_fields.as_ref().is_some_and(|open| open.value);
    if name == ITEM {
        return Ok(schema.items.as_deref());
    }
    if broken || open || (schema.properties.is_empty() && !typed) {
        return Ok(None);
    }
    let known: Vec<String> = schema.properties.names().map(escaped).collect();
    let at = context.inside(text, offset, name.len());
    let finding = Finding::new(&META, at, format!("there is no `{name}` here"))
        .label("not a member that the schema lists")
        .also(schema.span, "of this schema");
    Err(Box::new(match known.iter().find(|known| **known == escaped(name)) {
        Some(word) => finding.help(format!("write `{word}`: Kubernetes escapes this name in expressions")),
        None => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            finding.did_you_mean(at, name, known.iter().copied()).help(format!("members are {}", list(&known)))
        }
    }))
}

/// Members of a CDEvent and of the metadata of a Kubernetes object, by what they are members of
/// (CDEvents 0.4.1, "context" and "subject"; `PartialObjectMetadata` of the Kubernetes API).
const SHAPE: &[(&[&str], &[&str])] = &[
    (&["req"], &["context", "customData", "customDataContentType", "subject"]),
    (&["req", "context"], &["chainId", "id", "links", "schemaUri", "source", "timestamp", "type", "version"]),
    (&["req", "subject"], &["content", "id", "source", "type"]),
    (&["res"], &["apiVersion", "kind", "metadata"]),
    (
        &["res", "metadata"],
        &[
            "annotations", "creationTimestamp", "deletionTimestamp", "finalizers", "generation", "labels", "name",
            "namespace", "ownerReferences", "resourceVersion", "uid",
        ],
    ),
];

/// The first member that neither the body nor the metadata have.
fn shape(context: &Context<'_>, filter: &Text, parts: &[(String, usize)]) -> Option<Finding> {
    let names: Vec<_> = parts.iter().map(|(name, _)| name.as_str()).collect();
    SHAPE.iter().find_map(|(of, members)| {
        let (name, offset) = parts.get(of.len())?;
        if !names.starts_with(of) || name == ITEM || members.contains(&name.as_str()) {
            return None;
        }
        let at = context.inside(filter, *offset, name.len());
        Some(
            Finding::new(&META, at, format!("`{}` has no `{name}`", of.join(".")))
                .label("reading it makes the filter fail")
                .did_you_mean(at, name, members.iter().copied())
                .help(format!("members are {}; the event's data stand in `req.subject.content`", list(members))),
        )
    })
}

/// The first event of a Receiver without the member at `path`.
fn field(
    context: &Context<'_>,
    receiver: &Receiver,
    filter: &Text,
    first: &str,
    path: &str,
    offset: usize,
) -> Option<Finding> {
    let mappings = || context.spec.cdevents.iter().flat_map(|f| &f.body.mapping);
    receiver.events.iter().find_map(|event| {
        let short = context.index.short(event);
        let unknown = match mappings().find(|m| context.index.short(&m.event) == short) {
            Some(mapped) => mapped_content(mapped, first)?,
            None => {
                let own = context.index.event(event).and_then(|e| e.event.data.as_ref());
                let partner = || context.index.partner_event(event).and_then(|e| e.data.as_ref());
                let schema = context.index.schema(own.or_else(partner)?)?;
                match member(&context.index, SchemaRef { file: schema, schema: &schema.root }, path) {
                    PathEnd::Unknown(unknown) => unknown,
                    PathEnd::Known(_) | PathEnd::Open => return None,
                }
            }
        };
        let at = context.inside(filter, offset + unknown.offset, unknown.name.len());
        Some(
            Finding::new(&META, at, format!("`{}` has no `{}` here", event.value, unknown.name))
                .label("not in every event")
                .also(event.span, "not in this one")
                .did_you_mean(at, &unknown.name, unknown.known.iter().copied())
                .help(format!("members are {}", list(&unknown.known))),
        )
    })
}

/// What is wrong with reading `first` of the content of a standard CDEvent.
fn mapped_content<'a>(mapped: &'a CdEvent, first: &str) -> Option<UnknownMember<'a>> {
    let content = mapped.subject.names().filter_map(|name| name.strip_prefix("content."));
    let known: Vec<&str> = content.map(|name| name.split('.').next().unwrap_or(name)).collect();
    (!known.contains(&first)).then(|| UnknownMember { offset: 0, name: first.to_owned(), known })
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
