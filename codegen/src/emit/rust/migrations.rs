//! The module `migrations`: how legacy events become live ones, as a table.

use std::collections::HashMap;

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::check::{Index, SchemaRef};
use crate::ir::EventType;
use crate::load::Node;
use crate::model::{AttributeType, FieldRule, Migration, Text, Unmapped};

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.migrations.as_ref()?;
    let mut writer = Writer::default();
    writer.module_doc("How events of legacy types become events of live ones.");
    writer.blank();
    let by_name: HashMap<&str, &EventType<'_>> = emitter
        .catalog
        .events
        .iter()
        .map(|event| (event.short.as_str(), event))
        .collect();
    let migrations: Vec<_> = file
        .body
        .migrations
        .iter()
        .filter_map(|(from, migration)| {
            let target = Target::find(emitter, &by_name, migration)?;
            Some((from, migration, target))
        })
        .collect();
    if migrations.iter().any(|(_, _, target)| target.constant) {
        writer.line(format_args!("use super::types;"));
    }
    let has_rules = migrations.iter().any(|(_, migration, _)| {
        migration.subject.is_some() || migration.data.len() + migration.extensions.len() > 0
    });
    let names: &[&str] = match has_rules {
        true => &["self", "FieldRule", "MigrateError", "Migration", "Origin"],
        false => &["self", "MigrateError", "Migration"],
    };
    let support = emitter.support;
    writer.line(format_args!("use {support}::Envelope;"));
    writer.import(&format!("{support}::migration"), names);
    writer.blank();
    writer.doc(
        "Translates an event of a legacy type, its data included; others stay as they are.\n\n\
         # Errors\nWhen it lacks what the live type requires.",
    );
    writer.open(format_args!(
        "pub fn migrate(event: Envelope) -> Result<Envelope, MigrateError> {{"
    ));
    writer.line(format_args!("migration::migrate(MIGRATIONS, event)"));
    writer.close("}");
    writer.blank();
    writer.doc("All legacy types.");
    let head = "pub static MIGRATIONS: &[Migration] = ";
    writer.structs(head, "Migration", &migrations, ";", |writer, item| {
        let (from, migration, target) = item;
        write(emitter, writer, from, migration, target);
    });
    Some(Module {
        name: "migrations".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}

/// The live type.
struct Target<'e, 'a> {
    /// Expression for its full name.
    name: String,
    /// Whether that is a constant of `types`.
    constant: bool,
    event: &'e EventType<'a>,
}

impl<'e, 'a> Target<'e, 'a> {
    fn find(
        emitter: &Emitter<'e, 'a>,
        by_name: &HashMap<&str, &'e EventType<'a>>,
        migration: &Migration,
    ) -> Option<Self> {
        let index = &emitter.catalog.index;
        let short = index.short(&migration.to);
        if let Some(event) = by_name.get(short) {
            return Some(Self {
                name: format!("types::{}", event.constant()),
                constant: true,
                event,
            });
        }
        let (family, _) = short.rsplit_once('.')?;
        let event = by_name.get(format!("{family}.*").as_str())?;
        Some(Self {
            name: literal(&index.full_type(short)),
            constant: false,
            event,
        })
    }
}

fn write(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    from: &Text,
    migration: &Migration,
    target: &Target<'_, '_>,
) {
    let catalog = emitter.catalog;
    let schema = &catalog.schemas[target.event.data];
    let root = SchemaRef {
        file: schema.declared,
        schema: &schema.declared.body.root,
    };
    writer.line(format_args!("from: {},", literal(&from.value)));
    writer.line(format_args!("to: {},", target.name));
    writer.line(format_args!("dataschema: {},", literal(&schema.url)));
    let media_type = literal(&catalog.header.datacontenttype.value);
    writer.line(format_args!("datacontenttype: {media_type},"));
    let keep = migration.unmapped.as_deref() != Some(&Unmapped::Drop);
    writer.line(format_args!("keep_unmapped: {keep},"));
    rules(writer, "data", migration.data.iter(), |name| Needs {
        required: is_required(&catalog.index, root, name),
        text: false,
    });
    rules(writer, "extensions", migration.extensions.iter(), |name| {
        let extensions = catalog.spec.extensions.as_ref();
        let declared = extensions.and_then(|file| file.body.extensions.get(name));
        let text = AttributeType::String.as_str();
        Needs {
            required: target.event.required_extensions.contains(&name),
            text: declared.is_some_and(|extension| extension.r#type.value == text),
        }
    });
    match &migration.subject {
        Some(subject) => {
            writer.open(format_args!("subject: Some(FieldRule {{"));
            rule(writer, "subject", subject, Needs::default());
            writer.close("}),");
        }
        None => writer.line(format_args!("subject: None,")),
    }
    let template = literal(&subject_template(emitter, root));
    writer.line(format_args!("subject_template: {template},"));
}

/// What the live event needs of a value.
#[derive(Clone, Copy, Default)]
struct Needs {
    required: bool,
    text: bool,
}

fn rules<'m>(
    writer: &mut Writer,
    field: &str,
    rules: impl Iterator<Item = (&'m Text, &'m FieldRule)>,
    needs: impl Fn(&str) -> Needs,
) {
    let rules: Vec<_> = rules.collect();
    let head = format!("{field}: ");
    writer.structs(
        &head,
        "FieldRule",
        &rules,
        ",",
        |writer, (name, declared)| {
            rule(writer, name, declared, needs(name));
        },
    );
}

fn rule(writer: &mut Writer, target: &str, rule: &FieldRule, needs: Needs) {
    writer.line(format_args!("target: {},", literal(target)));
    origin(writer, rule);
    if needs.required {
        writer.line(format_args!("required: true,"));
    }
    if needs.text {
        writer.line(format_args!("text: true,"));
    }
    if let Some(default) = &rule.default {
        writer.line(format_args!("default: Some({}),", json(default)));
    }
    if let Some(part) = &rule.part {
        writer.line(format_args!("part: Some({}),", part.value));
    }
    if let Some(prefix) = &rule.trim_prefix {
        let prefix = literal(&prefix.value);
        writer.line(format_args!("trim_prefix: Some({prefix}),"));
    }
    if !rule.map.is_empty() {
        let entries: Vec<_> = rule
            .map
            .iter()
            .map(|(from, to)| format!("({}, {})", literal(&from.value), json(to)))
            .collect();
        writer.slice("map: ", &entries, ",");
    }
    if let Some(length) = &rule.name_length {
        writer.line(format_args!("name_length: Some({}),", length.value));
    }
    if let Some(key) = &rule.wrap {
        writer.line(format_args!("wrap: Some({}),", literal(&key.value)));
    }
    writer.line(format_args!("..FieldRule::NOTHING"));
}

fn origin(writer: &mut Writer, rule: &FieldRule) {
    let literals =
        |texts: &[Text]| -> Vec<String> { texts.iter().map(|text| literal(&text.value)).collect() };
    if !rule.from.is_empty() {
        writer.slice("origin: Origin::From(", &literals(&rule.from), "),");
    } else if !rule.join.is_empty() {
        writer.slice("origin: Origin::Join(", &literals(&rule.join), "),");
    } else if let Some(name) = &rule.attribute {
        let name = literal(&name.value);
        writer.line(format_args!("origin: Origin::Attribute({name}),"));
    } else {
        let value = rule.value.as_ref().map_or_else(|| literal("null"), json);
        writer.line(format_args!("origin: Origin::Value({value}),"));
    }
}

fn json(node: &Node) -> String {
    literal(&node.to_json().to_string())
}

/// Whether a schema requires a member and everything above it.
fn is_required(index: &Index<'_>, schema: SchemaRef<'_>, path: &str) -> bool {
    let mut at = Some(schema);
    path.split('.').all(|part| {
        let Some(here) = at.and_then(|at| index.follow(at)) else {
            return false;
        };
        let member = here.schema.properties.get(part);
        at = member.map(|schema| SchemaRef { schema, ..here });
        here.schema.required.iter().any(|r| r.value == part)
    })
}

/// The template of subjects, with the members of the data that fill it: a placeholder `name` is
/// filled by `name`, or by a required member that ends in `Name`.
fn subject_template(emitter: &Emitter<'_, '_>, data: SchemaRef<'_>) -> String {
    let header = emitter.catalog.header;
    let format = header
        .naming
        .subject
        .format
        .value
        .replace("{prefix}", &header.prefix.value);
    let mut template = String::new();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let ending = crate::ir::names::pascal(name);
        let longer = data
            .schema
            .required
            .iter()
            .find(|r| r.value.ends_with(&ending));
        template.push_str(before);
        template.push('{');
        template.push_str(name);
        if let Some(longer) = longer {
            template.push('|');
            template.push_str(&longer.value);
        }
        template.push('}');
        rest = after;
    }
    template.push_str(rest);
    template
}
