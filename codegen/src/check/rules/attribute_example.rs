use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::attributes::{ATTRIBUTES, DATA, is_media_type, unfit, wrong_type};
use crate::event::validate_part;
use crate::load::Node;

rule! {
    /// The example of an attribute is no value that it can have.
    ///
    /// ## What it does
    /// Reports an `example` of an attribute that does not fit its type in CloudEvents or its own pattern, and
    /// an example of a practice that breaks a rule about attributes or has one that the catalogue lacks.
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
    /// ```yaml catalog.yaml
    /// # …
    /// practices:
    ///   - title: Schemas
    ///     rules: [Say which schema the data follow.]
    ///     example: { datascheme: "https://shop.example.com/schemas/order/v1.0.0" }
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
    practices(context, findings);
    let Some(file) = &context.spec.extensions else { return };
    for (name, extension) in file.body.extensions.iter() {
        if let Some(example) = &extension.example
            && let Some(expected) = wrong_type(&extension.r#type, example)
        {
            findings.push(report(name, example, expected));
        }
    }
    for (name, extension) in file.body.extensions.iter() {
        let fits = |example: &&Node| wrong_type(&extension.r#type, example).is_none();
        let example = extension.example.as_ref().filter(fits);
        if let Some((example, expected)) = example.and_then(|e| Some((e, unfit(extension, e.as_str()?)?))) {
            findings.push(report(name, example, &expected));
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

/// The parts of events that show practices.
fn practices(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let extensions = context.spec.extensions.as_ref().map(|f| &f.body.extensions);
    let unread = extensions.map_or(!context.spec.broken.is_empty(), |e| !e.broken().is_empty());
    for practice in context.spec.catalog.iter().flat_map(|c| &c.practices) {
        let Some(example) = &practice.example else { continue };
        let found = validate_part(&context.index, example);
        findings.extend(found.into_iter().map(|mismatch| mismatch.finding(&META)));
        let names = || {
            let own = extensions.iter().flat_map(|e| e.names());
            ATTRIBUTES.iter().chain(DATA).copied().chain(own)
        };
        let keys = example.as_map().into_iter().flat_map(|map| map.iter()).map(|(key, _)| key);
        for key in keys.filter(|key| !unread && !names().any(|name| name == key.value)) {
            findings.push(
                Finding::new(&META, key.span, format!("the catalogue has no attribute `{}`", key.value))
                    .label("unknown attribute")
                    .did_you_mean(key.span, key, names())
                    .help("describe it below `extensions` in `extensions.yaml`"),
            );
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
