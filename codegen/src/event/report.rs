//! From what is wrong with an event to findings.

use serde_json::Value as Json;

use super::envelope::validate;
use super::migrate::Migrations;
use super::read::Event;
use crate::check::data::Mismatch;
use crate::check::{Index, rules};
use crate::diagnostics::Finding;

/// Findings about one event that are printed; a large event can have as many as members.
const MOST: usize = 50;

/// Findings of an event that was read, by [`validate`].
pub fn check(index: &Index<'_>, event: Event<'_>) -> Vec<Finding> {
    findings(validate(index, event.node), rules::invalid_event::report)
}

/// What became of an event that was to be migrated.
#[derive(Debug)]
pub enum Migrated {
    /// It is of a legacy type, and this is the event it becomes.
    Translated(Json),
    /// Its type is no legacy one; whether it is valid was not asked.
    Unchanged,
    /// It cannot be translated, or its type is not known at all.
    Refused(Vec<Finding>),
}

/// Migrates an event that was read.
pub fn migrate_event(index: &Index<'_>, migrations: &Migrations<'_>, event: Event<'_>) -> Migrated {
    let refused = |wrong| Migrated::Refused(findings(wrong, rules::event_not_migrated::report));
    let r#type = event.node.as_map().and_then(|map| map.get("type"));
    let Some((node, name)) = r#type.and_then(|node| Some((node, node.as_str()?))) else {
        return refused(vec![Mismatch {
            span: event.node.span.part(0, 1),
            message: "the event has no `type`".into(),
            help: "add `type`".into(),
            known: None,
        }]);
    };
    let Some(migration) = migrations.of_type(name) else {
        if super::Declared::find(index, name).is_some() {
            return Migrated::Unchanged;
        }
        return refused(vec![Mismatch {
            span: node.span,
            message: format!("`{name}` is neither a legacy type nor a live one"),
            help: "`klambda list` prints the live types; legacy ones stand in `migrations.yaml`"
                .into(),
            known: Some((
                name.to_owned(),
                migrations.types().map(str::to_owned).collect(),
            )),
        }]);
    };
    let migrated = migrations.migrate(migration, event.node);
    match migrated.and_then(|node| event.to_json(&node).map_err(|wrong| vec![wrong])) {
        Ok(event) => Migrated::Translated(event),
        Err(wrong) => refused(wrong),
    }
}

fn findings(mut wrong: Vec<Mismatch>, report: fn(Mismatch) -> Finding) -> Vec<Finding> {
    let more = wrong.len().saturating_sub(MOST);
    wrong.truncate(MOST);
    let mut findings: Vec<Finding> = wrong.into_iter().map(report).collect();
    if let (1.., Some(last)) = (more, findings.last_mut()) {
        last.help.push(format!(
            "{more} more findings about this event are left out"
        ));
    }
    findings
}
