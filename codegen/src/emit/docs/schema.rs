//! Pages of data schemas.

use super::markdown::{Page, code, plain, slug};
use super::sample::{pretty, redact};
use super::site::Site;
use super::tables;
use crate::emit::OutputFile;
use crate::ir::TypeDef;
use crate::model::Additional;

/// The list of schemas.
pub(super) fn index(site: &Site<'_>) -> Option<Page> {
    let mut page = Page::new("schemas.md", &site.catalog_source(), "Data schemas");
    page.markdown(&format!(
        "Schemas of event data, in JSON Schema 2020-12. An event names the one it follows in `dataschema`: \
         {}. Readers keep or ignore members that a schema does not list.",
        code(&format!("{}/<schema>/v<version>", site.catalog.header.schema_base.value))
    ));
    tables::schemas(site, &mut page);
    Some(page)
}

/// The page of one schema.
pub(super) fn page(site: &Site<'_>, number: usize, table: &str) -> OutputFile {
    let schema = &site.catalog.schemas[number];
    let declared = &schema.declared.body;
    let mut page = Page::new(
        format!("schemas/{}.md", schema.name),
        &site.source(schema.declared.file),
        &plain(&declared.title),
    );
    page.markdown(&declared.description);
    page.table(&["Property", "Value"]);
    page.row(&["Name", &code(schema.name)]);
    page.row(&["Version", &declared.version]);
    page.row(&["`dataschema`", &code(&schema.url)]);
    if let Some(why) = &declared.standalone {
        page.row(&["Carried by no event", &plain(why)]);
    }

    page.heading(2, "Members");
    page.raw(table);

    let types: Vec<_> = site.owned[number]
        .iter()
        .map(|id| &site.catalog.types[id.0])
        .collect();
    if !types.is_empty() {
        page.heading(2, "Types");
    }
    for definition in types {
        page.heading(3, &type_heading(definition.rust_name()));
        if let Some(description) = &definition.schema().description {
            page.markdown(description);
        }
        match definition {
            TypeDef::Struct(object) => {
                let members: Vec<_> = object.fields.iter().map(|f| code(f.name)).collect();
                if !members.is_empty() {
                    page.markdown(&format!(
                        "An object with the members {}.",
                        members.join(", ")
                    ));
                }
                if let Some(Additional::Any(any)) = &object.schema.additional_properties
                    && !any.value
                {
                    page.markdown("Writers add no others.");
                }
            }
            TypeDef::Enum(texts) => {
                let values: Vec<_> = texts.variants.iter().map(|v| code(v.value)).collect();
                let open = if texts.closed {
                    "There will be no others."
                } else {
                    "Readers keep values that are not listed."
                };
                page.markdown(&format!("One of {}. {open}", values.join(", ")));
            }
        }
    }

    if !schema.events.is_empty() {
        page.heading(2, "Events");
        let events = schema.events.iter().map(|n| &site.catalog.events[*n]);
        let events: Vec<_> = events
            .map(|e| {
                let about = e.declared.summary.as_ref().map_or("", |s| &s.value);
                format!("{}: {}", site.event_link(&page, &e.short), plain(about))
            })
            .collect();
        page.list(false, events);
    }
    if let Some(example) = declared.examples.first() {
        page.heading(2, "Example");
        let mut value = example.to_json();
        redact(site, number, &mut value);
        page.code("json", &pretty(&value));
    }
    page.finish()
}

/// Heading of the section about a type. The schema's own title may be the type's name, so it is
/// not that alone.
fn type_heading(name: &str) -> String {
    format!("Type {}", code(name))
}

/// Anchor of the section about a type.
pub(super) fn type_anchor(name: &str) -> String {
    slug(&type_heading(name))
}
