//! Checks a spec. One rule, one file, in [`rules`].

pub(crate) mod cdevents;
pub(crate) mod cel;
pub mod data;
mod edit;
mod index;
pub(crate) mod promql;
mod reconcile;
pub(crate) mod routes;
pub mod rules;
pub(crate) mod secret;
pub(crate) mod triggers;
pub(crate) mod version;

use std::sync::OnceLock;

use crate::diagnostics::{Code, Finding, Severity};
use crate::load::Suppression;
use crate::model::{Spec, Text};
use crate::parallel;
use crate::source::{SourceFile, Sources, Span};

pub use data::{Role, Visit};
pub use index::{EventRef, Index, Pattern, SchemaRef};

/// What a rule is, and its page.
#[derive(Debug)]
pub struct RuleMeta {
    /// Its number; hundreds are groups.
    pub code: Code,
    /// Its name in kebab case, the same as its file's.
    pub name: &'static str,
    /// How serious its findings are.
    pub severity: Severity,
    /// Its page, from the rule's own source; read it through [`RuleMeta::markdown`].
    pub page: &'static str,
    /// Looks for findings in a spec that could be read; `None` for rules that reading itself applies.
    pub check: Option<fn(&Context<'_>, &mut Vec<Finding>)>,
    /// Looks for findings in one schema; called for every schema of every data file in one walk.
    pub check_schema: Option<fn(&Context<'_>, &Visit<'_>, &mut Vec<Finding>)>,
}

impl RuleMeta {
    /// The page as Markdown: `page` without the space that doc comments begin their lines with.
    pub fn markdown(&self) -> String {
        let lines = self.page.lines();
        let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// First line of the page: what the rule is about, in one sentence.
    pub fn summary(&self) -> &'static str {
        self.page.trim().lines().next().unwrap_or("").trim()
    }

    /// Title of the group that the rule belongs to.
    pub fn group(&self) -> &'static str {
        match self.code.0 / 100 {
            0 => "Shape of the files",
            1 => "Names",
            2 => "CloudEvents attributes",
            3 => "Data schemas",
            4 => "Event types",
            5 => "Migrations",
            6 => "Routes",
            7 => "Errors, runtimes and resources",
            8 => "Flows and partners",
            10 => "Events given to the command line",
            _ => "Suppression",
        }
    }
}

/// Declares a rule: its page as a doc comment, then number, severity and check. `each_schema`
/// before the check's name makes it one of single schemas; a rule can have both.
///
/// The page has the parts `## What it does`, `## Why`, `## Fails` and `## Passes`; the
/// snippets of the last two are run by the tests.
macro_rules! rule {
    ($(#[doc = $doc:literal])* $name:literal, $code:literal, $severity:ident $(, $($check:ident)+)?) => {
        /// What the rule is, and its page.
        pub(crate) static META: $crate::check::RuleMeta = $crate::check::rule!(
            @check $($($check)+)?,
            $crate::check::RuleMeta {
                code: $crate::diagnostics::Code($code),
                name: $name,
                severity: $crate::diagnostics::Severity::$severity,
                page: concat!($($doc, "\n"),*),
                check: None,
                check_schema: None,
            }
        );
    };
    (@check , $meta:expr) => { $meta };
    (@check each_schema $check:ident, $meta:expr) => {
        $crate::check::RuleMeta { check_schema: Some($check), ..$meta }
    };
    (@check $check:ident each_schema $of_schema:ident, $meta:expr) => {
        $crate::check::RuleMeta { check: Some($check), check_schema: Some($of_schema), ..$meta }
    };
    (@check $check:ident, $meta:expr) => {
        $crate::check::RuleMeta { check: Some($check), ..$meta }
    };
}
pub(crate) use rule;

/// What rules look at.
pub struct Context<'a> {
    /// The text of every file.
    pub sources: &'a Sources,
    /// The spec as written.
    pub spec: &'a Spec,
    /// Its events, schemas and names, resolved.
    pub index: Index<'a>,
    /// Which events go to whom.
    pub(crate) routes: routes::Routes<'a>,
    references: OnceLock<data::References<'a>>,
}

