//! How much of a text is another one: runs of four words, as public
//! evaluations of page readers count.

use std::collections::HashMap;
use std::fmt;

/// Precision and recall, each the mean over pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    precision: Vec<f64>,
    recall: Vec<f64>,
}

impl Score {
    /// Adds a page.
    pub(crate) fn add(&mut self, gold: &str, text: &str) {
        let (gold, found) = (runs(gold), runs(text));
        let common: usize =
            gold.iter().map(|(run, count)| (*count).min(found.get(run).copied().unwrap_or(0))).sum();
        let (all, kept): (usize, usize) = (gold.values().sum(), found.values().sum());
        if kept > 0 {
            self.precision.push(share(common, kept));
        }
        if all > 0 {
            self.recall.push(share(common, all));
        }
    }

    /// The harmonic mean of both means.
    pub(crate) fn f1(&self) -> f64 {
        let (precision, recall) = (mean(&self.precision), mean(&self.recall));
        2.0 * precision * recall / (precision + recall).max(f64::EPSILON)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall) = (mean(&self.precision), mean(&self.recall));
        write!(f, "F1 {:.4} P {precision:.4} R {recall:.4} (n={})", self.f1(), self.recall.len())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "a number of pages")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Words as runs of letters, digits and underscores.
pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect()
}

fn runs(text: &str) -> HashMap<Vec<&str>, usize> {
    let words = words(text);
    let mut counts = HashMap::new();
    for run in words.windows(words.len().clamp(1, 4)) {
        *counts.entry(run.to_vec()).or_default() += 1;
    }
    counts
}
