//! The trained model, and what it decides.

use super::context::Context;
use super::cues::Cue;
use super::hints::Part;
use super::trees::Forest;
use super::{features, neighbourhood};
use std::sync::LazyLock;

/// The model as the trainer wrote it: a line `threshold T`, the forests of the
/// two stages.
const TEXT: &str = include_str!("../../../data/page_model.txt");

/// Two stages and the probability from which a block is kept.
#[derive(Debug, Default)]
struct Model {
    first: Forest,
    second: Forest,
    threshold: f32,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let (head, forests) = TEXT.split_once('\n').unwrap_or_default();
    let threshold = head.strip_prefix("threshold ").and_then(|number| number.trim().parse().ok());
    let mut forests = Forest::read_all(forests).unwrap_or_default().into_iter();
    Model {
        first: forests.next().unwrap_or_default(),
        second: forests.next().unwrap_or_default(),
        threshold: threshold.unwrap_or(0.5),
    }
});

/// The positions of the blocks that belong to the text.
pub(super) fn keep(context: &Context<'_, '_>) -> Vec<usize> {
    let rows = features::rows(context);
    let first = MODEL.first.probabilities(&rows);
    let wider = neighbourhood::rows(context, rows, &first);
    // The mean of both stages is steadier than either.
    let second = MODEL.second.probabilities(&wider);
    let mean = first.iter().zip(&second).map(|(first, second)| f32::midpoint(*first, *second));
    mean.enumerate()
        .filter(|(at, probability)| *probability >= MODEL.threshold && !is_notice(context, *at))
        .map(|(at, _)| at)
        .collect()
}

/// A notice about cookies, or a call to subscribe or to give, that says so
/// itself and stands in an element named for it: never text, whatever the
/// model thinks of its place.
fn is_notice(context: &Context<'_, '_>, at: usize) -> bool {
    let (near, cues) = (&context.blocks.list[at].near, &context.measures[at].cues);
    let named = |part: Part| near[part as usize] <= 3;
    let says = |cue: Cue| cues[cue as usize] > 0;
    (named(Part::Cookie) && says(Cue::Cookie))
        || (named(Part::Promo) && (says(Cue::Subscribe) || says(Cue::Support)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_that_is_built_in_can_be_read() {
        assert!(MODEL.first.trees.len() > 20 && MODEL.second.trees.len() > 20);
        assert!((0.1..0.9).contains(&MODEL.threshold));
    }
}
