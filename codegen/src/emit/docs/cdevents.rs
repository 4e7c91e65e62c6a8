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
    page.markdown(
        "Events without a standard type, and those that lack a value which the standard type requires, become custom CDEvents.",
    );
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
        "Entity of the event; its category where it has none; of events that are not in the catalogue the last part of their type but one",
    ]);
    page.row(&["`{action}`", "Last part of the event's type"]);
    page.row(&[
        "Identifier of the subject",
        "`subject` of the event, or else `id`",
    ]);
    page.row(&["Content of the subject", "Data of the event"]);
    page.markdown(
        "Types of CDEvents have lower case letters only: other characters of `{entity}` and `{action}` are left out.",
    );
    page.markdown(
        "The generated Rust has this as `cdevents::from_event`, and as `cdevents::to_http` the request that a Receiver takes.",
    );
    Some(page)
}
