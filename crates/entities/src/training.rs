//! What the trainer needs of the tagger's insides: the same features that
//! tagging sees, and the model file.
//!
//! Kept apart from the tagging interface: programs that only tag have no use
//! for it.

pub use crate::codec::ModelData;
pub use crate::labels;
pub use crate::weights::Row;

use crate::classes::{WordClasses, key};
use crate::features::{Features, Sentence};
use crate::gazetteer::Gazetteer;
use crate::model::Model;
use crate::reading;
use crate::word::Word;
use crate::{EntityKind, ModelError};
use dateline_text::Document;

/// Turns texts into features, exactly as tagging does.
#[derive(Debug)]
pub struct Extractor {
    classes: WordClasses,
    gazetteer: Gazetteer,
}

/// Features of one sentence: for each token its hashes.
pub type SentenceFeatures = Vec<Vec<u32>>;

impl Extractor {
    /// An extractor with the given word classes and gazetteer.
    #[must_use]
    pub fn new(coarse: &[u16], classes: &[(u32, u16)], gazetteer: Gazetteer) -> Self {
        Self { classes: WordClasses::new(classes, coarse.to_vec()), gazetteer }
    }

    /// The gazetteer that features are taken from.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Features of every sentence of `document`, in order.
    #[must_use]
    pub fn sentences(&self, document: &Document<'_>) -> Vec<SentenceFeatures> {
        let looks = reading::looks(document, &self.classes, &self.gazetteer);
        let mut features: Features = Features::new();
        document
            .sentences()
            .iter()
            .map(|range| {
                let range = range.start as usize..range.end as usize;
                let sentence = Sentence::new(&looks, range.clone());
                range
                    .map(|index| {
                        sentence.features(index, &mut features);
                        features.as_slice().to_vec()
                    })
                    .collect()
            })
            .collect()
    }
}

/// A name that the sequence model found, with the score that its confidence
/// is read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredName {
    /// First byte in the text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// Its type.
    pub kind: EntityKind,
    /// Score above the next best reading, in model units.
    pub margin: f32,
}

/// The sequence model alone, without the steps that follow it.
#[derive(Debug)]
pub struct SequenceTagger {
    model: Model,
    gazetteer: Gazetteer,
}

impl SequenceTagger {
    /// A tagger from the bytes of a model file.
    ///
    /// # Errors
    /// [`ModelError`] when the bytes are not a model of this version.
    pub fn new(model: &[u8], gazetteer: Gazetteer) -> Result<Self, ModelError> {
        Ok(Self { model: Model::from_bytes(model)?, gazetteer })
    }

    /// Names of `document` in order.
    #[must_use]
    pub fn names(&self, document: &Document<'_>) -> Vec<ScoredName> {
        let tokens = document.tokens();
        let names = self.model.read(document, &self.gazetteer).into_iter();
        names
            .map(|name| ScoredName {
                start: tokens[name.start].start as usize,
                end: tokens[name.end - 1].end as usize,
                kind: name.kind,
                margin: name.margin,
            })
            .collect()
    }
}

/// The key under which the word classes know a word.
#[must_use]
pub fn class_key(word: &str) -> u32 {
    key(Word::new(word).lower)
}
