//! Regions of guides written by hand that the compiler fills:
//! `<!-- klambda:begin NAME -->` … `<!-- klambda:end -->`, each mark on a line of its own.

use std::fmt;

use super::markdown::{FOLDER, Page, plain};
use super::site::Site;
use super::{flows, tables};
use crate::diagnostics::nearest;
use crate::ir::Catalog;

const BEGIN: &str = "<!-- klambda:begin";
const END: &str = "<!-- klambda:end -->";

/// What is wrong with the regions of a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionError {
    /// Line of the guide, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; {}", self.line, self.message, self.help)
    }
}

impl std::error::Error for RegionError {}

type Fill = fn(&Site<'_>, &mut Page);

/// What a region may hold, by name. `events:NAME` is one category, `flow:NAME` one flow.
const REGIONS: &[(&str, Fill)] = &[
    ("categories", |site, page| {
        for category in &site.catalog.categories {
            page.markdown(&format!("**{}**", plain(&category.declared.title)));
            tables::patterns(site, page, category);
        }
    }),
    ("environment", tables::environment),
    ("errors", tables::errors),
    ("events", |site, page| {
        for category in &site.catalog.categories {
            page.markdown(&format!("**{}**", plain(&category.declared.title)));
            tables::events(site, page, category);
        }
    }),
    ("extensions", tables::extensions),
    ("migrations", tables::migrations),
    ("observers", tables::observers),
    ("runtimes", tables::runtimes),
    ("schemas", tables::schemas),
    ("version", |site, page| {
        page.markdown(&plain(&site.catalog.header.version))
    }),
];

/// Fills the regions of a guide at `path` (below the project, `/` between its parts). `None` when
/// it has no region.
///
/// # Errors
/// When a region is not closed or not opened, lies in another, or its name means nothing.
pub fn fill_regions(
    catalog: &Catalog<'_>,
    path: &str,
    text: &str,
) -> Result<Option<String>, RegionError> {
    if !text.contains("<!-- klambda:") {
        return Ok(None);
    }
    let site = Site::new(catalog);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    let mut fence: Option<&str> = None;
    let mut found = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let number = number + 1;
        let mark = line.trim();
        // Regions that a guide shows in a block of code are no regions.
        if open.is_none() {
            match fence {
                Some(sign)
                    if mark.starts_with(sign) && mark.trim_start_matches(&sign[..1]).is_empty() =>
                {
                    fence = None;
                }
                None if mark.starts_with("```") || mark.starts_with("~~~") => {
                    let sign = &mark[..1];
                    fence = Some(&mark[..mark.len() - mark.trim_start_matches(sign).len()]);
                }
                _ => {}
            }
        }
        if fence.is_some() {
            out.push_str(line);
        } else if let Some(name) = mark.strip_prefix(BEGIN).and_then(|n| n.strip_suffix("-->")) {
            if let Some(first) = open {
                return Err(RegionError {
                    line: number,
                    message: format!("a region begins inside of the one of line {first}"),
                    help: format!("close that one with `{END}` before"),
                });
            }
            out.push_str(line);
            if !line.ends_with('\n') {
                out.push_str(line_end);
            }
            let content = content(&site, path, name.trim(), number)?;
            out.push_str(&content.replace('\n', line_end));
            open = Some(number);
            found = true;
        } else if mark == END {
            if open.take().is_none() {
                return Err(RegionError {
                    line: number,
                    message: "a region ends that did not begin".to_owned(),
                    help: format!("begin it with `{BEGIN} NAME -->`"),
                });
            }
            out.push_str(line);
        } else if open.is_none() {
            out.push_str(line);
        }
    }
    match open {
        Some(line) => Err(RegionError {
            line,
            message: "the region has no end".to_owned(),
            help: format!("close it with `{END}` on a line of its own"),
        }),
        None => Ok(found.then_some(out)),
    }
}

/// What stands between the marks, set off by blank lines.
fn content(site: &Site<'_>, path: &str, name: &str, line: usize) -> Result<String, RegionError> {
    let mut page = Page::outside(way_to_reference(path));
    match name.split_once(':') {
        Some(("events", category)) => {
            let categories = &site.catalog.categories;
            let Some(category) = categories.iter().find(|c| c.name == category) else {
                let known = categories.iter().map(|c| c.name);
                return Err(unknown("category", category, known, line));
            };
            tables::events(site, &mut page, category);
        }
        Some(("flow", flow)) => {
            let known = site
                .catalog
                .spec
                .flows
                .iter()
                .map(|f| f.flow.value.as_str());
            if !flows::named(site, &mut page, flow) {
                return Err(unknown("flow", flow, known, line));
            }
        }
        _ => {
            let Some((_, fill)) = REGIONS.iter().find(|(known, _)| *known == name) else {
                let known = REGIONS.iter().map(|(name, _)| *name);
                let known = known.chain(["events:CATEGORY", "flow:NAME"]);
                return Err(unknown("region", name, known, line));
            };
            fill(site, &mut page);
        }
    }
    Ok(format!("\n{}\n", page.into_text()))
}

fn unknown<'n>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
    line: usize,
) -> RegionError {
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
    };
    RegionError {
        line,
        message: format!("there is no {what} `{name}`"),
        help,
    }
}

/// From the folder of a file to the reference.
fn way_to_reference(path: &str) -> String {
    let mut target: Vec<&str> = FOLDER.split('/').collect();
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    let common = folders
        .iter()
        .zip(&target)
        .take_while(|(a, b)| a == b)
        .count();
    target.drain(..common);
    let mut way = "../".repeat(folders.len() - common);
    for folder in target {
        way.push_str(folder);
        way.push('/');
    }
    way
}

#[cfg(test)]
mod tests {
    use super::way_to_reference;

    #[test]
    fn links_lead_from_guides_to_the_reference() {
        assert_eq!(way_to_reference("README.md"), "docs/reference/");
        assert_eq!(way_to_reference("docs/guide.md"), "reference/");
        assert_eq!(way_to_reference("docs/guides/first.md"), "../reference/");
        assert_eq!(way_to_reference("operator/README.md"), "../docs/reference/");
    }
}
