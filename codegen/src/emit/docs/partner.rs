//! Pages of systems beside the platform.

use super::flows;
use super::markdown::{Page, code, plain, sentence, slug};
use super::sample::{self, pretty};
use super::site::Site;
use crate::emit::OutputFile;
use crate::model::{PartnerFile, SpecFile, Standing, Text};

/// The list of partners.
pub(super) fn index(site: &Site<'_>) -> Option<Page> {
    let first = site.catalog.spec.partners.first()?;
    let mut page = Page::new("partners.md", &site.source(first.file), "Partners");
    page.markdown("Systems beside the platform, with events or services of their own.");
    page.table(&["Partner", "Description"]);
    for partner in &site.catalog.spec.partners {
        let link = page.link(&plain(&partner.title), &path(partner));
        page.row(&[&link, &plain(&partner.summary)]);
    }
    Some(page)
}

fn path(partner: &PartnerFile) -> String {
    format!("partners/{}.md", partner.partner.value)
}

/// The page of one partner.
pub(super) fn page(site: &Site<'_>, partner: &SpecFile<PartnerFile>) -> OutputFile {
    let title = plain(&partner.title);
    let mut page = Page::new(path(partner), &site.source(partner.file), &title);
    page.markdown(&sentence(&partner.summary));
    if let Some(description) = &partner.description {
        page.markdown(description);
    }
    if let Some(exchange) = &partner.exchange {
        page.markdown(&format!("Publishes to the exchange {}.", code(exchange)));
    }
    flows::on_page_and(site, &mut page, &partner.partner, partner.flow.as_ref());
    components(site, &mut page, partner);
    events(site, &mut page, partner);
    callbacks(site, &mut page, partner);
    if !partner.services.is_empty() {
        page.heading(2, "Service dependencies");
        page.table(&["Service", "Address", "Purpose", "Protocol", "Variable"]);
        for (_, service) in partner.services.iter() {
            page.row(&[
                &format!("**{}**", plain(&service.title)),
                &code(&service.address),
                &plain(&service.purpose),
                &plain(&service.protocol),
                &service
                    .variable
                    .as_ref()
                    .map_or("-".to_owned(), |v| code(v)),
            ]);
        }
    }
    if !partner.environment.is_empty() {
        page.heading(2, "Environment of functions");
        page.table(&["Variable", "Description"]);
        for (name, about) in partner.environment.iter() {
            page.row(&[&code(name), &plain(about)]);
        }
    }
    page.finish()
}

fn components(site: &Site<'_>, page: &mut Page, partner: &PartnerFile) {
    if partner.components.is_empty() {
        return;
    }
    page.heading(2, "Components");
    page.table(&["Component", "Description", "Receives", "Sends"]);
    let patterns = |events: &[Text]| {
        let patterns: Vec<_> = events.iter().map(|e| site.pattern(e)).collect();
        patterns.join(", ")
    };
    for (name, component) in partner.components.iter() {
        page.row(&[
            &plain(name),
            &plain(&component.summary),
            &patterns(&component.receives),
            &patterns(&component.sends),
        ]);
    }
}

fn events(site: &Site<'_>, page: &mut Page, partner: &PartnerFile) {
    if partner.events.is_empty() {
        return;
    }
    page.heading(2, "Event types");
    let first = format!("{} Event Type", plain(&partner.title));
    page.table(&[&first, "Description", "Consumer", "Data", "Standing"]);
    for (name, event) in partner.events.iter() {
        let data = event.data.as_ref();
        let standing = match event.standing {
            Standing::Legacy => page.link("legacy", &format!("migrations.md#{}", slug(name))),
            Standing::Foreign => "its own".to_owned(),
        };
        page.row(&[
            &code(name),
            &plain(&event.summary),
            &event.consumer.as_ref().map_or("-".into(), |c| plain(c)),
            &data.map_or("-".to_owned(), |d| site.schema_link(page, d)),
            &standing,
        ]);
    }
    for (name, event) in partner
        .events
        .iter()
        .filter(|(_, e)| !e.examples.is_empty())
    {
        page.heading(3, &code(name));
        for example in &event.examples {
            if let Some(title) = &example.title {
                page.markdown(&format!("{}:", plain(title)));
            }
            let mut json = example.event.to_json();
            let schema = event.data.as_ref().and_then(|d| site.schema(d));
            if let (Some(schema), Some(data)) = (schema, json.get_mut("data")) {
                sample::redact(site, schema, data);
            }
            page.code("json", &pretty(&json));
        }
    }
}

fn callbacks(site: &Site<'_>, page: &mut Page, partner: &PartnerFile) {
    for (name, callback) in partner.callbacks.iter() {
        page.heading(2, &format!("Callback {}", plain(name)));
        page.markdown(&sentence(&callback.summary));
        let link = site.schema_link(page, &callback.data);
        page.markdown(&format!("The body follows the schema {link}."));
        for example in &callback.examples {
            let mut body = example.to_json();
            if let Some(schema) = site.schema(&callback.data) {
                sample::redact(site, schema, &mut body);
            }
            page.code(
                "http",
                &format!(
                    "{} {}\nContent-Type: {}\n\n{}",
                    callback.method.value,
                    callback.url.value,
                    callback.content_type.value,
                    pretty(&body)
                ),
            );
        }
    }
}
