use crate::check::data::format_problem;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::naming::follows;

rule! {
    /// The example of a type, source or subject does not follow its template.
    ///
    /// ## What it does
    /// Reports an `example` below `naming` that its `format` could not have made, and a source that is no
    /// URI reference.
    ///
    /// ## Why
    /// It is the first name that people see and copy. CloudEvents requires a source to be a URI
    /// reference.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// naming:
    ///   source:
    ///     example: com.example.shop/desk/order-7
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// naming:
    ///   source:
    ///     example: com.example.shop/desk/shop/order-7
    /// ```
    "naming-example", 208, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let naming = &catalog.naming;
    for format in [&naming.r#type, &naming.source, &naming.subject] {
        let example = &format.example;
        if !follows(&format.format, &catalog.prefix, example) {
            findings.push(
                Finding::new(&META, example.span, format!("`{}` does not follow the template", example.value))
                    .label("not made by the template")
                    .also(format.format.span, "the template")
                    .help(format!("write a name as `{}` makes it", format.format.value)),
            );
        }
    }
    let source = &naming.source.example;
    if let Some(expected) = format_problem("uri-reference", source) {
        findings.push(
            Finding::new(&META, source.span, format!("a source must be {expected}"))
                .label("not a URI reference")
                .help("use letters, digits and `-._~/`, and percent-encode the rest"),
        );
    }
}
