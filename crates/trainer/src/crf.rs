//! Conditional random field, trained sentence by sentence with `AdaGrad`.
//!
//! Feature dropout while training keeps the model from leaning on single
//! words; the weights of the last epochs are averaged.

use crate::examples::Example;
use crate::lattice::{self, ANY, Expectation, Labels, Pairs};
use crate::random::Random;
use dateline_entities::training::labels::{LABELS, WEIGHTED};

type Row = [f32; WEIGHTED];

/// How to train.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Times over all examples.
    pub(crate) epochs: usize,
    /// `AdaGrad` step.
    pub(crate) rate: f32,
    /// Share of weight taken away each epoch.
    pub(crate) decay: f32,
    /// Share of features left out of each training sentence.
    pub(crate) dropout: f32,
    /// Seed of order and dropout.
    pub(crate) seed: u64,
}

/// Weights and transitions of the model while it is trained.
#[derive(Debug, Clone)]
pub(crate) struct Crf {
    pub(crate) rows: Vec<Row>,
    pub(crate) transitions: Box<Pairs>,
    squares: Vec<Row>,
    transition_squares: Box<Pairs>,
}

impl Crf {
    pub(crate) fn new(features: usize) -> Self {
        Self {
            rows: vec![[0.0; WEIGHTED]; features],
            transitions: Box::new([[0.0; LABELS]; LABELS]),
            squares: vec![[1e-3; WEIGHTED]; features],
            transition_squares: Box::new([[1e-1; LABELS]; LABELS]),
        }
    }

    /// Trains on `examples`, telling `progress` the loss a token of each epoch.
    pub(crate) fn train(
        &mut self,
        examples: &[Example],
        settings: Settings,
        mut progress: impl FnMut(usize, f32, &Self),
    ) {
        let mut random = Random::new(settings.seed);
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let averaged = settings.epochs / 2;
        let mut sum: Option<Self> = None;
        for epoch in 0..settings.epochs {
            random.shuffle(&mut order);
            let (mut loss, mut tokens) = (0.0, 0_u32);
            for &index in &order {
                loss += self.learn(&examples[index], settings, &mut random);
                tokens += u32::try_from(examples[index].ends.len()).unwrap_or(0);
            }
            self.shrink(settings.decay);
            if epoch >= averaged {
                match &mut sum {
                    None => sum = Some(self.clone()),
                    Some(sum) => sum.add(self),
                }
            }
            #[expect(clippy::cast_precision_loss, reason = "a progress figure")]
            progress(epoch, loss / tokens.max(1) as f32, self);
        }
        if let Some(mut sum) = sum {
            sum.divide((settings.epochs - averaged) as u64);
            *self = sum;
        }
    }

