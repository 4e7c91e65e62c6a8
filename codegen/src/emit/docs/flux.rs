//! The page of Flux.

use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use super::{corrections, observers};
use crate::emit::yaml::to_yaml;
use crate::model::{FluxFile, WebhookSecret};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.flux.as_ref()?;
    let mut page = Page::new("flux.md", &site.source(file.file), "Flux integration");
    page.markdown(&file.summary);
    page.table(&["Property", "Value"]);
    page.row(&["Controller version", &code(&file.controller_version)]);
    page.row(&["Address", &code(&file.endpoint)]);
    page.row(&["Path of a Receiver", &code(&file.path)]);

    use_cases(site, &mut page, file);
    if !file.receivers.is_empty() {
        page.heading(2, "Receivers");
    }
    for (name, receiver) in file.receivers.iter() {
        page.heading(3, &plain(name));
        page.markdown(&sentence(&receiver.summary));
        let events = site.event_links(&page, &receiver.events);
        page.markdown(&format!("Events: {events}."));
        page.code("yaml", &to_yaml(&site.manifests().receiver(name, receiver)));
        if !receiver.steps.is_empty() {
            page.markdown("What follows:");
            page.list(true, receiver.steps.iter().map(|s| plain(s)));
        }
        corrections::mark(&mut page, &receiver.corrected);
    }
    if !file.triggers.is_empty() || !file.sink_bindings.is_empty() {
        page.heading(2, "Publishing events to Flux");
    }
    for trigger in &file.triggers {
        page.heading(3, &format!("Trigger {}", plain(&trigger.name)));
        page.markdown(&format!(
            "Publishes to the Receiver {}.",
            code(&trigger.receiver)
        ));
        observers::triggers(&mut page, &site.manifests().flux_triggers(file, trigger));
        corrections::mark(&mut page, &trigger.corrected);
    }
    for binding in &file.sink_bindings {
        page.heading(3, &format!("SinkBinding {}", plain(&binding.name)));
        page.markdown(&format!(
            "Publishes to the Receiver {}.",
            code(&binding.receiver)
        ));
        page.code(
            "yaml",
            &to_yaml(&site.manifests().sink_binding(file, binding)),
        );
        corrections::mark(&mut page, &binding.corrected);
    }
    webhook_secret(&mut page, &file.webhook_secret);
    Some(page)
}

fn use_cases(site: &Site<'_>, page: &mut Page, file: &FluxFile) {
    if file.use_cases.is_empty() {
        return;
    }
    page.heading(2, "Use cases");
    let title = &site.catalog.header.title.value;
    page.table(&[
        &format!("{} Event", plain(title)),
        "Flux Action",
        "Use Case",
    ]);
    for case in &file.use_cases {
        let short = site.catalog.index.short(&case.event);
        page.row(&[
            &site.event_labelled(page, &case.event, short),
            &plain(&case.action),
            &plain(&case.use_case),
        ]);
    }
}

fn webhook_secret(page: &mut Page, secret: &WebhookSecret) {
    page.heading(2, "Webhook secret setup");
    page.markdown(&sentence(&secret.summary));
    let steps = secret.steps.iter().map(|step| {
        let comment = step.summary.lines().map(|line| format!("# {line}\n"));
        format!("{}{}\n", comment.collect::<String>(), step.run.trim_end())
    });
    page.code("bash", &steps.collect::<Vec<_>>().join("\n"));
}
