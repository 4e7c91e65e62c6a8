use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A data schema is named that does not exist.
    ///
    /// ## What it does
    /// Reports names of schemas, in events, partners, alert bridges and resources, that no file of
    /// `data/` has.
    ///
    /// ## Why
    /// Nothing can be generated or checked for data whose schema is not there.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   org.example.bank.paid:
    ///     summary: Money has come
    ///     standing: foreign
    ///     data: reciept
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   org.example.bank.paid:
    ///     summary: Money has come
    ///     standing: foreign
    ///     data: receipt
    /// ```
    "unknown-schema", 403, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let events = context.index.events.iter().filter_map(|e| e.event.data.as_ref());
    let partners = spec.partners.iter().flat_map(|partner| {
        let events = partner.events.iter().filter_map(|(_, event)| event.data.as_ref());
        events.chain(partner.callbacks.iter().map(|(_, callback)| &callback.data))
    });
    let bridges = spec.alerting.iter().flat_map(|f| f.body.bridges.iter().map(|(_, b)| &b.data));
    let resources = spec.resources.iter().flat_map(|r| r.schemas());
    for name in events.chain(partners).chain(bridges).chain(resources) {
        if context.index.schema(name).is_none() && !spec.is_broken("data", name) {
            findings.push(report(context, name));
        }
    }
}

fn report(context: &Context<'_>, name: &Text) -> Finding {
    Finding::new(&META, name.span, format!("there is no data schema `{}`", name.value))
        .label("names no schema")
        .did_you_mean(name.span, name, context.index.schema_names())
        .help("name a schema as its file in `data/` does in `schema:`, without a version")
}
