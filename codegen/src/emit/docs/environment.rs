//! The page of environment variables.

use super::markdown::{Page, code};
use super::site::Site;
use super::tables;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.environment.as_ref()?;
    let mut page = Page::new(
        "environment.md",
        &site.source(file.file),
        "Environment variables",
    );
    tables::environment(site, &mut page);
    for (name, variable) in file.variables.iter() {
        let mut remarks = Vec::new();
        remarks.extend(
            variable
                .description
                .as_ref()
                .map(|d| d.value.trim_end().to_owned()),
        );
        if let Some(fallback) = &variable.fallback {
            remarks.push(format!("Where it is not set, {} is read.", code(fallback)));
        }
        if variable.sensitive == Some(true) {
            remarks.push("Its value is a secret; it is redacted in logs.".to_owned());
        }
        if !remarks.is_empty() {
            page.heading(2, &code(name));
            page.markdown(&remarks.join("\n\n"));
        }
    }
    Some(page)
}
