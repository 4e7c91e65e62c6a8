//! Event types that people name on the command line.

use knative_lambda_codegen::check::Index;
use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::event::{Declared, Migrations};
use knative_lambda_codegen::ir::{Catalog, EventType};
use knative_lambda_codegen::model::PartnerEvent;

use super::Failure;

/// An event type that was named.
#[derive(Clone, Copy)]
pub(super) enum Named<'c, 'a> {
    /// One of the catalogue, or an open family.
    Own(&'c EventType<'a>),
    /// A partner's, with its full name.
    Partner(&'c str, &'c PartnerEvent),
}

impl Named<'_, '_> {
    /// What of an event type validation and samples are about.
    pub(super) fn declared<'i>(&'i self, index: &'i Index<'_>) -> Option<Declared<'i>> {
        match *self {
            Named::Own(event) => index.event(&event.short).map(Declared::Own),
            Named::Partner(name, event) => Some(Declared::Partner(name, event)),
        }
    }

    /// The full type.
    pub(super) fn full(&self) -> &str {
        match self {
            Named::Own(event) => &event.r#type,
            Named::Partner(name, _) => name,
        }
    }
}

/// The type of a name: full, relative to the prefix, or that of a partner.
///
/// # Errors
/// When there is none: says which are near, or what became of a legacy type.
pub(super) fn find<'c, 'a>(
    catalog: &'c Catalog<'a>,
    name: &'c str,
) -> Result<Named<'c, 'a>, Failure> {
    let index = &catalog.index;
    if let Some(event) = index.partner_event(name) {
        return Ok(Named::Partner(name, event));
    }
    // The family itself may be asked for: `metric.*`.
    if let Some(event) = index.event(name) {
        let short = event.short();
        let found = catalog.events.iter().find(|event| event.short == short);
        if let Some(found) = found {
            return Ok(Named::Own(found));
        }
    }
    if let Some(migration) = Migrations::new(index).of_type(name) {
        let live = index.full_type(&migration.to);
        return Err(
            Failure::new(format!("`{name}` is a legacy type")).help(format!(
                "it is `{live}` now; `klambda migrate` translates events"
            )),
        );
    }
    let failure = Failure::new(format!("there is no event type `{name}`"));
    let short = index.short(name);
    let own = catalog.events.iter().map(|event| event.short.as_str());
    let near = nearest(short, own.chain(index.partner_event_names()));
    let failure = match near {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    };
    Err(failure.help("`klambda list` prints all types"))
}
