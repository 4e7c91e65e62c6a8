//! The module `environment`: environment variables as a struct.

use super::writer::{Writer, literal};
use super::{Emitter, Module};
use crate::ir::names::{rust_field, rust_type, screaming};
use crate::load::Node;
use crate::model::{Text, Variable, VariableType};

/// A variable and its names.
struct Named<'a> {
    /// Its name in the spec.
    name: &'a Text,
    declared: &'a Variable,
    /// Its field.
    field: String,
    /// Type of its values.
    value: String,
}

impl Named<'_> {
    fn is_required(&self) -> bool {
        self.declared.required.as_ref().is_some_and(|r| r.value)
    }

    /// Whether the field always has a value.
    fn is_set(&self) -> bool {
        self.is_required() || self.declared.default.is_some()
    }
}

pub(super) fn module(emitter: &Emitter<'_, '_>) -> Option<Module> {
    let file = emitter.catalog.spec.environment.as_ref()?;
    let variables: Vec<_> = file
        .body
        .variables
        .iter()
        .map(|(name, declared)| Named {
            name,
            declared,
            field: rust_field(&name.value),
            value: value_type(name, declared),
        })
        .collect();
    let mut writer = Writer::default();
    writer.module_doc("Environment variables.");
    writer.blank();
    let has = |kind| variables.iter().any(|v| v.declared.r#type.value == kind);
    if has(VariableType::Seconds) {
        writer.line(format_args!("use std::time::Duration;"));
        writer.blank();
    }
    let support = emitter.support;
    let has_secrets = variables.iter().any(|v| v.declared.sensitive == Some(true));
    if has(VariableType::Enum) || has_secrets {
        writer.line(format_args!("use {support};"));
    }
    let names = ["self", "EnvironmentError", "Reader", "Variable"];
    writer.import(&format!("{support}::environment"), &names);
    writer.blank();
    definition(&mut writer, &variables, has_secrets);
    writer.blank();
    writer.open(format_args!("impl Environment {{"));
    constants(&mut writer, &variables);
    readers(&mut writer, &variables);
    writer.close("}");
    if has_secrets {
        writer.blank();
        debug(&mut writer, &variables);
    }
    for variable in &variables {
        if variable.declared.r#type.value == VariableType::Enum {
            writer.blank();
            values(&mut writer, variable);
        }
    }
    Some(Module {
        name: "environment".into(),
        content: writer.finish(),
        source: emitter.catalog.path(file.file),
    })
}

fn value_type(name: &str, declared: &Variable) -> String {
    match declared.r#type.value {
        VariableType::String
        | VariableType::Url
        | VariableType::Dns1123Label
        | VariableType::Handler => "String".into(),
        VariableType::Integer => "u64".into(),
        VariableType::Port => "u16".into(),
        VariableType::Boolean => "bool".into(),
        VariableType::Seconds => "Duration".into(),
        VariableType::Enum => match rust_type(name).as_str() {
            // The struct has this name.
            "Environment" => "EnvironmentValue".into(),
            other => other.to_owned(),
        },
    }
}

