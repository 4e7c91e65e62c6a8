//! A page of Markdown, written from top to bottom.
//!
//! Text comes in two kinds: Markdown, which goes in as it is, and plain text, which
//! [`plain`] escapes. Cells of tables are escaped once more when a row is written.

use std::borrow::Cow;

use crate::emit::OutputFile;

use super::text::longest_run;
pub(super) use super::text::{code, codes, plain, sentence, slug, yes_no};

/// Folder of all pages, below the project.
pub(super) const FOLDER: &str = "docs/reference";

/// Bytes that most pages have at least.
const USUAL_LENGTH: usize = 4096;

/// A page that is being written.
pub(super) struct Page {
    /// Path below [`FOLDER`]; empty for what stands elsewhere.
    path: String,
    /// What leads from its folder to [`FOLDER`]: `../`.
    up: String,
    text: String,
}

impl Page {
    /// A page at `path` that is made from the file `source`.
    pub(super) fn new(path: impl Into<String>, source: &str, title: &str) -> Self {
        let mut page = Self::fragment(path);
        page.text.reserve(USUAL_LENGTH);
        for part in ["<!-- ", &crate::emit::header(source), " -->\n"] {
            page.text.push_str(part);
        }
        page.heading(1, title);
        page
    }

    /// A part of a page at `path`, without header and heading.
    pub(super) fn fragment(path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            up: "../".repeat(path.matches('/').count()),
            path,
            text: String::new(),
        }
    }

    /// A part of a file that stands elsewhere; `up` leads from its folder to [`FOLDER`].
    pub(super) fn outside(up: String) -> Self {
        Self {
            path: String::new(),
            up,
            text: String::new(),
        }
    }

    /// Sets the next block off from the last.
    fn block(&mut self) {
        if !self.text.is_empty() {
            let end = if self.text.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            self.text.push_str(end);
        }
    }

    /// A heading; links reach it by its [`slug`].
    pub(super) fn heading(&mut self, level: usize, markdown: &str) {
        self.block();
        self.text
            .push_str("######".get(..level).unwrap_or("######"));
        self.text.push(' ');
        self.text.push_str(markdown);
        self.text.push('\n');
    }

    /// Markdown as it is.
    pub(super) fn markdown(&mut self, markdown: &str) {
        self.block();
        self.text.push_str(markdown.trim_end());
        self.text.push('\n');
    }

    /// A quoted remark.
    pub(super) fn remark(&mut self, markdown: &str) {
        self.block();
        for line in markdown.trim_end().lines() {
            self.text.push_str(if line.is_empty() { ">" } else { "> " });
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// A list; `ordered` numbers it.
    pub(super) fn list<S: AsRef<str>>(
        &mut self,
        ordered: bool,
        items: impl IntoIterator<Item = S>,
    ) {
        self.block();
        for (i, item) in items.into_iter().enumerate() {
            let sign = if ordered {
                format!("{}. ", i + 1)
            } else {
                "- ".to_owned()
            };
            let inner = format!("\n{}", " ".repeat(sign.len()));
            self.text.push_str(&sign);
            self.text
                .push_str(&item.as_ref().trim_end().replace('\n', &inner));
            self.text.push('\n');
        }
    }

    /// A block of code; its fence is longer than any inside.
    pub(super) fn code(&mut self, language: &str, content: &str) {
        self.block();
        let fence = "`".repeat(longest_run(content).max(2) + 1);
        for part in [
            &fence,
            language,
            "\n",
            content.trim_end(),
            "\n",
            &fence,
            "\n",
        ] {
            self.text.push_str(part);
        }
    }

    /// The head of a table; rows follow.
    pub(super) fn table(&mut self, columns: &[&str]) {
        self.block();
        self.row(columns);
        self.text.push('|');
        for _ in columns {
            self.text.push_str("---|");
        }
        self.text.push('\n');
    }

    /// A row of the table begun last.
    pub(super) fn row(&mut self, cells: &[&str]) {
        self.text.push('|');
        for cell in cells {
            self.text.push(' ');
            write_cell(&mut self.text, cell);
            self.text.push_str(" |");
        }
        self.text.push('\n');
    }

    /// Rows that were written on a page in the same folder.
    pub(super) fn raw(&mut self, text: &str) {
        self.block();
        self.text.push_str(text);
    }

    /// A link to `target`, a path below [`FOLDER`] that may end in `#anchor`.
    pub(super) fn link(&self, markdown: &str, target: &str) -> String {
        format!("[{markdown}]({})", self.relative(target))
    }

    /// `target` as seen from this page.
    fn relative<'t>(&self, target: &'t str) -> Cow<'t, str> {
        if !self.path.is_empty()
            && let Some(anchor) = target.strip_prefix(self.path.as_str())
            && anchor.starts_with('#')
        {
            return Cow::Borrowed(anchor);
        }
        let sibling = self
            .path
            .rsplit_once('/')
            .and_then(|(folder, _)| target.strip_prefix(folder)?.strip_prefix('/'));
        match sibling {
            Some(name) => Cow::Borrowed(name),
            None if self.up.is_empty() => Cow::Borrowed(target),
            None => Cow::Owned(format!("{}{target}", self.up)),
        }
    }

    /// The text so far.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The finished file.
    pub(super) fn finish(self) -> OutputFile {
        OutputFile {
            path: format!("{FOLDER}/{}", self.path),
            content: self.text,
        }
    }
}

/// Writes Markdown so that it stays in its cell.
fn write_cell(out: &mut String, markdown: &str) {
    let markdown = markdown.trim();
    // Nearly all have nothing to look at character by character.
    if !markdown.contains(['|', '\n', '\r']) {
        out.push_str(markdown);
        return;
    }
    let mut escaped = false;
    let mut lines = markdown.split('\n');
    let mut write_line = |out: &mut String, line: &str| {
        for c in line.chars() {
            if c == '|' && !escaped {
                out.push('\\');
            }
            escaped = c == '\\' && !escaped;
            if c != '\r' {
                out.push(c);
            }
        }
    };
    write_line(out, lines.next().unwrap_or(""));
    for line in lines {
        out.push_str(if line.trim().is_empty() { "<br>" } else { " " });
        write_line(out, line.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_one_line_and_no_bars() {
        let mut cell = String::new();
        write_cell(&mut cell, "a|b \\| `c|d`\nnext\n\nlast\n");
        assert_eq!(cell, "a\\|b \\| `c\\|d` next<br> last");
    }

    #[test]
    fn fences_are_longer_than_any_inside() {
        let mut page = Page::fragment("x.md");
        page.code("md", "```\nx\n```");
        assert_eq!(page.into_text(), "````md\n```\nx\n```\n````\n");
    }

    #[test]
    fn links_are_relative() {
        let page = Page::fragment("events/a.md");
        assert_eq!(page.link("x", "schemas/b.md#c"), "[x](../schemas/b.md#c)");
        assert_eq!(page.link("x", "events/b.md"), "[x](b.md)");
        assert_eq!(page.link("x", "events/a.md#d"), "[x](#d)");
        assert_eq!(
            Page::outside("reference/".to_owned()).link("x", "events/b.md"),
            "[x](reference/events/b.md)"
        );
        assert_eq!(
            Page::fragment("a.md").link("x", "events/b.md"),
            "[x](events/b.md)"
        );
    }
}
