//! Findings for people: the source line, a caret, help, as rustc prints them.

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Patch, Renderer, Snippet,
};

use super::{Edit, Finding, Label, Severity, count};
use crate::source::{SourceFile, Sources};

/// Whether output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Always,
    /// Plain text.
    Never,
}

/// Lines between two places that are still shown in one piece.
const NEAR: usize = 40;

pub(super) fn render(findings: &[Finding], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let mut text = String::new();
    for finding in findings {
        text.push_str(&renderer.render(&report(finding, sources)));
        text.push_str("\n\n");
    }
    let (errors, warnings) = count(findings);
    if errors + warnings > 0 {
        text.push_str(&summary(errors, warnings));
        text.push('\n');
    }
    if let Some(first) = findings.iter().min_by_key(|f| f.severity) {
        let code = first.code;
        text.push_str(&format!(
            "For more on a finding, try `klambda explain {code}`.\n"
        ));
    }
    text
}

/// `3 errors and 1 warning`.
fn summary(errors: usize, warnings: usize) -> String {
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!(
            "{} and {}",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    }
}

fn report<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&finding.message)
        .id(finding.code.to_string());
    let mut main = title.elements(snippets(finding, sources));
    for help in &finding.help {
        main = main.element(Level::HELP.message(help));
    }
    let mut groups = vec![main];
    if let Some(fix) = &finding.fix
        && let Some(first) = fix.edits.first()
    {
        let file = sources.get(first.span.file);
        let edits: Vec<_> = fix
            .edits
            .iter()
            .filter(|e| e.span.file == first.span.file)
            .collect();
        let window = Window::around(file, edits.iter().map(|e| e.span.range()));
        let snippet = window.snippet(file, sources.display_path(first.span.file));
        groups.push(
            Level::HELP.secondary_title(&fix.title).element(
                edits
                    .iter()
                    .fold(snippet, |s, edit| s.patch(window.patch(edit))),
            ),
        );
    }
    groups
}

/// The snippets that show all labels: near ones together, far ones apart.
fn snippets<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Element<'a>> {
    let primary = &finding.primary;
    let file = sources.get(primary.span.file);
    let line = |label: &Label| file.line_column(label.span.start).0;
    let (near, far): (Vec<_>, Vec<_>) = finding
        .secondary
        .iter()
        .partition(|l| l.span.file == primary.span.file && line(l).abs_diff(line(primary)) <= NEAR);
    let ranges = near
        .iter()
        .map(|l| l.span.range())
        .chain([primary.span.range()]);
    let window = Window::around(file, ranges);
    let mut snippet = window.snippet(file, sources.display_path(primary.span.file));
    snippet = snippet.annotation(window.annotation(primary, AnnotationKind::Primary));
    for label in near {
        snippet = snippet.annotation(window.annotation(label, AnnotationKind::Context));
    }
    let mut elements = vec![Element::from(snippet)];
    for label in far {
        let file = sources.get(label.span.file);
        let window = Window::around(file, [label.span.range()]);
        let snippet = window.snippet(file, sources.display_path(label.span.file));
        elements.push(
            snippet
                .annotation(window.annotation(label, AnnotationKind::Context))
                .into(),
        );
    }
    elements
}

/// Part of a file, so that rendering costs the same in large files.
struct Window {
    first_line: usize,
    range: std::ops::Range<usize>,
}

impl Window {
    fn around(file: &SourceFile, ranges: impl IntoIterator<Item = std::ops::Range<usize>>) -> Self {
        let lines = ranges.into_iter().flat_map(|r| {
            // A long value is shown by its first lines.
            let first = file.line_column(r.start as u32).0;
            let last = file.line_column(r.end as u32).0;
            [first, last.min(first + NEAR)]
        });
        let (first, last) = lines.fold((usize::MAX, 1), |(a, b), line| (a.min(line), b.max(line)));
        let first = first.min(last);
        let range = file.line_range(first).start..file.line_range(last).end;
        Self {
            first_line: first,
            range,
        }
    }

    fn snippet<'a, T: Clone>(&self, file: &'a SourceFile, path: String) -> Snippet<'a, T> {
        let text = file.text.get(self.range.clone()).unwrap_or("");
        Snippet::source(text).line_start(self.first_line).path(path)
    }

    fn local(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let clamp = |n: usize| n.clamp(self.range.start, self.range.end) - self.range.start;
        clamp(range.start)..clamp(range.end)
    }

    fn annotation<'a>(&self, label: &'a Label, kind: AnnotationKind) -> Annotation<'a> {
        let annotation = kind.span(self.local(label.span.range()));
        if label.text.is_empty() {
            annotation
        } else {
            annotation.label(&label.text)
        }
    }

    fn patch<'a>(&self, edit: &'a Edit) -> Patch<'a> {
        Patch::new(self.local(edit.span.range()), &edit.text)
    }
}
