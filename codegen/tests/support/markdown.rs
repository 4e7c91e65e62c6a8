//! Snippets of spec files in Markdown, and the findings that they announce.

/// Texts of files that are tried together.
pub(crate) type Set = Vec<(String, String)>;

/// The sections of a page, by heading of the given level (`## `), with their text.
pub(crate) fn sections(markdown: &str, level: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = vec![(String::new(), String::new())];
    let mut fenced = false;
    for line in markdown.lines() {
        fenced ^= line.starts_with("```");
        match line.strip_prefix(level).filter(|_| !fenced) {
            Some(heading) => sections.push((heading.trim().to_owned(), String::new())),
            None => {
                if let Some((_, text)) = sections.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    sections
}

/// The snippets of a section whose fence names a file: ```` ```yaml events/command.yaml ````.
/// Prose between two snippets begins another set, and so does a file that is named again.
pub(crate) fn sets(section: &str) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut apart = true;
    for line in section.lines() {
        if let Some((_, text)) = open.as_mut().filter(|_| !line.starts_with("```")) {
            text.push_str(line);
            text.push('\n');
        } else if let Some(snippet) = open.take() {
            match sets.last_mut() {
                Some(set) if !apart && set.iter().all(|(path, _)| *path != snippet.0) => {
                    set.push(snippet);
                }
                _ => sets.push(vec![snippet]),
            }
            apart = false;
        } else if let Some(path) = line.strip_prefix("```yaml ") {
            open = Some((path.trim().to_owned(), String::new()));
        } else {
            apart |= !line.trim().is_empty();
        }
    }
    sets
}

/// A finding that a comment announces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expected {
    /// Line that it must point at, from 1.
    pub(crate) line: usize,
    /// `error` or `warning`.
    pub(crate) severity: String,
    /// Code of the rule.
    pub(crate) code: String,
    /// Part of the message.
    pub(crate) message: String,
}

/// Reads `# error: KL0012 "part of the message"` comments. One that stands alone speaks of the next
/// line that holds more than a comment, if there is one.
pub(crate) fn expected(text: &str) -> Vec<Expected> {
    let lines: Vec<&str> = text.lines().collect();
    // A suppression is something to point at.
    let alone = |line: &str| {
        let line = line.trim_start();
        line.starts_with('#') && !line.starts_with("# klambda-allow")
    };
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        for severity in ["error", "warning"] {
            let mark = format!("# {severity}: ");
            for announced in line.split(&mark).skip(1) {
                let announced = announced.split(" # ").next().unwrap_or(announced).trim();
                let (code, message) = announced.split_once(' ').unwrap_or((announced, ""));
                let next = || (i + 1..lines.len()).find(|n| !alone(lines[*n]));
                let line = if alone(line) { next().unwrap_or(i) } else { i };
                found.push(Expected {
                    line: line + 1,
                    severity: severity.to_owned(),
                    code: code.to_owned(),
                    message: message.trim().trim_matches('"').to_owned(),
                });
            }
        }
    }
    found
}
