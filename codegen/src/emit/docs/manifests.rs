//! Pages of the groups of Kubernetes manifests.

use serde_json::Value as Json;

use super::markdown::{Page, code, plain};
use super::site::Site;
use crate::emit::OutputFile;
use crate::emit::kubernetes::{Built, GROUPS, Group, SECTIONS, Values};

/// The list of groups.
pub(super) fn index(site: &Site<'_>) -> Option<Page> {
    let groups = groups(site);
    if groups.is_empty() {
        return None;
    }
    let mut page = Page::new("manifests.md", "spec", "Manifests");
    page.markdown(
        "Kubernetes manifests, in groups. Each group is a kustomization; the one above them, and the Helm chart, \
         have all groups that are installed unless someone says otherwise.",
    );
    page.table(&["Group", "Manifests", "Installed", "Description"]);
    for (group, built) in groups {
        let installed = if group.installed { "yes" } else { "on request" };
        page.row(&[
            &page.link(&code(group.name), &path(group)),
            &built.documents().count().to_string(),
            installed,
            &plain(group.summary),
        ]);
    }
    Some(page)
}

/// The pages of the groups.
pub(super) fn pages(site: &Site<'_>) -> Vec<OutputFile> {
    let groups = groups(site).into_iter();
    groups.map(|(group, built)| page(group, built)).collect()
}

fn path(group: &Group) -> String {
    format!("manifests/{}.md", group.name)
}

/// Groups that have something.
fn groups<'a>(site: &Site<'a>) -> Vec<(&'static Group, &'a Built)> {
    let groups = GROUPS
        .iter()
        .map(|group| (*group, group.of_spec(site.catalog)));
    groups
        .filter(|(_, built)| built.documents().next().is_some())
        .collect()
}

fn page(group: &Group, built: &Built) -> OutputFile {
    let mut page = Page::new(path(group), "spec", &format!("Manifests: {}", group.name));
    page.markdown(&format!("{}.", plain(group.summary)));
    if !group.installed {
        page.markdown("It is not part of the kustomization of all groups; the chart has it with `groups.`… set.");
    }
    page.code("sh", &format!("kubectl apply -k {}", group.folder));
    page.heading(2, "Objects");
    page.table(&["Kind", "Name", "Namespace"]);
    for document in built.documents() {
        let text = |value: &Json| value.as_str().map_or("-".to_owned(), code);
        page.row(&[
            &text(&document["kind"]),
            &text(&document["metadata"]["name"]),
            &text(&document["metadata"]["namespace"]),
        ]);
    }
    values_table(&mut page, &built.values);
    page.finish()
}

fn values_table(page: &mut Page, asked: &Values<'_>) {
    let defaults = asked.defaults();
    if defaults.is_empty() {
        return;
    }
    page.heading(2, "Values");
    page.markdown(
        "Set with `klambda generate --set section.name=value` or `--values FILE`, and with Helm in the same way.",
    );
    page.table(&["Value", "Default", "Meaning"]);
    for (section, _) in SECTIONS {
        let values = defaults.get(*section).and_then(Json::as_object);
        for (name, value) in values.into_iter().flatten() {
            let default = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            page.row(&[
                &code(&format!("{section}.{name}")),
                &code(&default),
                &asked.summary(section, name),
            ]);
        }
    }
}
