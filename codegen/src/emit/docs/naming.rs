//! The page of names.

use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use super::tables;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let header = site.catalog.header;
    let mut page = Page::new(
        "naming.md",
        &site.catalog_source(),
        "Event naming convention",
    );
    let naming = &header.naming;
    for (title, format) in [
        ("Type format", &naming.r#type),
        ("Source format", &naming.source),
        ("Subject format", &naming.subject),
    ] {
        page.heading(2, title);
        if let Some(summary) = &format.summary {
            page.markdown(&sentence(summary));
        }
        page.code("text", &tables::shown(site, &format.format));
        page.markdown(&format!("Example: {}", code(&format.example)));
        if !format.components.is_empty() {
            tables::components(site, &mut page, format);
        }
    }
    if !header.entities.is_empty() {
        page.heading(2, "Entities");
        page.table(&["Entity", "Title", "Description"]);
        for (name, entity) in header.entities.iter() {
            page.row(&[&code(name), &plain(&entity.title), &plain(&entity.summary)]);
        }
    }
    if !header.actors.is_empty() {
        page.heading(2, "Actors");
        page.table(&["Actor", "Title", "Description"]);
        for (name, actor) in header.actors.iter() {
            page.row(&[&code(name), &plain(&actor.title), &plain(&actor.summary)]);
        }
    }
    Some(page)
}
