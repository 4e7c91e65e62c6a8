//! The page of alerts.

use std::collections::HashSet;

use super::corrections;
use super::markdown::{Page, code, plain, sentence, slug};
use super::site::Site;
use crate::emit::yaml::to_yaml;
use crate::model::{AlertBridge, AlertRule};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.alerting.as_ref()?;
    let mut page = Page::new("alerting.md", &site.source(file.file), "Alerting");
    page.markdown(&file.summary);
    if !file.options.is_empty() {
        page.heading(2, "Options");
        page.table(&["Option", "What it does", "Recommended"]);
        for (i, option) in file.options.iter().enumerate() {
            page.row(&[
                &format!("{}. {}", i + 1, plain(&option.title)),
                &plain(&option.summary),
                if option.recommended == Some(true) {
                    "Yes"
                } else {
                    ""
                },
            ]);
        }
    }
    for (name, one) in file.bridges.iter() {
        page.heading(2, &format!("Bridge {}", plain(name)));
        bridge(site, &mut page, one);
    }
    if !file.rules.is_empty() && site.catalog.spec.metrics.is_some() {
        let link = page.link("metrics", "metrics.md");
        page.markdown(&format!(
            "The {link} that the rules below read have a page of their own."
        ));
    }
    let mut explained = HashSet::new();
    for (name, group) in file.rules.iter() {
        page.heading(2, &format!("Rules {}", plain(name)));
        if !group.rules.is_empty() {
            page.table(&["Alert", "Severity", "For", "Summary"]);
        }
        for rule in &group.rules {
            let anchor = format!("alerting.md#{}", slug(&rule.alert));
            page.row(&[
                &page.link(&code(&rule.alert), &anchor),
                &plain(&rule.severity),
                &rule.r#for.as_ref().map_or("-".to_owned(), |f| code(f)),
                &plain(&rule.summary),
            ]);
        }
        if !group.recording.is_empty() {
            page.markdown("Recorded series:");
            page.table(&["Series", "What it tells", "Expression"]);
        }
        for rule in &group.recording {
            page.row(&[
                &code(&rule.record),
                &sentence(&rule.summary),
                &code(rule.expr.trim_end()),
            ]);
        }
        for rule in &group.rules {
            if explained.insert(rule.alert.value.as_str()) {
                page.heading(3, &plain(&rule.alert));
                // Of an alert in degrees, all of them.
                let rules = file.rules.iter().flat_map(|(_, group)| &group.rules);
                for degree in rules.filter(|other| other.alert.value == rule.alert.value) {
                    runbook(&mut page, degree);
                }
            }
        }
        page.heading(3, &format!("Manifest of {}", plain(name)));
        page.code(
            "yaml",
            &to_yaml(&site.manifests().prometheus_rule(name, group)),
        );
    }
    Some(page)
}

/// What an alert means and what to do; its `runbook_url` leads here.
fn runbook(page: &mut Page, rule: &AlertRule) {
    let severity = plain(&rule.severity);
    page.markdown(&format!(
        "**{severity}** · {}",
        sentence(&plain(&rule.summary))
    ));
    page.markdown(&sentence(&rule.description));
    page.code("promql", &rule.expr);
    if let Some(runbook) = &rule.runbook {
        page.markdown(runbook);
    }
    for (what, fires) in [("Fires", true), ("Silent", false)] {
        let cases = rule
            .cases
            .iter()
            .filter(|case| case.fires.is_empty() != fires);
        let titles: Vec<_> = cases.map(|case| sentence(&plain(&case.title))).collect();
        if !titles.is_empty() {
            page.markdown(&format!("{what} in the tests: {}", titles.join(" ")));
        }
    }
}

fn bridge(site: &Site<'_>, page: &mut Page, bridge: &AlertBridge) {
    page.markdown(&sentence(&bridge.summary));
    let events: Vec<_> = bridge.events.iter().map(|e| site.pattern(e)).collect();
    page.markdown(&format!(
        "Events: {}, with data {}. Sent to Alertmanager with {}.",
        events.join(", "),
        site.schema_link(page, &bridge.data),
        code(&bridge.endpoint)
    ));
    corrections::mark(page, &bridge.corrected);
    page.table(&["Alert", "Comes from (path in the data)"]);
    for (kind, values) in [
        ("label", &bridge.labels),
        ("annotation", &bridge.annotations),
    ] {
        for (name, path) in values.iter() {
            let name = match name.as_str() {
                "*" => format!("all other {kind}s"),
                name => format!("{kind} {}", code(name)),
            };
            page.row(&[&name, &code(path)]);
        }
    }
    for (name, path) in [
        ("startsAt", Some(&bridge.starts_at)),
        ("endsAt", bridge.ends_at.as_ref()),
        ("generatorURL", bridge.generator_url.as_ref()),
    ] {
        if let Some(path) = path {
            page.row(&[&code(name), &code(path)]);
        }
    }
    page.markdown(
        "The labels are the alert's identity: an event with the same labels and `endsAt` ends it. The generated Rust has this as `alerts::from_event`.",
    );
}
