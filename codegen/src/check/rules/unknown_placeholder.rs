use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{Destination, Text};

rule! {
    /// Nothing is put in the place of a placeholder.
    ///
    /// ## What it does
    /// Where something is made for each function, `{namespace}` and `{name}` stand for the function's: in
    /// `value` of environment variables, in the Service of `runtimes.yaml`, in the queue of dead letters, and
    /// in Triggers of subscribers that have a `scope`. Reports other placeholders there, and these two in
    /// Triggers of subscribers without one.
    ///
    /// ## Why
    /// The braces would come to the cluster as they are.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   SHOP_NAME: { summary: Name of the shop., type: string, value: "{nmae}" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   SHOP_NAME: { summary: Name of the shop., type: string, value: "{name}" }
    /// ```
    "unknown-placeholder", 718, Error, check
}

const KNOWN: &[&str] = &["namespace", "name"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let mut filled: Vec<&Text> = Vec::new();
    filled.extend(spec.environment.iter().flat_map(|f| f.body.variables.iter()).filter_map(|(_, v)| v.value.as_ref()));
    for service in spec.runtimes.iter().filter_map(|f| f.body.service.as_ref()) {
        filled.push(&service.image);
        filled.extend(service.labels.iter().chain(service.annotations.iter()).map(|(_, value)| value));
    }
    filled.extend(spec.errors.iter().map(|f| &f.body.dead_letter.queue));
    let mut plain: Vec<&Text> = Vec::new();
    for (_, subscriber) in context.index.subscribers() {
        for trigger in &subscriber.triggers {
            let attributes = trigger.attributes.iter().map(|(_, value)| value);
            let texts = attributes.chain(destination(&trigger.subscriber));
            match subscriber.scope {
                // Other rules look at the name.
                Some(_) => filled.extend(texts),
                None => plain.extend(texts.chain([&trigger.name])),
            }
        }
    }
    for text in filled {
        for (offset, name) in placeholders(text).filter(|(_, name)| !KNOWN.contains(name)) {
            let at = context.inside(text, offset, name.len());
            findings.push(
                Finding::new(&META, at, format!("nothing is put in the place of `{{{name}}}`"))
                    .label("no placeholder")
                    .help("only `{namespace}` and `{name}` are known, those of the function")
                    .did_you_mean(at, name, KNOWN.iter().copied()),
            );
        }
    }
    for text in plain {
        for (offset, name) in placeholders(text).filter(|(_, name)| KNOWN.contains(name)) {
            findings.push(
                Finding::new(&META, context.inside(text, offset, name.len()), format!("nothing is put in the place of `{{{name}}}`"))
                    .label("this Trigger belongs to no function")
                    .help("write the name itself, or give the subscriber a `scope`"),
            );
        }
    }
}

fn destination(destination: &Destination) -> impl Iterator<Item = &Text> {
    let object = destination.reference.iter().flat_map(|object| object.namespace.iter().chain([&object.name]));
    destination.uri.iter().chain(object)
}

/// The placeholders in a text, and where their names begin.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')?;
        (end > 0 && rest[end..].starts_with('}')).then(|| (at + 1, &rest[..end]))
    })
}
