use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::load::Value;
use crate::model::VariableType;

rule! {
    /// The bounds of an environment variable cannot hold.
    ///
    /// ## What it does
    /// Reports `minimum` and `maximum` of variables that are no numbers, bounds that exclude every number, and
    /// those that exclude the default.
    ///
    /// ## Why
    /// A program would refuse every value, or its own default.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   TIMEOUT_SECONDS: { summary: Longest time for one event., type: seconds, default: 0, minimum: 1 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   TIMEOUT_SECONDS: { summary: Longest time for one event., type: seconds, default: 30, minimum: 1 }
    /// ```
    "variable-bounds", 709, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, variable) in context.spec.environment.iter().flat_map(|f| f.body.variables.iter()) {
        let bounds = [variable.minimum, variable.maximum];
        let Some(bound) = bounds.into_iter().flatten().next() else { continue };
        let number = matches!(variable.r#type.value, VariableType::Integer | VariableType::Port | VariableType::Seconds);
        if !number {
            findings.push(
                Finding::new(&META, bound.span, format!("`{}` is no number", name.value))
                    .label("bounds what?")
                    .also(variable.r#type.span, "its type")
                    .help("remove `minimum` and `maximum`, or make it a number"),
            );
            continue;
        }
        if let [Some(least), Some(most)] = bounds
            && least.value > most.value
        {
            findings.push(
                Finding::new(&META, most.span, format!("no number is right for `{}`", name.value))
                    .label("below the minimum")
                    .also(least.span, "the minimum")
                    .help("write a `maximum` that is not below `minimum`"),
            );
            continue;
        }
        let Some(default) = &variable.default else { continue };
        let value = match &default.value {
            Value::Int(number) => Some(*number),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let Some(value) = value else { continue };
        let below = variable.minimum.filter(|least| i128::from(value) < i128::from(least.value));
        let above = variable.maximum.filter(|most| i128::from(value) > i128::from(most.value));
        if let Some(bound) = below.or(above) {
            findings.push(
                Finding::new(&META, default.span, format!("the default of `{}` is out of its bounds", name.value))
                    .label("refused")
                    .also(bound.span, "by this")
                    .help("write a default that lies within the bounds"),
            );
        }
    }
}
