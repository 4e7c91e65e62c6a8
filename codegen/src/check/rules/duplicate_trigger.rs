use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::check::routes::repeated;
use crate::check::triggers::{selections, split};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// Two Triggers of one namespace have the same name.
    ///
    /// ## What it does
    /// Compares the Triggers of consumers, observers and Flux, and the SinkBindings among each other.
    ///
    /// Where the broker compares whole values, a Trigger is applied for each event type, and its name ends in
    /// that of the event: these names are compared too.
    ///
    /// ## Why
    /// The second manifest would replace the first in the cluster.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-desk-place, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - { name: shop-ledger-all, namespace: shop, broker: shop, events: [lifecycle.*], subscriber: { uri: "http://ledger" } }
    /// ```
    "duplicate-trigger", 609, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let bindings = context.spec.flux.iter().flat_map(|f| &f.body.sink_bindings);
    let bindings = bindings.map(|b| (("SinkBinding", b.namespace.value.as_str(), b.name.value.as_str()), &b.name));
    let triggers = selections(context).map(|s| (("Trigger", s.namespace.value.as_str(), s.name.value.as_str()), s.name));
    for (second, first) in repeated(triggers.chain(bindings)) {
        findings.push(
            Finding::new(&META, second.span, format!("`{}` stands twice in its namespace", second.value))
                .label("the same name again")
                .also(first.span, "first used here")
                .help("give one of them another name"),
        );
    }
    let mut reported: HashSet<_> = findings.iter().map(|f| f.primary.span).collect();
    let mut names: HashMap<(&str, String), Applied<'_>> = HashMap::new();
    for (namespace, name, applied) in applied(context) {
        match names.entry((namespace, name)) {
            Entry::Vacant(free) => drop(free.insert(applied)),
            // The same event again is for other rules.
            Entry::Occupied(first) if first.get().event == applied.event && first.get().is_written_with(&applied) => {}
            Entry::Occupied(first) if reported.insert(applied.written.span) => {
                findings.push(applied.finding(&first.key().1, first.get()));
            }
            Entry::Occupied(_) => {}
        }
    }
}

/// What a Trigger is applied for.
struct Applied<'a> {
    /// Its name in the spec.
    written: &'a Text,
    /// The event that is part of its name.
    event: Option<&'a str>,
}

impl Applied<'_> {
    fn is_written_with(&self, other: &Self) -> bool {
        std::ptr::eq(self.written, other.written)
    }

    fn finding(&self, name: &str, first: &Self) -> Finding {
        let brings = |applied: &Self, otherwise: &str| {
            applied.event.map_or_else(|| otherwise.to_owned(), |event| format!("brings `{event}`"))
        };
        let finding = Finding::new(&META, self.written.span, format!("two Triggers are applied as `{name}` in their namespace"));
        if self.is_written_with(first) {
            return finding
                .label(format!("one {}, one {}", brings(first, "is this"), brings(self, "is this")))
                .help("select one of the two with a Trigger of another name");
        }
        finding
            .label(format!("this one {}", brings(self, "is written so")))
            .also(first.written.span, format!("this one {}", brings(first, "is written so")))
            .help("give one of them another name")
    }
}

/// Namespaces and names of the Triggers that are applied.
fn applied<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (&'c str, String, Applied<'c>)> {
    selections(context).flat_map(move |selection| {
        let written = selection.name;
        let whole = (!selection.is_split(&context.index)).then(|| (written.value.clone(), Applied { written, event: None }));
        let split = split(context, selection).map(move |(pattern, event)| {
            let name = selection.name_for(&context.index, pattern, event);
            (name, Applied { written, event: Some(event) })
        });
        let all = whole.into_iter().chain(split);
        all.map(move |(name, applied)| (selection.namespace.value.as_str(), name, applied))
    })
}
