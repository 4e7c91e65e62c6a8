//! A new event type.

use serde_json::{Map, Value as Json, json};

use super::{Addition, Refusal, heading, insert, is_kebab, schema, value};
use crate::Checked;
use crate::check::rules::tense;
use crate::check::{EventRef, Index, Pattern, SchemaRef};
use crate::emit::OutputFile;
use crate::emit::yaml::to_yaml;
use crate::ir::names;
use crate::model::{Category, Facet, Tense, Text};

/// An event type named `name` (`command.order.place`, or with the prefix) that carries `data`; a
/// schema of that name is added where there is none. The new type passes the check as it is; its
/// texts are to be edited.
///
/// # Errors
/// When the name is not well-formed, of an unknown category or entity, or taken; or when the file
/// that it belongs to cannot be changed by inserting lines.
pub fn event(checked: &Checked, name: &str, data: Option<&str>) -> Result<Addition, Refusal> {
    let index = Index::new(&checked.spec);
    let new = New::read(checked, &index, name)?;
    let schema_name = match data {
        Some(data) => data.to_owned(),
        None => names::kebab(&new.key.replace('*', "family")),
    };
    let mut addition = Addition::default();
    if index.schema(&schema_name).is_none() {
        let description = format!("Data of `{}.{}`.", new.category_name, new.key);
        addition
            .created
            .push(schema::file(checked, &schema_name, &description, None)?);
    }
    let mut entry = Map::new();
    entry.insert(new.key.to_owned(), new.body(&index, &schema_name));
    let entry = to_yaml(&Json::Object(entry));
    let comment = "# New: edit the texts and the example.";
    let entry = format!("{comment}\n{entry}");

    let file = checked
        .spec
        .events
        .iter()
        .filter(|f| f.category.value == new.category_name)
        .max_by_key(|f| f.events.names().filter(|n| new.is_sibling(n)).count());
    match file {
        Some(file) => {
            let siblings = |name: &&Text| new.is_sibling(&name.value);
            let keys = || file.events.iter().map(|(key, _)| key);
            let after = keys().filter(siblings).last().or(keys().last());
            let source = checked.sources.get(file.file);
            let text = insert::entry(&source.text, after.map(|key| key.span.range()), &entry)
                .ok_or_else(|| {
                    let path = checked.sources.display_path(file.file);
                    Refusal::new(format!(
                        "`{path}` does not hold its events one below the other"
                    ))
                    .help(format!("add this to its `events` by hand:\n\n{entry}"))
                })?;
            addition.changed.push(crate::fix::Fixed {
                file: file.file,
                text,
            });
        }
        None => addition.created.push(new.file(checked, &entry)?),
    }
    Ok(addition)
}

/// The parts of a new type's name.
struct New<'a> {
    category_name: &'a str,
    category: &'a Category,
    /// Key in the file: `order.place`.
    key: &'a str,
    entity: Option<&'a str>,
    action: &'a str,
}

