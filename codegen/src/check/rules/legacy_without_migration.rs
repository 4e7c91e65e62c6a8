use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Standing;

rule! {
    /// A partner sends a legacy event type that nothing migrates.
    ///
    /// ## What it does
    /// Reports event types of partners with `standing: legacy` that are no key of `migrations.yaml`, and
    /// `standing: foreign` on types that are.
    ///
    /// ## Why
    /// Legacy means that the event becomes another; without a migration it is dropped on arrival.
    ///
    /// ## Fails
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   bank.paid: { summary: Money has come, standing: legacy, data: receipt }
    /// ```
    ///
    /// ## Passes
    /// ```yaml partners/bank.yaml
    /// partner: bank
    /// title: Bank
    /// summary: Takes the money.
    /// events:
    ///   shop.order.new: { summary: An order of the old desk, standing: legacy, data: receipt }
    /// ```
    "legacy-without-migration", 806, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    if spec.broken.iter().any(|path| path == "migrations.yaml") {
        return;
    }
    let migrations = spec.migrations.as_ref().map(|f| &f.migrations);
    for (name, event) in spec.partners.iter().flat_map(|p| p.body.events.iter()) {
        let migrated = migrations.is_some_and(|m| m.contains(name));
        let finding = match event.standing {
            Standing::Legacy if !migrated => {
                Finding::new(&META, name.span, format!("nothing migrates `{}`", name.value))
                    .label("legacy")
                    .help("add it to `migrations.yaml`, or write `standing: foreign`")
            }
            Standing::Foreign if migrated => {
                let finding = Finding::new(&META, name.span, format!("`{}` is migrated, yet not legacy", name.value));
                let key = migrations.and_then(|m| m.iter().find(|(key, _)| key.value == name.value));
                let finding = match key {
                    Some((key, _)) => finding.also(key.span, "migrated here"),
                    None => finding,
                };
                finding.label("foreign").help("write `standing: legacy`, or remove the migration")
            }
            Standing::Legacy | Standing::Foreign => continue,
        };
        findings.push(finding);
    }
}
