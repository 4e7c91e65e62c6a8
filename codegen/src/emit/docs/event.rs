//! Pages of event types.

use super::markdown::{Page, code, codes, plain, sentence, yes_no};
use super::site::Site;
use super::{sample, snippet};
use crate::emit::OutputFile;
use crate::ir::{EventType, Filter, receivers};

/// Where requests go when the catalogue names no broker.
const SOME_BROKER: &str = "http://broker.example.com/";

/// The page of one event type. `tables` are those of [`super::members::tables`].
pub(super) fn page(site: &Site<'_>, number: usize, tables: &[String]) -> OutputFile {
    let event = &site.catalog.events[number];
    let declared = event.declared;
    let mut page = Page::new(
        site.event_path(number),
        &site.source(event.file),
        &code(&event.r#type),
    );
    if let Some(summary) = &declared.summary {
        page.markdown(&sentence(summary));
    }
    if event.family {
        page.markdown("An open family of types: any action may stand in place of the `*`.");
    }
    if let Some(deprecation) = &declared.deprecated {
        let text = super::deprecated(deprecation, |name| site.event_link(&page, name));
        page.remark(&text);
    }
    if let Some(description) = &declared.description {
        page.markdown(description);
    }
    facts(site, &mut page, number);
    routes(site, &mut page, event);
    let schema = &site.catalog.schemas[event.data];
    page.heading(2, "Data");
    let link = site.schema_link(&page, schema.name);
    page.markdown(&format!(
        "{}, version {}; `dataschema` is {}.",
        link,
        schema.declared.version.value,
        code(&schema.url)
    ));
    page.raw(&tables[event.data]);
    samples(site, &mut page, number);
    legacy(site, &mut page, number);
    page.finish()
}

/// What, when and who, in a table.
fn facts(site: &Site<'_>, page: &mut Page, number: usize) {
    let event = &site.catalog.events[number];
    let declared = event.declared;
    let category = &site.catalog.categories[event.category];
    let header = site.catalog.header;
    page.table(&["Property", "Value"]);
    let target = format!(
        "categories.md#{}",
        super::markdown::slug(&category.declared.title)
    );
    let link = page.link(&plain(&category.declared.title), &target);
    page.row(&["Category", &link]);
    let (from, to) = super::tables::direction(site, category, event);
    page.row(&["Sent by", &plain(from)]);
    page.row(&["Sent to", &plain(to)]);
    if let Some(entity) = event.entity {
        let declared = header.entities.get(entity);
        let about = declared.map_or_else(
            || code(entity),
            |e| format!("{}: {}", plain(&e.title), plain(&e.summary)),
        );
        page.row(&["Entity", &about]);
    }
    for (name, text) in [
        ("When", &declared.when),
        ("Effect", &declared.effect),
        ("Response", &declared.response),
        ("Severity", &declared.severity),
    ] {
        if let Some(text) = text {
            page.row(&[name, &plain(text)]);
        }
    }
    if let Some(idempotent) = &declared.idempotent {
        page.row(&["Idempotent", yes_no(idempotent.value)]);
    }
    if !declared.replies.is_empty() {
        let links = site.event_links(page, &declared.replies);
        page.row(&["Answered by", &links]);
    }
    if let Some(answers) = site.answers.get(&number) {
        let events = answers.iter().map(|n| &site.catalog.events[*n].r#type);
        let links: Vec<_> = events.map(|e| site.event_link(page, e)).collect();
        page.row(&["Answers", &links.join(", ")]);
    }
    page.row(&[
        "`source`",
        &super::tables::template(site, &header.naming.source),
    ]);
    page.row(&[
        "`subject`",
        &super::tables::template(site, &header.naming.subject),
    ]);
    for (name, extensions) in [
        ("Required extensions", &event.required_extensions),
        ("Optional extensions", &event.optional_extensions),
    ] {
        if !extensions.is_empty() {
            page.row(&[name, &codes(extensions)]);
        }
    }
    for cdevent in site.cdevents.get(&number).into_iter().flatten() {
        let name = format!("{}.{}", cdevent.r#type.value, cdevent.version.value);
        let link = page.link(&code(&name), "cdevents.md");
        page.row(&["CDEvent", &link]);
    }
    for case in site.use_cases.get(&number).into_iter().flatten() {
        let link = page.link(&plain(&case.action), "flux.md#use-cases");
        page.row(&["Flux", &format!("{link}: {}", plain(&case.use_case))]);
    }
    page.row(&["Rust", &code(&format!("Event::{}", event.rust_variant))]);
    if let Some(since) = &declared.since {
        page.row(&["Since", &plain(since)]);
    }
}

/// Who receives it, and through what.
fn routes(site: &Site<'_>, page: &mut Page, event: &EventType<'_>) {
    page.heading(2, "Routes");
    let found = receivers(site.catalog.spec, &site.catalog.index, &event.short);
    if found.is_empty() {
        let why = event.declared.unrouted.as_ref();
        let why = why.map_or_else(
            || "Nobody receives it.".to_owned(),
            |why| format!("Nobody receives it: {}", sentence(why)),
        );
        page.markdown(&why);
        return;
    }
    page.table(&[
        "Receiver",
        "Kind",
        "Through",
        "Namespace",
        "Broker",
        "Filter",
    ]);
    for receiver in found {
        let filter = match &receiver.filter {
            Filter::Exact(name) => format!("type is {}", code(name)),
            Filter::Prefix(start) if start.is_empty() => "all types".to_owned(),
            Filter::Prefix(start) => format!("type begins with {}", code(start)),
            Filter::Schema(url) => format!("dataschema is {}", code(url)),
        };
        let filter = match receiver.condition {
            Some(condition) => format!("{filter}; reconciles if {}", code(condition.value.trim())),
            None => filter,
        };
        page.row(&[
            &plain(receiver.name),
            receiver.kind.as_str(),
            &plain(&receiver.via),
            receiver.namespace.unwrap_or("-"),
            receiver.broker.unwrap_or("-"),
            &filter,
        ]);
    }
}

fn samples(site: &Site<'_>, page: &mut Page, number: usize) {
    let index = &site.catalog.index;
    let event = index.event(&site.catalog.events[number].short);
    let Some(sample) = event.and_then(|e| crate::event::sample(index, e)) else {
        return;
    };
    page.heading(2, "Sample");
    let title = site.catalog.events[number].declared.examples.first();
    if let Some(title) = title.and_then(|e| e.title.as_ref()) {
        page.markdown(&sentence(title));
    }
    page.heading(3, "Structured form");
    page.markdown("Sent with `Content-Type: application/cloudevents+json`:");
    let json = sample::pretty(&sample);
    page.code("json", &json);
    let brokers = site.catalog.spec.broker.as_ref();
    let broker = brokers.and_then(|f| f.brokers.iter().next());
    let url = broker.map_or(SOME_BROKER, |(_, b)| b.url.value.as_str());
    if let Some(request) = sample::request(&sample, url) {
        page.heading(3, "Binary form");
        page.code("http", &request);
    }
    page.heading(3, "In Rust");
    let event = &site.catalog.events[number];
    page.code("rust", &snippet::rust(site, event, &sample, &json));
}

/// Names under which it was sent before.
fn legacy(site: &Site<'_>, page: &mut Page, number: usize) {
    let Some(names) = site.legacy.get(&number) else {
        return;
    };
    page.heading(2, "Legacy names");
    page.table(&["Legacy type", "Sent by", "What differs"]);
    for (name, migration) in names {
        let anchor = format!("migrations.md#{}", super::markdown::slug(name));
        page.row(&[
            &page.link(&code(name), &anchor),
            &migration.sent_by.as_ref().map_or("-".into(), |s| plain(s)),
            &migration
                .summary
                .as_ref()
                .map_or("The name only".into(), |s| plain(s)),
        ]);
    }
}
