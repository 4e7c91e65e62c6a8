use crate::check::rules::error_code_grammar::{constant, is_constant};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// An environment variable has a name that shells and programs do not share.
    ///
    /// ## What it does
    /// Names of variables, in `environment.yaml` and of partners, and of what they fall back to, are capital
    /// letters, digits and single underscores, and begin with a letter.
    ///
    /// ## Why
    /// Shells cannot set other names, and on some systems case makes no difference.
    ///
    /// ## Fails
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   log-level: { summary: What is logged., type: string }
    /// ```
    ///
    /// ## Passes
    /// ```yaml environment.yaml
    /// # …
    /// variables:
    ///   LOG_LEVEL: { summary: What is logged., type: string }
    /// ```
    "variable-name", 710, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let variables = || spec.environment.iter().flat_map(|f| f.body.variables.iter());
    let partners = spec.partners.iter().flat_map(|p| {
        let services = p.services.iter().filter_map(|(_, service)| service.variable.as_ref());
        p.environment.iter().map(|(name, _)| name).chain(services)
    });
    let own = variables().map(|(name, _)| name).chain(variables().filter_map(|(_, v)| v.fallback.as_ref()));
    for name in own.chain(partners).filter(|name| !is_constant(name)) {
        findings.push(
            Finding::new(&META, name.span, format!("`{}` is no name of a variable", name.value))
                .label("not in upper case with underscores")
                .help(format!("write it as `{}`", constant(name))),
        );
    }
}
