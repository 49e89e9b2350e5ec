//! How fast the pipeline is on this machine, beside what its broker could carry at most.
//!
//! In one run, over the same broker and the same articles: a bare relay (consume, publish,
//! acknowledge, no work) as the ceiling, each stage alone, the whole pipeline, several
//! copies of the stages, the store without a broker, the steps of enrichment on one core,
//! and the latency from intake to commit at several loads. Rounds alternate between the
//! measurements, so that a slow moment of the machine falls on all of them, and ratios are
//! taken within a round. On demand also what growth costs: a fuller store, more sources. [`page`]
//! makes pages of the figures. Left out: the broker's start and the command line (`dateline bench`).

mod error;
mod growth;
mod latency;
mod machine;
mod observed;
pub mod page;
mod phases;
mod plan;
mod report;
mod rig;
mod run;
mod storage;
mod text;

pub use error::BenchError;
pub use machine::Machine;
pub use plan::Plan;
pub use report::{Growth, Latency, Memory, Passed, Rate, Report, SourceCount, StepCost, StoreSize};
pub use run::run;

use dateline_bus::NatsConfig;
use dateline_enricher::EnricherConfig;
use dateline_extract::Limits;
use dateline_sink::SinkConfig;
use std::path::PathBuf;

/// The measurement that the others are compared with.
pub const CEILING: &str = "relay ceiling";
/// The enricher's stage with nothing to do.
pub(crate) const NO_WORK: &str = "enricher without work";
/// The whole pipeline at its peak, in the list of memories.
pub(crate) const USUAL: &str = "usual articles";
/// The same with articles of a megabyte.
pub(crate) const LARGE: &str = "articles of 1 MB";
/// What the sink is compared with.
pub(crate) const STORAGE_LIMIT: &str = "storage limit";

/// What is measured, and with which settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A broker that nobody else uses.
    pub nats: NatsConfig,
    /// What to say of the broker.
    pub broker: String,
    /// Its process, to take its CPU time.
    pub broker_pid: Option<u32>,
    /// Settings of the stages.
    pub enricher: EnricherConfig,
    /// Settings of the sink.
    pub sink: SinkConfig,
    /// Limits of extraction.
    pub limits: Limits,
    /// Folder for stores; whoever made it removes it.
    pub folder: PathBuf,
}
