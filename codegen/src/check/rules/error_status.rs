use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;
use crate::source::Spanned;

rule! {
    /// The HTTP status of a failure contradicts what is said about it.
    ///
    /// ## What it does
    /// Statuses of error classes and of the runtime's timeout lie between 100 and 599. The status of a class
    /// that is retried is no success, and is one that the retry policy lists.
    ///
    /// ## Why
    /// Brokers decide by the status alone: what is answered with 200 is done, and what the policy does not list
    /// is never delivered again.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   OutOfStock:
    ///     status: 200
    /// ```
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   OutOfStock:
    ///     status: 418
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   OutOfStock:
    ///     status: 429
    /// ```
    "error-status", 705, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let procedures = spec.runtimes.iter().flat_map(|f| [&f.body.timeout, &f.body.shutdown]);
    for status in procedures.filter_map(|p| p.status) {
        findings.extend(range(status));
    }
    let Some(file) = &spec.errors else { return };
    for (name, class) in file.classes.iter() {
        let status = class.status;
        if let Some(finding) = range(status) {
            findings.push(finding);
        } else if class.retryable.value && status.value < 300 {
            findings.push(
                Finding::new(&META, status.span, format!("`{}` is retried, yet answered with {}", name.value, status.value))
                    .label("tells the broker that all is done")
                    .also(class.retryable.span, "retried")
                    .help("write a status that is retried, such as 503, or `retryable: false`"),
            );
        } else if class.retryable.value && !is_listed(status.value, &file.retry.statuses) {
            findings.push(
                Finding::new(&META, status.span, format!("`{}` is retried, but {} is not", name.value, status.value))
                    .label("not in the retry policy")
                    .also(class.retryable.span, "retried")
                    .help("add the status to `statuses` of `retry:`, or answer with one that is there"),
            );
        }
    }
}

fn range(status: Spanned<u64>) -> Option<Finding> {
    (!(100..=599).contains(&status.value)).then(|| {
        Finding::new(&META, status.span, format!("{} is no HTTP status", status.value))
            .label("out of range")
            .help("write a number from 100 to 599")
    })
}

/// A policy that lists nothing leaves the choice to the broker.
fn is_listed(status: u64, statuses: &[Text]) -> bool {
    let status = status.to_string();
    let class = |listed: &str| listed.strip_suffix("xx").is_some_and(|c| status.starts_with(c));
    statuses.is_empty() || statuses.iter().any(|listed| listed.value == status || class(listed))
}
