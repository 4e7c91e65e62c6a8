//! Aligned columns for people.

use knative_lambda_codegen::diagnostics::Colour;

/// Rows of text, the columns of which are aligned.
pub(super) struct Table {
    indent: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// No rows yet; each begins with `indent` blanks.
    pub(super) fn new(indent: usize) -> Self {
        Self {
            indent,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        // A cell is one line.
        let line = |cell: &str| cell.split_whitespace().collect::<Vec<_>>().join(" ");
        self.rows.push(cells.into_iter().map(line).collect());
    }

    /// The table, a line a row; the first column in bold.
    pub(super) fn render(&self, colour: Colour) -> String {
        let mut widths = Vec::new();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(self.indent);
            for (column, cell) in row.iter().enumerate() {
                let blanks = widths[column] + 2 - cell.chars().count();
                let cell = if column == 0 {
                    bold(cell, colour)
                } else {
                    cell.clone()
                };
                line.push_str(&cell);
                line.push_str(&" ".repeat(blanks));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A word in bold, where colours are wanted.
pub(super) fn bold(word: &str, colour: Colour) -> String {
    match colour {
        Colour::Always if !word.is_empty() => format!("\x1b[1m{word}\x1b[0m"),
        _ => word.to_owned(),
    }
}
