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
    /// Articles of a megabyte that go through the pipeline to see what memory they take.
    pub large: usize,
    /// Articles up to which a store is filled to see what its growth costs; 0 leaves it out,
    /// and the number of sources with it.
    pub growth: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            articles: 5_000,
            rounds: 5,
            copies: vec![2, 4],
            loads: vec![0.1, 0.5, 0.9],
            load_seconds: 20,
            large: 60,
            growth: 0,
        }
    }
}

impl Plan {
    /// A look of a minute: it shows that everything works, and little more.
    #[must_use]
    pub fn quick() -> Self {
        Self { articles: 1_000, rounds: 1, copies: vec![2], load_seconds: 4, large: 10, ..Self::default() }
    }

    /// Whether it asks for something that can be measured.
    ///
    /// # Errors
    /// [`BenchError::Plan`] with what is missing.
    pub fn validate(&self) -> Result<(), BenchError> {
        let faults = [
            (self.articles < 100, "at least 100 articles are needed to see a rate"),
            (self.rounds == 0, "at least one round is needed"),
            (self.loads.iter().any(|load| !(0.01..=1.0).contains(load)), "loads are shares from 0.01 to 1"),
            (self.growth > 0 && self.growth < 1_000, "growth begins at 1000 articles"),
            (self.copies.iter().any(|&copies| copies == 0 || copies > 64), "copies are 1 to 64"),
        ];
        faults.into_iter().find(|(fault, _)| *fault).map_or(Ok(()), |(_, what)| Err(BenchError::Plan(what)))
    }
}
