//! Validates a whole event: its attributes by CloudEvents 1.0.2 and the catalogue, its data by
//! their schema.

use crate::check::data::{Mismatch, format_problem, validate as validate_data};
use crate::check::{EventRef, Index, SchemaRef};
use crate::diagnostics::nearest;
use crate::load::{Map, Node, Value};
use crate::model::{CatalogFile, NameFormat, PartnerEvent, SchemaFile, SpecFile};
use crate::source::Span;

use super::attributes::{ATTRIBUTES, DATA, check_extension, is_json, is_media_type, is_set};
use super::naming::follows;

/// An event type that the spec declares.
#[derive(Clone, Copy, Debug)]
pub enum Declared<'a> {
    /// One of the catalogue, or an open family of types.
    Own(EventRef<'a>),
    /// A partner's, with its full name.
    Partner(&'a str, &'a PartnerEvent),
}

impl<'a> Declared<'a> {
    /// The declaration of a full type; a member of an open family is the family.
    pub fn find(index: &Index<'a>, r#type: &'a str) -> Option<Self> {
        if let Some(event) = index.partner_event(r#type) {
            return Some(Self::Partner(r#type, event));
        }
        let short = index.short(r#type);
        let event = index.event(short).filter(|_| short.len() < r#type.len())?;
        // The star stands for a name; it is none itself.
        (!event.is_family() || is_member(short)).then_some(Self::Own(event))
    }

    /// Name of the schema of its data.
    pub fn data(self) -> Option<&'a str> {
        let data = match self {
            Self::Own(event) => &event.event.data,
            Self::Partner(_, event) => &event.data,
        };
        data.as_ref().map(|name| name.value.as_str())
    }

    /// Full type of its events; `None` for a family.
    pub fn full_type(self, index: &Index<'_>) -> Option<String> {
        match self {
            Self::Own(event) if event.is_family() => None,
            Self::Own(event) => Some(index.full_type(&event.short())),
            Self::Partner(name, _) => Some(name.to_owned()),
        }
    }

    fn includes(self, index: &Index<'_>, r#type: &str) -> bool {
        match self {
            Self::Own(event) if event.is_family() => {
                let family = index.full_type(event.short().trim_end_matches('*'));
                r#type.starts_with(&family) && is_member(r#type)
            }
            _ => self.full_type(index).as_deref() == Some(r#type),
        }
    }
}

/// Whether the last part of a type names something.
fn is_member(r#type: &str) -> bool {
    let action = r#type.rsplit('.').next().unwrap_or("");
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    !action.is_empty() && action.chars().all(word)
}

/// Collects what is wrong with a part of an event, which shows some of its attributes.
pub(crate) fn validate_part(index: &Index<'_>, part: &Node) -> Vec<Mismatch> {
    let mut validation = Validation::new(index, None);
    let Some(map) = part.as_map() else {
        return Vec::new();
    };
    validation.attributes(map);
    validation.extensions(map);
    validation.declared(map);
    validation.naming(map);
    validation.found
}

/// Collects everything that is wrong with an event as it travels.
pub fn validate(index: &Index<'_>, event: &Node) -> Vec<Mismatch> {
    Validation::new(index, None).run(event)
}

/// As [`validate`], of an example in the spec: attributes that follow from its place there
/// (`specversion`, `type`, `datacontenttype`, `dataschema`) may be left out.
pub fn validate_example(index: &Index<'_>, of: Declared<'_>, event: &Node) -> Vec<Mismatch> {
    Validation::new(index, Some(of)).run(event)
}

struct Validation<'i, 'a> {
    index: &'i Index<'a>,
    header: Option<&'a CatalogFile>,
    /// The type that an example stands under.
    example_of: Option<Declared<'i>>,
    found: Vec<Mismatch>,
}

impl<'i, 'a> Validation<'i, 'a> {
    fn new(index: &'i Index<'a>, example_of: Option<Declared<'i>>) -> Self {
        Self {
            index,
            header: index.spec().catalog.as_deref(),
            example_of,
            found: Vec::new(),
        }
    }

    fn mismatch(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Mismatch {
            span,
            message: message.into(),
            help: help.into(),
            known: None,
        });
    }

    fn run(mut self, event: &'i Node) -> Vec<Mismatch> {
        let Some(map) = event.as_map() else {
            let message = format!("an event is an object, not {}", event.kind());
            self.mismatch(event.span, message, "write one object an event");
            return self.found;
        };
        self.core(event, map);
        self.extensions(map);
        let declared = self.declared(map);
        if let Some(Declared::Own(of)) = declared {
            self.naming(map);
            self.required(event, map, of);
        }
        self.data(event, map, declared);
        self.found.sort_by_key(|mismatch| mismatch.span);
        self.found
    }

    /// Attributes that CloudEvents itself defines.
    fn core(&mut self, event: &Node, map: &Map) {
        for name in ["specversion", "id", "source", "type"] {
            // A family does not say which of its members an example is.
            let derived = match (name, self.example_of) {
                ("specversion", Some(_)) => true,
                ("type", Some(of)) => of.full_type(self.index).is_some(),
                _ => false,
            };
            if !is_set(map, name) && !derived {
                self.missing(event, name);
            }
        }
        self.attributes(map);
        if let (Some(_), Some((key, _))) = (map.get("data"), map.entry("data_base64")) {
            let message = "`data` and `data_base64` in one event";
            self.mismatch(key.span, message, "remove one of the two");
        }
    }

    /// Values of the attributes that CloudEvents itself defines.
    fn attributes(&mut self, map: &Map) {
        let version = self
            .header
            .map_or("1.0", |header| header.cloudevents.value.as_str());
        for (name, expected) in [
            ("specversion", "text"),
            ("id", "text"),
            ("source", "a URI reference"),
            ("type", "text"),
            ("subject", "text"),
            ("time", "an RFC 3339 date and time"),
            ("datacontenttype", "a media type"),
            ("dataschema", "an absolute URI"),
        ] {
            let Some(node) = map.get(name).filter(|_| is_set(map, name)) else {
                continue;
            };
            let Some(text) = node.as_str() else {
                let message = format!("`{name}` must be {expected}, not {}", node.kind());
                // YAML reads an unquoted 1.0 as a number.
                let help = format!("write {expected}, in quotes");
                self.mismatch(node.span, message, help);
                continue;
            };
            if text.is_empty() {
                let help = match name {
                    "specversion" | "id" | "source" | "type" => format!("write {expected}"),
                    _ => format!("write {expected}, or leave `{name}` out"),
                };
                self.mismatch(node.span, format!("`{name}` is empty"), help);
                continue;
            }
            if text.chars().any(char::is_control) {
                let message = format!("`{name}` holds a control character");
                self.mismatch(node.span, message, "remove it");
                continue;
            }
            let problem = match name {
                "specversion" if text != version => Some(format!("`{version}`")),
                "source" => format_problem("uri-reference", text).map(str::to_owned),
                "time" => format_problem("date-time", text).map(str::to_owned),
                "dataschema" => format_problem("uri", text).map(str::to_owned),
                "datacontenttype" if !is_media_type(text) => {
                    Some("a media type such as `application/json`".into())
                }
                _ => None,
            };
            if let Some(expected) = problem {
                let message = format!("`{name}` is not {expected}");
                self.mismatch(node.span, message, format!("write {expected}"));
            }
        }
    }

    fn missing(&mut self, event: &Node, name: &str) {
        let place = event.span.part(0, 1);
        let message = format!("`{name}` is missing");
        self.mismatch(place, message, format!("add `{name}`"));
    }

    fn extensions(&mut self, map: &Map) {
        let index = self.index;
        let declared = index.spec().extensions.as_ref();
        for (key, value) in map.iter() {
            let name = key.value.as_str();
            let core = ATTRIBUTES.contains(&name) || DATA.contains(&name);
            if !core && !matches!(value.value, Value::Null) {
                let known = declared.and_then(|file| file.body.extensions.get(name));
                let names = || {
                    let extensions = declared.iter().flat_map(|f| f.body.extensions.names());
                    ATTRIBUTES.iter().chain(DATA).copied().chain(extensions)
                };
                let found = check_extension(key, value, known, names);
                // Examples are of this catalogue: what nearly has a name of it was meant to have it.
                let meant = || nearest(name, names()).filter(|meant| !is_set(map, meant));
                if found.is_none()
                    && known.is_none()
                    && self.example_of.is_some()
                    && meant().is_some()
                {
                    self.found.push(Mismatch {
                        span: key.span,
                        message: format!("the catalogue has no attribute `{name}`"),
                        help: "describe it below `extensions` in `extensions.yaml`".into(),
                        known: Some((name.to_owned(), names().map(str::to_owned).collect())),
                    });
                }
                self.found.extend(found);
                for with in known.iter().flat_map(|extension| &extension.with) {
                    if !is_set(map, with) {
                        let message =
                            format!("`{}` is missing, which belongs to `{name}`", with.value);
                        self.mismatch(key.span, message, format!("add `{}`", with.value));
                    }
                }
            }
        }
    }

    /// Which type the event says it is of.
    fn declared(&mut self, map: &'i Map) -> Option<Declared<'i>> {
        let node = map.get("type");
        let Some((node, name)) = node.and_then(|n| Some((n, n.as_str()?))) else {
            return self.example_of;
        };
        if let Some(of) = self.example_of {
            // Without a catalogue, the prefix is not known.
            if self.header.is_some() && !of.includes(self.index, name) {
                let expected = match of {
                    Declared::Own(event) => self.index.full_type(&event.short()),
                    Declared::Partner(name, _) => name.to_owned(),
                };
                let message =
                    format!("`type` is `{name}`, but the example stands under `{expected}`");
                self.mismatch(node.span, message, "move the example, or leave `type` out");
            }
            return Some(of);
        }
        let declared = Declared::find(self.index, name);
        if declared.is_none() && !name.is_empty() {
            self.unknown_type(node.span, name);
        }
        declared
    }

    fn unknown_type(&mut self, span: Span, name: &str) {
        let migrations = self.index.spec().migrations.as_ref();
        if let Some(migration) = migrations.and_then(|file| file.body.migrations.get(name)) {
            let live = self.index.full_type(&migration.to);
            let message = format!("`{name}` is a legacy type; it is `{live}` now");
            let help = "`klambda migrate` translates it, data included";
            self.mismatch(span, message, help);
            return;
        }
        let index = self.index;
        // It may be one that could not be read.
        let spec = index.spec();
        let unread = spec.broken.iter().any(|path| path.starts_with("events/"))
            || spec
                .events
                .iter()
                .any(|file| !file.events.broken().is_empty());
        if unread {
            return;
        }
        let own = index.events.iter().filter(|e| !e.is_family());
        let known = own
            .map(|event| index.full_type(&event.short()))
            .chain(index.partner_event_names().map(str::to_owned));
        self.found.push(Mismatch {
            span,
            message: format!("`{name}` is not an event type of the catalogue"),
            help: "`klambda list` prints all types".into(),
            known: Some((name.to_owned(), known.collect())),
        });
    }

    /// How the catalogue builds sources and subjects.
    fn naming(&mut self, map: &Map) {
        let Some(header) = self.header else { return };
        let formats: [(&str, &NameFormat); 2] = [
            ("source", &header.naming.source),
            ("subject", &header.naming.subject),
        ];
        for (name, naming) in formats {
            let Some((node, text)) = map.get(name).and_then(|n| Some((n, n.as_str()?))) else {
                continue;
            };
            let fine = text.is_empty()
                || follows(&naming.format, &header.prefix, text)
                || name == "source" && self.may_be_foreign(map, text);
            if !fine {
                let format = &naming.format.value;
                let message = format!("`{name}` does not follow `{format}`");
                let help = format!("write it as in `{}`", naming.example.value);
                self.mismatch(node.span, message, help);
            }
        }
    }

    /// Whether an event may come from outside the catalogue: legacy events keep their source
    /// when they are migrated, because `id` is unique with it only.
    fn may_be_foreign(&self, map: &Map, source: &str) -> bool {
        let Some(r#type) = map.get("type").and_then(Node::as_str) else {
            return false;
        };
        let index = self.index;
        let file = index.spec().migrations.iter();
        let mut migrations = file.flat_map(|file| file.body.migrations.iter());
        !source.starts_with(index.prefix())
            && self.example_of.is_none()
            && migrations.any(|(_, m)| index.short(&m.to) == index.short(r#type))
    }

    /// Attributes that the catalogue asks for.
    fn required(&mut self, event: &Node, map: &Map, of: EventRef<'_>) {
        let Some(file) = &self.index.spec().extensions else {
            return;
        };
        let category = of.category.value.as_str();
        let covers = |names: &[crate::model::Text]| {
            names.iter().any(|n| n.value == "*" || n.value == category)
        };
        let lenient = self.example_of.is_some();
        for (name, attribute) in file.body.attributes.iter() {
            let derived = lenient && matches!(name.as_str(), "datacontenttype" | "dataschema");
            let core = ["specversion", "id", "source", "type"].contains(&name.as_str());
            if covers(&attribute.required_for) && !core && !derived && !is_set(map, name) {
                self.required_attribute(event, name, category);
            }
        }
        for (name, extension) in file.body.extensions.iter() {
            let own = of.event.requires.iter().any(|r| r.value == name.value);
            if (own || covers(&extension.required_for)) && !is_set(map, name) {
                self.required_attribute(event, name, category);
            }
        }
    }

    fn required_attribute(&mut self, event: &Node, name: &str, category: &str) {
        let place = event.span.part(0, 1);
        let message = format!("`{name}` is missing, which `{category}` events must carry");
        self.mismatch(place, message, format!("add `{name}`"));
    }

    fn data(&mut self, event: &Node, map: &Map, declared: Option<Declared<'_>>) {
        let bytes = map
            .get("data_base64")
            .filter(|_| is_set(map, "data_base64"));
        let is_base64 = |node: &Node| {
            let text = node.as_str();
            text.is_some_and(|text| format_problem("byte", text).is_none())
        };
        if let Some(node) = bytes.filter(|node| !is_base64(node)) {
            self.mismatch(
                node.span,
                "`data_base64` is not base64",
                "write base64 text",
            );
        }
        let Some(schema) = declared
            .and_then(Declared::data)
            .and_then(|name| self.index.schema(name))
        else {
            return;
        };
        let media_type = map.get("datacontenttype").and_then(Node::as_str);
        if let Some((key, text)) = map.entry("datacontenttype").zip(media_type)
            && is_media_type(text)
            && !is_json(text)
        {
            let message = format!("the data are JSON, not `{text}`");
            self.mismatch(key.1.span, message, "write `application/json`");
        }
        let newer = self.data_schema(map, schema);
        let Some(data) = map.get("data") else {
            let name = &schema.schema.value;
            match map.entry("data_base64") {
                Some((key, _)) => {
                    let message = format!("the data are JSON (`{name}`), not bytes");
                    self.mismatch(key.span, message, "write them as `data`");
                }
                None => self.missing(event, "data"),
            }
            return;
        };
        let root = &schema.body.root;
        let at = SchemaRef {
            file: schema,
            schema: root,
        };
        let mut found = validate_data(self.index, at, data);
        if newer {
            // A later version may have members that this one does not know.
            found.retain(|mismatch| mismatch.known.is_none());
        }
        self.found.append(&mut found);
    }

    /// Checks `dataschema`. Whether it names a later version of the schema with the same major.
    fn data_schema(&mut self, map: &Map, schema: &SpecFile<SchemaFile>) -> bool {
        let Some((node, url)) = map.get("dataschema").and_then(|n| Some((n, n.as_str()?))) else {
            return false;
        };
        let Some(header) = self.header else {
            return false;
        };
        let base = format!("{}/{}/v", header.schema_base.value, schema.schema.value);
        let declared = version(&schema.version);
        let written = url.strip_prefix(&base).map(version);
        let major = |v: &[u64; 3]| v[0];
        match (written, declared) {
            (Some(Some(written)), Some(declared)) if major(&written) == major(&declared) => {
                written > declared
            }
            _ if url.is_empty() => false,
            _ => {
                let expected = format!("{base}{}", schema.version.value);
                let message = match written {
                    Some(Some(_)) => "`dataschema` names another major version of the schema",
                    _ => "`dataschema` is not the address of this event's schema",
                };
                let help = format!("write `{expected}`");
                self.mismatch(node.span, message, help);
                false
            }
        }
    }
}

/// Reads `MAJOR.MINOR.PATCH`.
fn version(text: &str) -> Option<[u64; 3]> {
    let mut parts = text.split('.').map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    });
    let version = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(version)
}
