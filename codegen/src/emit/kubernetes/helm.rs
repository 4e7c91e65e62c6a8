//! A Helm chart whose rendering with its own values is what the kustomization has.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::settings::{SECTIONS, schema_of_all};
use super::values::{Switch, template};
use super::{GROUPS, Group, ManifestFile, Values};
use crate::emit::{OutputFile, Target, header, yaml};
use crate::ir::Catalog;

/// The Helm chart.
pub static TARGET: Target = Target {
    name: "helm",
    summary: "a Helm chart of all groups of manifests",
    folder: "generated/helm",
    emit,
};

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let values = Values::chart();
    let mut templates = Vec::new();
    for group in GROUPS {
        templates.extend(files(catalog, &values, group));
    }
    if templates.is_empty() {
        return Vec::new();
    }
    let name = &catalog.header.catalog.value;
    let mut chart = Chart {
        folder: format!("{}/{name}", TARGET.folder),
        files: Vec::new(),
    };
    chart
        .files
        .extend(templates.into_iter().map(|(path, content)| OutputFile {
            path: format!("{}/{path}", chart.folder),
            content,
        }));
    let comment = |content: &str| format!("# {}\n{content}", header("spec"));
    chart.add("Chart.yaml", comment(&yaml::to_yaml(&about(catalog))));
    chart.add("values.yaml", comment(&commented(&values)));
    chart.add("values.schema.json", schema(catalog, &values));
    chart.add("README.md", readme(catalog, &values));
    chart.files
}

struct Chart {
    folder: String,
    files: Vec<OutputFile>,
}

impl Chart {
    fn add(&mut self, name: &str, content: String) {
        let path = format!("{}/{name}", self.folder);
        self.files.push(OutputFile { path, content });
    }
}

/// The files of a group, by path in the chart.
fn files(catalog: &Catalog<'_>, values: &Values<'_>, group: &Group) -> Vec<(String, String)> {
    let chart = group.of_chart(catalog);
    let files = &chart.files;
    if files.is_empty() {
        return Vec::new();
    }
    values.note(&chart.values);
    let header = |source| header(&catalog.path(source));
    // Helm installs what is in `crds/` before all else, and takes it for no template.
    let (definitions, files): (Vec<_>, Vec<_>) = files.iter().partition(|file| is_definition(file));
    let definitions = definitions.iter().map(|file| {
        let content = format!("# {}\n{}", header(file.source), file.yaml());
        (format!("crds/{}", file.name), content)
    });
    let definitions = definitions.collect();
    if files.is_empty() {
        return definitions;
    }
    let Switch::Expression(installed) = values.group(group) else {
        return definitions;
    };
    let files = files.iter().map(|file| {
        let condition = match &file.condition {
            Some(condition) => format!("and ({installed}) ({condition})"),
            None => installed.clone(),
        };
        let content = template(&file.yaml());
        let content = format!(
            "# {}\n{{{{- if {condition} }}}}\n{content}{{{{- end }}}}\n",
            header(file.source)
        );
        (format!("templates/{}/{}", group.name, file.name), content)
    });
    definitions.into_iter().chain(files).collect()
}

fn is_definition(file: &ManifestFile) -> bool {
    let mut kinds = file.documents.iter().map(|document| &document["kind"]);
    kinds.all(|kind| kind == "CustomResourceDefinition")
}

fn about(catalog: &Catalog<'_>) -> Json {
    let about = catalog.header;
    json!({
        "apiVersion": "v2",
        "name": about.catalog.value,
        "description": about.summary.value.trim(),
        "type": "application",
        "version": about.version.value,
        "appVersion": about.version.value,
    })
}

/// The values with what each means.
fn commented(asked: &Values<'_>) -> String {
    let defaults = asked.defaults();
    let mut text = String::new();
    for (section, about) in SECTIONS {
        let Some(values) = defaults.get(*section).and_then(Json::as_object) else {
            continue;
        };
        let _ = write!(text, "\n# {about}\n{section}:\n");
        for (name, value) in values {
            let line = yaml::to_yaml(&json!({ name: value }));
            let _ = match *section {
                // Their names say what they are.
                "subscribers" | "namespaces" => write!(text, "  {line}"),
                _ => write!(text, "  # {}.\n  {line}", asked.summary(section, name)),
            };
        }
    }
    text
}

fn schema(catalog: &Catalog<'_>, asked: &Values<'_>) -> String {
    let title = format!("Values of the chart {}", catalog.header.catalog.value);
    let mut schema = Map::new();
    schema.insert("$comment".to_owned(), header("spec").into());
    schema.extend(schema_of_all(&title, asked));
    format!("{:#}\n", Json::Object(schema))
}

fn readme(catalog: &Catalog<'_>, asked: &Values<'_>) -> String {
    let defaults = asked.defaults();
    let (name, title) = (&catalog.header.catalog.value, &catalog.header.title.value);
    let mut text = format!(
        "<!-- {} -->\n\n# {title}\n\n{}\n\n\
         ```sh\nhelm upgrade --install {name} {}/{name}\n```\n\n\
         Objects stand in the namespaces that the values name, whatever `--namespace` says; what is already\n\
         there, such as a namespace, is left out with `--set groups.namespaces=false`.\n\n\
         ## Values\n\n| Value | Default | Meaning |\n|---|---|---|\n",
        header("spec"),
        catalog.header.summary.value.trim(),
        TARGET.folder,
    );
    for (section, _) in SECTIONS {
        let values = defaults.get(*section).and_then(Json::as_object);
        for (name, value) in values.into_iter().flatten() {
            let about = asked.summary(section, name);
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "| `{section}.{name}` | `{value}` | {about} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::flux;
    use super::*;

    #[test]
    fn values_are_shown_with_their_meaning() {
        let values = Values::chart();
        values.group(&flux::GROUP);
        values.namespace("shop");
        values.name("Broker", "orders");
        let expected = "
# Groups of manifests that are installed.
groups:
  # Flux Receivers, Triggers that publish to them, roles and relays.
  flux: true

# Kubernetes namespaces, by their names in the spec.
namespaces:
  shop: shop

# Objects that are installed or referred to, by their names in the spec.
names:
  # Name of Broker.
  orders: orders
";
        assert_eq!(commented(&values), expected);
    }
}
