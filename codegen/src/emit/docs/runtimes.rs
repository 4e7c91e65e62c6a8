//! The page of languages that functions are written in.

use super::corrections;
use super::markdown::{Page, code, codes, plain, sentence};
use super::site::Site;
use super::tables;
use crate::emit::yaml::to_yaml;
use crate::model::Procedure;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.runtimes.as_ref()?;
    let mut page = Page::new("runtimes.md", &site.source(file.file), "Function runtimes");
    page.heading(2, "Supported runtimes");
    tables::runtimes(site, &mut page);

    if !file.steps.is_empty() {
        page.heading(2, "What the wrapper does");
        let steps = file.steps.iter();
        let steps = steps.map(|s| format!("**{}**: {}", plain(&s.title), sentence(&s.summary)));
        page.list(true, steps);
    }
    page.heading(2, "Handler contract");
    for (_, runtime) in file.runtimes.iter() {
        page.heading(3, &plain(&runtime.title));
        page.list(
            false,
            [
                ("Receives", &runtime.receives),
                ("Returns", &runtime.returns),
                ("Fails", &runtime.fails),
            ]
            .map(|(name, text)| format!("**{name}**: {}", sentence(text))),
        );
        page.code(&runtime.syntax, &runtime.example);
    }
    if let Some(service) = &file.service {
        page.heading(2, "Knative Service");
        page.markdown(&sentence(&service.summary));
        let service = site.manifests().service(service, "{namespace}", "{name}");
        page.code("yaml", &to_yaml(&service));
    }
    procedure(site, &mut page, "Timeout", &file.timeout);
    procedure(site, &mut page, "Shutdown", &file.shutdown);
    Some(page)
}

fn procedure(site: &Site<'_>, page: &mut Page, title: &str, procedure: &Procedure) {
    page.heading(2, title);
    page.markdown(&format!("**When**: {}", sentence(&procedure.on)));
    page.list(true, procedure.steps.iter().map(|s| sentence(s)));
    let mut facts = Vec::new();
    if let Some(event) = &procedure.emits {
        facts.push(format!("Event: {}", site.event_link(page, event)));
    }
    if let Some(status) = &procedure.status {
        facts.push(format!("HTTP status: {}", status.value));
    }
    if let Some(grace) = &procedure.grace {
        facts.push(format!("Longest time: {}", code(grace)));
    }
    if !procedure.signals.is_empty() {
        let signals = procedure.signals.iter().map(|s| &s.value);
        facts.push(format!("Signals: {}", codes(signals)));
    }
    if !facts.is_empty() {
        page.list(false, facts);
    }
    corrections::mark(page, &procedure.corrected);
}
