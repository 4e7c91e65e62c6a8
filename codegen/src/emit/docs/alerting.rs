//! The page of alerts.

use super::corrections;
use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use crate::emit::yaml::to_yaml;
use crate::model::AlertBridge;

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
    for (name, group) in file.rules.iter() {
        page.heading(2, &format!("Rules {}", plain(name)));
        page.table(&["Alert", "Severity", "For", "Summary"]);
        for rule in &group.rules {
            page.row(&[
                &code(&rule.alert),
                &plain(&rule.severity),
                &rule.r#for.as_ref().map_or("-".to_owned(), |f| code(f)),
                &plain(&rule.summary),
            ]);
        }
        page.code(
            "yaml",
            &to_yaml(&site.manifests().prometheus_rule(name, group)),
        );
    }
    Some(page)
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
