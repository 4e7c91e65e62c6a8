//! The page of legacy event types.

use super::markdown::{Page, code, codes, plain, sentence};
use super::sample::pretty;
use super::site::Site;
use super::{keywords, tables};
use crate::model::{FieldRule, Migration, Text, Unmapped};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.migrations.as_ref()?;
    let mut page = Page::new("migrations.md", &site.source(file.file), "Migrations");
    page.heading(2, "Current events → new format");
    tables::migrations(site, &mut page);
    if !file.tenses.is_empty() {
        page.heading(2, "Tense consistency");
        page.table(&["Category", "Tense", "Examples"]);
        for (_, rule) in file.tenses.iter() {
            let examples = rule.examples.iter().map(|e| format!(".{}", e.value));
            page.row(&[&plain(&rule.title), &plain(&rule.tense), &codes(examples)]);
        }
    }
    page.heading(2, "How data are translated");
    for (legacy, migration) in file.migrations.iter() {
        one(site, &mut page, legacy, migration);
    }
    Some(page)
}

fn one(site: &Site<'_>, page: &mut Page, legacy: &Text, migration: &Migration) {
    page.heading(3, &code(legacy));
    let mut text = format!("Becomes {}.", site.event_link(page, &migration.to));
    if let Some(sender) = &migration.sent_by {
        text.push_str(&format!(" Still sent by: {}", sentence(sender)));
    }
    if let Some(summary) = &migration.summary {
        text.push(' ');
        text.push_str(&sentence(summary));
    }
    text.push_str(match migration.unmapped.as_ref().map(|u| u.value) {
        Some(Unmapped::Drop) => " Other data are left out.",
        Some(Unmapped::Keep) | None => " Other data keep their names.",
    });
    page.markdown(&text);

    let data = migration.data.iter().map(|(name, rule)| (code(name), rule));
    let extensions = migration.extensions.iter();
    let extensions = extensions.map(|(name, rule)| (format!("extension {}", code(name)), rule));
    let subject = migration
        .subject
        .iter()
        .map(|rule| ("`subject`".to_owned(), rule));
    let rules: Vec<_> = data.chain(extensions).chain(subject).collect();
    if !rules.is_empty() {
        page.table(&["New", "Comes from"]);
        for (name, rule) in rules {
            page.row(&[&name, &in_words(rule)]);
        }
    }
    for example in &migration.examples {
        let title = example.title.as_ref();
        page.markdown(&title.map_or_else(|| "Example:".to_owned(), |t| format!("{}:", plain(t))));
        page.code("json", &pretty(&example.event.to_json()));
        if let Some(data) = &example.becomes {
            page.markdown("Its data become:");
            page.code("json", &pretty(&data.to_json()));
        }
    }
}

/// A rule in words, in the order in which it is applied.
fn in_words(rule: &FieldRule) -> String {
    let mut parts = Vec::new();
    match rule.from.as_slice() {
        [] => {}
        [path] => parts.push(code(path)),
        paths => parts.push(format!(
            "the first of {}",
            codes(paths.iter().map(|p| &p.value))
        )),
    }
    if !rule.join.is_empty() {
        let paths = rule.join.iter().map(|path| {
            let alternatives = path.split('|').map(|path| match path.strip_prefix('@') {
                Some(attribute) => format!("attribute {}", code(attribute)),
                None => code(path),
            });
            alternatives.collect::<Vec<_>>().join(" or ")
        });
        let paths: Vec<_> = paths.collect();
        parts.push(format!("{}, joined by `-`", paths.join(" and ")));
    }
    if let Some(attribute) = &rule.attribute {
        parts.push(format!("attribute {}", code(attribute)));
    }
    if let Some(value) = &rule.value {
        parts.push(format!("always {}", keywords::literal(&value.to_json())));
    }
    if let Some(prefix) = &rule.trim_prefix {
        parts.push(format!("without {} at its beginning", code(prefix)));
    }
    if let Some(part) = &rule.part {
        parts.push(format!("part {} of what `/` separates", part.value));
    }
    if !rule.map.is_empty() {
        let pairs = rule.map.iter();
        let pairs = pairs.map(|(old, new)| {
            format!(
                "{} becomes {}",
                code(old),
                keywords::literal(&new.to_json())
            )
        });
        parts.push(pairs.collect::<Vec<_>>().join(", "));
    }
    if let Some(length) = &rule.name_length {
        parts.push(format!("as a name of at most {} characters", length.value));
    }
    if let Some(key) = &rule.wrap {
        parts.push(format!("text is put into an object under {}", code(key)));
    }
    if let Some(default) = &rule.default {
        parts.push(format!(
            "otherwise {}",
            keywords::literal(&default.to_json())
        ));
    }
    parts.join("; ")
}
