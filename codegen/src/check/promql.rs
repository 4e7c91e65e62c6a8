//! PromQL, as far as rules look into it: whether it can be right at all, and what it reads.

use crate::model::{Spec, Text};

/// Every PromQL expression of a spec, with the name of what it belongs to.
pub(crate) fn expressions(spec: &Spec) -> impl Iterator<Item = (&str, &Text)> {
    let groups = spec.alerting.iter().flat_map(|f| f.body.rules.iter());
    let rules = groups.flat_map(|(_, group)| {
        let recorded = group.recording.iter().map(|r| (&r.record, &r.expr));
        recorded.chain(group.rules.iter().map(|r| (&r.alert, &r.expr)))
    });
    let dashboards = spec
        .dashboards
        .iter()
        .flat_map(|f| f.body.dashboards.iter());
    let panels = dashboards.flat_map(|(_, d)| d.rows.iter().flat_map(|row| &row.panels));
    let queries = panels.flat_map(|p| p.queries.iter().map(|q| (&p.title, &q.expr)));
    rules
        .chain(queries)
        .map(|(of, expr)| (of.value.as_str(), expr))
}

/// A metric that an expression reads, with its matchers: label, operator and value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selector<'t> {
    pub(crate) name: &'t str,
    /// Where the name stands in the expression.
    pub(crate) at: usize,
    pub(crate) matchers: Vec<Matcher<'t>>,
}

/// `label="value"` and the like.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Matcher<'t> {
    pub(crate) label: &'t str,
    pub(crate) operator: &'t str,
    /// As it is written, without its quotes.
    pub(crate) value: &'t str,
    /// Where the label stands in the expression.
    pub(crate) at: usize,
}

/// Words that are neither functions nor metrics. Those of the second list have labels behind them.
const WORDS: &[&str] = &[
    "and",
    "or",
    "unless",
    "atan2",
    "bool",
    "offset",
    "inf",
    "nan",
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "quantile",
    "count_values",
];
const BEFORE_LABELS: &[&str] = &[
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
];

/// What an expression reads.
pub(crate) fn selectors(text: &str) -> Vec<Selector<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        at = match c {
            '"' | '\'' | '`' => quoted_end(text, at).unwrap_or(text.len()),
            '#' => text[at..].find('\n').map_or(text.len(), |line| at + line),
            '{' | '[' => bracket_end(text, at),
            _ if c.is_ascii_digit() => word_end(text, at),
            _ if is_word(c) => {
                let end = word_end(text, at);
                let word = &text[at..end];
                let next = end + text[end..].len() - text[end..].trim_start().len();
                let lower = word.to_ascii_lowercase();
                if BEFORE_LABELS.contains(&lower.as_str()) {
                    match text[next..].starts_with('(') {
                        true => bracket_end(text, next),
                        false => end,
                    }
                } else if WORDS.contains(&lower.as_str()) || text[next..].starts_with('(') {
                    end
                } else {
                    let matchers = text[next..].starts_with('{').then(|| matchers(text, next));
                    let matchers = matchers.unwrap_or_default();
                    found.push(Selector {
                        name: word,
                        at,
                        matchers,
                    });
                    end
                }
            }
            _ => at + c.len_utf8(),
        };
    }
    found
}

/// The matchers in the braces that open at `open`.
fn matchers(text: &str, open: usize) -> Vec<Matcher<'_>> {
    let end = bracket_end(text, open);
    let mut found = Vec::new();
    let mut at = open + 1;
    while let Some(skip) = text[at..end].find(is_word) {
        at += skip;
        let label_end = word_end(text, at);
        let rest = text[label_end..end].trim_start();
        let operator = ["=~", "!=", "!~", "="]
            .into_iter()
            .find(|o| rest.starts_with(o));
        let Some(operator) = operator else { break };
        let value = rest[operator.len()..].trim_start();
        let start = end - value.len();
        let Some(value_end) = quoted_end(text, start) else {
            break;
        };
        found.push(Matcher {
            label: &text[at..label_end],
            operator,
            value: &text[start + 1..value_end - 1],
            at,
        });
        at = value_end;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '$')
}

fn word_end(text: &str, at: usize) -> usize {
    text[at..]
        .find(|c| !is_word(c))
        .map_or(text.len(), |length| at + length)
}

/// Behind the quote that closes the one at `at`.
fn quoted_end(text: &str, at: usize) -> Option<usize> {
    let quote = text[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    for (offset, c) in text[at..].char_indices().skip(1) {
        if c == quote && !escaped {
            return Some(at + offset + 1);
        }
        escaped = c == '\\' && !escaped && quote != '`';
    }
    None
}

/// Behind the bracket that closes the one at `at`; the end where none does.
fn bracket_end(text: &str, at: usize) -> usize {
    let mut depth = 0;
    let mut place = at;
    while let Some(c) = text[place..].chars().next() {
        place = match c {
            '"' | '\'' | '`' => quoted_end(text, place).unwrap_or(text.len()),
            _ => place + c.len_utf8(),
        };
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

/// The first bracket or quote that has no partner.
pub(crate) fn problem(text: &str) -> Option<(usize, &'static str)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut chars = text.char_indices().peekable();
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
                let Some(end) = quoted_end(text, at) else {
                    return Some((at, "is never closed"));
                };
                while chars.next_if(|(inner, _)| *inner < end).is_some() {}
            }
            '#' => while chars.next_if(|(_, inner)| *inner != '\n').is_some() {},
            _ => {}
        }
    }
    open.pop().map(|(at, _)| (at, "is never closed"))
}

/// Units from the longest to the shortest, each at most once.
pub(crate) fn is_duration(text: &str) -> bool {
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
        for fine in [
            "a[5m]",
            "a{b=\")\"} > 0",
            "sum by (x) (rate(a{b='\\''}[5m])) # )",
        ] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        assert_eq!(problem("f(a[5m)"), Some((6, "closes another bracket")));
        assert_eq!(problem("f(a"), Some((1, "is never closed")));
        assert_eq!(problem("a)"), Some((1, "closes nothing")));
        assert_eq!(problem("a{b=\"c}"), Some((4, "is never closed")));
    }

    #[test]
    fn prometheus_durations() {
        for (text, fine) in [
            ("5m", true),
            ("1h30m", true),
            ("100ms", true),
            ("30m1h", false),
            ("5", false),
            ("5 m", false),
        ] {
            assert_eq!(is_duration(text), fine, "{text}");
        }
    }

    #[test]
    fn what_an_expression_reads() {
        let text = "sum by (a, b) (rate(x_total{c=\"d{}\", e!~'f'}[5m] offset 1h)) / on(g) group_left y > 1e3 and avg(l:z:o{}) # q";
        let found = selectors(text);
        let names: Vec<_> = found.iter().map(|s| (s.name, s.matchers.len())).collect();
        assert_eq!(names, [("x_total", 2), ("y", 0), ("l:z:o", 0)]);
        assert_eq!(&text[found[1].at..=found[1].at], "y");
        let matcher = &found[0].matchers[1];
        assert_eq!(
            (matcher.label, matcher.operator, matcher.value),
            ("e", "!~", "f")
        );
        assert_eq!(&text[matcher.at..=matcher.at], "e");
    }

    #[test]
    fn what_is_no_promql_is_read_to_its_end() {
        for text in [
            "a{",
            "a{b",
            "a{b=",
            "a{b=\"",
            "a{b=\"c\"",
            "a[",
            "by (",
            "\"",
            "ä{ü=\"ö\"}",
            "a{b='\\",
            "1",
            "",
        ] {
            selectors(text);
        }
    }
}
