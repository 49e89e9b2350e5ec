//! The JSON of one panel.

use anyhow::ensure;
use serde_json::{Value, json};

use super::description::{Kind, Panel};

/// The data source that the variable of the dashboard names.
pub(super) fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

/// A panel without its place.
pub(super) fn panel(panel: &Panel, id: usize) -> anyhow::Result<Value> {
    let queries = panel.queries();
    ensure!(!queries.is_empty(), "`{}` has no query", panel.title);
    for (query, _) in &queries {
        let fixed = query.contains("[5m]") || query.contains("[1m]");
        ensure!(!fixed, "`{}`: write $__rate_interval or $__range, not a fixed time", panel.title);
    }
    let targets: Vec<Value> =
        queries.iter().zip('A'..='Z').map(|((query, legend), id)| target(panel, query, legend, id)).collect();
    Ok(json!({
        "id": id,
        "title": panel.title,
        "description": panel.description,
        "type": kind(panel.kind),
        "datasource": datasource(),
        "targets": targets,
        "transparent": false,
        "fieldConfig": { "defaults": defaults(panel), "overrides": [] },
        "options": options(panel.kind),
        "transformations": transformations(panel.kind),
    }))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::TimeSeries => "timeseries",
        Kind::Stat => "stat",
        Kind::BarGauge => "bargauge",
        Kind::Table => "table",
    }
}

fn target(panel: &Panel, query: &str, legend: &str, id: char) -> Value {
    let instant = panel.kind == Kind::Table;
    json!({
        "refId": id.to_string(),
        "datasource": datasource(),
        "expr": query,
        "legendFormat": if legend.is_empty() { "__auto" } else { legend },
        "editorMode": "code",
        "instant": instant,
        "range": !instant,
        "format": if instant { "table" } else { "time_series" },
    })
}

fn defaults(panel: &Panel) -> Value {
    let mut steps: Vec<Value> = Vec::new();
    for (index, (color, from)) in panel.thresholds.iter().enumerate() {
        // The first colour holds from below all values on, which is how Grafana wants it.
        steps.push(json!({ "color": color, "value": if index == 0 { Value::Null } else { json!(from) } }));
    }
    if steps.is_empty() {
        steps.push(json!({ "color": "blue", "value": null }));
    }
    let mut defaults = json!({
        "unit": panel.unit,
        "color": { "mode": if panel.kind == Kind::TimeSeries { "palette-classic" } else { "thresholds" } },
        "thresholds": { "mode": "absolute", "steps": steps },
        "mappings": [],
        "min": 0,
    });
    if panel.unit == "percentunit" {
        defaults["max"] = json!(1);
    }
    if panel.kind == Kind::TimeSeries {
        defaults["custom"] = lines(panel.stack);
    }
    defaults
}

fn lines(stack: bool) -> Value {
    json!({
        "drawStyle": "line",
        "lineInterpolation": "monotone",
        "lineWidth": 1,
        "fillOpacity": if stack { 25 } else { 8 },
        "gradientMode": "opacity",
        "showPoints": "never",
        "spanNulls": false,
        "stacking": { "mode": if stack { "normal" } else { "none" }, "group": "A" },
    })
}

fn options(kind: Kind) -> Value {
    let last = json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
    match kind {
        Kind::TimeSeries => json!({
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
            "tooltip": { "mode": "multi", "sort": "desc" },
        }),
        Kind::Stat => json!({
            "reduceOptions": last, "colorMode": "value", "graphMode": "area", "justifyMode": "auto",
            "textMode": "auto", "orientation": "auto",
        }),
        Kind::BarGauge => json!({
            "reduceOptions": last, "displayMode": "basic", "orientation": "horizontal", "showUnfilled": true,
        }),
        Kind::Table => json!({ "showHeader": true, "cellHeight": "sm" }),
    }
}

/// Columns that say the same in every row are left out of tables.
fn transformations(kind: Kind) -> Value {
    if kind != Kind::Table {
        return json!([]);
    }
    json!([{ "id": "organize", "options": { "excludeByName": { "Time": true, "__name__": true, "job": true } } }])
}
