//! The page of practices.

use super::corrections;
use super::markdown::{Page, plain, sentence};
use super::sample::pretty;
use super::site::Site;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let practices = &site.catalog.header.practices;
    if practices.is_empty() {
        return None;
    }
    let mut page = Page::new("practices.md", &site.catalog_source(), "Practices");
    for practice in practices {
        page.heading(2, &plain(&practice.title));
        page.list(false, practice.rules.iter().map(|r| sentence(r)));
        if let Some(example) = &practice.example {
            page.code("json", &pretty(&example.to_json()));
        }
        corrections::mark(&mut page, &practice.corrected);
    }
    Some(page)
}
