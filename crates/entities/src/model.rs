//! The sequence model: labels for every token of a text.

use crate::classes::WordClasses;
use crate::codec::ModelData;
use crate::entity::EntityKind;
use crate::error::ModelError;
use crate::explain::{Contribution, MOST_FEATURES};
use crate::features::{Features, Look, Sentence};
use crate::gazetteer::Gazetteer;
use crate::labels::{self, Position, WEIGHTED};
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
    /// Log-probability that one unit of score stands for.
    step: f32,
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
            step: data.step,
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

    /// Log-scores of the tokens `range` as one name of each kind and as no
    /// name, the best first; transitions left aside.
    pub(crate) fn readings(
        &self,
        document: &Document<'_>,
        gazetteer: &Gazetteer,
        range: Range<usize>,
    ) -> Vec<(Option<EntityKind>, f32)> {
        let looks = self.looks(document, gazetteer);
        let around = document.sentences().iter().map(|s| s.start as usize..s.end as usize);
        let Some(sentence) = around.into_iter().find(|s| s.contains(&range.start) && range.end <= s.end)
        else {
            return Vec::new();
        };
        let sentence = Sentence::new(&looks, sentence);
        let mut features: Features = Features::new();
        let nodes: Vec<[i16; WEIGHTED]> = range
            .map(|index| {
                sentence.features(index, &mut features);
                self.weights.sum(features.as_slice())
            })
            .collect();
        let kinds = EntityKind::ALL.into_iter().map(Some).chain([None]);
        let mut readings: Vec<_> =
            kinds.map(|kind| (kind, self.step * as_score(reading_score(&nodes, kind)))).collect();
        readings.sort_by(|a, b| b.1.total_cmp(&a.1));
        readings
    }

    /// What spoke most for and against the tokens `range` as one name of `kind`,
    /// the weightiest first.
    pub(crate) fn contributions(
        &self,
        document: &Document<'_>,
        gazetteer: &Gazetteer,
        range: Range<usize>,
        kind: EntityKind,
    ) -> Vec<Contribution> {
        let looks = self.looks(document, gazetteer);
        let mut sentences = document.sentences().iter().map(|s| s.start as usize..s.end as usize);
        let Some(around) = sentences.find(|s| s.contains(&range.start) && range.end <= s.end) else {
            return Vec::new();
        };
        let sentence = Sentence::new(&looks, around);
        let mut features = Features::<true>::new();
        let mut contributions = Vec::new();
        for (number, index) in range.clone().enumerate() {
            sentence.features(index, &mut features);
            let label = usize::from(labels::label(kind, position(number, range.len() - 1)));
            contributions.extend(features.named().map(|(hash, feature)| Contribution {
                word: document.slice(&document.tokens()[index]).to_owned(),
                feature,
                weight: self.step * f32::from(self.weights.sum(&[hash])[label - 1]),
            }));
        }
        contributions.retain(|one| one.weight != 0.0);
        contributions.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        contributions.truncate(MOST_FEATURES);
        contributions
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

    /// The margin at which [`Self::confidence`] is `share`, so that the readings
    /// of another model can be weighed against those of this one.
    #[cfg(feature = "transformer")]
    pub(crate) fn margin_of(&self, share: f32) -> f32 {
        let after = self.calibration.partition_point(|point| point.1 < share);
        match (after.checked_sub(1).map(|before| self.calibration[before]), self.calibration.get(after)) {
            (Some((x, y)), Some(&(next_x, next_y))) => x + (next_x - x) * (share - y) / (next_y - y),
            (Some((x, _)), None) | (None, Some(&(x, _))) => x,
            (None, None) => 0.0,
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
                let margin = margin(&self.nodes[start..=index], kind);
                names.push(Name { start: range.start + start, end: range.start + index + 1, kind, margin });
            }
        }
    }
}

/// How far the reading of these tokens as one name of `kind` is above the best
/// of: no name at all, or a name of another kind.
fn margin(nodes: &[[i16; WEIGHTED]], kind: EntityKind) -> f32 {
    let others = EntityKind::ALL.into_iter().filter(|&other| other != kind).map(Some);
    let rival = others.chain([None]).map(|other| reading_score(nodes, other)).max().unwrap_or(0);
    as_score(reading_score(nodes, Some(kind)) - rival)
}

/// Sum of the nodes of a span read as one name of `kind`, or as no name.
fn reading_score(nodes: &[[i16; WEIGHTED]], kind: Option<EntityKind>) -> i32 {
    let Some(kind) = kind else { return 0 };
    let last = nodes.len() - 1;
    let of_token = |(index, node): (usize, &[i16; WEIGHTED])| {
        i32::from(node[usize::from(labels::label(kind, position(index, last))) - 1])
    };
    nodes.iter().enumerate().map(of_token).sum()
}

/// Place of token `index` in a name whose last token is `last`.
fn position(index: usize, last: usize) -> Position {
    match (index, last) {
        (_, 0) => Position::Single,
        (0, _) => Position::Begin,
        (index, last) if index == last => Position::End,
        _ => Position::Inside,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of a few thousand")]
fn as_score(sum: i32) -> f32 {
    sum as f32
}
