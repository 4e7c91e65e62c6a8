use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::DeadLetterWhen;

rule! {
    /// An error class does not say what becomes of its events.
    ///
    /// ## What it does
    /// A class that is retried must say in `deadLetter` what is done when the last retry has failed, and not
    /// `always`, which is before the first. One that is not retried has no last retry: `after-retries` is
    /// reported there.
    ///
    /// ## Why
    /// After the last retry the event would be gone without a trace.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   Busy: { code: BUSY, summary: Too much to do., retryable: true, status: 503, handling: transient }
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// classes:
    ///   Busy: { code: BUSY, summary: Too much to do., retryable: true, deadLetter: after-retries, status: 503, handling: transient }
    /// ```
    "retryable-without-dead-letter", 704, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, class) in context.spec.errors.iter().flat_map(|f| f.body.classes.iter()) {
        let finding = match (class.retryable.value, class.dead_letter) {
            (true, None) => Finding::new(&META, name.span, format!("nothing says what becomes of `{}` after the last retry", name.value))
                .label("no `deadLetter`")
                .help("add `deadLetter: after-retries`, or `never` where the event may be lost"),
            (true, Some(when)) if when.value == DeadLetterWhen::Always => {
                Finding::new(&META, when.span, format!("`{}` is retried, yet always a dead letter", name.value))
                    .label("before the first retry")
                    .also(class.retryable.span, "retried")
                    .help("write `after-retries`, or `retryable: false`")
            }
            (false, Some(when)) if when.value == DeadLetterWhen::AfterRetries => {
                Finding::new(&META, when.span, format!("`{}` is never retried", name.value))
                    .label("after which retries?")
                    .also(class.retryable.span, "not retried")
                    .help("write `always` or `never`, or `retryable: true`")
            }
            _ => continue,
        };
        findings.push(finding);
    }
}
