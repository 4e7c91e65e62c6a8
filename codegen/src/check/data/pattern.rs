//! The regular expressions that mean the same in ECMA-262, RE2, Rust's `regex` and Python's `re`.
//!
//! What is left out, and why: `\d \w \s \b` (Unicode in Rust and Python, ASCII in ECMA-262 and RE2);
//! look-around and back-references (not in RE2 and Rust); named groups (three spellings); flags
//! (`(?i)` is not in ECMA-262); `\p{…}` (needs a flag in ECMA-262, missing in Python); POSIX classes;
//! set operations in classes (Rust only); possessive and atomic forms; `{,n}`; counts above 1000 (RE2).

/// Why a pattern is not portable, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternProblem {
    /// Byte offset in the pattern.
    pub offset: usize,
    /// Bytes concerned.
    pub len: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

/// RE2 refuses larger counts.
const MAX_COUNT: u32 = 1000;
/// Groups nested deeper than any pattern needs.
const MAX_DEPTH: usize = 32;

/// Checks that `pattern` is portable.
///
/// # Errors
/// The first place that is not.
pub fn portable(pattern: &str) -> Result<(), PatternProblem> {
    let mut scanner = Scanner {
        text: pattern,
        at: 0,
    };
    scanner.alternatives(0)?;
    match scanner.peek() {
        None => Ok(()),
        Some(_) => Err(scanner.problem(1, "`)` without `(`", "remove it, or write `\\)`")),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn problem(
        &self,
        len: usize,
        message: impl Into<String>,
        help: &'static str,
    ) -> PatternProblem {
        PatternProblem {
            offset: self.at,
            len,
            message: message.into(),
            help,
        }
    }

    fn alternatives(&mut self, depth: usize) -> Result<(), PatternProblem> {
        if depth > MAX_DEPTH {
            return Err(self.problem(1, "groups are nested too deep", "write a flatter pattern"));
        }
        while let Some(c) = self.peek() {
            match c {
                ')' => return Ok(()),
                '|' => self.at += 1,
                _ => self.piece(depth)?,
            }
        }
        Ok(())
    }

    fn piece(&mut self, depth: usize) -> Result<(), PatternProblem> {
        let start = self.at;
        let Some(c) = self.peek() else { return Ok(()) };
        self.at += c.len_utf8();
        match c {
            '^' | '$' => return Ok(()),
            '(' => self.group(start, depth)?,
            '[' => self.class(start)?,
            '\\' => {
                // ECMA-262 in Unicode mode knows `\-` in classes only.
                if self.peek() == Some('-') {
                    self.at = start;
                    return Err(self.problem(2, "`\\-` outside a class", "write `-`"));
                }
                self.escape(start)?;
            }
            '*' | '+' | '?' | '{' => {
                self.at = start;
                return Err(self.problem(
                    1,
                    format!("`{c}` repeats nothing"),
                    "put it after what it repeats, or escape it",
                ));
            }
            ']' | '}' => {
                self.at = start;
                return Err(self.problem(1, format!("`{c}` alone"), "escape it with `\\`"));
            }
            _ => {}
        }
        self.repetition()
    }

    fn group(&mut self, start: usize, depth: usize) -> Result<(), PatternProblem> {
        if self.eat('?') && !self.eat(':') {
            self.at = start;
            return Err(self.problem(
                3,
                "a look-around, named group or flag",
                "only `(…)` and `(?:…)` mean the same everywhere",
            ));
        }
        self.alternatives(depth + 1)?;
        if self.eat(')') {
            return Ok(());
        }
        self.at = start;
        Err(self.problem(1, "`(` without `)`", "close it, or write `\\(`"))
    }

    fn class(&mut self, start: usize) -> Result<(), PatternProblem> {
        self.eat('^');
        let mut previous: Option<char> = None;
        let mut range_from: Option<char> = None;
        let mut first = true;
        while let Some(c) = self.peek() {
            let at = self.at;
            self.at += c.len_utf8();
            let member = match c {
                ']' if first => {
                    self.at = at;
                    return Err(self.problem(
                        1,
                        "`]` as the first member of a class",
                        "write `\\]`",
                    ));
                }
                ']' => return Ok(()),
                '[' => {
                    self.at = at;
                    return Err(self.problem(
                        1,
                        "`[` inside a class",
                        "write `\\[`; POSIX classes are not portable",
                    ));
                }
                '&' | '~' if self.peek() == Some(c) => {
                    self.at = at;
                    return Err(self.problem(
                        2,
                        "a set operation inside a class",
                        "escape the characters, or list the members",
                    ));
                }
                '\\' => self.escape(at)?,
                '-' if previous.is_some()
                    && range_from.is_none()
                    && !matches!(self.peek(), Some(']')) =>
                {
                    if self.peek() == Some('-') {
                        self.at = at;
                        return Err(self.problem(
                            2,
                            "a set operation inside a class",
                            "write `\\-` for a hyphen",
                        ));
                    }
                    range_from = previous;
                    continue;
                }
                c => c,
            };
            first = false;
            if let Some(from) = range_from.take() {
                if from > member {
                    self.at = at;
                    return Err(self.problem(
                        1,
                        format!("the range {from}-{member} is empty"),
                        "turn it round",
                    ));
                }
                previous = None;
            } else {
                previous = Some(member);
            }
        }
        self.at = start;
        Err(self.problem(1, "`[` without `]`", "close it, or write `\\[`"))
    }

    /// After a backslash: the character that is meant.
    fn escape(&mut self, start: usize) -> Result<char, PatternProblem> {
        let Some(c) = self.peek() else {
            self.at = start;
            return Err(self.problem(1, "`\\` at the end", "write `\\\\` for a backslash"));
        };
        self.at += c.len_utf8();
        match c {
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
            | '/' | '-' => Ok(c),
            _ => {
                self.at = start;
                let (message, help) = match c {
                    'd' | 'D' => (
                        "`\\d` is Unicode in some engines, ASCII in others",
                        "write `[0-9]`",
                    ),
                    'w' | 'W' => (
                        "`\\w` is Unicode in some engines, ASCII in others",
                        "write `[0-9A-Za-z_]`",
                    ),
                    's' | 'S' => (
                        "`\\s` differs between engines",
                        "list the characters: `[ \\t\\r\\n]`",
                    ),
                    'b' | 'B' => (
                        "word boundaries differ between engines",
                        "match the neighbours instead",
                    ),
                    'A' | 'z' | 'Z' => ("not known to ECMA-262", "write `^` or `$`"),
                    'p' | 'P' => ("Unicode properties are not portable", "list the ranges"),
                    'u' | 'x' | '0' => (
                        "code points are written in different ways",
                        "write the character itself",
                    ),
                    '1'..='9' => (
                        "back-references are not known to RE2 and Rust",
                        "repeat the expression",
                    ),
                    _ => (
                        "not an escape that all engines know",
                        "remove the backslash",
                    ),
                };
                Err(self.problem(1 + c.len_utf8(), message, help))
            }
        }
    }

    fn repetition(&mut self) -> Result<(), PatternProblem> {
        let start = self.at;
        match self.peek() {
            Some('*' | '+' | '?') => self.at += 1,
            Some('{') => {
                self.at += 1;
                let lower = self.number();
                let upper = if self.eat(',') {
                    self.number().or(Some(lower.unwrap_or(0)))
                } else {
                    lower
                };
                let closed = self.eat('}');
                let (Some(lower), Some(upper), true) = (lower, upper, closed) else {
                    self.at = start;
                    return Err(self.problem(
                        1,
                        "a count that not all engines know",
                        "write `{n}`, `{n,}` or `{n,m}`, or `\\{`",
                    ));
                };
                if lower > MAX_COUNT || upper > MAX_COUNT {
                    self.at = start;
                    return Err(self.problem(
                        1,
                        "a count above 1000, which RE2 refuses",
                        "use `maxLength`",
                    ));
                }
                if upper < lower {
                    self.at = start;
                    return Err(self.problem(
                        1,
                        "the upper count is below the lower",
                        "turn them round",
                    ));
                }
            }
            _ => return Ok(()),
        }
        self.eat('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return Err(self.problem(
                1,
                "a repetition of a repetition",
                "put the inner one into a group",
            ));
        }
        Ok(())
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.text[self.at..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let number = self.text[self.at..self.at + digits].parse().ok();
        let too_long = digits > 0 && number.is_none();
        self.at += digits;
        if too_long { Some(u32::MAX) } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_patterns_are_accepted() {
        for pattern in [
            "",
            "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
            "^[a-zA-Z0-9!_.*'()/-]+$",
            "^sha256:[0-9a-f]{64}$",
            "^(?:https|ssh)://[^/@ ]+(/.*)?$",
            "^a{2,}?b+?c*$",
            "[-a]|[a-]|[\\]\\[]",
            "é[à-ü]",
        ] {
            assert_eq!(portable(pattern), Ok(()), "{pattern}");
            assert!(regex_lite::Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn other_patterns_are_refused_at_their_place() {
        for (pattern, offset) in [
            ("^\\d+$", 1),
            ("a(?=b)", 1),
            ("(?<n>a)", 0),
            ("(?i)a", 0),
            ("[[:alpha:]]", 1),
            ("[a&&b]", 2),
            ("a{,3}", 1),
            ("a{1001}", 1),
            ("a{99999999999}", 1),
            ("a{3,2}", 1),
            ("a**", 2),
            ("a++", 2),
            ("*a", 0),
            ("(a", 0),
            ("a)", 1),
            ("[a", 0),
            ("[z-a]", 3),
            ("a\\", 1),
            ("\\1", 0),
            ("\\pL", 0),
            ("]", 0),
            ("a\\-b", 1),
        ] {
            assert_eq!(
                portable(pattern).map_err(|p| p.offset),
                Err(offset),
                "{pattern}"
            );
        }
    }
}
