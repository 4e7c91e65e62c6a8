//! The page of errors, retries and dead letters.

use super::corrections;
use super::markdown::{Page, code, codes, plain};
use super::site::Site;
use super::tables;
use crate::model::{DeadLetterPolicy, RetryPolicy};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.errors.as_ref()?;
    let mut page = Page::new("errors.md", &site.source(file.file), "Errors and retries");
    page.heading(2, "Error classification");
    tables::errors(site, &mut page);

    page.heading(2, "Error classes");
    page.table(&["Error Type", "Meaning", "HTTP status", "Handling"]);
    for (name, class) in file.classes.iter() {
        let handling = file.handling.get(&class.handling);
        page.row(&[
            &code(name),
            &plain(&class.summary),
            &class.status.value.to_string(),
            &plain(handling.map_or(&class.handling.value, |h| &h.title.value)),
        ]);
    }
    if !file.handling.is_empty() {
        page.heading(2, "Error handling");
        page.table(&["Kind", "Action", "Description"]);
        for (_, handling) in file.handling.iter() {
            let more = handling.description.as_ref().map_or("", |d| &d.value);
            page.row(&[&plain(&handling.title), &plain(&handling.action), more]);
        }
    }
    corrections::mark(&mut page, &file.corrected);
    retry(&mut page, &file.retry);
    dead_letter(&mut page, &file.dead_letter);
    Some(page)
}

fn retry(page: &mut Page, policy: &RetryPolicy) {
    page.heading(2, "Retries");
    page.table(&["Property", "Value"]);
    page.row(&[
        "Deliveries after the first",
        &policy.attempts.value.to_string(),
    ]);
    page.row(&["Backoff", policy.backoff.value.as_str()]);
    page.row(&["First delay", &code(&policy.delay)]);
    if let Some(longest) = &policy.max_delay {
        page.row(&["Longest delay", &code(longest)]);
    }
    if !policy.statuses.is_empty() {
        let statuses = policy.statuses.iter().map(|s| &s.value);
        page.row(&["HTTP statuses that are retried", &codes(statuses)]);
    }
}

fn dead_letter(page: &mut Page, policy: &DeadLetterPolicy) {
    page.heading(2, "Dead letters");
    page.table(&["Property", "Value"]);
    page.row(&["Queue", &code(&policy.queue)]);
    page.row(&["Exchange", &code(&policy.exchange)]);
    page.row(&["Prefix of routing keys", &code(&policy.routing_key_prefix)]);
    page.row(&["Kept for", &code(&policy.ttl)]);
    page.row(&["Most messages", &policy.max_length.value.to_string()]);
    page.row(&["A full queue", &code(policy.overflow.value.as_str())]);
    if !policy.extensions.is_empty() {
        page.heading(3, "Extensions of dead letters");
        page.table(&["Extension", "Description"]);
        for (name, about) in policy.extensions.iter() {
            page.row(&[&code(name), &plain(about)]);
        }
    }
}
