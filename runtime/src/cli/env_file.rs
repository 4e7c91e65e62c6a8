//! Files with environment variables.

use std::path::Path;

/// Longest file that is read, in bytes.
const LIMIT: u64 = 1 << 20;

/// Reads the variables of a file: a line `NAME=value` each, the word `export` before it or not.
/// Lines that are empty or begin with `#` are skipped. A value in single quotes is taken as it
/// is; in double quotes `\n`, `\"` and `\\` are a line break, a quote and a backslash.
///
/// # Errors
/// When the file cannot be read, or a line is something else. Values are not repeated.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>, String> {
    let shown = path.display();
    let wrong = |error: std::io::Error| format!("{shown}: {error}");
    let length = std::fs::metadata(path).map_err(wrong)?.len();
    if length > LIMIT {
        return Err(format!("{shown}: longer than {LIMIT} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(wrong)?;
    parse(&text).map_err(|line| {
        format!(
            "{shown}:{line}: not of the form NAME=value, with a name of letters, digits and `_`, and quotes that end"
        )
    })
}

/// The variables, or the number of the first line that is none.
fn parse(text: &str) -> Result<Vec<(String, String)>, usize> {
    let lines = text.lines().map(str::trim).enumerate();
    let meant = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    meant
        .map(|(index, line)| variable(line).ok_or(index + 1))
        .collect()
}

fn variable(line: &str) -> Option<(String, String)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let value = value.trim();
    let value = match value.as_bytes().first() {
        Some(b'\'') => value.get(1..)?.strip_suffix('\'')?.to_owned(),
        Some(b'"') => unescape(value.get(1..)?)?,
        _ => value.to_owned(),
    };
    // No process can be started with a variable that has one in it.
    (is_name && !value.contains('\0')).then(|| (name.to_owned(), value))
}

/// What stands before the closing double quote, which must end it.
fn unescape(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(value),
            '\\' => match characters.next()? {
                'n' => value.push('\n'),
                escaped @ ('"' | '\\' | '$') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_what_people_write() {
        let text = "# a comment\n\nA=1\nexport B = two words \nC='a \"b\" # c'\nD=\"x\\n\\\"y\\\"\"\nE=\nF=a=b\r\n";
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "a \"b\" # c"),
            ("D", "x\n\"y\""),
            ("E", ""),
            ("F", "a=b"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(parse(text), Ok(expected.to_vec()));
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        for wrong in [
            "A",
            "=1",
            "1A=2",
            "A B=2",
            "A=\"open",
            "A='open",
            "A=\"x\" y",
            "A='",
        ] {
            assert_eq!(parse(&format!("OK=1\n{wrong}\n")), Err(2), "{wrong}");
        }
    }
}
