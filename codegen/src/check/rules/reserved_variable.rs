use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A function's Service sets an environment variable that Knative sets itself.
    ///
    /// ## What it does
    /// Reports `value` of `PORT`, `K_SERVICE`, `K_CONFIGURATION` and `K_REVISION`.
    ///
    /// ## Why
    /// Knative refuses a Service that sets one of them.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   PORT: { summary: Port to listen on., type: port, default: 8080, value: "8080" }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   PORT: { summary: Port to listen on., type: port, default: 8080 }
    /// ```
    "reserved-variable", 717, Error, check
}

/// Knative Serving, `pkg/apis/serving/k8s_validation.go`.
const RESERVED: &[&str] = &["PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let variables = context.spec.environment.iter().flat_map(|f| f.body.variables.iter());
    for (name, variable) in variables.filter(|(name, _)| RESERVED.contains(&name.value.as_str())) {
        let Some(value) = &variable.value else { continue };
        let finding = Finding::new(&META, value.span, format!("a Service cannot set `{}`", name.value))
            .label("set by Knative")
            .also(name.span, "a reserved name");
        findings.push(match name.as_str() {
            "PORT" => finding.help("remove `value:`; Knative sets it to the `port` of `service` in `runtimes.yaml`"),
            _ => finding.help("remove `value:`"),
        });
    }
}
