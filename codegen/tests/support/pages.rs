//! Generated Markdown, read back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use knative_lambda_codegen::emit::docs;

/// Text of each page, by path below the project.
pub(crate) type Pages = BTreeMap<String, String>;

/// The pages of the catalogue in `folder`.
pub(crate) fn pages(folder: &Path) -> Pages {
    let (checked, files) = knative_lambda_codegen::compile(folder, |catalog| {
        let mut files = (docs::TARGET.emit)(catalog);
        files.extend((docs::RULES.emit)(catalog));
        files
    })
    .unwrap();
    let files = files.unwrap_or_else(|| panic!("{:#?}", checked.findings));
    let number = files.len();
    let pages: Pages = files.into_iter().map(|f| (f.path, f.content)).collect();
    assert_eq!(pages.len(), number, "two pages have the same path");
    pages
}

/// Lines outside of blocks of code.
pub(crate) fn prose(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match &fence {
            Some(open) => {
                if ticks >= open.len() && line.trim_end_matches('`').is_empty() {
                    fence = None;
                }
            }
            None if ticks >= 3 => fence = Some("`".repeat(ticks)),
            None => lines.push(line),
        }
    }
    assert!(fence.is_none(), "a block of code is not closed");
    lines
}

/// Cells of a row, as Markdown.
pub(crate) fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.trim().chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            '|' => {
                let cell = cells.last_mut().unwrap();
                cell.pop();
                cell.push('|');
            }
            c => cells.last_mut().unwrap().push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    assert!(cells.len() > 2, "no row: {line}");
    let inner = &cells[1..cells.len() - 1];
    inner.iter().map(|c| c.trim().to_owned()).collect()
}

/// The tables of a page: rows of cells, the head first.
pub(crate) fn tables(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in prose(text) {
        if !line.starts_with('|') {
            inside = false;
            continue;
        }
        if !inside {
            tables.push(Vec::new());
            inside = true;
        }
        if !line.starts_with("|---") {
            tables.last_mut().unwrap().push(cells(line));
        }
    }
    tables
}

/// Targets of links in Markdown, outside of code.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // Of code spans only the signs are left, so that the two of a link still meet.
        let line: String = line.split('`').step_by(2).collect();
        let mut rest = line.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let end = rest.find(')').expect("a link ends");
            links.push(rest[..end].to_owned());
        }
    }
    links
}

/// Anchors of the headings of a page, as GitHub makes them.
pub(crate) fn anchors(text: &str) -> HashSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim();
            let mut slug = String::new();
            for c in title.to_lowercase().chars() {
                match c {
                    ' ' => slug.push('-'),
                    c if c.is_alphanumeric() || c == '-' || c == '_' => slug.push(c),
                    _ => {}
                }
            }
            let count = seen.entry(slug.clone()).or_default();
            *count += 1;
            if *count > 1 {
                slug = format!("{slug}-{}", *count - 1);
            }
            slug
        })
        .collect()
}

/// What readers see of Markdown: no links, code signs, emphasis or escapes.
pub(crate) fn text(markdown: &str) -> String {
    let mut out = String::new();
    let mut characters = markdown.chars().peekable();
    let mut code = false;
    while let Some(c) = characters.next() {
        match c {
            '`' => code = !code,
            '\\' if !code => out.extend(characters.next()),
            '*' | '[' if !code => {}
            ']' if !code => {
                if characters.peek() == Some(&'(') {
                    characters.by_ref().find(|c| *c == ')');
                }
            }
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
