//! The page of CDEvents.

use super::corrections;
use super::markdown::{Page, code, plain};
use super::site::Site;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.cdevents.as_ref()?;
    let mut page = Page::new("cdevents.md", &site.source(file.file), "CDEvents");
    page.markdown(&file.summary);
    page.markdown(&format!(
        "Version of the specification: {}.",
        code(&file.version)
    ));
    corrections::mark(&mut page, &file.corrected);

    page.heading(2, "Supported CDEvent types");
    let title = plain(&site.catalog.header.title);
    page.table(&[
        "CDEvent Type",
        "Description",
        &format!("{title} Equivalent"),
        "Type on the wire",
    ]);
    for cdevent in &file.mapping {
        let on_wire = format!("{}.{}", cdevent.r#type.value, cdevent.version.value);
        page.row(&[
            &code(&cdevent.r#type),
            &plain(&cdevent.summary),
            &site.event_link(&page, &cdevent.event),
            &code(&on_wire),
        ]);
    }
    if file.mapping.iter().any(|c| !c.subject.is_empty()) {
        page.heading(2, "Subjects");
        page.markdown(
            "Members of the CDEvent's `subject`. They come from the event, by dotted path; after `=` stands text, in which `{path}` is replaced by the value at that path.",
        );
        page.table(&["CDEvent Type", "Member", "Comes from"]);
        for cdevent in &file.mapping {
            for (member, source) in cdevent.subject.iter() {
                page.row(&[&code(&cdevent.r#type), &code(member), &code(source)]);
            }
        }
    }
    page.heading(2, "All other events");
    page.table(&["Property", "Value"]);
    page.row(&[
        "Type",
        &code(&format!(
            "{}.{}",
            file.custom.r#type.value, file.custom.version.value
        )),
    ]);
    page.row(&["Type of the subject", &code(&file.custom.subject_type)]);
    page.row(&[
        "`{entity}`",
        "Entity of the event; its category where it has none",
    ]);
    Some(page)
}
