use std::collections::HashMap;

use crate::check::{Context, Visit, rule};
use crate::diagnostics::Finding;
use crate::ir::names::{pascal, snake};
use crate::source::Span;

rule! {
    /// Two names become the same name in a target.
    ///
    /// ## What it does
    /// Reports names that differ in the spec but not after they are written as the targets write them: types,
    /// variants, fields, constants, modules and files. File names are compared without regard to case.
    ///
    /// ## Why
    /// The second would overwrite the first.
    ///
    /// ## Fails
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     placed_at: { type: string, format: date-time, description: When it was placed. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/order.yaml
    /// # …
    /// root:
    ///   properties:
    ///     storedAt: { type: string, format: date-time, description: When it was stored. }
    /// ```
    "name-collision", 101, Error, each_schema go_fields
}

/// `what` is the kind of name, `name` what both become.
pub(crate) fn report(what: &str, name: &str, second: Span, first: Span) -> Finding {
    Finding::new(&META, second, format!("this and another name both make the {what} `{name}`"))
        .label("collides")
        .also(first, "with this")
        .help("rename one of them, or give it `x-rust-name`")
}

/// An event type whose Rust type is named like the enum or the trait over all events of its category.
pub(crate) fn of_category(name: &str, event: Span, category: Span) -> Finding {
    Finding::new(&META, event, format!("this event type and its category both make the type `{name}`"))
        .label("collides")
        .also(category, "with what is made for this category")
        .help("choose another action, or give the category entities")
}

/// Two values of one enum that make the same variant.
pub(crate) fn variants(values: (&str, &str), name: &str, span: Span) -> Finding {
    let (first, second) = values;
    Finding::new(&META, span, format!("`{first}` and `{second}` both make the variant `{name}`"))
        .label("these values")
        .help("list only one of them: enums are open, readers keep values that are not listed")
}

/// Go joins words without a mark between them: `port-2` and `port2` are one field there. All other
/// collisions of members are collisions in Rust, and found when names are decided.
fn go_fields(_: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let members = &visit.schema.properties;
    // Only a word that begins with a digit can lose its beginning.
    let digit_after_mark = |name: &str| {
        let pairs = name.as_bytes().windows(2);
        pairs.into_iter().any(|pair| !pair[0].is_ascii_alphanumeric() && pair[1].is_ascii_digit())
    };
    if !members.names().any(digit_after_mark) {
        return;
    }
    let mut seen = HashMap::new();
    for (name, _) in members.iter() {
        let go = pascal(name);
        if let Some(first) = seen.insert(go.clone(), name)
            && snake(first) != snake(name)
        {
            findings.push(report("Go field", &go, name.span, first.span));
        }
    }
}
