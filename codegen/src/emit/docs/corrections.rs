//! Where the platform as described differs from what real systems accept.

use super::markdown::{Page, plain, sentence};
use super::site::Site;
use crate::model::{Correction, Spec};

/// Marks on a page that something there was corrected.
pub(super) fn mark<'a>(page: &mut Page, corrections: impl IntoIterator<Item = &'a Correction>) {
    for correction in corrections {
        let all = page.link("all corrections", "corrections.md");
        page.remark(&format!(
            "**Corrected** (see {all})\n\n- Described as: {}\n- Because: {}",
            sentence(&correction.was),
            sentence(&correction.why)
        ));
    }
}

/// The page with all of them.
pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let found = all(site.catalog.spec);
    if found.is_empty() {
        return None;
    }
    let mut page = Page::new("corrections.md", &site.catalog_source(), "Corrections");
    page.markdown(
        "Where a real system does not accept what the platform's description says, the catalogue holds what \
         works. These are the places.",
    );
    page.table(&["What", "Described as", "Corrected, because", "Page"]);
    for (what, path, correction) in found {
        let name = path.trim_end_matches(".md");
        page.row(&[
            &plain(&what),
            &plain(&correction.was),
            &plain(&correction.why),
            &page.link(name, path),
        ]);
    }
    Some(page)
}

/// Every correction, with what it is about and the page that marks it.
fn all(spec: &Spec) -> Vec<(String, &'static str, &Correction)> {
    let mut found = Vec::new();
    for practice in spec.catalog.iter().flat_map(|f| &f.practices) {
        let corrected = practice.corrected.iter();
        found.extend(corrected.map(|c| (practice.title.value.clone(), "practices.md", c)));
    }
    if let Some(file) = &spec.errors {
        let corrected = file.corrected.iter();
        found.extend(corrected.map(|c| ("Error classes".to_owned(), "errors.md", c)));
    }
    if let Some(file) = &spec.runtimes {
        for (name, procedure) in [("Timeout", &file.timeout), ("Shutdown", &file.shutdown)] {
            let corrected = procedure.corrected.iter();
            found.extend(corrected.map(|c| (name.to_owned(), "runtimes.md", c)));
        }
    }
    let consumers = spec.consumers.iter().flat_map(|f| f.consumers.iter());
    let observers = spec.observers.iter().flat_map(|f| f.observers.iter());
    for (name, subscriber) in observers.chain(consumers) {
        let corrected = subscriber.corrected.iter();
        found.extend(corrected.map(|c| (name.value.clone(), "observers.md", c)));
        for trigger in &subscriber.triggers {
            let what = format!("Trigger {}", trigger.name.value);
            let corrected = trigger.corrected.iter();
            found.extend(corrected.map(|c| (what.clone(), "observers.md", c)));
        }
    }
    if let Some(file) = &spec.flux {
        let receivers = file.receivers.iter();
        let receivers = receivers.map(|(n, r)| ("Receiver", n, r.corrected.as_slice()));
        let triggers = file.triggers.iter();
        let triggers = triggers.map(|t| ("Trigger", &t.name, t.corrected.as_slice()));
        let bindings = file.sink_bindings.iter();
        let bindings = bindings.map(|b| ("SinkBinding", &b.name, b.corrected.as_slice()));
        for (kind, name, corrected) in receivers.chain(triggers).chain(bindings) {
            let what = format!("{kind} {}", name.value);
            found.extend(corrected.iter().map(|c| (what.clone(), "flux.md", c)));
        }
    }
    if let Some(file) = &spec.cdevents {
        let corrected = file.corrected.iter();
        found.extend(corrected.map(|c| ("CDEvents".to_owned(), "cdevents.md", c)));
    }
    for (name, bridge) in spec.alerting.iter().flat_map(|f| f.bridges.iter()) {
        let what = format!("Bridge {}", name.value);
        let corrected = bridge.corrected.iter();
        found.extend(corrected.map(|c| (what.clone(), "alerting.md", c)));
    }
    found
}
