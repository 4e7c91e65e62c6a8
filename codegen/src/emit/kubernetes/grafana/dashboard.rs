//! Dashboards in Grafana's JSON model.

use serde_json::{Value as Json, json};

use crate::ir::Catalog;
use crate::model::{Dashboard, DashboardAnnotation, DashboardVariable, Panel, PanelKind, Text};

/// Version of Grafana's model; newer Grafanas migrate older dashboards themselves.
const SCHEMA_VERSION: u32 = 42;

/// Columns of Grafana's grid.
const COLUMNS: usize = 24;

/// The data source that is chosen on the dashboard.
const DATASOURCE: &str = "${datasource}";

/// Every dashboard with its uid, in the order of the spec.
pub(super) fn all<'a>(catalog: &'a Catalog<'a>) -> impl Iterator<Item = (String, Json)> + 'a {
    let file = catalog.spec.dashboards.iter();
    file.flat_map(|file| file.dashboards.iter())
        .map(|(plane, dashboard)| {
            let uid = format!("{}-{}", catalog.header.catalog.value, plane.value);
            let dashboard = self::dashboard(catalog, &uid, plane, dashboard);
            (uid, dashboard)
        })
}

fn dashboard(catalog: &Catalog<'_>, uid: &str, plane: &Text, dashboard: &Dashboard) -> Json {
    let name = &catalog.header.catalog.value;
    let title = catalog
        .header
        .planes
        .get(plane)
        .map_or(plane.as_str(), |p| &p.title.value);
    let annotations = catalog.spec.dashboards.iter().flat_map(|f| &f.annotations);
    let mut variables = vec![json!({
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
    })];
    variables.extend(
        dashboard
            .variables
            .iter()
            .map(|(name, variable)| self::variable(name, variable)),
    );
    json!({
        "uid": uid,
        "title": format!("{} / {title}", catalog.header.title.value),
        "description": dashboard.summary.value.trim_end(),
        "tags": [name],
        "schemaVersion": SCHEMA_VERSION,
        "editable": true,
        // Pointing at a time in one panel shows it in all.
        "graphTooltip": 1,
        "timezone": "browser",
        "time": { "from": "now-6h", "to": "now" },
        "refresh": "1m",
        "links": links(catalog),
        "annotations": { "list": annotations.map(annotation).collect::<Vec<_>>() },
        "templating": { "list": variables },
        "panels": panels(dashboard),
    })
}

/// The other dashboards, and the docs.
fn links(catalog: &Catalog<'_>) -> Json {
    let mut links = vec![json!({
        "title": "Planes",
        "type": "dashboards",
        "tags": [catalog.header.catalog.value],
        "icon": "external link",
        "tooltip": "",
        "asDropdown": false,
        "includeVars": true,
        "keepTime": true,
        "targetBlank": false,
    })];
    if let Some(base) = &catalog.header.docs_base {
        links.push(json!({
            "title": "Docs",
            "type": "link",
            "url": format!("{}/dashboards.md", base.value.trim_end_matches('/')),
            "tags": [],
            "icon": "doc",
            "tooltip": "What the panels show",
            "asDropdown": false,
            "includeVars": false,
            "keepTime": false,
            "targetBlank": true,
        }));
    }
    links.into()
}

fn annotation(annotation: &DashboardAnnotation) -> Json {
    let tags: Vec<_> = annotation
        .tags
        .iter()
        .map(|tag| tag.value.as_str())
        .collect();
    json!({
        "name": annotation.title.value,
        "enable": true,
        "hide": false,
        "iconColor": annotation.colour.value,
        "datasource": { "type": "grafana", "uid": "-- Grafana --" },
        "target": { "type": "tags", "tags": tags, "matchAny": false, "limit": 100 },
    })
}

fn variable(name: &Text, variable: &DashboardVariable) -> Json {
    json!({
        "name": name.value,
        "label": variable.title.value,
        "type": "query",
        "datasource": datasource(),
        "query": format!("label_values({}, {})", variable.metric.value, name.value),
        "includeAll": true,
        "allValue": ".*",
        "multi": true,
        "current": { "text": ["All"], "value": ["$__all"] },
        // When the time range changes.
        "refresh": 2,
        "sort": 1,
    })
}

