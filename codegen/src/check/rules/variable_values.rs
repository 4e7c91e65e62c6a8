use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::VariableType;

rule! {
    /// The values of an environment variable do not fit its type.
    ///
    /// ## What it does
    /// A variable of type `enum` lists its values, each once; one of another type lists none.
    ///
    /// ## Why
    /// Without values no text is accepted. With values beside another type it is not said what holds.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   LOG_LEVEL: { summary: What is logged., type: enum }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   LOG_LEVEL: { summary: What is logged., type: enum, values: [info, debug] }
    /// ```
    "variable-values", 708, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, variable) in context.spec.environment.iter().flat_map(|f| f.body.variables.iter()) {
        let is_enum = variable.r#type.value == VariableType::Enum;
        match variable.values.first() {
            None if is_enum => findings.push(
                Finding::new(&META, variable.r#type.span, format!("`{}` has no values", name.value))
                    .label("one of which?")
                    .help("list them in `values:`"),
            ),
            Some(first) if !is_enum => findings.push(
                Finding::new(&META, first.span, format!("`{}` has values, but is no enum", name.value))
                    .label("not looked at")
                    .also(variable.r#type.span, "its type")
                    .help("write `type: enum`, or remove `values`"),
            ),
            _ => {}
        }
        for (second, first) in repeated(variable.values.iter().map(|v| (&v.value, v))) {
            findings.push(
                Finding::new(&META, second.span, format!("the value `{}` stands twice", second.value))
                    .label("again")
                    .also(first.span, "first here")
                    .help("remove one of the two"),
            );
        }
    }
}
