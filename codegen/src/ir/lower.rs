//! From a checked spec to the catalogue that emitters read.

use std::collections::{HashMap, HashSet};

use super::names::{kebab, pascal, rust_field, rust_type, snake};
use super::types::{Enum, Field, Integer, StringFormat, Struct, Type, TypeDef, TypeId, Variant};
use super::{Catalog, Category, DataSchema, EventType};
use crate::check::{Index, SchemaRef, rules};
use crate::diagnostics::Finding;
use crate::emit::kubernetes::{Manifests, Overrides};
use crate::load::Value;
use crate::model::{Additional, JsonType, Schema, SchemaFile, Spec, SpecFile, Text};
use crate::source::{Sources, Span};

/// Resolves and names everything. `None` when names collide, or when the spec has errors.
pub fn lower<'a>(
    spec: &'a Spec,
    sources: &'a Sources,
    findings: &mut Vec<Finding>,
) -> Option<Catalog<'a>> {
    let header = &spec.catalog.as_ref()?.body;
    let mut lowering = Lowering {
        index: Index::new(spec),
        types: Vec::new(),
        roots: HashMap::new(),
        names: Names::default(),
    };
    let mut files: Vec<_> = spec.data.iter().collect();
    files.sort_by_key(|file| &file.schema.value);
    let mut schemas: Vec<_> = files.iter().map(|file| lowering.schema(file)).collect();
    lowering.mark_recursive();

    let mut events = Vec::with_capacity(lowering.index.events.len());
    let mut categories = Vec::new();
    for (name, declared) in header.categories.iter() {
        let start = events.len();
        let rust_enum = rust_type(&name.value);
        let category = categories.len();
        for event in lowering
            .index
            .events
            .iter()
            .filter(|e| e.category.value == name.value)
        {
            let key = event.key.span;
            let event = lower_event(&lowering.index, spec, event, category, &schemas)?;
            // Where programs handle all events of a category, its module has two names of its own.
            let own = [rust_enum.clone(), format!("{rust_enum}Handler")];
            if declared.handled == Some(true) && own.contains(&event.rust_type) {
                let collision =
                    rules::name_collision::of_category(&event.rust_type, key, name.span);
                lowering.names.collisions.push(collision);
            }
            lowering
                .names
                .claim(Scope::Variants, &event.rust_variant, event.declared.span);
            if event.family {
                let (constant, place) = (event.pascal_constant(), event.declared.span);
                lowering.names.claim(Scope::Variants, &constant, place);
            }
            lowering
                .names
                .claim(Scope::Files, &event.file_name, event.declared.span);
            schemas[event.data].events.push(events.len());
            events.push(event);
        }
        let rust_module = module_name(&name.value);
        lowering
            .names
            .claim(Scope::Modules, &rust_module, name.span);
        categories.push(Category {
            name: &name.value,
            declared,
            events: start..events.len(),
            rust_module,
            rust_enum,
        });
    }
    for (kind, name) in named(spec) {
        let constant = format!("{kind}{}", pascal(name));
        lowering.names.claim(Scope::Constants, &constant, name.span);
    }
    let collisions = lowering.names.collisions;
    if !collisions.is_empty() {
        findings.extend(collisions);
        return None;
    }
    Some(Catalog {
        spec,
        index: lowering.index,
        header,
        categories,
        events,
        schemas,
        types: lowering.types,
        values: Overrides::new(),
        manifests: Manifests::default(),
        paths: sources.iter().map(|(_, file)| file.path.as_str()).collect(),
    })
}

/// What becomes constants beside event types, with what they begin with in Go.
fn named(spec: &Spec) -> impl Iterator<Item = (&'static str, &Text)> {
    let classes = spec.errors.iter().flat_map(|f| f.body.classes.iter());
    let extensions = spec
        .extensions
        .iter()
        .flat_map(|f| f.body.extensions.iter());
    let variables = spec
        .environment
        .iter()
        .flat_map(|f| f.body.variables.iter());
    classes
        .map(|(name, _)| ("ErrorClass", name))
        .chain(extensions.map(|(name, _)| ("Extension", name)))
        .chain(variables.map(|(name, _)| ("Variable", name)))
}

/// Module of a category. Names of other modules get an ending.
fn module_name(category: &str) -> String {
    const TAKEN: &[&str] = &[
        "alerts",
        "cdevents",
        "constants",
        "data",
        "environment",
        "errors",
        "event",
        "event_type",
        "extensions",
        "metrics",
        "migrations",
        "mod",
        "naming",
        "redaction",
        "support",
        "types",
    ];
    match snake(category) {
        taken if TAKEN.contains(&taken.as_str()) => format!("{taken}_events"),
        _ => rust_field(category),
    }
}

