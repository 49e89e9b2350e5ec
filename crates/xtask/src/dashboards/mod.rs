//! Grafana's dashboards, from compact descriptions in deploy/grafana.
//!
//! `description` reads one, `panel` makes a panel's JSON, here they are laid out in rows.
//! Every panel gets a unit, a description and the data source variable; a description
//! without them is refused.

mod description;
mod panel;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use description::{Dashboard, Row};
use serde_json::{Value, json};

/// What to do with the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Compare it with what is there.
    Check,
}

/// Height of a row of panels, in Grafana's grid.
const HEIGHT: u32 = 8;
/// Height of a row of single numbers.
const LOW: u32 = 4;
/// Width of the grid.
const GRID: u32 = 24;

/// Makes all dashboards; in [`Mode::Check`] gives those that are not current.
pub(crate) fn run(root: &Path, mode: Mode) -> anyhow::Result<Vec<String>> {
    let folder = root.join("deploy/grafana");
    let mut faults = Vec::new();
    for name in ["overview", "sources", "delivery", "enrichment"] {
        let path = folder.join(format!("{name}.toml"));
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let description: Dashboard =
            toml::from_str(&text).with_context(|| format!("{} is no dashboard", path.display()))?;
        let json = format!("{:#}\n", dashboard(&description)?);
        let target = folder.join(format!("dashboards/{name}.json"));
        match mode {
            Mode::Write => {
                fs::write(&target, json).with_context(|| format!("cannot write {}", target.display()))?;
            }
            Mode::Check if fs::read_to_string(&target).unwrap_or_default() != json => {
                faults.push(format!("{} is not current; run: cargo xtask dashboards", target.display()));
            }
            Mode::Check => {}
        }
    }
    Ok(faults)
}

fn dashboard(description: &Dashboard) -> anyhow::Result<Value> {
    let mut panels = Vec::new();
    let mut y = 0;
    for row in &description.row {
        y = add_row(&mut panels, row, y)?;
    }
    Ok(json!({
        "uid": description.uid,
        "title": description.title,
        "description": description.description,
        "tags": ["dateline"],
        "schemaVersion": 39,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": { "from": "now-1h", "to": "now" },
        "timezone": "browser",
        "fiscalYearStartMonth": 0,
        "links": [{
            "title": "Dateline", "type": "dashboards", "tags": ["dateline"], "asDropdown": true,
            "icon": "external link", "includeVars": true, "keepTime": true, "targetBlank": false,
            "tooltip": "", "url": "",
        }],
        "annotations": { "list": [] },
        "templating": { "list": [datasource_variable(), job_variable()] },
        "panels": panels,
    }))
}

/// Puts a row's panels from `y` on; gives where the next row begins.
fn add_row(panels: &mut Vec<Value>, row: &Row, mut y: u32) -> anyhow::Result<u32> {
    panels.push(json!({
        "id": panels.len() + 1, "type": "row", "title": row.title, "collapsed": false, "panels": [],
        "gridPos": { "x": 0, "y": y, "w": GRID, "h": 1 },
    }));
    y += 1;
    let (mut x, mut height) = (0, 0);
    for each in &row.panel {
        ensure!((1..=GRID).contains(&each.width), "`{}` is {} wide", each.title, each.width);
        if x + each.width > GRID {
            (x, y) = (0, y + height);
            height = 0;
        }
        let own = if each.is_single_number() { LOW } else { HEIGHT };
        let mut made = panel::panel(each, panels.len() + 1)?;
        made["gridPos"] = json!({ "x": x, "y": y, "w": each.width, "h": own });
        panels.push(made);
        x += each.width;
        height = height.max(own);
    }
    Ok(y + height)
}

fn datasource_variable() -> Value {
    json!({
        "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus",
        "hide": 0, "multi": false, "includeAll": false, "refresh": 1, "regex": "", "skipUrlSync": false,
        "options": [], "current": {},
    })
}

fn job_variable() -> Value {
    json!({
        "name": "job", "label": "Job", "type": "query", "datasource": panel::datasource(),
        "query": { "query": "label_values(dateline_build_info, job)", "refId": "job" },
        "hide": 0, "multi": true, "includeAll": true, "allValue": ".*", "refresh": 2, "regex": "", "sort": 1,
        "skipUrlSync": false, "options": [], "current": { "text": "All", "value": "$__all", "selected": true },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> anyhow::Result<Value> {
        dashboard(&toml::from_str(text)?)
    }

    #[test]
    fn panels_are_laid_out_side_by_side() {
        let panel = "[[row.panel]]\ntitle='a'\ndescription='b'\nunit='s'\nexpr=['x']\nwidth=16\n";
        let made = made(&format!("uid='u'\ntitle='t'\ndescription='d'\n[[row]]\ntitle='r'\n{panel}{panel}"))
            .unwrap();
        let places: Vec<_> = made["panels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p["gridPos"]["x"].as_u64(), p["gridPos"]["y"].as_u64()))
            .collect();
        assert_eq!(places, [(Some(0), Some(0)), (Some(0), Some(1)), (Some(0), Some(9))]);
    }

    #[test]
    fn what_a_panel_must_have_is_asked_for() {
        let head = "uid='u'\ntitle='t'\ndescription='d'\n[[row]]\ntitle='r'\n[[row.panel]]\n";
        for (panel, missing) in [
            ("title='a'\nunit='s'\nexpr=['x']", "description"),
            ("title='a'\ndescription='b'\nexpr=['x']", "unit"),
            ("title='a'\ndescription='b'\nunit='s'", "no query"),
            ("title='a'\ndescription='b'\nunit='s'\nexpr=['rate(x[5m])']", "$__rate_interval"),
        ] {
            let error = format!("{:#}", made(&format!("{head}{panel}")).unwrap_err());
            assert!(error.contains(missing), "{error}");
        }
    }
}
