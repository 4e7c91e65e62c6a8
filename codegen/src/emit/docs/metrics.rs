//! The pages of metrics and of dashboards.

use super::markdown::{Page, code, codes, plain, sentence};
use super::site::Site;

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.metrics.as_ref()?;
    let mut page = Page::new("metrics.md", &site.source(file.file), "Metrics");
    page.markdown(&file.summary);
    page.table(&["Metric", "Kind", "What it measures", "Labels", "From"]);
    for (name, metric) in file.metrics.iter() {
        let labels = codes(metric.labels.names());
        page.row(&[
            &code(name),
            metric.kind.as_str(),
            &sentence(&plain(&metric.summary)),
            if labels.is_empty() { "-" } else { &labels },
            &plain(&metric.from),
        ]);
    }
    page.heading(2, "Labels");
    page.table(&["Metric", "Label", "What it says", "Values"]);
    for (name, metric) in file.metrics.iter() {
        for (label, declared) in metric.labels.iter() {
            let values = codes(declared.values.iter().map(|v| v.value.as_str()));
            page.row(&[
                &code(name),
                &code(label),
                &sentence(&plain(&declared.summary)),
                if values.is_empty() { "any" } else { &values },
            ]);
        }
    }
    let histograms: Vec<_> = file
        .metrics
        .iter()
        .filter(|(_, m)| !m.buckets.is_empty())
        .collect();
    if !histograms.is_empty() {
        page.heading(2, "Buckets");
        page.table(&["Histogram", "Upper bounds"]);
    }
    for (name, metric) in histograms {
        let bounds: Vec<_> = metric.buckets.iter().map(f64::to_string).collect();
        page.row(&[&code(name), &bounds.join(", ")]);
    }
    Some(page)
}

pub(super) fn dashboards(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.dashboards.as_ref()?;
    let mut page = Page::new("dashboards.md", &site.source(file.file), "Dashboards");
    page.markdown(&file.summary);
    if !file.annotations.is_empty() {
        page.heading(2, "Annotations");
        page.table(&["Annotation", "Events", "Tags"]);
    }
    for annotation in &file.annotations {
        page.row(&[
            &plain(&annotation.title),
            &site.event_links(&page, &annotation.events),
            &codes(annotation.tags.iter().map(|t| t.value.as_str())),
        ]);
    }
    for (plane, dashboard) in file.dashboards.iter() {
        let title = site
            .catalog
            .header
            .planes
            .get(plane)
            .map_or(plane.as_str(), |p| &p.title.value);
        page.heading(2, &plain(title));
        page.markdown(&sentence(&dashboard.summary));
        page.table(&["Row", "Panel", "Kind", "What it shows"]);
        for row in &dashboard.rows {
            for panel in &row.panels {
                page.row(&[
                    &plain(&row.title),
                    &plain(&panel.title),
                    panel.kind.as_str(),
                    &sentence(&plain(&panel.description)),
                ]);
            }
        }
    }
    Some(page)
}