fn lower_event<'a>(
    index: &Index<'a>,
    spec: &'a Spec,
    event: &crate::check::EventRef<'a>,
    category: usize,
    schemas: &[DataSchema<'a>],
) -> Option<EventType<'a>> {
    let (entity, action) = event.parts();
    let family = event.is_family();
    let short = event.short();
    let data = event.event.data.as_ref()?;
    let data = schemas.binary_search_by(|s| s.name.cmp(&data.value)).ok()?;
    let stem = if family {
        entity.unwrap_or("any")
    } else {
        &event.key.value
    };
    let file_name = format!("{}.{stem}", event.category.value);
    let (required_extensions, optional_extensions) = extensions(spec, event);
    Some(EventType {
        r#type: index.full_type(&short),
        category,
        entity,
        action,
        family,
        data,
        required_extensions,
        optional_extensions,
        declared: event.event,
        file: event.file,
        rust_type: rust_type(stem),
        rust_method: rust_field(&snake(stem)),
        rust_variant: rust_type(&kebab(&file_name)),
        file_name,
        short,
    })
}

/// Extension attributes that an event must, and may, carry.
fn extensions<'a>(
    spec: &'a Spec,
    event: &crate::check::EventRef<'a>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let names = |texts: &'a [crate::model::Text], name: &str| texts.iter().any(|t| t.value == name);
    let covers =
        |texts: &'a [crate::model::Text]| names(texts, &event.category.value) || names(texts, "*");
    let mut required = Vec::new();
    let mut optional = Vec::new();
    for (name, extension) in spec
        .extensions
        .iter()
        .flat_map(|f| f.body.extensions.iter())
    {
        if covers(&extension.required_for) || names(&event.event.requires, &name.value) {
            required.push(name.value.as_str());
        } else if covers(&extension.optional_for) || names(&event.event.allows, &name.value) {
            optional.push(name.value.as_str());
        }
    }
    required.sort_unstable();
    optional.sort_unstable();
    (required, optional)
}

/// What a name must be unique among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scope {
    Types,
    Variants,
    Modules,
    Files,
    Constants,
}

/// Names given so far.
#[derive(Default)]
struct Names {
    taken: HashMap<(Scope, String), Span>,
    collisions: Vec<Finding>,
}

impl Names {
    fn claim(&mut self, scope: Scope, name: &str, span: Span) {
        // File systems may not tell case apart.
        let key = if scope == Scope::Files {
            name.to_lowercase()
        } else {
            name.to_owned()
        };
        let what = match scope {
            Scope::Types => "type",
            Scope::Variants => "variant of the event types",
            Scope::Modules => "module",
            Scope::Files => "file",
            Scope::Constants => "constant",
        };
        if let Some(first) = self.taken.insert((scope, key), span)
            && first != span
        {
            self.collisions
                .push(rules::name_collision::report(what, name, span, first));
        }
    }
}

/// Makes the name that a type gets where it needs one; most members are of types without.
type TypeName<'n> = &'n dyn Fn() -> String;

/// Members of an object from which on their names are looked up by an index.
const MANY_MEMBERS: usize = 32;

struct Lowering<'a> {
    index: Index<'a>,
    types: Vec<TypeDef<'a>>,
    /// Types by the address of their schema, so that references meet the same one.
    roots: HashMap<*const Schema, Type>,
    names: Names,
}

