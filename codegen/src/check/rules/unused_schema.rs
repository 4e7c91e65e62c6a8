use std::collections::HashSet;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A schema is not used, or is used although it says that it is not.
    ///
    /// ## What it does
    /// Reports a file in `data/` that no event, partner, resource, alert or other schema refers to, unless
    /// it says why in `standalone`; and a `standalone` where something does refer to it.
    ///
    /// ## Why
    /// A schema without event is often one whose event names another by mistake.
    ///
    /// ## Fails
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// root: { type: object }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/note.yaml
    /// schema: note
    /// version: 1.0.0
    /// title: Note
    /// description: A remark.
    /// standalone: People fill it in by hand.
    /// root: { type: object }
    /// ```
    "unused-schema", 317, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    // A reference may stand in what could not be read.
    let unread = spec.events.iter().any(|f| !f.body.events.broken().is_empty());
    if !spec.broken.is_empty() || unread {
        return;
    }
    let partners = spec.partners.iter().flat_map(|f| {
        let events = f.body.events.iter().filter_map(|(_, e)| e.data.as_ref());
        events.chain(f.body.callbacks.iter().map(|(_, c)| &c.data))
    });
    let resources = spec.resources.iter().flat_map(|f| f.body.schemas());
    let alerts = spec.alerting.iter().flat_map(|f| f.body.bridges.iter()).map(|(_, b)| &b.data);
    let events = context.index.events.iter().filter_map(|e| e.event.data.as_ref());
    let mut used: HashSet<&str> =
        events.chain(partners).chain(resources).chain(alerts).map(|name| name.value.as_str()).collect();
    let references = context.references();
    for named in &references.named {
        let targets = named.references.iter().map(|r| &references.named[r.to]);
        used.extend(targets.filter(|to| to.file != named.file).map(|to| to.schema.value.as_str()));
    }
    for file in &spec.data {
        let name = &file.body.schema;
        let is_used = used.contains(name.value.as_str());
        match &file.standalone {
            None if !is_used => findings.push(
                Finding::new(&META, name.span, format!("nothing refers to the schema `{}`", name.value))
                    .label("never used")
                    .help("refer to it, remove it, or say in `standalone` why it is there"),
            ),
            Some(reason) if is_used => findings.push(
                Finding::new(&META, reason.span, format!("the schema `{}` is used", name.value))
                    .label("not standing alone")
                    .help("remove `standalone`"),
            ),
            _ => {}
        }
    }
}
