//! One struct.

use super::writer::{Writer, literal};
use super::{Emitter, redact};
use crate::ir::names::camel;
use crate::ir::{DataSchema, Field, StringFormat, Struct, Type};

/// How a member is written in Rust.
struct Member<'s, 'a> {
    field: &'s Field<'a>,
    /// Type of its value, without anything for absence.
    value: String,
    /// Whether a value of `None` is `null`, so that a missing member needs another.
    nullable: bool,
}

/// Writes the struct `object`. Of `declared` see [`redact::declared_types`].
pub(super) fn write(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    object: &Struct<'_>,
    schema: &DataSchema<'_>,
    declared: &[bool],
) {
    let members: Vec<_> = object
        .fields
        .iter()
        .map(|field| member(emitter, field))
        .collect();
    let extra = extra_name(object);
    definition(emitter, writer, object, schema, &members, extra);
    if members.iter().any(|member| member.field.required) {
        writer.blank();
        constructor(writer, object, &members, extra);
    }
    writer.blank();
    redact::write(emitter, writer, object, declared);
}

fn member<'s, 'a>(emitter: &Emitter<'_, '_>, field: &'s Field<'a>) -> Member<'s, 'a> {
    let (inner, nullable) = match &field.r#type {
        Type::Nullable(inner) => (&**inner, true),
        inner => (inner, false),
    };
    let mut value = emitter.type_name(inner, "");
    if field.recursive {
        value = format!("Box<{value}>");
    }
    if nullable {
        value = format!("Option<{value}>");
    }
    Member {
        field,
        value,
        // A value of any type may be `null` too.
        nullable: nullable || *inner == Type::Any,
    }
}

/// Name of the field that keeps unknown members.
fn extra_name(object: &Struct<'_>) -> &'static str {
    let free = |name: &&str| object.fields.iter().all(|f| f.rust_name != *name);
    let names = ["extra", "extra_members", "other_members"];
    names.into_iter().find(free).unwrap_or("unknown_members_")
}

fn definition(
    emitter: &Emitter<'_, '_>,
    writer: &mut Writer,
    object: &Struct<'_>,
    schema: &DataSchema<'_>,
    members: &[Member<'_, '_>],
    extra: &str,
) {
    let description = object.schema.description.as_ref();
    let description = description.map_or("An object.", |d| d.value.trim());
    let address = &schema.url;
    let is_root = std::ptr::eq(object.schema, &schema.declared.body.root);
    match is_root {
        true => writer.doc(&format!("{description}\n\nSchema: <{address}>")),
        false => writer.doc(description),
    }
    let mut derives = vec!["Clone"];
    if !object.fields.iter().any(|field| field.required) {
        derives.push("Default");
    }
    derives.extend(["PartialEq", "Serialize", "Deserialize"]);
    writer.line(format_args!("#[derive({})]", derives.join(", ")));
    let camel_case = is_camel_case(object);
    let mut attributes = Vec::new();
    if emitter.is_foreign() {
        attributes.push(format!("crate = {}", literal(&emitter.serde())));
    }
    if camel_case {
        attributes.push("rename_all = \"camelCase\"".into());
    }
    if !attributes.is_empty() {
        writer.attribute("serde", &attributes);
    }
    writer.open(format_args!("pub struct {} {{", object.rust_name));
    for member in members {
        field(writer, member, camel_case);
    }
    writer.doc("Members that this version of the schema does not know.");
    writer.line(format_args!("#[serde(flatten)]"));
    let value = object.additional.as_ref().unwrap_or(&Type::Any);
    let value = emitter.type_name(value, "");
    writer.line(format_args!("pub {extra}: support::Map<{value}>,"));
    writer.close("}");
}

/// Whether most names in JSON follow from those in Rust by camel case alone.
fn is_camel_case(object: &Struct<'_>) -> bool {
    object.fields.iter().any(|field| {
        field.name != plain(&field.rust_name) && field.name == camel(plain(&field.rust_name))
    })
}

/// A name without the sign of raw identifiers.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn field(writer: &mut Writer, member: &Member<'_, '_>, camel_case: bool) {
    let field = member.field;
    writer.doc(&documentation(field));
    let mut attributes = Vec::new();
    let rust_name = plain(&field.rust_name);
    let derived = match camel_case {
        true => camel(rust_name),
        false => rust_name.to_owned(),
    };
    if field.name != derived {
        attributes.push(format!("rename = {}", literal(field.name)));
    }
    match (field.required, member.nullable) {
        (true, true) if field.r#type != Type::Any => {
            attributes.push("deserialize_with = \"Option::deserialize\"".into());
        }
        (true, _) => {}
        (false, nullable) => {
            attributes.push("default".into());
            if nullable {
                attributes.push("deserialize_with = \"support::present\"".into());
            }
            attributes.push("skip_serializing_if = \"Option::is_none\"".into());
        }
    }
    if !attributes.is_empty() {
        writer.attribute("serde", &attributes);
    }
    let name = format!("pub {}", field.rust_name);
    match field.required {
        true => writer.member(&name, &member.value),
        false => writer.member(&name, &format!("Option<{}>", member.value)),
    }
}