fn definition(writer: &mut Writer, variables: &[Named<'_>], has_secrets: bool) {
    writer.doc("What the environment variables of a program say.");
    match has_secrets {
        true => writer.line(format_args!("#[derive(Clone, PartialEq, Eq)]")),
        false => writer.line(format_args!("#[derive(Clone, Debug, PartialEq, Eq)]")),
    }
    writer.open(format_args!("pub struct Environment {{"));
    for variable in variables {
        writer.doc(&documentation(variable));
        let (field, value) = (&variable.field, &variable.value);
        let field = format!("pub {field}");
        match variable.is_set() {
            true => writer.member(&field, value),
            false => writer.member(&field, &format!("Option<{value}>")),
        }
    }
    writer.close("}");
}

fn documentation(variable: &Named<'_>) -> String {
    let declared = variable.declared;
    let mut text = format!("{}.", declared.summary.value.trim().trim_end_matches('.'));
    if let Some(description) = &declared.description {
        text.push_str("\n\n");
        text.push_str(description.value.trim());
    }
    text.push_str(&format!("\n\nVariable: `{}`.", variable.name.value));
    if let Some(fallback) = &declared.fallback {
        text.push_str(&format!(" Where it is not set: `{}`.", fallback.value));
    }
    if let Some(default) = &declared.default {
        text.push_str(&format!(" Default: `{}`.", plain(default)));
    }
    if let Some(by) = &declared.set_by {
        text.push_str(&format!(" Set by {}.", by.value));
    }
    text
}

fn constants(writer: &mut Writer, variables: &[Named<'_>]) {
    for variable in variables {
        let name = &variable.name.value;
        writer.doc(&format!("The variable `{name}`."));
        let constant = screaming(name);
        writer.open(format_args!("pub const {constant}: Variable = Variable {{"));
        writer.line(format_args!("name: {},", literal(name)));
        match &variable.declared.fallback {
            Some(other) => {
                writer.line(format_args!("fallback: Some({}),", literal(&other.value)));
            }
            None => writer.line(format_args!("fallback: None,")),
        }
        let sensitive = variable.declared.sensitive == Some(true);
        writer.line(format_args!("sensitive: {sensitive},"));
        writer.close("};");
    }
}

fn readers(writer: &mut Writer, variables: &[Named<'_>]) {
    writer.blank();
    writer.doc(
        "Reads the variables of this process.\n\n# Errors\nAs [`from_vars`](Self::from_vars).",
    );
    writer.open(format_args!(
        "pub fn from_env() -> Result<Self, EnvironmentError> {{"
    ));
    writer.line(format_args!(
        "Self::from_vars(environment::process_variables())"
    ));
    writer.close("}");
    writer.blank();
    writer.doc(
        "Reads variables. One that is set to nothing is not set.\n\n# Errors\nNames every variable \
         that is wrong or missing.",
    );
    writer.signature(
        "pub fn from_vars",
        &["variables: impl IntoIterator<Item = (String, String)>".into()],
        " -> Result<Self, EnvironmentError> {",
    );
    writer.indented(|writer| {
        writer.line(format_args!("let mut reader = Reader::new(variables);"));
        for variable in variables {
            let how = if variable.is_required() {
                "required"
            } else {
                "optional"
            };
            let constant = format!("Self::{}", screaming(&variable.name.value));
            let arguments = [constant, reading(variable.declared)];
            writer.let_call(&variable.field, &format!("reader.{how}"), &arguments);
        }
        writer.line(format_args!("reader.finish()?;"));
        if variables.iter().any(Named::is_required) {
            writer.line(format_args!(
                "// From here on nothing that is required is missing."
            ));
        }
        writer.open(format_args!("Ok(Self {{"));
        for variable in variables {
            let field = &variable.field;
            match otherwise(variable) {
                Some(otherwise) => writer.method(&format!("{field}: {field}"), &otherwise),
                None => writer.line(format_args!("{field},")),
            }
        }
        writer.close("})");
    });
    writer.line(format_args!("}}"));
}

/// The function that reads a value.
fn reading(declared: &Variable) -> String {
    let bounds = || {
        let least = declared.minimum.as_ref().map_or(0, |m| m.value);
        match &declared.maximum {
            Some(most) => format!("{least}..={}", most.value),
            None => format!("{least}..=u64::MAX"),
        }
    };
    match declared.r#type.value {
        VariableType::String => "environment::text".into(),
        VariableType::Integer => format!("environment::integer({})", bounds()),
        VariableType::Port => "environment::port".into(),
        VariableType::Boolean => "environment::boolean".into(),
        VariableType::Url => "environment::url".into(),
        VariableType::Seconds => format!("environment::seconds({})", bounds()),
        VariableType::Dns1123Label => "environment::dns_label".into(),
        VariableType::Handler => "environment::handler".into(),
        VariableType::Enum => "environment::one_of".into(),
    }
}

/// What stands in for a value that is not set.
fn otherwise(variable: &Named<'_>) -> Option<String> {
    let value = &variable.value;
    let Some(default) = &variable.declared.default else {
        let first = variable.declared.values.first();
        return match (variable.is_required(), first) {
            (true, Some(first)) => Some(format!("unwrap_or({value}::{})", rust_type(&first.value))),
            (true, None) => Some("unwrap_or_default()".into()),
            (false, _) => None,
        };
    };
    let text = plain(default);
    Some(match variable.declared.r#type.value {
        VariableType::String
        | VariableType::Url
        | VariableType::Dns1123Label
        | VariableType::Handler => {
            format!("unwrap_or_else(|| {}.to_owned())", literal(&text))
        }
        VariableType::Seconds => format!("unwrap_or(Duration::from_secs({text}))"),
        VariableType::Enum => format!("unwrap_or({value}::{})", rust_type(&text)),
        VariableType::Integer | VariableType::Port | VariableType::Boolean => {
            format!("unwrap_or({text})")
        }
    })
}

/// A default as it would stand in the environment.
fn plain(node: &Node) -> String {
    match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    }
}

/// `Debug` without secrets.
fn debug(writer: &mut Writer, variables: &[Named<'_>]) {
    writer.open(format_args!("impl std::fmt::Debug for Environment {{"));
    writer.open(format_args!(
        "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{"
    ));
    writer.line(format_args!("f.debug_struct(\"Environment\")"));
    writer.indented(|writer| {
        for variable in variables {
            let field = &variable.field;
            let value = match variable.declared.sensitive {
                Some(true) => "&support::Redacted".to_owned(),
                _ => format!("&self.{field}"),
            };
            writer.call(".field", &[literal(field), value], "");
        }
        writer.line(format_args!(".finish()"));
    });
    writer.close("}");
    writer.close("}");
}

/// The enum of a variable's values.
fn values(writer: &mut Writer, variable: &Named<'_>) {
    let name = &variable.value;
    writer.doc(&format!(
        "Values of the variable `{}`.",
        variable.name.value
    ));
    writer.line(format_args!(
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]"
    ));
    writer.open(format_args!("pub enum {name} {{"));
    for value in &variable.declared.values {
        writer.doc(&format!("`{}`.", value.value));
        writer.line(format_args!("{},", rust_type(&value.value)));
    }
    writer.close("}");
    writer.blank();
    writer.open(format_args!("support::closed_enum! {{"));
    writer.open(format_args!("{name} {{"));
    for value in &variable.declared.values {
        let variant = rust_type(&value.value);
        writer.line(format_args!("{variant} = {},", literal(&value.value)));
    }
    writer.close("}");
    writer.close("}");
}
