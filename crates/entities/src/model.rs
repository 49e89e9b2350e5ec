//! The sequence model: labels for every token of a text.

use crate::classes::WordClasses;
use crate::codec::ModelData;
use crate::entity::EntityKind;
use crate::error::ModelError;
use crate::features::{Features, Look, Sentence};
use crate::gazetteer::Gazetteer;
use crate::labels::{self, OUTSIDE, Position, WEIGHTED};
use crate::reading;
use crate::viterbi::{Search, Transitions};
use crate::weights::Weights;
use dateline_text::Document;
use std::ops::Range;

/// Longest stretch that is decoded at once, in tokens. A longer sentence is
/// cut: only text that is no prose has any.
const MAX_SENTENCE: usize = 1000;

/// Weights, transitions and word classes, ready for use.
#[derive(Debug)]
pub(crate) struct Model {
    weights: Weights,
    transitions: Transitions,
    classes: WordClasses,
    calibration: Vec<(f32, f32)>,
}

/// A name as the sequence model sees it: a range of tokens of one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Name {
    /// First token.
    pub start: usize,
    /// First token after it.
    pub end: usize,
    /// Its type.
    pub kind: EntityKind,
    /// Score of this reading above the best other one, in model units.
    pub margin: f32,
}

impl Model {
    /// Reads a model file.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let data = ModelData::from_bytes(bytes)?;
        Ok(Self {
            weights: Weights::build(&data.rows),
            transitions: Transitions::new(&data.transitions),
            classes: WordClasses::new(&data.classes, data.coarse),
            calibration: data.calibration,
        })
    }

    /// Names of one field, in order and without overlap.
    pub(crate) fn read(&self, document: &Document<'_>, gazetteer: &Gazetteer) -> Vec<Name> {
        let looks = reading::looks(document, &self.classes, gazetteer);
        let mut decoder = Decoder {
            model: self,
            search: Search::default(),
            features: Features::new(),
            nodes: Vec::new(),
            best: Vec::new(),
        };
        let mut names = Vec::new();
        for sentence in document.sentences() {
            let range = sentence.start as usize..sentence.end as usize;
            for start in range.clone().step_by(MAX_SENTENCE) {
                decoder.decode(&looks, start..range.end.min(start + MAX_SENTENCE), &mut names);
            }
        }
        names
    }

    /// What each token of a field looks like, without reading it.
    pub(crate) fn looks(&self, document: &Document<'_>, gazetteer: &Gazetteer) -> Vec<Look> {
        reading::looks(document, &self.classes, gazetteer)
    }

    /// Share of names of this margin that are right, as measured by the
    /// trainer; in between by straight lines.
    pub(crate) fn confidence(&self, margin: f32) -> f32 {
        let after = self.calibration.partition_point(|point| point.0 < margin);
        match (after.checked_sub(1).map(|before| self.calibration[before]), self.calibration.get(after)) {
            (Some((x, y)), Some(&(next_x, next_y))) => y + (next_y - y) * (margin - x) / (next_x - x),
            (Some((_, y)), None) | (None, Some(&(_, y))) => y,
            (None, None) => 0.5,
        }
    }
}

struct Decoder<'m> {
    model: &'m Model,
    search: Search,
    features: Features,
    nodes: Vec<[i16; WEIGHTED]>,
    best: Vec<u8>,
}

impl Decoder<'_> {
    fn decode(&mut self, looks: &[Look], range: Range<usize>, names: &mut Vec<Name>) {
        let sentence = Sentence::new(looks, range.clone());
        self.nodes.clear();
        for index in range.clone() {
            sentence.features(index, &mut self.features);
            self.nodes.push(self.model.weights.sum(self.features.as_slice()));
        }
        self.search.run(&self.nodes, &self.model.transitions, &mut self.best);
        let mut start = 0;
        for (index, &label) in self.best.iter().enumerate() {
            let Some((kind, position)) = labels::parts(label) else { continue };
            if matches!(position, Position::Begin | Position::Single) {
                start = index;
            }
            if matches!(position, Position::End | Position::Single) {
                let margin = margin(&self.nodes[start..=index], &self.best[start..=index], kind);
                names.push(Name { start: range.start + start, end: range.start + index + 1, kind, margin });
            }
        }
    }
}

/// How far the reading of these tokens as one name of `kind` is above the best
/// of: no name at all, or a name of another kind. A token counts the average
/// of its nodes, so that long names are not surer for their length alone.
fn margin(nodes: &[[i16; WEIGHTED]], best: &[u8], kind: EntityKind) -> f32 {
    let score = |alternative: Option<EntityKind>| -> i32 {
        nodes
            .iter()
            .zip(best)
            .map(|(node, &label)| {
                let position = labels::parts(label).map(|(_, position)| position);
                let label = match (alternative, position) {
                    (Some(kind), Some(position)) => labels::label(kind, position),
                    _ => OUTSIDE,
                };
                usize::from(label).checked_sub(1).map_or(0, |index| i32::from(node[index]))
            })
            .sum()
    };
    let others = EntityKind::ALL.into_iter().filter(|&other| other != kind).map(Some);
    let rival = others.chain([None]).map(score).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "sums of a few thousand")]
    let margin = (score(Some(kind)) - rival) as f32;
    margin
}
