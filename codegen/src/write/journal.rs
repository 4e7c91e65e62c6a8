//! The list of moves that make the new tree out of the old one.

use std::fmt::Write as _;

use super::path;

/// One move. Its number in the journal names what is kept of the old tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// A file or a whole folder comes to where there was nothing.
    Create(String),
    /// A file comes in place of another.
    Replace(String),
    /// A file goes.
    Delete(String),
}

const HEADER: &str = "klambda journal 1";
const FOOTER: &str = "end";

/// The journal's text: a line a move.
pub(super) fn render(moves: &[Move]) -> String {
    let mut text = format!("{HEADER}\n");
    for step in moves {
        let (word, path) = match step {
            Move::Create(path) => ("create", path),
            Move::Replace(path) => ("replace", path),
            Move::Delete(path) => ("delete", path),
        };
        let _ = writeln!(text, "{word} {path}");
    }
    text.push_str(FOOTER);
    text.push('\n');
    text
}

/// Reads a journal; `None` when it is damaged or names a place outside the project.
pub(super) fn parse(text: &str) -> Option<Vec<Move>> {
    let body = text
        .strip_prefix(HEADER)?
        .strip_prefix('\n')?
        .strip_suffix('\n')?
        .strip_suffix(FOOTER)?;
    body.lines()
        .map(|line| {
            let (word, path) = line.split_once(' ')?;
            if path::problem(path).is_some() {
                return None;
            }
            let path = path.to_owned();
            match word {
                "create" => Some(Move::Create(path)),
                "replace" => Some(Move::Replace(path)),
                "delete" => Some(Move::Delete(path)),
                _ => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_reads_back_and_a_damaged_one_does_not() {
        let moves = vec![
            Move::Create("a/b c".into()),
            Move::Replace("d".into()),
            Move::Delete("e".into()),
        ];
        let text = render(&moves);
        assert_eq!(parse(&text), Some(moves));
        assert_eq!(parse(&text[..text.len() - 2]), None);
        assert_eq!(parse(&text.replace("replace d", "replace ../d")), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse(&render(&[])), Some(Vec::new()));
    }
}