fn datasource() -> Json {
    json!({ "type": "prometheus", "uid": DATASOURCE })
}

/// Rows one below the other; in a row as many panels beside each other as there is room for.
fn panels(dashboard: &Dashboard) -> Json {
    let mut panels = Vec::new();
    let mut top = 0;
    let place =
        |x: usize, y: usize, (width, height)| json!({ "x": x, "y": y, "w": width, "h": height });
    for row in &dashboard.rows {
        panels.push(json!({
            "id": panels.len() + 1,
            "type": "row",
            "title": row.title.value,
            "collapsed": false,
            "gridPos": place(0, top, (COLUMNS, 1)),
            "panels": [],
        }));
        top += 1;
        let (mut left, mut tallest) = (0, 0);
        for panel in &row.panels {
            let (width, height) = size(panel.kind);
            if left + width > COLUMNS {
                top += tallest;
                (left, tallest) = (0, 0);
            }
            let mut json = self::panel(panels.len() + 1, panel);
            json["gridPos"] = place(left, top, (width, height));
            panels.push(json);
            left += width;
            tallest = tallest.max(height);
        }
        top += tallest;
    }
    panels.into()
}

/// Width and height in the grid.
fn size(kind: PanelKind) -> (usize, usize) {
    match kind {
        PanelKind::Stat => (6, 4),
        PanelKind::Timeseries => (12, 8),
        PanelKind::Table => (COLUMNS, 8),
    }
}

fn panel(id: usize, panel: &Panel) -> Json {
    let queries = panel.queries.iter().enumerate();
    let targets: Vec<_> = queries
        .map(|(number, query)| {
            let latest = panel.kind != PanelKind::Timeseries;
            let mut target = json!({
                "refId": reference(number),
                "datasource": datasource(),
                "expr": query.expr.value.trim_end(),
                "instant": latest,
                "range": !latest,
                "format": if panel.kind == PanelKind::Table { "table" } else { "time_series" },
            });
            if let Some(legend) = &query.legend {
                target["legendFormat"] = legend.value.as_str().into();
            }
            target
        })
        .collect();
    json!({
        "id": id,
        "type": panel.kind.as_str(),
        "title": panel.title.value,
        "description": panel.description.value.trim_end(),
        "datasource": datasource(),
        "targets": targets,
        "fieldConfig": { "defaults": field(panel), "overrides": [] },
        "options": options(panel.kind),
    })
}

/// `A`, `B`, … `Z`, `AA`, as Grafana counts.
fn reference(number: usize) -> String {
    let letter = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => letter.to_string(),
        rest => format!("{}{letter}", reference(rest - 1)),
    }
}

fn field(panel: &Panel) -> Json {
    let mut field = json!({ "unit": panel.unit.value, "min": 0 });
    if let Some(thresholds) = &panel.thresholds {
        field["thresholds"] = json!({ "mode": "absolute", "steps": [
            { "color": "green", "value": null },
            { "color": "yellow", "value": thresholds.warning },
            { "color": "red", "value": thresholds.critical },
        ] });
        field["color"] = match panel.kind {
            PanelKind::Timeseries => json!({ "mode": "palette-classic" }),
            _ => json!({ "mode": "thresholds" }),
        };
        if panel.kind == PanelKind::Timeseries {
            field["custom"] = json!({ "thresholdsStyle": { "mode": "dashed" } });
        }
    }
    field
}

fn options(kind: PanelKind) -> Json {
    match kind {
        PanelKind::Timeseries => json!({
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
            "tooltip": { "mode": "multi", "sort": "desc" },
        }),
        PanelKind::Stat => json!({
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "auto",
            "wideLayout": true,
            "showPercentChange": false,
            "percentChangeColorMode": "standard",
        }),
        PanelKind::Table => json!({ "frameIndex": 0, "showHeader": true, "cellHeight": "sm" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_lettered() {
        let letters = [0, 25, 26, 51, 52, 701, 702].map(reference);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
