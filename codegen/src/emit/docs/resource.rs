//! Pages of custom resources.

use super::markdown::{Page, code, codes, plain, sentence};
use super::site::Site;
use crate::emit::OutputFile;
use crate::emit::yaml::to_yaml;
use crate::model::{Dict, ResourceFile, SpecFile, Text};

/// The list of resources.
pub(super) fn index(site: &Site<'_>) -> Option<Page> {
    let first = site.catalog.spec.resources.first()?;
    let mut page = Page::new("resources.md", &site.source(first.file), "Custom resources");
    page.table(&["Kind", "API version", "Description"]);
    for resource in &site.catalog.spec.resources {
        let link = page.link(&code(&resource.kind), &path(resource));
        page.row(&[
            &link,
            &code(&api_version(resource)),
            &plain(&resource.summary),
        ]);
    }
    Some(page)
}

fn path(resource: &ResourceFile) -> String {
    format!("resources/{}.md", resource.resource.value)
}

fn api_version(resource: &ResourceFile) -> String {
    format!("{}/{}", resource.group.value, resource.version.value)
}

/// The page of one resource. `tables` are those of [`super::members::tables`].
pub(super) fn page(
    site: &Site<'_>,
    resource: &SpecFile<ResourceFile>,
    tables: &[String],
) -> OutputFile {
    let title = plain(&resource.kind);
    let mut page = Page::new(path(resource), &site.source(resource.file), &title);
    page.markdown(&sentence(&resource.summary));
    if let Some(description) = &resource.description {
        page.markdown(description);
    }
    page.table(&["Property", "Value"]);
    page.row(&["`apiVersion`", &code(&api_version(resource))]);
    page.row(&["`kind`", &code(&resource.kind)]);
    page.row(&["Plural", &code(&resource.plural)]);
    page.row(&["Singular", &code(&resource.singular)]);
    if !resource.short_names.is_empty() {
        page.row(&[
            "Short names",
            &codes(resource.short_names.iter().map(|n| &n.value)),
        ]);
    }
    if !resource.categories.is_empty() {
        page.row(&[
            "Categories",
            &codes(resource.categories.iter().map(|n| &n.value)),
        ]);
    }
    if let Some(length) = &resource.name_max_length {
        page.row(&["Longest name", &format!("{} characters", length.value)]);
    }
    if let Some(pattern) = &resource.name_pattern {
        page.row(&["Names", &code(pattern)]);
    }
    if let Some(finalizer) = &resource.finalizer {
        page.row(&["Finalizer", &code(finalizer)]);
    }
    if !resource.trusted_namespaces.is_empty() {
        let namespaces = codes(resource.trusted_namespaces.iter().map(|n| &n.value));
        page.row(&["Namespaces with any metadata", &namespaces]);
    }
    let metadata = resource.metadata.as_ref().map(|name| ("Metadata", name));
    let parts = [("Spec", &resource.spec), ("Status", &resource.status)];
    for (title, name) in metadata.into_iter().chain(parts) {
        page.heading(2, title);
        let link = site.schema_link(&page, name);
        page.markdown(&format!("Schema {link}."));
        if title == "Metadata" {
            page.markdown("Its validations are held by an admission policy; the rest of it is for events that carry metadata.");
        }
        if let Some(number) = site.schema(name) {
            page.raw(&tables[number]);
        }
    }
    if !resource.columns.is_empty() {
        page.heading(2, "Columns of kubectl get");
        page.table(&["Column", "Path", "Type", "Description"]);
        for column in &resource.columns {
            page.row(&[
                &plain(&column.name),
                &code(&column.json_path),
                &column.r#type,
                &column.description.as_ref().map_or("".into(), |d| plain(d)),
            ]);
        }
    }
    names(&mut page, "Conditions", "Condition", &resource.conditions);
    names(&mut page, "Labels", "Label", &resource.labels);
    names(
        &mut page,
        "Annotations",
        "Annotation",
        &resource.annotations,
    );
    if !resource.examples.is_empty() {
        page.heading(2, "Examples");
    }
    for example in &resource.examples {
        page.code("yaml", &to_yaml(&example.to_json()));
    }
    page.finish()
}

fn names(page: &mut Page, title: &str, column: &str, names: &Dict<Text>) {
    if names.is_empty() {
        return;
    }
    page.heading(2, title);
    page.table(&[column, "Description"]);
    for (name, about) in names.iter() {
        page.row(&[&code(name), &plain(about)]);
    }
}
