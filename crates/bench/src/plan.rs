//! What is to be measured.

use crate::BenchError;
use serde::{Deserialize, Serialize};

/// Size and number of the measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Articles of one measurement.
    pub articles: usize,
    /// How often each is made; the median counts. Fewer than five say little.
    pub rounds: usize,
    /// Numbers of copies of each stage.
    pub copies: Vec<usize>,
    /// Loads at which latency is measured, as shares of the whole pipeline's rate.
    pub loads: Vec<f64>,
    /// Seconds that each load is held.
    pub load_seconds: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { articles: 5_000, rounds: 5, copies: vec![2, 4], loads: vec![0.1, 0.5, 0.9], load_seconds: 20 }
    }
}

impl Plan {
    /// Whether it asks for something that can be measured.
    ///
    /// # Errors
    /// [`BenchError::Plan`] with what is missing.
    pub fn validate(&self) -> Result<(), BenchError> {
        let faults = [
            (self.articles < 100, "at least 100 articles are needed to see a rate"),
            (self.rounds == 0, "at least one round is needed"),
            (self.loads.iter().any(|load| !(0.01..=1.0).contains(load)), "loads are shares from 0.01 to 1"),
            (self.copies.iter().any(|&copies| copies == 0 || copies > 64), "copies are 1 to 64"),
        ];
        faults.into_iter().find(|(fault, _)| *fault).map_or(Ok(()), |(_, what)| Err(BenchError::Plan(what)))
    }
}
