//! What the pipeline looks like at one moment, and what that means.
//!
//! `sampler` looks once a second for all browsers together; `verdict` says in words
//! whether news flows; `figures` turns numbers into the texts that pages and the
//! event stream share; `picture` draws them.

mod figures;
mod history;
mod picture;
mod sampler;
mod trail;
mod verdict;

pub(crate) use figures::Figures;
pub(crate) use history::StageState;
pub(crate) use picture::{Layout, picture};
pub(crate) use sampler::Sampler;
pub(crate) use trail::Trail;
pub(crate) use verdict::Verdict;

use dateline_bus::BusStatus;
use dateline_model::StoredNotice;
use dateline_store::Totals;
use history::Rates;
use std::sync::Arc;

/// Streams by the part that they play.
pub(crate) const RAW: &str = "DATELINE_RAW";
pub(crate) const ENRICHED: &str = "DATELINE_ENRICHED";
pub(crate) const STORED: &str = "DATELINE_STORED";
pub(crate) const DEAD: &str = "DATELINE_DEAD";

/// The stages that read from a stream, by the names of their consumers.
pub(crate) const CONSUMING: [&str; 2] = ["enricher", "sink"];

/// The pipeline at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flow {
    /// Looks taken so far; 0 before the first.
    pub(crate) looks: u64,
    /// Streams and consumers; absent while the broker does not answer.
    pub(crate) broker: Option<BusStatus>,
    /// Why it is absent.
    pub(crate) trouble: Option<String>,
    /// How fast messages came in, over the last seconds.
    pub(crate) rates: Rates,
    /// States in the order of [`CONSUMING`].
    pub(crate) states: [StageState; 2],
    /// What the store holds; absent while it cannot be read.
    pub(crate) totals: Option<Totals>,
    /// Rates of the last minutes.
    pub(crate) trail: Trail,
    /// How long the first message waits that each consumer has not settled, in seconds, in
    /// the order of [`CONSUMING`].
    pub(crate) ages: [Option<u64>; 2],
    /// Sources are held back: stages lag too far behind.
    pub(crate) held: bool,
    /// What was stored last, the latest first.
    pub(crate) arrived: Arc<Vec<StoredNotice>>,
}

impl Flow {
    /// Whether two looks show the same arrivals.
    pub(crate) fn same_arrivals(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.arrived, &other.arrived)
    }
}
