//! Pages of the rules that specs are checked against, from the rules' own sources.

use super::markdown::{Page, code, plain};
use crate::check::{RuleMeta, rules};
use crate::emit::{OutputFile, Target};
use crate::ir::Catalog;
use crate::model::ExtraTarget;

/// The rules.
pub static TARGET: Target = Target {
    name: "rules",
    summary: "pages of the rules in Markdown",
    folder: "docs/reference/rules",
    emit,
};

/// The pages are the same for every catalogue, because they are about the compiler: most do
/// without.
fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    if !catalog.header.targets.contains(&ExtraTarget::Rules) {
        return Vec::new();
    }
    let mut rules = rules::ALL.to_vec();
    rules.sort_by_key(|rule| rule.code);
    let mut files = vec![index(&rules)];
    files.extend(rules.into_iter().map(page));
    files
}

fn index(rules: &[&RuleMeta]) -> OutputFile {
    let mut page = Page::new("rules/README.md", "codegen/src/check/rules/mod.rs", "Rules");
    page.markdown(
        "What a spec is checked against. `klambda explain CODE` prints the same pages. A warning is silenced where \
         it is meant by a comment `# klambda-allow CODE: reason`; errors cannot be.",
    );
    let mut group = "";
    for rule in rules {
        if rule.group() != group {
            group = rule.group();
            page.heading(2, group);
            page.table(&["Code", "Name", "Severity", "What it is about"]);
        }
        let name = rule.code.to_string();
        page.row(&[
            &page.link(&code(&name), &format!("rules/{name}.md")),
            &code(rule.name),
            rule.severity.as_str(),
            rule.summary(),
        ]);
    }
    page.finish()
}

fn page(rule: &RuleMeta) -> OutputFile {
    let source = format!("codegen/src/check/rules/{}.rs", rule.name.replace('-', "_"));
    let title = format!("{}: {}", rule.code, plain(rule.name));
    let mut page = Page::new(format!("rules/{}.md", rule.code), &source, &title);
    page.markdown(&format!("{} · {}", rule.severity.as_str(), rule.group()));
    page.markdown(&dedented(rule.page));
    page.finish()
}

/// Doc comments keep the space after their slashes.
fn dedented(page: &str) -> String {
    let lines = page.trim().lines();
    let lines: Vec<_> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n")
}