impl<'a> New<'a> {
    fn read(checked: &'a Checked, index: &Index<'a>, name: &'a str) -> Result<Self, Refusal> {
        let Some(header) = &checked.spec.catalog else {
            return Err(Refusal::new("`catalog.yaml` cannot be read")
                .help("`klambda check` says what is wrong with it"));
        };
        let short = index.short(name);
        let (category_name, key) = short.split_once('.').ok_or_else(|| {
            Refusal::new(format!("`{name}` is no event type")).help(
                "types have a category, an entity and an action, such as `command.order.place`",
            )
        })?;
        let category = header.categories.get(category_name).ok_or_else(|| {
            Refusal::new(format!("there is no category `{category_name}`"))
                .did_you_mean(category_name, header.categories.names())
                .help(format!(
                    "categories are {}",
                    header.categories.names().collect::<Vec<_>>().join(", ")
                ))
        })?;
        let (entity, action) = match key.rsplit_once('.') {
            Some((entity, action)) => (Some(entity), action),
            None => (None, key),
        };
        let has_entities = category.entities.as_ref().is_none_or(|e| e.value);
        match entity {
            None if has_entities => {
                return Err(Refusal::new(format!("`{name}` names no entity")).help(format!(
                    "types of `{category_name}` have an entity and an action, such as `{category_name}.order.place`"
                )));
            }
            Some(_) if !has_entities => {
                return Err(Refusal::new(format!("`{name}` names an entity")).help(format!(
                    "types of `{category_name}` have an action only, such as `{category_name}.{action}`"
                )));
            }
            Some(entity) if !header.entities.contains(entity) => {
                return Err(Refusal::new(format!("there is no entity `{entity}`"))
                    .did_you_mean(entity, header.entities.names())
                    .help("entities are declared in `catalog.yaml`"));
            }
            _ => {}
        }
        if action != "*" && !is_kebab(action) {
            return Err(Refusal::new(format!("`{action}` cannot be an action")).help(
                "actions are lower case letters, digits and single hyphens; `*` opens a family of types",
            ));
        }
        let excused = category.tense_exceptions.contains(action);
        if action != "*" && !excused && !tense::fits(action, category.tense) {
            return Err(Refusal::new(format!(
                "`{action}` is not in the {} tense",
                category.tense.as_str()
            ))
            .help(format!(
                "actions of `{category_name}` are; or add it to its `tenseExceptions`"
            )));
        }
        if let Some(taken) = index.events.iter().find(|e| e.short() == short) {
            return Err(
                Refusal::new(format!("there is an event type `{short}` already")).help(format!(
                    "it stands in `{}`",
                    checked.sources.display_path(taken.file)
                )),
            );
        }
        Ok(Self {
            category_name,
            category,
            key,
            entity,
            action,
        })
    }

    fn is_sibling(&self, key: &str) -> bool {
        key.rsplit_once('.').map(|(entity, _)| entity) == self.entity
    }

    fn short(&self) -> String {
        format!("{}.{}", self.category_name, self.key)
    }

    /// What stands below the key.
    fn body(&self, index: &Index<'_>, schema: &str) -> Json {
        let mut body = Map::new();
        let mut put = |key: &str, value: Json| {
            body.insert(key.to_owned(), value);
        };
        put("summary", json!(self.summary()));
        for facet in &self.category.requires {
            let value = match facet.value {
                Facet::Effect => json!("Describe what the receiver does"),
                Facet::When => json!("Describe the moment in which it is emitted"),
                Facet::Response => json!("Describe how the sender is answered"),
                Facet::Severity => json!("Info"),
                Facet::Idempotent => json!(self.has_key(index)),
            };
            put(facet.value.as_str(), value);
        }
        put("data", json!(schema));
        if !self.is_received(index) {
            put("unrouted", json!("Nobody receives it yet."));
        }
        put(
            "examples",
            json!([{ "event": self.example(index, schema) }]),
        );
        Json::Object(body)
    }

    /// `Request to place order`, `Order placed`. Words are not inflected; people do that.
    fn summary(&self) -> String {
        let action = if self.action == "*" {
            "family".to_owned()
        } else {
            self.action.replace('-', " ")
        };
        match (self.entity, self.category.tense) {
            (Some(entity), Tense::Present) => format!("Request to {action} {entity}"),
            (Some(entity), _) => format!("{} {action}", heading(entity)),
            (None, _) => heading(&action),
        }
    }

    /// Whether events of the category carry an attribute by which repeated ones are known.
    fn has_key(&self, index: &Index<'_>) -> bool {
        let file = index.spec().extensions.iter();
        file.flat_map(|f| f.extensions.iter())
            .any(|(_, e)| e.identifies.is_some_and(|i| i.value) && self.is_named(&e.required_for))
    }

    /// Whether a list of categories names this one.
    fn is_named(&self, categories: &[Text]) -> bool {
        let names = |c: &Text| c.value == "*" || c.value == self.category_name;
        categories.iter().any(names)
    }

