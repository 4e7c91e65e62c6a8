use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::attributes::{is_media_type, wrong_type};
use crate::load::Node;

rule! {
    /// The example of an attribute is no value that it can have.
    ///
    /// ## What it does
    /// Reports an `example` of an attribute that does not fit its type in CloudEvents.
    ///
    /// ## Why
    /// Sample events in the docs and from `klambda sample` carry it.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: Integer, summary: Number of the delivery., optionalFor: ["*"], example: first }
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt: { type: Integer, summary: Number of the delivery., optionalFor: ["*"], example: 1 }
    /// ```
    "attribute-example", 206, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.extensions else { return };
    for (name, extension) in file.body.extensions.iter() {
        if let Some(example) = &extension.example
            && let Some(expected) = wrong_type(&extension.r#type, example)
        {
            findings.push(report(name, example, expected));
        }
    }
    for (name, attribute) in file.body.attributes.iter() {
        if let Some(example) = &attribute.example
            && let Some(expected) = wrong_core(name, example)
        {
            findings.push(report(name, example, expected));
        }
    }
}

fn report(name: &str, example: &Node, expected: &str) -> Finding {
    Finding::new(&META, example.span, format!("the example of `{name}` is not {expected}"))
        .label(format!("found {}", example.kind()))
        .help(format!("write {expected}"))
}

/// What a value of a core attribute looks like, where `value` does not.
fn wrong_core(name: &str, value: &Node) -> Option<&'static str> {
    let Some(text) = value.as_str() else { return Some("text") };
    let format = match name {
        "time" => "date-time",
        "dataschema" => "uri",
        "source" => "uri-reference",
        "datacontenttype" => return (!is_media_type(text)).then_some("a media type"),
        _ => return text.is_empty().then_some("text with at least one character"),
    };
    format_problem(format, text)
}