impl<'a> Lowering<'a> {
    fn schema(&mut self, file: &'a SpecFile<SchemaFile>) -> DataSchema<'a> {
        let start = self.types.len();
        let name = rust_type(&file.schema.value);
        let root = self.type_of(
            SchemaRef {
                file,
                schema: &file.body.root,
            },
            &|| name.clone(),
            file.schema.span,
        );
        for (definition, schema) in file.body.defs.iter() {
            let name = || format!("{name}{}", rust_type(&definition.value));
            self.type_of(SchemaRef { file, schema }, &name, definition.span);
        }
        DataSchema {
            name: &file.schema.value,
            url: self.index.schema_url(file),
            root,
            types: start..self.types.len(),
            declared: file,
            events: Vec::new(),
        }
    }

    /// The type of a schema. `name` is given to it where it needs one of its own.
    fn type_of(&mut self, at: SchemaRef<'a>, name: TypeName<'_>, span: Span) -> Type {
        let schema = at.schema;
        if let Some(reference) = &schema.reference {
            return match self.index.resolve(at.file, reference) {
                Some(target) => self.referred(target, reference),
                None => Type::Any,
            };
        }
        if let Some(known) = self.roots.get(&(schema as *const Schema)) {
            return known.clone();
        }
        let types: Vec<JsonType> = schema
            .r#type
            .iter()
            .flat_map(|t| t.types.iter().map(|t| t.value))
            .collect();
        let nullable = types.contains(&JsonType::Null);
        let mut others = types.iter().copied().filter(|t| *t != JsonType::Null);
        let inner = match (others.next(), others.next()) {
            (Some(one), None) => self.single(at, one, name, span, nullable),
            _ => Type::Any,
        };
        if nullable && inner != Type::Any {
            Type::Nullable(Box::new(inner))
        } else {
            inner
        }
    }

    /// A referred schema is named after where it stands, not after who refers to it.
    fn referred(&mut self, target: SchemaRef<'a>, reference: &str) -> Type {
        let file = target.file;
        let root = rust_type(&file.schema.value);
        match reference.split_once("#/$defs/") {
            Some((_, definition)) => {
                let span = file.body.defs.iter().find(|(n, _)| n.value == definition);
                let span = span.map_or(file.schema.span, |(n, _)| n.span);
                self.type_of(target, &|| format!("{root}{}", rust_type(definition)), span)
            }
            None => self.type_of(target, &|| root.clone(), file.schema.span),
        }
    }

    fn single(
        &mut self,
        at: SchemaRef<'a>,
        json_type: JsonType,
        name: TypeName<'_>,
        span: Span,
        nullable: bool,
    ) -> Type {
        let schema = at.schema;
        match json_type {
            JsonType::Null => Type::Any,
            JsonType::Boolean => Type::Boolean,
            JsonType::Integer => Type::Integer(integer(schema)),
            JsonType::Number => Type::Number,
            JsonType::String => self.text(schema, name, span, nullable),
            JsonType::Array => {
                let item = match &schema.items {
                    Some(items) => {
                        let at = SchemaRef {
                            schema: items,
                            ..at
                        };
                        self.type_of(at, &|| format!("{}Item", name()), span)
                    }
                    None => Type::Any,
                };
                Type::List(Box::new(item))
            }
            JsonType::Object if schema.properties.is_empty() => match &schema.additional_properties
            {
                Some(Additional::Schema(values)) => {
                    let at = SchemaRef {
                        schema: values,
                        ..at
                    };
                    Type::Map(Box::new(self.type_of(
                        at,
                        &|| format!("{}Value", name()),
                        span,
                    )))
                }
                _ => Type::Map(Box::new(Type::Any)),
            },
            JsonType::Object => self.object(at, name, span, nullable),
        }
    }

    fn text(&mut self, schema: &'a Schema, name: TypeName<'_>, span: Span, nullable: bool) -> Type {
        if let Some(values) = &*schema.r#enum {
            let variants: Vec<_> = values
                .iter()
                .filter_map(|value| match &value.value {
                    Value::String(text) => Some(Variant {
                        value: text,
                        rust_name: rust_type(text),
                    }),
                    _ => None,
                })
                .collect();
            self.check_variants(&variants, values.span);
            let rust_name = schema
                .x_rust_name
                .as_ref()
                .map_or_else(name, |n| n.value.clone());
            let closed = schema.x_closed.as_ref().is_some_and(|c| c.value);
            let definition = TypeDef::Enum(Enum {
                rust_name,
                schema,
                variants,
                closed,
            });
            return Type::Named(self.add(schema, definition, span, nullable));
        }
        Type::String(match schema.format.as_ref().map(|f| f.value.as_str()) {
            Some("date-time") => StringFormat::DateTime,
            Some("go-duration") => StringFormat::GoDuration,
            Some("duration") => StringFormat::IsoDuration,
            _ => StringFormat::Plain,
        })
    }

    fn check_variants(&mut self, variants: &[Variant<'_>], span: Span) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for variant in variants {
            if let Some(first) = seen.insert(&variant.rust_name, variant.value) {
                let names = (first, variant.value);
                let finding = rules::name_collision::variants(names, &variant.rust_name, span);
                self.names.collisions.push(finding);
            }
        }
    }

