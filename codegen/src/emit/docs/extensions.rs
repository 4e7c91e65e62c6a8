//! The page of attributes that events carry beside their data.

use super::markdown::{Page, code, plain};
use super::site::Site;
use super::{keywords, tables};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.extensions.as_ref()?;
    let mut page = Page::new(
        "extensions.md",
        &site.source(file.file),
        "Attributes and extensions",
    );
    if !file.extensions.is_empty() {
        page.heading(2, "Extension attributes");
        tables::extensions(site, &mut page);
        let specified = file.extensions.iter();
        let specified: Vec<_> = specified
            .filter_map(|(name, e)| {
                let address = e.specification.as_ref()?;
                Some(format!("{}: <{}>", code(name), address.value))
            })
            .collect();
        if !specified.is_empty() {
            page.heading(3, "Specifications");
            page.list(false, specified);
        }
    }
    if !file.attributes.is_empty() {
        page.heading(2, "Core attributes");
        page.table(&["Attribute", "Description", "Required for", "Example"]);
        for (name, attribute) in file.attributes.iter() {
            let mut description = plain(&attribute.summary).into_owned();
            if let Some(more) = &attribute.description {
                description.push(' ');
                description.push_str(more);
            }
            let example = attribute.example.as_ref();
            page.row(&[
                &code(name),
                &description,
                &tables::categories(&attribute.required_for),
                &example.map_or_else(String::new, |e| keywords::literal(&e.to_json())),
            ]);
        }
    }
    Some(page)
}
