use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{NameFormat, Text};

rule! {
    /// A template of a type, source or subject cannot be filled.
    ///
    /// ## What it does
    /// Reports a placeholder that its template does not have, a brace without its other half, a
    /// component that stands in no placeholder, and a format of types other than
    /// `{prefix}.{category}.{entity}.{action}`.
    ///
    /// ## Why
    /// Constructors and `klambda sample` fill the templates; a placeholder that nobody knows would stay
    /// in the event. Types always have the same parts, because filters, files and modules are made
    /// from them.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// naming:
    ///   subject:
    ///     format: "{namespace}/{nmae}"
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// naming:
    ///   subject:
    ///     format: "{namespace}/{name}"
    /// ```
    "naming-format", 207, Error, check
}

const TYPE: &str = "{prefix}.{category}.{entity}.{action}";
const SOURCE: &[&str] = &["prefix", "component", "namespace", "name"];
const SUBJECT: &[&str] = &["namespace", "name"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let naming = &catalog.naming;
    let r#type = &naming.r#type.format;
    if r#type.value != TYPE {
        findings.push(
            Finding::new(&META, r#type.span, "types have another format")
                .label(format!("expected `{TYPE}`"))
                .help(format!("write `\"{TYPE}\"`; a category says `entities: false` where the entity is left out"))
                .replace("write the format that types have", format!("\"{TYPE}\""), false),
        );
    }
    template(context, &naming.source, SOURCE, findings);
    template(context, &naming.subject, SUBJECT, findings);
    for format in [&naming.r#type, &naming.source, &naming.subject] {
        for (component, _) in format.components.iter() {
            let names: Vec<&str> = placeholders(&format.format).filter_map(|(_, p)| p).collect();
            if !names.contains(&component.as_str()) {
                let message = format!("`{}` has no placeholder `{{{}}}`", format.format.value, component.value);
                findings.push(
                    Finding::new(&META, component.span, message)
                        .label("stands for nothing")
                        .also(format.format.span, "the template")
                        .did_you_mean(component.span, component, names.iter().copied())
                        .help(format!("placeholders of this template are {}", names.join(", "))),
                );
            }
        }
    }
}

fn template(context: &Context<'_>, format: &NameFormat, known: &[&str], findings: &mut Vec<Finding>) {
    let text: &Text = &format.format;
    for (offset, placeholder) in placeholders(text) {
        match placeholder {
            None => {
                let span = context.inside(text, offset, 1);
                findings.push(
                    Finding::new(&META, span, "a brace without its other half")
                        .label("opens or closes nothing")
                        .help("write placeholders as `{name}`"),
                );
            }
            Some(name) if !known.contains(&name) => {
                let span = context.inside(text, offset + 1, name.len());
                findings.push(
                    Finding::new(&META, span, format!("unknown placeholder `{{{name}}}`"))
                        .label("nothing can be put here")
                        .did_you_mean(span, name, known.iter().copied())
                        .help(format!("placeholders of this template are {}", known.join(", "))),
                );
            }
            Some(_) => {}
        }
    }
}

/// Placeholders of a template with the offsets of their braces; `None` for a brace alone.
fn placeholders(template: &str) -> impl Iterator<Item = (usize, Option<&str>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = at + template.get(at..)?.find(['{', '}'])?;
        let inner = template[found..].strip_prefix('{');
        let name = inner.and_then(|i| i.split_once('}')).map(|(name, _)| name).filter(|n| !n.contains('{'));
        at = found + name.map_or(1, |n| n.len() + 2);
        Some((found, name))
    })
}
