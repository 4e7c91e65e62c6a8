//! A whole event, envelope and data, as JSON Schema.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::DIALECT;
use crate::emit::header;
use crate::ir::{Catalog, EventType};
use crate::model::AttributeType;

/// The schema of one event type in the JSON format of CloudEvents, without the schemas of its data.
pub(super) struct EventSchema<'c, 'a> {
    pub(super) catalog: &'c Catalog<'a>,
    pub(super) event: &'c EventType<'a>,
}

impl Serialize for EventSchema<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (catalog, event) = (self.catalog, self.event);
        let base = &catalog.header.schema_base.value;
        let version = &catalog.header.version.value;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", DIALECT)?;
        map.serialize_entry(
            "$id",
            &format!("{base}/events/{}/v{version}", event.file_name),
        )?;
        map.serialize_entry("$comment", &header(&catalog.path(event.file)))?;
        map.serialize_entry("title", &event.r#type)?;
        if let Some(summary) = &event.declared.summary {
            map.serialize_entry("description", &summary.value)?;
        }
        map.serialize_entry("type", "object")?;
        map.serialize_entry("required", &self.required())?;
        map.serialize_entry("properties", &Properties(self))?;
        let together = self.together();
        if !together.is_empty() {
            map.serialize_entry("dependentRequired", &together)?;
        }
        map.end()
    }
}

impl EventSchema<'_, '_> {
    /// Extension attributes that mean nothing without others.
    fn together(&self) -> serde_json::Map<String, Value> {
        let files = self.catalog.spec.extensions.iter();
        let event = self.event;
        let carried = |name: &str| {
            let mut names = event
                .required_extensions
                .iter()
                .chain(&event.optional_extensions);
            names.any(|known| *known == name)
        };
        let extensions = files.flat_map(|f| f.extensions.iter());
        extensions
            .filter(|(name, extension)| !extension.with.is_empty() && carried(name))
            .map(|(name, extension)| {
                let with = extension.with.iter().map(|with| with.value.as_str());
                (name.value.clone(), with.collect())
            })
            .collect()
    }

    fn required(&self) -> Vec<&str> {
        let mut required = vec!["specversion", "id", "source", "type", "data"];
        let category = self.catalog.categories[self.event.category].name;
        let attributes = self
            .catalog
            .spec
            .extensions
            .iter()
            .flat_map(|f| f.attributes.iter());
        for (name, used) in attributes {
            if used
                .required_for
                .iter()
                .any(|c| c.value == "*" || c.value == category)
            {
                required.push(&name.value);
            }
        }
        required.extend(&self.event.required_extensions);
        let mut seen = std::collections::HashSet::new();
        required.retain(|name| seen.insert(*name));
        required
    }
}

struct Properties<'e, 'c, 'a>(&'e EventSchema<'c, 'a>);

impl Serialize for Properties<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let EventSchema { catalog, event, .. } = self.0;
        let data = &catalog.schemas[event.data];
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "specversion",
            &json!({ "const": catalog.header.cloudevents.value }),
        )?;
        map.serialize_entry("id", &json!({ "type": "string", "minLength": 1 }))?;
        map.serialize_entry(
            "source",
            &json!({ "type": "string", "format": "uri-reference", "minLength": 1 }),
        )?;
        map.serialize_entry("type", &type_schema(event))?;
        map.serialize_entry("subject", &json!({ "type": "string", "minLength": 1 }))?;
        map.serialize_entry("time", &json!({ "type": "string", "format": "date-time" }))?;
        map.serialize_entry(
            "datacontenttype",
            &media_type(&catalog.header.datacontenttype.value),
        )?;
        map.serialize_entry("dataschema", &same_major(&data.url))?;
        for name in event
            .required_extensions
            .iter()
            .chain(&event.optional_extensions)
        {
            map.serialize_entry(name, &extension(catalog, name))?;
        }
        map.serialize_entry("data", &json!({ "$ref": data.url }))?;
        map.end()
    }
}

/// The media type, with or without parameters.
fn media_type(name: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{}( *;.*)?$", escaped(name)) })
}

/// The address of a schema in any version with the same major number: readers take newer ones.
fn same_major(url: &str) -> Value {
    let (name, version) = url.rsplit_once("/v").unwrap_or((url, ""));
    let major = version.split('.').next().unwrap_or("");
    let pattern = format!("^{}/v{major}\\.[0-9]+\\.[0-9]+$", escaped(name));
    json!({ "type": "string", "format": "uri", "pattern": pattern, "examples": [url] })
}

/// The text as a regular expression.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, c| {
        if "\\^$.|?*+()[]{}".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    })
}

fn type_schema(event: &EventType<'_>) -> Value {
    match event.r#type.strip_suffix('*') {
        Some(start) => {
            json!({ "type": "string", "pattern": format!("^{}[a-z0-9-]+$", start.replace('.', "\\.")) })
        }
        None => json!({ "const": event.r#type }),
    }
}

/// The CloudEvents type system in JSON (JSON format, section 2.2).
fn extension(catalog: &Catalog<'_>, name: &str) -> Value {
    let extension = catalog
        .spec
        .extensions
        .as_ref()
        .and_then(|f| f.body.extensions.get(name));
    let Some(extension) = extension else {
        return json!({});
    };
    let named = |t: AttributeType| t.as_str() == extension.r#type.value;
    let mut schema = if named(AttributeType::Boolean) {
        json!({ "type": "boolean" })
    } else if named(AttributeType::Integer) {
        json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX })
    } else if named(AttributeType::Binary) {
        json!({ "type": "string", "contentEncoding": "base64" })
    } else if named(AttributeType::Uri) {
        json!({ "type": "string", "format": "uri" })
    } else if named(AttributeType::UriReference) {
        json!({ "type": "string", "format": "uri-reference" })
    } else if named(AttributeType::Timestamp) {
        json!({ "type": "string", "format": "date-time" })
    } else {
        json!({ "type": "string" })
    };
    if let Some(pattern) = &extension.pattern {
        schema["pattern"] = json!(pattern.value);
    }
    if let Some(not) = &extension.not {
        schema["not"] = json!({ "pattern": not.value });
    }
    schema["description"] = json!(extension.summary.value);
    schema
}