/// Description, then unit, default, example, version and deprecation.
fn documentation(field: &Field<'_>) -> String {
    let schema = field.schema;
    let mut text = match &schema.description {
        Some(description) => description.value.trim().to_owned(),
        None => format!("The member `{}`.", field.name),
    };
    let mut facts = Vec::new();
    let code = |node: &crate::load::Node| format!("`{}`", node.to_json());
    // `1` is the unit of a count.
    if let Some(unit) = schema.x_unit.as_ref().filter(|unit| unit.value != "1") {
        facts.push(format!("Unit: {}.", unit.value));
    }
    if let Some(default) = &*schema.default {
        facts.push(format!("Where it is missing: {}.", code(default)));
    }
    if let Some(example) = schema.examples.first().filter(|_| !field.sensitive) {
        facts.push(format!("Example: {}.", code(example)));
    }
    if let Some(since) = &*schema.x_since {
        facts.push(format!("Since {}.", since.value));
    }
    if field.sensitive {
        facts.push("Sensitive: redacted in logs and audit trails.".into());
    }
    if let Some(deprecated) = &*schema.x_deprecated {
        facts.push(super::category::deprecation(deprecated));
    }
    if !facts.is_empty() {
        text.push_str("\n\n");
        text.push_str(&facts.join(" "));
    }
    text
}

fn constructor(writer: &mut Writer, object: &Struct<'_>, members: &[Member<'_, '_>], extra: &str) {
    writer.open(format_args!("impl {} {{", object.rust_name));
    writer.doc("With the members that are required; all others are missing.");
    let required: Vec<_> = members.iter().filter(|m| m.field.required).collect();
    let arguments: Vec<_> = required
        .iter()
        .map(|member| {
            let name = &member.field.rust_name;
            if is_text(member) {
                format!("{name}: impl Into<String>")
            } else {
                format!("{name}: {}", member.value)
            }
        })
        .collect();
    if arguments.len() > 7 {
        let reason = "one for each required member";
        writer.attribute(
            "expect",
            &[
                "clippy::too_many_arguments".into(),
                format!("reason = {}", literal(reason)),
            ],
        );
    }
    writer.signature("pub fn new", &arguments, " -> Self {");
    writer.indented(|writer| {
        writer.open(format_args!("Self {{"));
        for member in members {
            let name = &member.field.rust_name;
            match member.field.required {
                true if is_text(member) => writer.line(format_args!("{name}: {name}.into(),")),
                true => writer.line(format_args!("{name},")),
                false => writer.line(format_args!("{name}: None,")),
            }
        }
        writer.line(format_args!("{extra}: support::Map::new(),"));
        writer.close("}");
    });
    writer.line(format_args!("}}"));
    writer.close("}");
}

fn is_text(member: &Member<'_, '_>) -> bool {
    member.field.r#type == Type::String(StringFormat::Plain)
}