    fn object(
        &mut self,
        at: SchemaRef<'a>,
        name: TypeName<'_>,
        span: Span,
        nullable: bool,
    ) -> Type {
        let schema = at.schema;
        let rust_name = schema
            .x_rust_name
            .as_ref()
            .map_or_else(name, |n| n.value.clone());
        let definition = TypeDef::Struct(Struct {
            rust_name: rust_name.clone(),
            schema,
            fields: Vec::new(),
            additional: None,
        });
        // Added before its members are looked at, because they may contain it.
        let id = self.add(schema, definition, span, nullable);
        let many = schema.properties.len() > MANY_MEMBERS;
        let required: HashSet<&str> = schema
            .required
            .iter()
            .filter(|_| many)
            .map(|r| r.value.as_str())
            .collect();
        let is_required = |name: &str| match many {
            true => required.contains(name),
            false => schema.required.iter().any(|r| r.value == name),
        };
        let mut names: HashMap<String, Span> = HashMap::new();
        let mut fields: Vec<Field<'a>> = Vec::with_capacity(schema.properties.len());
        for (member, declared) in schema.properties.iter() {
            let type_name = || format!("{rust_name}{}", rust_type(&member.value));
            let at = SchemaRef {
                schema: declared,
                ..at
            };
            let r#type = self.type_of(at, &type_name, member.span);
            let rust = match &*declared.x_rust_name {
                // On an enum or object it names the type.
                Some(name) if !matches!(r#type, Type::Named(_)) => name.value.clone(),
                _ => rust_field(&member.value),
            };
            let first = match many {
                true => names.insert(rust.clone(), member.span),
                false => fields.iter().find(|f| f.rust_name == rust).map(|f| f.span),
            };
            if let Some(first) = first {
                let finding = rules::name_collision::report("field", &rust, member.span, first);
                self.names.collisions.push(finding);
            }
            fields.push(Field {
                name: &member.value,
                rust_name: rust,
                r#type,
                required: is_required(&member.value),
                sensitive: declared.x_sensitive.as_ref().is_some_and(|s| s.value),
                recursive: false,
                schema: declared,
                span: member.span,
            });
        }
        let additional = match &schema.additional_properties {
            Some(Additional::Schema(values)) => {
                let at = SchemaRef {
                    schema: values,
                    ..at
                };
                Some(self.type_of(at, &|| format!("{rust_name}Value"), span))
            }
            _ => None,
        };
        if let TypeDef::Struct(added) = &mut self.types[id.0] {
            added.fields = fields;
            added.additional = additional;
        }
        Type::Named(id)
    }

    fn add(
        &mut self,
        schema: &'a Schema,
        definition: TypeDef<'a>,
        span: Span,
        nullable: bool,
    ) -> TypeId {
        self.names.claim(Scope::Types, definition.rust_name(), span);
        let id = TypeId(self.types.len());
        self.types.push(definition);
        let named = Type::Named(id);
        let whole = if nullable {
            Type::Nullable(Box::new(named))
        } else {
            named
        };
        self.roots.insert(schema, whole);
        id
    }

    /// Marks members through which a type contains itself without a list or map between.
    fn mark_recursive(&mut self) {
        let direct: Vec<Vec<TypeId>> = self
            .types
            .iter()
            .map(|t| match t {
                TypeDef::Struct(s) => s
                    .fields
                    .iter()
                    .filter_map(|f| contained(&f.r#type))
                    .collect(),
                TypeDef::Enum(_) => Vec::new(),
            })
            .collect();
        let reaches = |from: TypeId, to: TypeId| {
            let mut seen = HashSet::new();
            let mut open = vec![from];
            while let Some(id) = open.pop() {
                if id == to {
                    return true;
                }
                if seen.insert(id) {
                    open.extend(&direct[id.0]);
                }
            }
            false
        };
        for (number, definition) in self.types.iter_mut().enumerate() {
            // Types without named members cannot contain themselves.
            let TypeDef::Struct(definition) = definition else {
                continue;
            };
            if direct[number].is_empty() {
                continue;
            }
            for field in &mut definition.fields {
                field.recursive =
                    contained(&field.r#type).is_some_and(|id| reaches(id, TypeId(number)));
            }
        }
    }
}

fn contained(r#type: &Type) -> Option<TypeId> {
    match r#type {
        Type::Named(id) => Some(*id),
        Type::Nullable(inner) => contained(inner),
        _ => None,
    }
}

/// The narrowest usual type for the bounds.
fn integer(schema: &Schema) -> Integer {
    let least = schema.minimum.as_ref().map(|m| m.value);
    let least = least.or(schema.exclusive_minimum.as_ref().map(|m| m.value + 1.0));
    let greatest = schema.maximum.as_ref().map(|m| m.value);
    let greatest = greatest.or(schema.exclusive_maximum.as_ref().map(|m| m.value - 1.0));
    match (least, greatest) {
        (Some(least), Some(most)) if least >= 0.0 && most <= f64::from(u32::MAX) => Integer::U32,
        (Some(least), _) if least >= 0.0 => Integer::U64,
        (Some(least), Some(most))
            if least >= f64::from(i32::MIN) && most <= f64::from(i32::MAX) =>
        {
            Integer::I32
        }
        _ => Integer::I64,
    }
}