    /// Whether a consumer, an observer or a Flux Receiver gets it.
    fn is_received(&self, index: &Index<'_>) -> bool {
        let short = self.short();
        let flux = index.spec().flux.iter();
        let receivers = flux
            .flat_map(|f| f.receivers.iter())
            .map(|(_, r)| &r.events);
        index
            .subscribers()
            .map(|(_, subscriber)| &subscriber.events)
            .chain(receivers)
            .flatten()
            .any(|pattern| Pattern::new(index.short(&pattern.value)).matches(&short))
    }

    /// A complete event, as like those of its category as can be.
    fn example(&self, index: &Index<'_>, schema: &str) -> Json {
        let naming = index.spec().catalog.as_ref().map(|f| &f.body.naming);
        let sibling = self.sibling_example(index);
        let taken = |name: &str, otherwise: Option<&str>| {
            let found = sibling.as_ref().and_then(|s| s.get(name)).cloned();
            found.unwrap_or_else(|| json!(otherwise.unwrap_or("example")))
        };
        let mut event = Map::new();
        let mut put = |name: &str, value: Json| {
            event.insert(name.to_owned(), value);
        };
        let id = json!(format!("{}-1", names::kebab(&self.short())));
        put("id", id.clone());
        put(
            "source",
            taken("source", naming.map(|n| n.source.example.value.as_str())),
        );
        if self.action == "*" {
            let family = self.short();
            let family = family.trim_end_matches('*');
            put("type", json!(index.full_type(&format!("{family}example"))));
        }
        put(
            "subject",
            taken("subject", naming.map(|n| n.subject.example.value.as_str())),
        );
        put("time", taken("time", Some("2026-01-01T00:00:00Z")));
        for (name, extension) in index
            .spec()
            .extensions
            .iter()
            .flat_map(|f| f.extensions.iter())
            .filter(|(_, e)| self.is_named(&e.required_for))
        {
            let example = extension.example.as_ref().map(crate::load::Node::to_json);
            let identifies = extension.identifies.is_some_and(|i| i.value);
            let value = match example {
                Some(example) if !identifies => example,
                _ => id.clone(),
            };
            put(&name.value, value);
        }
        put("data", data(index, schema));
        Json::Object(event)
    }

    /// The first example of an event of the same category, best of the same entity.
    fn sibling_example(&self, index: &Index<'_>) -> Option<Map<String, Json>> {
        index
            .events
            .iter()
            .filter(|e| e.category.value == self.category_name && !e.event.examples.is_empty())
            .max_by_key(|e| self.is_sibling(&e.key.value))
            .and_then(first_example)
    }

    /// A file for the first type of a category.
    fn file(&self, checked: &Checked, entry: &str) -> Result<OutputFile, Refusal> {
        let path = format!("events/{}.yaml", self.category_name);
        if let Some((id, _)) = checked.sources.iter().find(|(_, file)| file.path == path) {
            let path = checked.sources.display_path(id);
            return Err(Refusal::new(format!("`{path}` cannot be read"))
                .help("`klambda check` says what is wrong with it"));
        }
        let entry: String = entry.lines().map(|line| format!("  {line}\n")).collect();
        Ok(OutputFile {
            path,
            content: format!(
                "# yaml-language-server: $schema=../schema/events.schema.json\n\
                 category: {}\nevents:\n{entry}",
                self.category_name
            ),
        })
    }
}

fn first_example(event: &EventRef<'_>) -> Option<Map<String, Json>> {
    match event.event.examples.first()?.event.to_json() {
        Json::Object(event) => Some(event),
        _ => None,
    }
}

/// Data that a schema describes: an example of its own, or that of an event that carries it, or
/// made up.
fn data(index: &Index<'_>, schema: &str) -> Json {
    let Some(file) = index.schema(schema) else {
        return schema::example();
    };
    if let Some(example) = file.examples.first() {
        return example.to_json();
    }
    let carries = |e: &&EventRef<'_>| e.event.data.as_ref().is_some_and(|d| d.value == schema);
    index
        .events
        .iter()
        .filter(carries)
        .find_map(|event| first_example(event)?.remove("data"))
        .unwrap_or_else(|| {
            let schema = &file.body.root;
            value::of(index, SchemaRef { file, schema }, 0)
        })
}
