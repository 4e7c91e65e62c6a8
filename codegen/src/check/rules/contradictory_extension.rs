use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// An extension attribute is required and optional for the same events.
    ///
    /// ## What it does
    /// Reports a category, or an event's `requires` and `allows`, that names an extension in both ways or
    /// twice in one.
    ///
    /// ## Why
    /// A reader of the file cannot tell which of the two is meant; the compiler would take the stricter.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt:
    ///     type: Integer
    ///     summary: Number of the delivery.
    ///     requiredFor: [command]
    ///     optionalFor: [command]
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   attempt:
    ///     type: Integer
    ///     summary: Number of the delivery.
    ///     optionalFor: [command, lifecycle]
    /// ```
    "contradictory-extension", 205, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, extension) in context.spec.extensions.iter().flat_map(|f| f.body.extensions.iter()) {
        let what = |category: &str| format!("`{}` for `{category}`", name.value);
        both(&extension.required_for, &extension.optional_for, what, findings);
    }
    for event in &context.index.events {
        let what = |extension: &str| format!("`{extension}` for this event");
        both(&event.event.requires, &event.event.allows, what, findings);
    }
}

/// Lists hold a few names, so that comparing all of them costs nothing.
fn both(required: &[Text], optional: &[Text], what: impl Fn(&str) -> String, findings: &mut Vec<Finding>) {
    let all: Vec<(&Text, bool)> =
        required.iter().map(|t| (t, true)).chain(optional.iter().map(|t| (t, false))).collect();
    for (number, (name, is_required)) in all.iter().enumerate() {
        let Some((first, first_required)) = all[..number].iter().find(|(other, _)| other.value == name.value) else {
            continue;
        };
        let message = if is_required == first_required {
            format!("{} is said twice", what(name))
        } else {
            format!("{} is required and optional", what(name))
        };
        findings.push(
            Finding::new(&META, name.span, message)
                .label("again here")
                .also(first.span, "first here")
                .help("remove one of the two"),
        );
    }
}
