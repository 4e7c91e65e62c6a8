//! The page of those who receive events, and of the brokers between.

use serde_json::Value as Json;

use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use super::{corrections, tables};
use crate::emit::yaml::to_yaml;
use crate::model::{Dict, Subscriber};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let spec = site.catalog.spec;
    let observers = spec.observers.as_ref();
    let consumers = spec.consumers.as_ref();
    let file = observers.map(|f| f.file).or(consumers.map(|f| f.file))?;
    let mut page = Page::new(
        "observers.md",
        &site.source(file),
        "Observers and consumers",
    );
    if let Some(file) = observers {
        page.heading(2, "Supported observers");
        tables::observers(site, &mut page);
        subscribers(site, &mut page, &file.observers);
    }
    if let Some(file) = consumers {
        page.heading(2, "Consumers");
        page.markdown("Programs that act on events.");
        subscribers(site, &mut page, &file.consumers);
    }
    brokers(site, &mut page);
    Some(page)
}

fn subscribers(site: &Site<'_>, page: &mut Page, subscribers: &Dict<Subscriber>) {
    for (name, subscriber) in subscribers.iter() {
        page.heading(3, &plain(subscriber.title.as_ref().unwrap_or(name)));
        page.markdown(&sentence(&subscriber.summary));
        if let Some(description) = &subscriber.description {
            page.markdown(description);
        }
        let patterns: Vec<_> = subscriber.events.iter().map(|e| site.pattern(e)).collect();
        page.markdown(&format!("Receives {}.", patterns.join(", ")));
        if let Some(scope) = &subscriber.scope {
            page.markdown(&format!("There is one for each {}.", plain(scope)));
        }
        if let Some(via) = &subscriber.via {
            page.markdown(&format!("Reached through: {}", sentence(via)));
        }
        corrections::mark(page, &subscriber.corrected);
        if !subscriber.highlights.is_empty() {
            page.markdown("Of special interest to it:");
            let highlights = subscriber.highlights.iter();
            let highlights: Vec<_> = highlights
                .map(|(event, why)| format!("{}: {}", site.event_link(page, event), plain(why)))
                .collect();
            page.list(false, highlights);
        }
        for trigger in &subscriber.triggers {
            triggers(page, &site.manifests().triggers(trigger));
            corrections::mark(page, &trigger.corrected);
        }
    }
}

/// Triggers that differ in the event only: the first of them, and the names of the others.
pub(super) fn triggers(page: &mut Page, triggers: &[Json]) {
    let Some((first, others)) = triggers.split_first() else {
        return;
    };
    page.code("yaml", &to_yaml(first));
    if !others.is_empty() {
        let names = others.iter().filter_map(|t| t["metadata"]["name"].as_str());
        let names: Vec<_> = names.map(code).collect();
        page.markdown(&format!(
            "The broker compares whole values, so each event type has a Trigger of its own. The others are {}.",
            names.join(", ")
        ));
    }
}

fn brokers(site: &Site<'_>, page: &mut Page) {
    let Some(file) = &site.catalog.spec.broker else {
        return;
    };
    page.heading(2, "Brokers");
    page.table(&["Broker", "Namespace", "Class", "Address", "Description"]);
    for (name, broker) in file.brokers.iter() {
        page.row(&[
            &code(name),
            &code(&broker.namespace),
            &code(&broker.class),
            &code(&broker.url),
            &plain(&broker.summary),
        ]);
    }
}
