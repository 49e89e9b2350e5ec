//! What the pipeline looks like at one moment, and what that means.
//!
//! `sampler` looks once a second for all browsers together; `verdict` says in words
//! whether news flows; `figures` turns numbers into the texts that pages and the
//! event stream share; `picture` draws them.

mod figures;
mod history;
mod picture;
mod sampler;
mod verdict;

pub(crate) use figures::Figures;
pub(crate) use history::StageState;
pub(crate) use picture::{Layout, picture};
pub(crate) use sampler::Sampler;
pub(crate) use verdict::Verdict;

use dateline_bus::BusStatus;
use dateline_store::{Hit, Totals};
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
    /// The newest articles by publication date.
    pub(crate) newest: Arc<Vec<Hit>>,
}

impl Flow {
    /// Whether two looks show the same newest articles.
    pub(crate) fn same_newest(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.newest, &other.newest)
    }
}
