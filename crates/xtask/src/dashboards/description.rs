//! A dashboard as a person writes it down.

use serde::Deserialize;

/// One dashboard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dashboard {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) row: Vec<Row>,
}

/// Panels under one heading.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) panel: Vec<Panel>,
}

/// One panel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    pub(super) title: String,
    /// What it shows and what to read from it.
    pub(super) description: String,
    /// Grafana's name of the unit.
    pub(super) unit: String,
    #[serde(default)]
    pub(super) kind: Kind,
    /// Columns of the grid's 24.
    #[serde(default = "half")]
    pub(super) width: u32,
    /// Queries, written out.
    #[serde(default)]
    pub(super) expr: Vec<String>,
    /// Legends of the queries.
    #[serde(default)]
    pub(super) legend: Vec<String>,
    /// A histogram to take quantiles of, in place of queries.
    pub(super) histogram: Option<String>,
    #[serde(default)]
    pub(super) quantiles: Vec<f64>,
    /// A label by which a histogram is told apart.
    pub(super) by: Option<String>,
    /// A condition on a histogram's labels.
    #[serde(rename = "where")]
    pub(super) condition: Option<String>,
    /// Series add up.
    #[serde(default)]
    pub(super) stack: bool,
    /// From which value on which colour.
    #[serde(default)]
    pub(super) thresholds: Vec<(String, f64)>,
}

fn half() -> u32 {
    12
}

/// How values are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Lines over time.
    #[default]
    TimeSeries,
    /// One number.
    Stat,
    /// A bar for each series.
    BarGauge,
    /// A row for each series.
    Table,
}

impl Panel {
    pub(super) fn is_single_number(&self) -> bool {
        self.kind == Kind::Stat
    }

    /// All queries with their legends.
    pub(super) fn queries(&self) -> Vec<(String, String)> {
        if let Some(histogram) = &self.histogram {
            return self.quantiles.iter().map(|&quantile| self.quantile(histogram, quantile)).collect();
        }
        let legend = |index| self.legend.get(index).cloned().unwrap_or_default();
        self.expr.iter().enumerate().map(|(index, query)| (query.clone(), legend(index))).collect()
    }

    fn quantile(&self, histogram: &str, quantile: f64) -> (String, String) {
        let by = self.by.as_deref().map(|by| format!("{by}, ")).unwrap_or_default();
        let condition = self.condition.as_deref().map(|more| format!(", {more}")).unwrap_or_default();
        let query = format!(
            "histogram_quantile({quantile}, sum by ({by}le) \
             (rate({histogram}_bucket{{job=~\"$job\"{condition}}}[$__rate_interval])))"
        );
        let share = format!("p{}", quantile * 100.0);
        let legend = self.by.as_deref().map_or_else(|| share.clone(), |by| format!("{{{{{by}}}}} {share}"));
        (query, legend)
    }
}
