//! Gradient boosting of oblivious trees on a logistic loss.

use dateline_extract::training::{Forest, Split, Tree};

/// Thresholds of a feature at most.
const BINS: usize = 48;

/// How to train.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Trees.
    pub(crate) trees: usize,
    /// Questions of a tree.
    pub(crate) depth: usize,
    /// Step of each tree.
    pub(crate) rate: f32,
    /// What damps leaves of little weight.
    pub(crate) damping: f64,
    /// Share of features that a tree sees; of rows it sees half.
    pub(crate) share: f32,
    /// Where the sequence of choices begins.
    pub(crate) seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { trees: 150, depth: 6, rate: 0.1, damping: 0.3, share: 0.35, seed: 7 }
    }
}

/// Labelled rows.
#[derive(Default)]
pub(crate) struct Rows<'r> {
    values: Vec<&'r [f32]>,
    labels: Vec<f32>,
    weights: Vec<f32>,
}

impl<'r> Rows<'r> {
    /// Adds a row.
    pub(crate) fn push(&mut self, row: &'r [f32], label: f32, weight: f32) {
        self.values.push(row);
        self.labels.push(label);
        self.weights.push(weight);
    }
}

/// A fixed sequence that looks random.
struct Sequence(u64);

impl Sequence {
    fn takes(&mut self, share: f32) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let top = u16::try_from(self.0 >> 48).unwrap_or(0);
        f32::from(top) < share * 65_536.0
    }
}

/// One feature of all rows: the thresholds and, of each row, how many it passes.
struct Column {
    thresholds: Vec<f32>,
    bins: Vec<u8>,
}

/// Trains a forest.
pub(crate) fn train(data: &Rows<'_>, settings: &Settings) -> Forest {
    let columns: Vec<Column> = (0..data.values[0].len()).map(|feature| column(data, feature)).collect();
    let mut sequence = Sequence(settings.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (positive, all): (f32, f32) =
        data.labels.iter().zip(&data.weights).fold((0.0, 0.0), |(p, a), (y, w)| (p + y * w, a + w));
    let share = (positive / all).clamp(0.01, 0.99);
    let mut forest = Forest { bias: (share / (1.0 - share)).ln(), trees: Vec::new() };
    let mut logits = vec![forest.bias; data.values.len()];
    for _ in 0..settings.trees {
        let tree = grow(data, &columns, &logits, settings, &mut sequence);
        for (logit, row) in logits.iter_mut().zip(&data.values) {
            *logit += tree.value(row);
        }
        forest.trees.push(tree);
    }
    forest
}

/// Thresholds at even steps through the sorted values.
fn column(data: &Rows<'_>, feature: usize) -> Column {
    let step = (data.values.len() / 40_000).max(1);
    let mut values: Vec<f32> = data.values.iter().step_by(step).map(|row| row[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut thresholds: Vec<f32> =
        (1..=BINS).map(|bin| values[(bin * (values.len() - 1)) / (BINS + 1)]).collect();
    // Rare values matter too: an even grid over what is different.
    let mut distinct = values;
    distinct.dedup();
    if distinct.len() <= BINS {
        thresholds.clone_from(&distinct);
    } else {
        thresholds.extend((1..12).map(|at| distinct[at * (distinct.len() - 1) / 12]));
    }
    thresholds.sort_by(f32::total_cmp);
    thresholds.dedup();
    let bin =
        |row: &&[f32]| u8::try_from(thresholds.partition_point(|t| *t < row[feature])).unwrap_or(u8::MAX);
    let bins = data.values.iter().map(bin).collect();
    Column { thresholds, bins }
}

/// The gradient and its derivative of a row.
type Slope = (f64, f64);

fn grow(
    data: &Rows<'_>,
    columns: &[Column],
    logits: &[f32],
    settings: &Settings,
    sequence: &mut Sequence,
) -> Tree {
    let features: Vec<usize> = (0..columns.len()).filter(|_| sequence.takes(settings.share)).collect();
    let rows: Vec<usize> = (0..data.values.len()).filter(|_| sequence.takes(0.5)).collect();
    let slopes: Vec<Slope> = rows
        .iter()
        .map(|&row| {
            let probability = 1.0 / (1.0 + (-logits[row]).exp());
            let weight = data.weights[row];
            (
                f64::from((data.labels[row] - probability) * weight),
                f64::from(probability * (1.0 - probability) * weight),
            )
        })
        .collect();
    let mut leaves = vec![0u8; rows.len()];
    let mut tree = Tree::default();
    for level in 0..settings.depth {
        let Some((feature, bin)) =
            best_split(columns, &features, &rows, &slopes, &leaves, 1 << level, settings)
        else {
            break;
        };
        let column = &columns[feature];
        for (leaf, &row) in leaves.iter_mut().zip(&rows) {
            *leaf |= u8::from(usize::from(column.bins[row]) > bin) << level;
        }
        tree.splits.push(Split { feature, threshold: column.thresholds[bin] });
    }
    let mut sums = vec![(0.0, 0.0); 1 << tree.splits.len()];
    for (&leaf, slope) in leaves.iter().zip(&slopes) {
        let sum: &mut Slope = &mut sums[usize::from(leaf)];
        sum.0 += slope.0;
        sum.1 += slope.1;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a model's weight needs no more")]
    let leaf = |sum: &Slope| (sum.0 / (sum.1 + settings.damping)) as f32 * settings.rate;
    tree.leaves = sums.iter().map(leaf).collect();
    tree
}

/// The feature and bin whose question parts the slopes best, over all leaves.
fn best_split(
    columns: &[Column],
    features: &[usize],
    rows: &[usize],
    slopes: &[Slope],
    leaves: &[u8],
    count: usize,
    settings: &Settings,
) -> Option<(usize, usize)> {
    let half = features.len().div_ceil(2);
    let search = |features: &[usize]| {
        let gains = features.iter().filter_map(|&feature| {
            let (gain, bin) = best_bin(&columns[feature], rows, slopes, leaves, count, settings.damping)?;
            Some((gain, feature, bin))
        });
        gains.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| search(&features[half..]));
        (search(&features[..half]), other.join().unwrap())
    });
    let best = one.into_iter().chain(other).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    Some((best.1, best.2))
}

fn best_bin(
    column: &Column,
    rows: &[usize],
    slopes: &[Slope],
    leaves: &[u8],
    count: usize,
    damping: f64,
) -> Option<(f64, usize)> {
    let width = column.thresholds.len() + 1;
    let mut sums = vec![(0.0, 0.0); count * width];
    for ((&row, &leaf), slope) in rows.iter().zip(leaves).zip(slopes) {
        let sum: &mut Slope = &mut sums[usize::from(leaf) * width + usize::from(column.bins[row])];
        sum.0 += slope.0;
        sum.1 += slope.1;
    }
    let gain = |sum: Slope| sum.0 * sum.0 / (sum.1 + damping);
    let mut gains = vec![0.0; width - 1];
    for leaf in sums.chunks(width) {
        let total = leaf.iter().fold((0.0, 0.0), |a: Slope, b| (a.0 + b.0, a.1 + b.1));
        let mut below: Slope = (0.0, 0.0);
        for (at, slot) in gains.iter_mut().enumerate() {
            below = (below.0 + leaf[at].0, below.1 + leaf[at].1);
            *slot += gain(below) + gain((total.0 - below.0, total.1 - below.1)) - gain(total);
        }
    }
    let best = gains.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    (*best.1 > 1e-9).then_some((*best.1, best.0))
}
