//! The page of categories.

use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use super::tables;
use crate::model::Tense;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let header = site.catalog.header;
    let mut page = Page::new("categories.md", &site.catalog_source(), "Event categories");
    for category in &site.catalog.categories {
        let declared = category.declared;
        page.heading(2, &plain(&declared.title));
        page.markdown(&sentence(&declared.summary));
        page.table(&["Property", "Value"]);
        page.row(&["Name", &code(category.name)]);
        if let Some(mood) = &declared.mood {
            page.row(&["Mood", &plain(mood)]);
        }
        let plane = header.planes.get(&declared.plane);
        let plane = plane.map_or(&declared.plane.value, |p| &p.title.value);
        page.row(&["Plane", &plain(plane)]);
        let direction = format!(
            "{} → {}",
            site.actor(&declared.from),
            site.actor(&declared.to)
        );
        page.row(&["Direction", &plain(&direction)]);
        page.row(&["Tense", tense(declared.tense)]);
        let why = declared.compatibility_reason.as_ref();
        let why = why.map_or_else(String::new, |why| format!(": {}", plain(why)));
        page.row(&[
            "Compatibility",
            &format!("{}{why}", declared.compatibility.as_str()),
        ]);

        if !declared.patterns.is_empty() {
            page.heading(3, &plain(&format!("Groups of {}", declared.title.value)));
            tables::patterns(site, &mut page, category);
        }
        if !declared.tense_exceptions.is_empty() {
            page.heading(
                3,
                &plain(&format!("Tense exceptions of {}", declared.title.value)),
            );
            page.table(&["Action", "Reason"]);
            for (action, reason) in declared.tense_exceptions.iter() {
                page.row(&[&code(action), &plain(reason)]);
            }
        }
        if !category.events.is_empty() {
            page.heading(3, &plain(&format!("Types of {}", declared.title.value)));
            tables::events(site, &mut page, category);
        }
    }
    Some(page)
}

fn tense(tense: Tense) -> &'static str {
    match tense {
        Tense::Present => "present: `start`, `create`",
        Tense::Past => "past: `started`, `created`",
        Tense::Any => "any",
    }
}
