use crate::check::routes::repeated;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A runtime offers no version, or one twice.
    ///
    /// ## What it does
    /// Looks at `versions` of each runtime.
    ///
    /// ## Why
    /// Users choose from this list.
    ///
    /// ## Fails
    /// ```yaml runtimes.yaml
    /// # …
    /// runtimes:
    ///   python:
    ///     versions: ["3.12", "3.13", "3.12"]
    /// ```
    ///
    /// ## Passes
    /// ```yaml runtimes.yaml
    /// # …
    /// runtimes:
    ///   python:
    ///     versions: ["3.12", "3.13"]
    /// ```
    "duplicate-runtime-version", 711, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, runtime) in context.spec.runtimes.iter().flat_map(|f| f.body.runtimes.iter()) {
        if runtime.versions.is_empty() {
            findings.push(
                Finding::new(&META, name.span, format!("`{}` has no version", name.value))
                    .label("nothing to choose from")
                    .help("list the versions that can be asked for, in quotes"),
            );
        }
        for (second, first) in repeated(runtime.versions.iter().map(|v| (&v.value, v))) {
            findings.push(
                Finding::new(&META, second.span, format!("the version `{}` stands twice", second.value))
                    .label("again")
                    .also(first.span, "first here")
                    .help("remove one of the two"),
            );
        }
    }
}
