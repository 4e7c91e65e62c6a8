use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A PromQL expression cannot be right.
    ///
    /// ## What it does
    /// Reports brackets and quotes in `expr` of an alert that do not match, and `for` that is no Prometheus duration.
    /// It does not parse the whole language.
    ///
    /// ## Why
    /// Prometheus refuses the whole rule file for one such expression.
    ///
    /// ## Fails
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: "rate(refused_total[5m) > 0", severity: warning, summary: Refused, description: Look. }
    /// ```
    ///
    /// ## Passes
    /// ```yaml alerting.yaml
    /// # …
    /// rules:
    ///   shop:
    ///     rules:
    ///       - { alert: OrdersRefused, expr: "rate(refused_total[5m]) > 0", severity: warning, summary: Refused, description: Look. }
    /// ```
    "malformed-promql", 624, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, group) in context.spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        for rule in &group.rules {
            if let Some((at, label)) = problem(&rule.expr) {
                findings.push(
                    Finding::new(&META, context.inside(&rule.expr, at, 1), format!("the expression of `{}` is not PromQL", rule.alert.value))
                        .label(label)
                        .help("close every bracket and quote; `promtool check rules` says more"),
                );
            }
            if let Some(time) = rule.r#for.as_ref().filter(|time| !is_duration(time)) {
                findings.push(
                    Finding::new(&META, time.span, format!("`{}` is no Prometheus duration", time.value))
                        .label("cannot be read")
                        .help("write numbers with units, the longest first, such as `5m` or `1h30m`"),
                );
            }
        }
    }
}

/// The first bracket or quote that has no partner.
fn problem(text: &str) -> Option<(usize, &'static str)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' => open.push((at, ')')),
            '[' => open.push((at, ']')),
            '{' => open.push((at, '}')),
            ')' | ']' | '}' => match open.pop() {
                Some((_, expected)) if expected == c => {}
                Some(_) => return Some((at, "closes another bracket")),
                None => return Some((at, "closes nothing")),
            },
            '"' | '\'' | '`' => {
                let mut escaped = false;
                let closed = chars.any(|(_, inner)| {
                    let end = inner == c && !escaped;
                    escaped = inner == '\\' && !escaped && c != '`';
                    end
                });
                if !closed {
                    return Some((at, "is never closed"));
                }
            }
            '#' => drop(chars.find(|(_, inner)| *inner == '\n')),
            _ => {}
        }
    }
    open.pop().map(|(at, _)| (at, "is never closed"))
}

/// Units from the longest to the shortest, each at most once.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    for unit in ["y", "w", "d", "h", "m", "s", "ms"] {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let tail = rest[digits..].strip_prefix(unit);
        // `ms` is not `m` and a rest.
        let tail = tail.filter(|tail| !tail.starts_with(|c: char| c.is_ascii_alphabetic()));
        if let Some(tail) = tail.filter(|_| digits > 0) {
            rest = tail;
        }
    }
    rest.is_empty() && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_quotes_match() {
        for fine in ["a[5m]", "a{b=\")\"} > 0", "sum by (x) (rate(a{b='\\''}[5m])) # )"] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        assert_eq!(problem("f(a[5m)"), Some((6, "closes another bracket")));
        assert_eq!(problem("f(a"), Some((1, "is never closed")));
        assert_eq!(problem("a)"), Some((1, "closes nothing")));
        assert_eq!(problem("a{b=\"c}"), Some((4, "is never closed")));
    }

    #[test]
    fn prometheus_durations() {
        for (text, fine) in [("5m", true), ("1h30m", true), ("100ms", true), ("30m1h", false), ("5", false), ("5 m", false)] {
            assert_eq!(is_duration(text), fine, "{text}");
        }
    }
}
