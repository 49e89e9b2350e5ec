//! The `[sink]` section.

use dateline_runtime::units::HumanDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How records are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SinkConfig {
    /// Most records of one transaction.
    pub batch: usize,
    /// How long a record may wait for others to fill its batch.
    pub linger: HumanDuration,
    /// Records taken from the broker and not yet stored, at most.
    pub in_flight: usize,
}

impl Default for SinkConfig {
    fn default() -> Self {
        Self { batch: 500, linger: HumanDuration(Duration::from_millis(20)), in_flight: 2000 }
    }
}

impl SinkConfig {
    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.batch == 0 || self.in_flight < self.batch {
            return Err(format!(
                "sink.batch is {} and sink.in_flight {}; a batch has at least 1 record and fits into what is in flight",
                self.batch, self.in_flight
            ));
        }
        Ok(())
    }
}