impl<'a> Context<'a> {
    /// Resolves what `spec` refers to.
    pub fn new(sources: &'a Sources, spec: &'a Spec) -> Self {
        let index = Index::new(spec);
        Self {
            sources,
            spec,
            routes: routes::Routes::new(spec, &index),
            index,
            references: OnceLock::new(),
        }
    }

    /// Which schemas refer to which; found out by the first rule that asks.
    pub(crate) fn references(&self) -> &data::References<'a> {
        let new = || data::References::new(self.spec, &self.index);
        self.references.get_or_init(new)
    }

    /// The place of `len` bytes from `offset` in a text; all of the text where it is written in
    /// such a way (folded, escaped) that they cannot be found.
    pub(crate) fn inside(&self, text: &Text, offset: usize, len: usize) -> Span {
        let before = text.value.get(..offset).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.value[start..].lines().next().unwrap_or("");
        match self.sources.text(text.span).find(line) {
            Some(at) if !line.is_empty() => text.span.part(at + offset - start, len),
            _ => text.span,
        }
    }
}

/// Data files whose schemas are worth waking a thread.
const FILES_A_THREAD: usize = 8;

/// Runs every rule over `spec` and applies the suppressions. The result is sorted.
pub fn run(
    sources: &Sources,
    spec: &Spec,
    suppressions: &[Suppression],
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    let context = Context::new(sources, spec);
    let found = parallel::map(rules::ALL, 1, |rule| {
        let mut findings = Vec::new();
        if let Some(check) = rule.check {
            check(&context, &mut findings);
        }
        findings
    });
    findings.extend(found.into_iter().flatten());
    // The rules about single schemas share one walk.
    let of_schemas: Vec<_> = rules::ALL.iter().filter_map(|r| r.check_schema).collect();
    let found = parallel::map(&spec.data, FILES_A_THREAD, |file| {
        let mut findings = Vec::new();
        data::walk(file, |visit| {
            for check in &of_schemas {
                check(&context, visit, &mut findings);
            }
        });
        findings
    });
    findings.extend(found.into_iter().flatten());
    suppress(sources, suppressions, &mut findings);
    crate::diagnostics::sort(&mut findings);
    reconcile::drop_explained(&mut findings);
    reconcile::drop_following(sources, &mut findings);
    reconcile::doubt(sources, &mut findings);
    reconcile::fold(sources, &mut findings);
    crate::diagnostics::sort(&mut findings);
    findings
}

/// Drops the warnings that a comment silences, and reports comments that silence none.
fn suppress(sources: &Sources, suppressions: &[Suppression], findings: &mut Vec<Finding>) {
    let mut unused = Vec::new();
    for suppression in suppressions {
        let source = sources.get(suppression.span.file);
        let line = covered_line(source, suppression);
        let before = findings.len();
        findings.retain(|f| {
            f.severity == Severity::Error
                || f.code != suppression.code
                || f.primary.span.file != suppression.span.file
                || source.line_column(f.primary.span.start).0 != line
        });
        if findings.len() == before {
            unused.push(rules::unused_suppression::report(suppression));
        }
    }
    findings.extend(unused);
}

/// Lines of comment that may stand between a suppression and what it speaks of.
const COMMENT_LINES: usize = 100;

/// The line that a comment speaks of: its own, or the next with content where it stands alone.
fn covered_line(source: &SourceFile, suppression: &Suppression) -> usize {
    let (own, _) = source.line_column(suppression.span.start);
    let alone = |line: usize| {
        let text = source.text.get(source.line_range(line)).unwrap_or("");
        let text = text.trim_start();
        text.is_empty() || text.starts_with('#')
    };
    let last = source.line_count().min(own + COMMENT_LINES);
    (own..=last).find(|line| !alone(*line)).unwrap_or(own)
}
