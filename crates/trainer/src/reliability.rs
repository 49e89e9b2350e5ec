//! What a confidence is worth: of the mentions that were given about so much,
//! how many were right, on text that the curve was not fitted on.
//!
//! Every development set is cut in two by turns of its documents. A curve
//! fitted on one half is put into the model, the whole tagger reads the other
//! half, and the other way round.

use crate::calibrate;
use crate::corpus::{Annotated, Span};
use crate::{eval, train};
use anyhow::Result;
use dateline_entities::training::{ModelData, SequenceTagger};
use dateline_entities::{EntityKind, Gazetteer, Tagger};
use std::path::Path;

/// Bins of the table, of equal width.
const BINS: usize = 10;

/// What a mention was given, and whether span and kind were right.
type Judged = (f32, bool);

/// Mentions of one bin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Bin {
    count: u32,
    right: u32,
    confidence: f64,
}

/// Prints the table of `model` on the development sets below `data`.
pub(crate) fn run(model: &ModelData, data: &Path, tell: &mut dyn FnMut(&str)) -> Result<()> {
    let sets = train::read_development(data)?;
    let mut judged = Vec::new();
    for fold in 0..2 {
        let half = |wanted: usize| {
            let of_set = move |documents: &Vec<Annotated>| -> Vec<Annotated> {
                documents
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| at % 2 == wanted)
                    .map(|(_, one)| one.clone())
                    .collect()
            };
            sets.iter().map(move |(_, documents)| of_set(documents))
        };
        let plain = SequenceTagger::new(&model.to_bytes(), Gazetteer::built_in()?)?;
        let outcomes = half(fold).flat_map(|documents| calibrate::outcomes(&plain, &documents)).collect();
        let fitted = ModelData { calibration: calibrate::fit(outcomes), ..model.clone() };
        let tagger = Tagger::from_parts(&fitted.to_bytes(), Gazetteer::built_in()?)?;
        half(1 - fold).for_each(|documents| judge(&tagger, &documents, &mut judged));
    }
    let bins = bins(&judged);
    for (number, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let count = f64::from(bin.count);
        tell(&format!(
            "{:.1} to {:.1}: {:6} mentions, mean confidence {:.3}, right {:.3}",
            share(number),
            share(number + 1),
            bin.count,
            bin.confidence / count,
            f64::from(bin.right) / count,
        ));
    }
    tell(&format!("expected calibration error {:.3} over {} mentions", error(&bins), judged.len()));
    Ok(())
}

/// Adds what became of every mention that `tagger` finds in `documents`. Where
/// a set marks no MISC, such names say nothing and are left out.
fn judge(tagger: &Tagger, documents: &[Annotated], judged: &mut Vec<Judged>) {
    let marks_misc = documents.iter().flat_map(|one| &one.spans).any(|span| span.kind == EntityKind::Misc);
    for document in documents {
        for entity in eval::entities(tagger, &document.text) {
            if !marks_misc && entity.kind == EntityKind::Misc {
                continue;
            }
            let is_right = |start, end| document.spans.contains(&Span { start, end, kind: entity.kind });
            judged.extend(entity.mentions.iter().map(|m| (entity.confidence, is_right(m.start, m.end))));
        }
    }
}

fn bins(judged: &[Judged]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for &(confidence, right) in judged {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of one")]
        let number = (f64::from(confidence) * 10.0) as usize;
        let bin = &mut bins[number.min(BINS - 1)];
        bin.count += 1;
        bin.right += u32::from(right);
        bin.confidence += f64::from(confidence);
    }
    bins
}

#[expect(clippy::cast_precision_loss, reason = "up to ten")]
fn share(number: usize) -> f64 {
    number as f64 / BINS as f64
}

/// Mean distance of confidence and share of right mentions, over the mentions.
fn error(bins: &[Bin]) -> f64 {
    let all: u32 = bins.iter().map(|bin| bin.count).sum();
    let distance = |bin: &Bin| (bin.confidence - f64::from(bin.right)).abs();
    bins.iter().map(distance).sum::<f64>() / f64::from(all.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_how_far_confidence_is_off() {
        let judged = [(0.75, true), (0.75, true), (0.75, true), (0.75, false)];
        assert!(error(&bins(&judged)).abs() < 1e-9);
        let boasting = [(1.0, true), (1.0, false)];
        assert!((error(&bins(&boasting)) - 0.5).abs() < 1e-9);
        assert!(error(&[]).abs() < 1e-9);
    }
}
