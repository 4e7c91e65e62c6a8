//! Findings: one model, many renderers.
//!
//! A [`Finding`] always has a code, a place and at least one line of help
//! (`docs/architecture.md`, rule 3). The renderers in this module's children
//! turn a sorted list of findings into text for people, editors and CI.

mod github;
mod human;
mod json;
mod sarif;
mod short;
mod suggest;

use std::fmt;

use crate::check::RuleMeta;
use crate::source::{Sources, Span};

pub use human::Colour;
pub use suggest::nearest;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated until it is mended.
    Error,
    /// Generation goes on; a reason in a `klambda-allow` comment silences it.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The number of a rule, printed as `KL0123`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KL{:04}", self.0)
    }
}

/// A place with a word on what is to be seen there.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to see there; may be empty.
    pub text: String,
}

/// A replacement of the text at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty range inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A change that mends a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// The edits, none of which overlap.
    pub edits: Vec<Edit>,
    /// Whether `check --fix` may apply it unasked: only where it cannot be wrong.
    pub safe: bool,
}

/// One result of checking a spec.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that was broken.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// What is wrong, in one line, naming the things involved.
    pub message: String,
    /// Where it is wrong.
    pub primary: Label,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What to do about it, a line each.
    pub help: Vec<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding of `rule` at `span`. Add help with [`Finding::help`]: none is complete without.
    pub fn new(rule: &RuleMeta, span: Span, message: impl Into<String>) -> Self {
        Self {
            code: rule.code,
            severity: rule.severity,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Says what is to be seen at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Offers to replace the text at the primary place; `safe` as in [`Fix::safe`].
    #[must_use]
    pub fn replace(self, title: impl Into<String>, text: impl Into<String>, safe: bool) -> Self {
        let span = self.primary.span;
        self.fix(Fix {
            title: title.into(),
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
            safe,
        })
    }

    /// Offers a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Adds "did you mean" help, and a replacement when exactly one candidate is near.
    ///
    /// `at` is the misspelt word inside the primary place; the fix replaces just that.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        at: Span,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match suggest::near(written, known) {
            suggest::Near::None => self,
            suggest::Near::One(word) => {
                let edits = vec![Edit {
                    span: at,
                    text: word.to_owned(),
                }];
                self.help(format!("did you mean `{word}`?")).fix(Fix {
                    title: format!("replace `{written}` by `{word}`"),
                    edits,
                    safe: true,
                })
            }
            suggest::Near::Many(words) => {
                let list: Vec<_> = words.iter().map(|w| format!("`{w}`")).collect();
                self.help(format!("did you mean one of {}?", list.join(", ")))
            }
        }
    }
}

/// Sorts by place, then code, and drops findings that say the same thing twice.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message))
    });
    findings.dedup_by(|a, b| {
        a.primary.span == b.primary.span && a.code == b.code && a.message == b.message
    });
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The source line, a caret, help: for people.
    Human,
    /// `file:line:column: severity[code]: message`, a line each.
    Short,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub Actions workflow commands.
    Github,
}

/// Renders sorted findings.
pub fn render(findings: &[Finding], sources: &Sources, format: Format, colour: Colour) -> String {
    match format {
        Format::Human => human::render(findings, sources, colour),
        Format::Short => short::render(findings, sources),
        Format::Json => json::render(findings, sources),
        Format::Sarif => sarif::render(findings, sources),
        Format::Github => github::render(findings, sources),
    }
}

/// Counts errors and warnings.
pub fn count(findings: &[Finding]) -> (usize, usize) {
    let errors = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    (errors, findings.len() - errors)
}
