//! The enricher stage: raw articles in, enriched records out.
//!
//! [`Enrichment`] is the work itself, a pure function of an article and the
//! models (`dateline enrich` uses it without a broker); [`EnricherStage`] puts
//! it between two subjects. The stage knows its input and its output and
//! nothing of its neighbours. Left out: how dates and entities are found.

mod accurate;
mod address;
mod config;
mod enrichment;
mod error;
mod figures;
mod gazetteers;
mod stage;
mod step_times;
mod steps;

pub use config::{EnricherConfig, TransformerConfig};
pub use enrichment::Enrichment;
pub use error::{EnricherError, SetupError};
pub use gazetteers::Refresh;
pub use stage::EnricherStage;
pub use step_times::{Step, StepTimes};

/// Where a claim was found, in the terms of the dates library.
#[must_use]
pub fn claim_origin(from: dateline_model::ClaimOrigin) -> dateline_dates::ClaimOrigin {
    steps::dates::origin(from)
}
