use crate::check::data::{PathEnd, UnknownMember, member};
use crate::check::{Context, SchemaRef, cel, rule};
use crate::diagnostics::Finding;
use crate::model::{CdEvent, Receiver, Text};

rule! {
    /// A CEL filter reads a field that an event does not have.
    ///
    /// ## What it does
    /// Looks at paths `req.subject.content.…` of a Receiver's `resourceFilter`. The content of a custom CDEvent
    /// is the event's data, that of a standard one is what `cdevents.yaml` maps to `content.…`. Reports
    /// members that one of the Receiver's events does not have.
    ///
    /// ## Why
    /// The filter fails with every such event, and nothing is reconciled.
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
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     events: [lifecycle.order.refused]
    ///     resourceFilter: req.subject.content.state == "refused"
    /// triggers: []
    /// ```
    "cel-unknown-field", 614, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, receiver) in context.spec.flux.iter().flat_map(|f| f.body.receivers.iter()) {
        let Some(filter) = &receiver.resource_filter else { continue };
        for access in cel::parse(filter).unwrap_or_default() {
            let names: Vec<_> = access.parts.iter().map(|(name, _)| name.as_str()).collect();
            if let Some(finding) = shape(context, filter, &access.parts) {
                findings.push(finding);
            } else if let ["req", "subject", "content", rest @ ..] = names.as_slice()
                && let Some((first, _)) = rest.split_first()
            {
                let offset = access.parts[3].1;
                findings.extend(field(context, receiver, filter, first, &rest.join("."), offset));
            }
        }
    }
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
        if !names.starts_with(of) || members.contains(&name.as_str()) {
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
