//! Training examples: feature numbers and allowed labels, token by token.

use crate::corpus::{self, Annotated};
use crate::lattice::{ANY, Allowed};
use dateline_entities::EntityKind;
use dateline_entities::training::labels::{self, LABELS};
use dateline_entities::training::{Extractor, SentenceFeatures};
use dateline_text::Document;
use std::collections::HashMap;

/// What a corpus says about the labels of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// Every kind is marked.
    Full,
    /// MISC names are not marked: outside may mean MISC.
    WithoutMisc,
}

/// One sentence to learn from.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// Numbers of the features of all tokens, one after the other.
    pub(crate) features: Vec<u32>,
    /// End of each token's features in `features`.
    pub(crate) ends: Vec<u32>,
    /// Labels that each token may take.
    pub(crate) allowed: Vec<Allowed>,
    /// How much it counts.
    pub(crate) weight: f32,
}

impl Example {
    pub(crate) fn features_of(&self, token: usize) -> &[u32] {
        let start = token.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.features[start..self.ends[token] as usize]
    }
}

/// Numbers the features that are worth a weight.
#[derive(Debug, Default)]
pub(crate) struct FeatureMap {
    counts: HashMap<u32, u32>,
    numbers: HashMap<u32, u32>,
    hashes: Vec<u32>,
}

impl FeatureMap {
    /// Counts the features of one more sentence.
    pub(crate) fn count(&mut self, sentence: &SentenceFeatures) {
        for &hash in sentence.iter().flatten() {
            *self.counts.entry(hash).or_default() += 1;
        }
    }

    /// Numbers the features seen at least `least` times.
    pub(crate) fn freeze(&mut self, least: u32) {
        let mut kept: Vec<u32> =
            self.counts.drain().filter(|&(_, count)| count >= least).map(|(hash, _)| hash).collect();
        kept.sort_unstable();
        self.keep(kept);
    }

    /// Numbers exactly `hashes`.
    pub(crate) fn keep(&mut self, hashes: Vec<u32>) {
        self.numbers = hashes.iter().zip(0..).map(|(&hash, number)| (hash, number)).collect();
        self.hashes = hashes;
    }

    /// Hash of every numbered feature.
    pub(crate) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    /// The sentence with its features numbered; unnumbered ones are left out.
    pub(crate) fn example(&self, sentence: &SentenceFeatures, allowed: &[Allowed], weight: f32) -> Example {
        let mut example =
            Example { features: Vec::new(), ends: Vec::new(), allowed: allowed.to_vec(), weight };
        for hashes in sentence {
            example.features.extend(hashes.iter().filter_map(|hash| self.numbers.get(hash)));
            example.ends.push(u32::try_from(example.features.len()).unwrap_or(u32::MAX));
        }
        example
    }
}

/// Features and allowed labels of every sentence of a document.
pub(crate) fn of_document(
    annotated: &Annotated,
    coverage: Coverage,
    extractor: &Extractor,
) -> Vec<(SentenceFeatures, Vec<Allowed>)> {
    let document = Document::new(&annotated.text);
    let tags = corpus::align(&document, &annotated.spans);
    let ranges = document.sentences().iter().map(|range| range.start as usize..range.end as usize);
    extractor
        .sentences(&document)
        .into_iter()
        .zip(ranges)
        .map(|(features, range)| (features, tags[range].iter().map(|&tag| allowed(tag, coverage)).collect()))
        .collect()
}

/// The labels that a token annotated with `tag` may take.
fn allowed(tag: u8, coverage: Coverage) -> Allowed {
    let own = 1 << tag;
    if tag != labels::OUTSIDE || coverage == Coverage::Full {
        return own;
    }
    let is_misc = |label: &u8| matches!(labels::parts(*label), Some((EntityKind::Misc, _)));
    let count = u8::try_from(LABELS).unwrap_or(u8::MAX);
    (0..count).filter(is_misc).fold(own, |set, label| set | 1 << label) & ANY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_may_be_misc_where_misc_is_not_marked() {
        assert_eq!(allowed(0, Coverage::Full), 1);
        assert_eq!(allowed(0, Coverage::WithoutMisc).count_ones(), 5);
        assert_eq!(allowed(3, Coverage::WithoutMisc), 1 << 3);
    }

    #[test]
    fn rare_features_get_no_number() {
        let mut map = FeatureMap::default();
        map.count(&vec![vec![7, 9], vec![7]]);
        map.freeze(2);
        let example = map.example(&vec![vec![9, 7], vec![9]], &[1, 1], 1.0);
        assert_eq!(map.hashes(), [7]);
        assert_eq!(example.features_of(0), [0]);
        assert!(example.features_of(1).is_empty());
    }
}
