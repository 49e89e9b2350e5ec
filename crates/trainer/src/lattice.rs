//! Forward-backward over the label lattice of one sentence.
//!
//! In probability space with one scale factor a token: seventeen labels, a few
//! dozen tokens, so nothing underflows.

use dateline_entities::training::labels::{LABELS, may_end, may_follow, may_start};

/// One number a label.
pub(crate) type Labels<T> = [T; LABELS];
/// One number a pair of labels: `[from][to]`.
pub(crate) type Pairs = [[f32; LABELS]; LABELS];

/// Label sets as bits.
pub(crate) type Allowed = u32;
/// Every label.
pub(crate) const ANY: Allowed = (1 << LABELS) - 1;

/// What the model expects of one sentence.
#[derive(Debug, Default)]
pub(crate) struct Expectation {
    /// Probability of each label at each token.
    pub(crate) nodes: Vec<Labels<f32>>,
    /// Expected number of each transition, summed over the sentence.
    pub(crate) pairs: Box<Pairs>,
    /// Log of the summed weight of all allowed sequences.
    pub(crate) log_total: f32,
}

/// Exponentials of the transition scores, zero where forbidden.
pub(crate) fn exponentials(transitions: &Pairs) -> Pairs {
    let mut exponentials = [[0.0; LABELS]; LABELS];
    for (from, row) in exponentials.iter_mut().enumerate() {
        for (to, value) in row.iter_mut().enumerate() {
            if may_follow(narrow(from), narrow(to)) {
                *value = transitions[from][to].exp();
            }
        }
    }
    exponentials
}

fn narrow(label: usize) -> u8 {
    u8::try_from(label).unwrap_or(0)
}

/// Expectations under node `scores`, over sequences that take an allowed label
/// at every token. `None` when no sequence is allowed.
pub(crate) fn expect(
    scores: &[Labels<f32>],
    allowed: impl Fn(usize) -> Allowed,
    transitions: &Pairs,
) -> Option<Expectation> {
    let (weights, mut log_total) = weigh(scores, allowed);
    let (forward, scales) = forward(&weights, transitions)?;
    let last = forward.last()?;
    let total: f32 = (0..LABELS).filter(|&l| may_end(narrow(l))).map(|l| last[l]).sum();
    if total <= 0.0 {
        return None;
    }
    log_total += scales.iter().map(|scale| scale.ln()).sum::<f32>() + total.ln();
    let mut result =
        Expectation { nodes: vec![[0.0; LABELS]; scores.len()], log_total, ..Default::default() };
    let mut backward = [0.0; LABELS];
    for (label, value) in backward.iter_mut().enumerate() {
        *value = if may_end(narrow(label)) { 1.0 / total } else { 0.0 };
    }
    for token in (0..scores.len()).rev() {
        for label in 0..LABELS {
            result.nodes[token][label] = forward[token][label] * backward[label];
        }
        if token == 0 {
            break;
        }
        backward = step_back(
            &forward[token - 1],
            &weights[token],
            scales[token],
            &backward,
            transitions,
            &mut result.pairs,
        );
    }
    Some(result)
}

/// Exponentials of the node scores with the largest made one, and the log of
/// what was divided out.
fn weigh(scores: &[Labels<f32>], allowed: impl Fn(usize) -> Allowed) -> (Vec<Labels<f32>>, f32) {
    let mut divided = 0.0;
    let weights = scores
        .iter()
        .enumerate()
        .map(|(token, row)| {
            let largest = row.iter().copied().fold(f32::MIN, f32::max);
            divided += largest;
            let bits = allowed(token);
            let mut weights = [0.0; LABELS];
            for label in 0..LABELS {
                if bits >> label & 1 == 1 {
                    weights[label] = (row[label] - largest).exp();
                }
            }
            weights
        })
        .collect();
    (weights, divided)
}

fn forward(weights: &[Labels<f32>], transitions: &Pairs) -> Option<(Vec<Labels<f32>>, Vec<f32>)> {
    let mut rows: Vec<Labels<f32>> = Vec::with_capacity(weights.len());
    let mut scales = Vec::with_capacity(weights.len());
    for (token, weight) in weights.iter().enumerate() {
        let mut row = [0.0; LABELS];
        if let Some(previous) = token.checked_sub(1).map(|t| &rows[t]) {
            for (from, value) in previous.iter().enumerate() {
                for to in 0..LABELS {
                    row[to] += value * transitions[from][to];
                }
            }
        } else {
            for (label, value) in row.iter_mut().enumerate() {
                *value = if may_start(narrow(label)) { 1.0 } else { 0.0 };
            }
        }
        row.iter_mut().zip(weight).for_each(|(value, weight)| *value *= weight);
        let scale: f32 = row.iter().sum();
        if scale <= 0.0 {
            return None;
        }
        for value in &mut row {
            *value /= scale;
        }
        rows.push(row);
        scales.push(scale);
    }
    Some((rows, scales))
}

/// Backward values one token earlier; adds the expected transitions between.
fn step_back(
    forward: &Labels<f32>,
    weights: &Labels<f32>,
    scale: f32,
    backward: &Labels<f32>,
    transitions: &Pairs,
    pairs: &mut Pairs,
) -> Labels<f32> {
    let mut outgoing = [0.0; LABELS];
    for label in 0..LABELS {
        outgoing[label] = weights[label] * backward[label] / scale;
    }
    let mut earlier = [0.0; LABELS];
    for from in 0..LABELS {
        let mut sum = 0.0;
        for to in 0..LABELS {
            let path = transitions[from][to] * outgoing[to];
            sum += path;
            pairs[from][to] += forward[from] * path;
        }
        earlier[from] = sum;
    }
    earlier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marginals_are_probabilities() {
        let mut scores = vec![[0.0; LABELS]; 4];
        scores[1][4] = 3.0;
        let flat = exponentials(&[[0.0; LABELS]; LABELS]);
        let free = expect(&scores, |_| ANY, &flat).unwrap();
        for token in &free.nodes {
            assert!((token.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        }
        assert!(free.nodes[1][4] > 0.5);
        assert!((free.pairs.iter().flatten().sum::<f32>() - 3.0).abs() < 1e-3);
        let bound = expect(&scores, |_| 1, &flat).unwrap();
        assert!(bound.log_total < free.log_total);
        assert!(expect(&scores, |_| 1 << 2, &flat).is_none(), "inside cannot open a sentence");
    }
}
