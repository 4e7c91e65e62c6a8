//! The first page: what the catalogue is, and every event type.

use super::Single;
use super::markdown::{Page, code, plain, sentence, slug};
use super::site::Site;
use super::tables;
use crate::emit::OutputFile;
use crate::model::Reference;

/// The first page. `pages` are the others.
pub(super) fn page(site: &Site<'_>, pages: &[&Single]) -> OutputFile {
    let header = site.catalog.header;
    let mut page = Page::new("README.md", &site.catalog_source(), &plain(&header.title));
    page.markdown(&sentence(&header.summary));
    if let Some(description) = &header.description {
        page.markdown(description);
    }
    page.table(&["Property", "Value"]);
    page.row(&["Version", &plain(&header.version)]);
    for (name, text) in [
        ("Last Updated", &header.updated),
        ("Status", &header.status),
        ("Maintainer", &header.maintainer),
        ("Review Cycle", &header.review_cycle),
    ] {
        if let Some(text) = text {
            page.row(&[name, &plain(text)]);
        }
    }
    page.row(&["Prefix", &code(&header.prefix)]);
    page.row(&[
        "CloudEvents",
        &format!("{} (`specversion`)", plain(&header.cloudevents)),
    ]);
    page.row(&["Media type of data", &code(&header.datacontenttype)]);
    let families = site.catalog.events.iter().filter(|e| e.family).count();
    let types = site.catalog.events.len() - families;
    let types = match families {
        0 => types.to_string(),
        1 => format!("{types}, and 1 open family of types"),
        n => format!("{types}, and {n} open families of types"),
    };
    page.row(&["Event types", &types]);

    page.heading(2, "Pages");
    let links: Vec<_> = pages
        .iter()
        .map(|p| format!("{}: {}", page.link(p.title, p.path), p.about))
        .collect();
    page.list(false, links);

    planes(site, &mut page);
    super::flows::on_page(site, &mut page, "overview");

    page.heading(2, "Event Type Catalog");
    for category in site
        .catalog
        .categories
        .iter()
        .filter(|c| !c.events.is_empty())
    {
        page.heading(3, &plain(&category.declared.title));
        let target = format!("categories.md#{}", slug(&category.declared.title));
        let more = page.link("More about them", &target);
        page.markdown(&format!("{} {more}.", sentence(&category.declared.summary)));
        tables::events(site, &mut page, category);
    }
    references(site, &mut page, None);
    page.finish()
}

fn planes(site: &Site<'_>, page: &mut Page) {
    let header = site.catalog.header;
    if header.planes.is_empty() {
        return;
    }
    page.heading(2, "Planes");
    page.table(&["Plane", "Direction", "Description", "Categories"]);
    for (name, plane) in header.planes.iter() {
        let categories = header
            .categories
            .iter()
            .filter(|(_, c)| c.plane.value == name.value);
        let categories: Vec<_> = categories
            .map(|(_, c)| {
                let target = format!("categories.md#{}", slug(&c.title));
                page.link(&plain(&c.title), &target)
            })
            .collect();
        let direction = format!("{} → {}", site.actor(&plane.from), site.actor(&plane.to));
        page.row(&[
            &plain(&plane.title),
            &plain(&direction),
            &plain(&plane.summary),
            &categories.join(", "),
        ]);
    }
}

/// Further reading of one section.
pub(super) fn references(site: &Site<'_>, page: &mut Page, section: Option<&str>) {
    let belongs = |r: &&Reference| r.section.as_ref().map(|s| s.value.as_str()) == section;
    let references = site.catalog.header.references.iter().filter(belongs);
    let links: Vec<_> = references
        .map(|r| format!("[{}]({})", plain(&r.title), r.url.value))
        .collect();
    if !links.is_empty() {
        page.heading(2, "References");
        page.list(false, links);
    }
}
