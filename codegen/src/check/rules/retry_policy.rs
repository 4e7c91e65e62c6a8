use crate::check::data::{format_problem, iso_seconds};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{RetryPolicy, Text};

rule! {
    /// A policy of retries or dead letters is out of range.
    ///
    /// ## What it does
    /// In `errors.yaml`: durations are ISO 8601; `attempts` is at most 100; `delay` and `maxDelay` lie between a second
    /// and 24 hours, `maxDelay` not below `delay`; `statuses` are numbers such as
    /// `503` or classes such as `5xx`; dead letters are kept for at most 49 days and number at least 1. In
    /// `runtimes.yaml`: `grace` is an ISO 8601 duration of at most an hour.
    ///
    /// ## Why
    /// Brokers refuse such a policy, or take it and never deliver again. RabbitMQ counts the time that a message is
    /// kept in milliseconds, in 32 bits.
    ///
    /// ## Fails
    /// ```yaml errors.yaml
    /// # …
    /// retry:
    ///   delay: 1s
    /// ```
    /// ```yaml errors.yaml
    /// # …
    /// retry:
    ///   attempts: 1000
    /// ```
    ///
    /// ## Passes
    /// ```yaml errors.yaml
    /// # …
    /// retry:
    ///   attempts: 10
    ///   delay: PT2S
    /// ```
    "retry-policy", 619, Error, check
}

const DAY: u64 = 24 * 60 * 60;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if let Some(file) = &context.spec.errors {
        retry(&file.retry, findings);
        let dead_letter = &file.dead_letter;
        duration(&dead_letter.ttl, 49 * DAY, "49 days", findings);
        if dead_letter.max_length.value == 0 {
            findings.push(
                Finding::new(&META, dead_letter.max_length.span, "a queue for no messages")
                    .label("nothing fits in")
                    .help("write how many messages are kept at most, 1 or more"),
            );
        }
    }
    if let Some(file) = &context.spec.runtimes {
        for grace in [&file.timeout, &file.shutdown].into_iter().filter_map(|p| p.grace.as_ref()) {
            duration(grace, 60 * 60, "an hour", findings);
        }
    }
}

fn retry(policy: &RetryPolicy, findings: &mut Vec<Finding>) {
    if policy.attempts.value > 100 {
        findings.push(
            Finding::new(&META, policy.attempts.span, format!("{} attempts", policy.attempts.value))
                .label("more than 100")
                .help("write a number from 0 to 100"),
        );
    }
    let delay = duration(&policy.delay, DAY, "24 hours", findings);
    let longest = policy.max_delay.as_ref().and_then(|d| Some((d, duration(d, DAY, "24 hours", findings)?)));
    if let (Some(delay), Some((at, longest))) = (delay, longest)
        && longest < delay
    {
        findings.push(
            Finding::new(&META, at.span, "the longest delay is shorter than the first")
                .label("too short")
                .also(policy.delay.span, "the first delay")
                .help("write a `maxDelay` that is not below `delay`"),
        );
    }
    for status in policy.statuses.iter().filter(|s| !is_status(s)) {
        findings.push(
            Finding::new(&META, status.span, format!("`{}` is no HTTP status", status.value))
                .label("cannot be compared with an answer")
                .help("write a number from 100 to 599 in quotes, or a class such as `5xx`"),
        );
    }
}

fn is_status(text: &str) -> bool {
    let class = text.strip_suffix("xx").is_some_and(|c| matches!(c, "1" | "2" | "3" | "4" | "5"));
    class || text.len() == 3 && text.parse().is_ok_and(|n: u16| (100..=599).contains(&n))
}

/// Seconds of a duration, after a finding where it is none, zero or too long.
fn duration(text: &Text, most: u64, words: &str, findings: &mut Vec<Finding>) -> Option<u64> {
    if let Some(expected) = format_problem("duration", text) {
        findings.push(
            Finding::new(&META, text.span, format!("`{}` is no ISO 8601 duration", text.value))
                .label("cannot be read")
                .help(format!("write {expected}")),
        );
        return None;
    }
    let date = text.split('T').next().unwrap_or("");
    if date.contains(['Y', 'M']) {
        findings.push(
            Finding::new(&META, text.span, format!("`{}` has no fixed length", text.value))
                .label("months and years differ in length")
                .help("write days or weeks: `P30D`, `P4W`"),
        );
        return None;
    }
    let seconds = iso_seconds(text);
    let label = match seconds {
        0 => "no time at all".to_owned(),
        n if n > most => format!("longer than {words}"),
        _ => return Some(seconds),
    };
    findings.push(
        Finding::new(&META, text.span, format!("`{}` is out of range", text.value))
            .label(label)
            .help(format!("write more than nothing and at most {words}")),
    );
    None
}
