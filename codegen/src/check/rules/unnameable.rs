use crate::check::{Context, Role, Visit, rule};
use crate::diagnostics::Finding;
use crate::ir::names::{is_rust_keyword, pascal, snake};
use crate::load::Value;
use crate::model::Text;
use crate::source::Span;

rule! {
    /// No identifier can be made of a name.
    ///
    /// ## What it does
    /// Reports a member, definition or value of an `enum` that holds neither a letter nor a digit, or
    /// letters outside ASCII, and an `x-rust-name` that is no identifier.
    ///
    /// ## Why
    /// Fields, types and variants are named after them in every target. Words that are reserved in a
    /// target are no problem: they are escaped (`r#type` in Rust, `class_` in Python).
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     größe: { type: string, description: How large. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     größe: { type: string, description: How large., x-rust-name: size }
    /// ```
    "unnameable", 103, Error, each_schema check
}

fn check(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = visit.schema;
    match (&*schema.x_rust_name, visit.role) {
        (Some(name), _) => rust_name(name, findings),
        (None, Role::Member(name)) => {
            source_name("member", name, name.span, "give it an `x-rust-name`", findings);
        }
        (None, Role::Definition(name)) => {
            source_name("definition", name, name.span, "give it an `x-rust-name`", findings);
        }
        _ => {}
    }
    for value in schema.r#enum.iter().flat_map(|e| e.iter()) {
        if let Value::String(text) = &value.value {
            let help = "leave it out (enums are open), or describe the values by a `pattern`";
            source_name("value", text, value.span, help, findings);
        }
    }
}

fn source_name(what: &str, name: &str, span: Span, help: &str, findings: &mut Vec<Finding>) {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let why = if name.chars().any(|c| c.is_alphanumeric() && !c.is_ascii()) {
        "has letters outside ASCII"
    } else if letters.count() == 0 {
        "has neither a letter nor a digit"
    } else {
        return;
    };
    findings.push(
        Finding::new(&META, span, format!("the {what} `{name}` {why}"))
            .label("no identifier can be made of it")
            .help(help),
    );
}

fn rust_name(name: &Text, findings: &mut Vec<Finding>) {
    let start = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let reserved = is_rust_keyword(name) || name.value == "Self";
    if start && word && !reserved {
        return;
    }
    let finding = Finding::new(&META, name.span, format!("`{}` is no Rust identifier", name.value))
        .label("no identifier");
    findings.push(if reserved {
        finding.help("choose another word: this one is reserved")
    } else {
        let (field, r#type) = (snake(name), pascal(name));
        finding.help(format!("write `{field}` for a field, `{type}` for a type"))
    });
}
