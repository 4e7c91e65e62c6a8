//! Inserts an entry into a mapping of a YAML file by its lines, so that all else stays.

use std::ops::Range;

/// The text with `entry` (whole lines, not indented) after the entry whose key stands at `after`,
/// with the indentation and line breaks of that one. Without `after`, the mapping must be written
/// as `events: {}`.
///
/// `None` where the entries do not stand one below the other.
pub(super) fn entry(text: &str, after: Option<Range<usize>>, entry: &str) -> Option<String> {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(key) = after else {
        return into_empty(text, entry, line_break);
    };
    let start = text.get(..key.start)?.rfind('\n').map_or(0, |at| at + 1);
    let indentation = text.get(start..key.start)?;
    if !indentation.bytes().all(|b| b == b' ') {
        return None;
    }
    let end = end_of_entry(text, start, indentation.len());
    let mut result = text[..end].to_owned();
    if !result.ends_with('\n') {
        result.push_str(line_break);
    }
    if has_blank_line_before(text, start) {
        result.push_str(line_break);
    }
    push_indented(&mut result, entry, indentation, line_break);
    result.push_str(&text[end..]);
    Some(result)
}

/// Where the entry ends whose key stands in the line at `start`: before the next line that is not
/// indented deeper, and before the blank lines above that.
fn end_of_entry(text: &str, start: usize, indentation: usize) -> usize {
    let mut end = start;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let blank = content.trim().is_empty();
        let deeper = line.len() - content.len() > indentation;
        if at > start && !blank && !deeper {
            break;
        }
        at += line.len();
        if !blank {
            end = at;
        }
    }
    end
}

/// Whether a blank line sets the entry whose key stands in the line at `start` apart from what is
/// before it; comments belong to the entry.
fn has_blank_line_before(text: &str, start: usize) -> bool {
    text[..start]
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.starts_with('#'))
        .is_some_and(str::is_empty)
}

fn into_empty(text: &str, entry: &str, line_break: &str) -> Option<String> {
    const EMPTY: &str = "events: {}";
    let at = text.find(EMPTY)?;
    let starts_line = at == 0 || text[..at].ends_with('\n');
    let rest = &text[at + EMPTY.len()..];
    let ends_line = rest.is_empty() || rest.starts_with(['\n', '\r']);
    if !starts_line || !ends_line {
        return None;
    }
    let mut result = format!("{}events:{line_break}", &text[..at]);
    push_indented(&mut result, entry, "  ", line_break);
    let rest = rest.strip_prefix(line_break).unwrap_or(rest);
    result.push_str(rest);
    Some(result)
}

fn push_indented(result: &mut String, entry: &str, indentation: &str, line_break: &str) {
    for line in entry.lines() {
        if !line.is_empty() {
            result.push_str(indentation);
            result.push_str(line);
        }
        result.push_str(line_break);
    }
}

#[cfg(test)]
mod tests {
    fn insert(text: &str, key: &str) -> Option<String> {
        let start = text.find(key);
        super::entry(text, start.map(|s| s..s + key.len()), "new:\n  a: 1\n")
    }

    #[test]
    fn comments_order_and_blank_lines_stay() {
        let text = "# top\nevents:\n    # one\n    one:\n      a: |\n        text\n\n        more\n      # inner\n\n    # two\n    two: { a: 2 } # end\n# after\n";
        assert_eq!(
            insert(text, "one:").as_deref(),
            Some(
                "# top\nevents:\n    # one\n    one:\n      a: |\n        text\n\n        more\n      # inner\n    new:\n      a: 1\n\n    # two\n    two: { a: 2 } # end\n# after\n"
            )
        );
        assert_eq!(
            insert(text, "two:").as_deref(),
            Some(
                "# top\nevents:\n    # one\n    one:\n      a: |\n        text\n\n        more\n      # inner\n\n    # two\n    two: { a: 2 } # end\n\n    new:\n      a: 1\n# after\n"
            )
        );
    }

    #[test]
    fn line_breaks_are_those_of_the_file() {
        assert_eq!(
            insert("events:\r\n  one: 1", "one").as_deref(),
            Some("events:\r\n  one: 1\r\n  new:\r\n    a: 1\r\n")
        );
    }

    #[test]
    fn an_empty_mapping_is_opened() {
        assert_eq!(
            insert("category: a\nevents: {}\n# end\n", "absent").as_deref(),
            Some("category: a\nevents:\n  new:\n    a: 1\n# end\n")
        );
        assert_eq!(insert("category: a\nevents: { } # none\n", "absent"), None);
    }

    #[test]
    fn entries_in_one_line_are_not_guessed_at() {
        assert_eq!(insert("events: { one: 1 }\n", "one"), None);
    }
}