    /// Adds the weights of another model over the same features.
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows.iter_mut().flatten().zip(other.rows.iter().flatten()).for_each(|(a, b)| *a += b);
        let others = other.transitions.iter().flatten();
        self.transitions.iter_mut().flatten().zip(others).for_each(|(a, b)| *a += b);
    }

    /// Divides every weight: the mean of models that were added up.
    pub(crate) fn divide(&mut self, count: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of models")]
        let share = 1.0 / count.max(1) as f32;
        let transitions = self.transitions.iter_mut().flatten();
        self.rows.iter_mut().flatten().chain(transitions).for_each(|weight| *weight *= share);
    }

    fn shrink(&mut self, decay: f32) {
        self.rows.iter_mut().flatten().for_each(|weight| *weight *= 1.0 - decay);
    }

    /// Node scores of a sentence; `kept` says which features count.
    fn scores(&self, example: &Example, kept: &[u32], ends: &[u32]) -> Vec<Labels<f32>> {
        let mut start = 0;
        (0..example.ends.len())
            .map(|token| {
                let mut scores = [0.0; LABELS];
                let end = ends[token] as usize;
                for &feature in &kept[start..end] {
                    let row = &self.rows[feature as usize];
                    for (score, weight) in scores[1..].iter_mut().zip(row) {
                        *score += weight;
                    }
                }
                start = end;
                scores
            })
            .collect()
    }

    /// Scores of a sentence with every feature.
    pub(crate) fn node_scores(&self, example: &Example) -> Vec<Labels<f32>> {
        self.scores(example, &example.features, &example.ends)
    }

    /// One step on one sentence; gives its loss.
    fn learn(&mut self, example: &Example, settings: Settings, random: &mut Random) -> f32 {
        let (kept, ends) = thin_out(example, settings.dropout, random);
        let boost = 1.0 / (1.0 - settings.dropout);
        let mut scores = self.scores(example, &kept, &ends);
        scores.iter_mut().flatten().for_each(|score| *score *= boost);
        let exponentials = lattice::exponentials(&self.transitions);
        let Some(free) = lattice::expect(&scores, |_| ANY, &exponentials) else { return 0.0 };
        let Some(bound) = lattice::expect(&scores, |token| example.allowed[token], &exponentials) else {
            return 0.0;
        };
        let rate = settings.rate * example.weight;
        self.step_rows(&free, &bound, &kept, &ends, (rate, boost));
        self.step_transitions(&free, &bound, rate);
        free.log_total - bound.log_total
    }

    fn step_rows(
        &mut self,
        free: &Expectation,
        bound: &Expectation,
        kept: &[u32],
        ends: &[u32],
        (rate, boost): (f32, f32),
    ) {
        let mut start = 0;
        for (token, &end) in ends.iter().enumerate() {
            let mut gradient = [0.0; WEIGHTED];
            for (label, slope) in gradient.iter_mut().enumerate() {
                *slope = (free.nodes[token][label + 1] - bound.nodes[token][label + 1]) * boost;
            }
            let matters = gradient.iter().any(|g| g.abs() > 1e-3);
            if matters {
                for &feature in &kept[start..end as usize] {
                    let row = &mut self.rows[feature as usize];
                    let squares = &mut self.squares[feature as usize];
                    for label in 0..WEIGHTED {
                        squares[label] += gradient[label] * gradient[label];
                        row[label] -= rate * gradient[label] / squares[label].sqrt();
                    }
                }
            }
            start = end as usize;
        }
    }

    fn step_transitions(&mut self, free: &Expectation, bound: &Expectation, rate: f32) {
        for from in 0..LABELS {
            for to in 0..LABELS {
                let gradient = free.pairs[from][to] - bound.pairs[from][to];
                let squares = &mut self.transition_squares[from][to];
                *squares += gradient * gradient;
                self.transitions[from][to] -= rate * gradient / squares.sqrt();
            }
        }
    }
}

/// The features that stay in this step, and the end of each token's.
fn thin_out(example: &Example, dropout: f32, random: &mut Random) -> (Vec<u32>, Vec<u32>) {
    let mut kept = Vec::with_capacity(example.features.len());
    let ends = (0..example.ends.len())
        .map(|token| {
            kept.extend(example.features_of(token).iter().filter(|_| random.unit() >= dropout));
            u32::try_from(kept.len()).unwrap_or(u32::MAX)
        })
        .collect();
    (kept, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_which_feature_makes_a_name() {
        let single = 4;
        let example = |feature, label: u32| Example {
            features: vec![feature],
            ends: vec![1],
            allowed: vec![1 << label],
            weight: 1.0,
        };
        let examples = [example(0, single), example(1, 0), example(0, single)];
        let mut crf = Crf::new(2);
        let settings = Settings { epochs: 30, rate: 0.2, decay: 0.0, dropout: 0.0, seed: 1 };
        crf.train(&examples, settings, |_, _, _| {});
        assert!(crf.node_scores(&examples[0])[0][single as usize] > 1.0);
        assert!(crf.node_scores(&examples[1])[0][single as usize] < 0.0);
    }
}
