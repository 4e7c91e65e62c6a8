//! Every relative link in the Markdown of the repository leads somewhere, anchors included.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use knative_lambda_tests::repository;

#[test]
fn relative_links_lead_somewhere() {
    let mut pages = HashMap::new();
    collect(&repository().canonicalize().unwrap(), &mut pages);
    let anchors: HashMap<&PathBuf, HashSet<String>> = pages
        .iter()
        .map(|(path, text)| (path, anchors(text)))
        .collect();
    let mut broken = Vec::new();
    let mut seen = 0;
    for (path, text) in &pages {
        for link in links(text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let (target, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let file = if target.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(target)
            };
            let fine = match file.canonicalize() {
                Ok(file) if anchor.is_empty() => file.exists(),
                Ok(file) => anchors.get(&file).is_some_and(|a| a.contains(anchor)),
                Err(_) => false,
            };
            if !fine {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(seen > 20, "only {seen} links were found");
    assert!(
        broken.is_empty(),
        "{} broken links:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

fn collect(folder: &Path, pages: &mut HashMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Test inputs may hold links on purpose that lead nowhere.
        if name.starts_with('.')
            || matches!(name.as_str(), "target" | "fixtures" | "snapshots" | "rules")
        {
            continue;
        }
        if path.is_dir() {
            collect(&path, pages);
        } else if name.ends_with(".md") {
            let text = fs::read_to_string(&path).unwrap();
            pages.insert(path, text);
        }
    }
}

/// Targets of `[text](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        let mut rest = line.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let end = rest.find([')', ' ']).unwrap_or(rest.len());
            links.push(rest[..end].trim_matches(['<', '>']).to_owned());
        }
    }
    links
}

/// Lines outside fenced code, without inline code.
fn prose(text: &str) -> Vec<String> {
    let mut fence: Option<String> = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        let marks: String = line
            .trim_start()
            .chars()
            .take_while(|c| *c == '`')
            .collect();
        match &fence {
            Some(open) if marks.len() >= open.len() && line.trim() == marks => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 => fence = Some(marks),
            None => lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join("``")),
        }
    }
    lines
}

/// Anchors of headings as GitHub makes them, and explicit ones.
fn anchors(text: &str) -> HashSet<String> {
    let mut anchors = HashSet::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) {
            let slug: String = heading
                .trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect();
            let mut unique = slug.clone();
            let mut number = 0;
            while !anchors.insert(unique.clone()) {
                number += 1;
                unique = format!("{slug}-{number}");
            }
        }
        for part in line.split("<a id=\"").skip(1) {
            anchors.insert(part.split('"').next().unwrap().to_owned());
        }
    }
    anchors
}
