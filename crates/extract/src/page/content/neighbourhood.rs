//! The second stage of the model: a block beside what the first stage thinks
//! of the blocks around it.

use super::context::{Context, ratio};
use super::nearest::Nearest;
use crate::html::NodeId;

/// Blocks before and behind whose first judgement is looked at.
const NEIGHBOURS: [isize; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];
/// From this on the first stage is rather sure that a block is text.
const SURE: f32 = 0.7;

/// The rows of the second stage: those of the first, and the neighbourhood.
/// `first` has the first stage's probability of each block.
pub(crate) fn rows(context: &Context<'_, '_>, mut rows: Vec<Vec<f32>>, first: &[f32]) -> Vec<Vec<f32>> {
    let sums = Sums::of(context, first);
    let by_build = by_build(context, first);
    let is_sure = |(probability, words): (&f32, u32)| *probability >= SURE && words >= 12;
    let words = context.measures.iter().map(|measures| measures.words);
    let sure = Nearest::of(&first.iter().zip(words).map(is_sure).collect::<Vec<_>>());
    for (at, row) in rows.iter_mut().enumerate() {
        row.push(first[at]);
        row.extend(NEIGHBOURS.map(|step| {
            at.checked_add_signed(step).and_then(|there| first.get(there)).copied().unwrap_or(-1.0)
        }));
        row.push(sums.mean(at.saturating_sub(2)..(at + 3).min(first.len())));
        row.push(sums.mean(at.saturating_sub(8)..(at + 9).min(first.len())));
        row.push(sums.mean(0..at));
        row.push(sums.mean(at..first.len()));
        row.push(sums.kept[at] / sums.kept[first.len()].max(1.0));
        row.push(sums.kept[first.len()]);
        push_levels(row, context, &sums, at);
        let (kept, words) = by_build[context.builds[at]];
        row.push(kept / words);
        push_nearest(row, context, first, &sure, at);
    }
    rows
}

/// Words, and words that the first stage would keep, before each block.
struct Sums {
    words: Vec<f32>,
    kept: Vec<f32>,
}

impl Sums {
    fn of(context: &Context<'_, '_>, first: &[f32]) -> Self {
        let (mut words, mut kept) = (vec![0.0], vec![0.0]);
        let (mut all, mut good) = (0.0, 0.0);
        for (measures, &probability) in context.measures.iter().zip(first) {
            let count = weight(measures.words);
            all += count;
            good += count * probability;
            words.push(all);
            kept.push(good);
        }
        Self { words, kept }
    }

    /// The mean probability of a run of blocks, by words.
    fn mean(&self, range: std::ops::Range<usize>) -> f32 {
        let words = self.words[range.end] - self.words[range.start];
        if words <= 0.0 { -1.0 } else { (self.kept[range.end] - self.kept[range.start]) / words }
    }
}

#[expect(clippy::cast_precision_loss, reason = "words of one block; a model reads them")]
fn weight(words: u32) -> f32 {
    words.max(1) as f32
}

/// Words kept and words of each kind of build.
fn by_build(context: &Context<'_, '_>, first: &[f32]) -> Vec<(f32, f32)> {
    let mut sums = vec![(0.0, 0.0); context.by_build.len()];
    for (at, measures) in context.measures.iter().enumerate() {
        let entry = &mut sums[context.builds[at]];
        entry.0 += weight(measures.words) * first[at];
        entry.1 += weight(measures.words);
    }
    sums
}

/// The mean over the elements above that hold more than the one before.
fn push_levels(row: &mut Vec<f32>, context: &Context<'_, '_>, sums: &Sums, at: usize) {
    let container: NodeId = context.blocks.list[at].container;
    let mut above = std::iter::once(container).chain(context.document.ancestors(container));
    let mut blocks = 0;
    for _ in 0..4 {
        let range = loop {
            let Some(id) = above.next() else { break 0..0 };
            let range = context.range_of(id);
            if range.len() > blocks {
                break range;
            }
        };
        blocks = range.len().max(blocks);
        let share = sums.kept[range.end] - sums.kept[range.start];
        row.push(sums.mean(range));
        row.push(share / sums.kept.last().copied().unwrap_or(0.0).max(1.0));
    }
}

/// How far the next blocks are that are surely text, and what the next block
/// that is no heading is thought to be.
fn push_nearest(row: &mut Vec<f32>, context: &Context<'_, '_>, first: &[f32], sure: &Nearest, at: usize) {
    let steps = |found: Option<usize>| ratio(found.unwrap_or(60), 1);
    row.push(steps(sure.before(at, 50)));
    row.push(steps(sure.behind(at, 50)));
    row.push(context.texts.behind(at, 5).map_or(-1.0, |steps| first[at + steps]));
    row.push(context.headings.before(at, 15).map_or(-1.0, |steps| first[at - steps]));
}
