//! The second stage of the model: a block beside what the first stage thinks
//! of the blocks around it.

use super::context::Context;
use crate::html::NodeId;
use std::collections::HashMap;

/// Blocks before and behind whose first judgement is looked at.
const NEIGHBOURS: [isize; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];
/// From this on the first stage is rather sure that a block is text.
const SURE: f32 = 0.7;

/// The rows of the second stage: those of the first, and the neighbourhood.
/// `first` has the first stage's probability of each block.
pub(crate) fn rows(context: &Context<'_, '_>, rows: &[Vec<f32>], first: &[f32]) -> Vec<Vec<f32>> {
    let sums = Sums::of(context, first);
    let by_build = by_build(context, first);
    let mut wider = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let mut row = row.clone();
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
        push_levels(&mut row, context, &sums, at);
        row.push(by_build.get(&context.builds[at]).map_or(0.0, |&(kept, words)| kept / words));
        push_nearest(&mut row, context, first, at);
        wider.push(row);
    }
    wider
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
fn by_build(context: &Context<'_, '_>, first: &[f32]) -> HashMap<u64, (f32, f32)> {
    let mut sums: HashMap<u64, (f32, f32)> = HashMap::new();
    for (at, measures) in context.measures.iter().enumerate() {
        let entry = sums.entry(context.builds[at]).or_default();
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
fn push_nearest(row: &mut Vec<f32>, context: &Context<'_, '_>, first: &[f32], at: usize) {
    let sure = |there: &usize| first[*there] >= SURE && context.measures[*there].words >= 12;
    let steps =
        |found: Option<usize>| found.map_or(60.0, |there| super::context::ratio(there.abs_diff(at), 1));
    row.push(steps((0..at).rev().take(50).find(sure)));
    row.push(steps((at + 1..first.len()).take(50).find(sure)));
    let is_heading = |at: usize| context.document.node(context.blocks.list[at].container).tag.is_heading();
    let next = (at + 1..first.len()).take(5).find(|&there| !is_heading(there));
    row.push(next.map_or(-1.0, |there| first[there]));
    let above = (0..at).rev().take(15).find(|&there| is_heading(there));
    row.push(above.map_or(-1.0, |there| first[there]));
}
