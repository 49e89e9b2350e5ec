//! Every metric of Dateline, declared once: name, kind, unit, labels, help, buckets.
//!
//! `family` holds the types through which metrics are counted, `label` keeps the number of
//! series bounded, `table` declares them all, `page` writes docs/metrics.md from the table.
//! `cargo xtask metrics` refuses a metric that is counted in any other way. Names follow
//! Prometheus' conventions: <https://prometheus.io/docs/practices/naming/>.

mod family;
mod label;
mod page;
mod table;

pub use family::{Counters, Definition, Gauges, Histograms, Kind};
pub use label::{Label, OTHER, Values};
pub use page::metrics_page;
pub use table::*;
