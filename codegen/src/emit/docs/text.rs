//! Words and code as Markdown.

use std::borrow::Cow;

/// Plain text as Markdown: what would be markup is escaped, except `code` in backticks.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '<', '*', '_', '[', ']', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut code = false;
    let mut previous = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '`' {
            code = !code;
        }
        let next = characters.peek().copied().unwrap_or(' ');
        let markup = match c {
            '\\' | '<' | '*' | '[' | ']' => true,
            // Inside of words it means nothing.
            '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
            '&' => next.is_alphanumeric() || next == '#',
            _ => false,
        };
        if markup && !code {
            out.push('\\');
        }
        out.push(c);
        previous = c;
    }
    Cow::Owned(out)
}

/// A code span.
pub(super) fn code(text: &str) -> String {
    if !text.contains(['`', '\n', '\r']) {
        let mut span = String::with_capacity(text.len() + 2);
        span.push('`');
        span.push_str(text);
        span.push('`');
        return span;
    }
    let text = text.replace(['\n', '\r'], " ");
    let quote = "`".repeat(longest_run(&text) + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{quote} {text} {quote}")
    } else {
        format!("{quote}{text}{quote}")
    }
}

/// Code spans in a row.
pub(super) fn codes<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> String {
    let spans: Vec<_> = texts.into_iter().map(|t| code(t.as_ref())).collect();
    spans.join(", ")
}

/// The sentence with a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = plain(text.trim());
    if text.ends_with(['.', '!', '?', ':']) {
        text.into_owned()
    } else {
        format!("{text}.")
    }
}

/// `Yes` or `No`.
pub(super) fn yes_no(value: bool) -> &'static str {
    if value { "Yes" } else { "No" }
}

/// The anchor that readers of Markdown give a heading.
pub(super) fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Length of the longest run of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    // Most texts have none, which is found in steps of many bytes.
    let first = text.find('`').unwrap_or(text.len());
    for c in text[first..].bytes() {
        run = if c == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_no_markup() {
        assert_eq!(
            plain("<b> *x* [y] a_b _z_ &amp;"),
            r"\<b> \*x\* \[y\] a_b \_z\_ \&amp;"
        );
        assert_eq!(plain("`<a>` & b"), "`<a>` & b");
    }

    #[test]
    fn code_may_contain_backticks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn anchors_follow_headings() {
        assert_eq!(
            slug("`KL0012` Unknown key, or not"),
            "kl0012-unknown-key-or-not"
        );
    }
}
