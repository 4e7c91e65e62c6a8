use std::collections::HashSet;

use crate::check::rules::name_grammar::is_name;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// An entity, actor, plane or category of `catalog.yaml` is never used.
    ///
    /// ## What it does
    /// Reports entities without event types, planes without categories, categories without events,
    /// and actors that neither send nor receive anything.
    ///
    /// ## Why
    /// It stands in the docs and says nothing; perhaps its use was lost or is misspelt.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// entities:
    ///   voucher: { title: Voucher, summary: A piece of paper. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// entities:
    ///   # klambda-allow KL0116: its events come with the next version
    ///   voucher: { title: Voucher, summary: A piece of paper. }
    /// ```
    "unused-name", 116, Warning, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = context.spec.catalog.as_ref().map(|file| &file.body) else { return };
    // Events of a file that cannot be read may use anything.
    if context.spec.broken.iter().any(|path| path.starts_with("events/")) {
        return;
    }
    let word = |text: &'_ Text| text.value.clone();
    let entities: HashSet<String> =
        context.index.events.iter().filter_map(|event| event.parts().0.map(str::to_owned)).collect();
    let categories: HashSet<String> = context.index.events.iter().map(|event| word(event.category)).collect();
    let planes: HashSet<String> = catalog.categories.iter().map(|(_, c)| word(&c.plane)).collect();
    let mut actors = HashSet::new();
    for (_, plane) in catalog.planes.iter() {
        actors.extend([word(&plane.from), word(&plane.to)]);
    }
    for (_, category) in catalog.categories.iter() {
        actors.extend([word(&category.from), word(&category.to)]);
        actors.extend(category.patterns.iter().flat_map(|p| [word(&p.from), word(&p.to)]));
    }
    let mut report = |name: &Text, used: &HashSet<String>, what: &str, help: &str| {
        // A name that is not well-formed has a finding already.
        if is_name(name) && !used.contains(&name.value) {
            findings.push(
                Finding::new(&META, name.span, format!("the {what} `{}` is never used", name.value))
                    .label("nothing refers to it")
                    .help(format!("{help}, or remove it")),
            );
        }
    };
    for (name, _) in catalog.entities.iter() {
        report(name, &entities, "entity", "add an event type about it");
    }
    for (name, _) in catalog.planes.iter() {
        report(name, &planes, "plane", "give it a category");
    }
    for (name, _) in catalog.categories.iter() {
        report(name, &categories, "category", "add a file with its event types to `events/`");
    }
    for (name, _) in catalog.actors.iter() {
        report(name, &actors, "actor", "name it in `from` or `to`");
    }
}
