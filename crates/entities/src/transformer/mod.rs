//! The accurate mode: names by a transformer token classifier from a folder of
//! the operator's, in place of the built-in sequence model. Consistency,
//! coreference, linking and roles after it are the same.
//!
//! `bert` and `distilbert` encoders with a linear head over their last layer, run
//! in plain Rust on one core. Left out: reading files (bytes come in), other
//! encoders, `SentencePiece` and byte-level vocabularies, training, batches.

mod architecture;
mod encoder;
mod layers;
mod tags;
mod tensors;
mod windows;
mod wordpiece;

use crate::hash;
use architecture::Architecture;
use dateline_text::Document;
use encoder::Encoder;
use std::ops::Range;
use tags::TagSet;
pub(crate) use tags::{TaggedName, WordTag, readings};
use tensors::Tensors;
use wordpiece::WordPiece;

/// Pieces that a word should see on either side, where the text has them.
const CONTEXT: usize = 32;

/// The files of a model folder, as bytes.
#[derive(Debug, Clone, Copy)]
pub struct TransformerFiles<'b> {
    /// `config.json`: the architecture and the labels.
    pub config: &'b [u8],
    /// The vocabulary of word pieces.
    pub vocabulary: VocabularyFile<'b>,
    /// `model.safetensors`: the weights, as F32, F16 or BF16.
    pub weights: &'b [u8],
}

/// A vocabulary in one of its two usual forms.
#[derive(Debug, Clone, Copy)]
pub enum VocabularyFile<'b> {
    /// `tokenizer.json`.
    TokenizerJson(&'b [u8]),
    /// `vocab.txt`, a piece a line, and `tokenizer_config.json` where there is
    /// one; without it letters are made small, as is usual for this form.
    VocabTxt(&'b [u8], Option<&'b [u8]>),
}

/// What the operator says of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformerSettings {
    /// Primary language subtags ("en") of the text that it reads. English
    /// includes text of unknown language.
    pub languages: Vec<String>,
    /// Words of an article that it reads; the built-in model reads the rest.
    pub max_words: usize,
}

/// A model folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TransformerError {
    /// A JSON file has another form than expected.
    #[error("read {file}: it is not as token classifiers have it; export the model folder again")]
    Json {
        /// Name of the file.
        file: &'static str,
        /// The reader's error.
        #[source]
        source: serde_json::Error,
    },
    /// The architecture, vocabulary or labels are none that this program runs.
    #[error("use transformer: {problem}")]
    Unsupported {
        /// What is not supported, and what is.
        problem: String,
    },
    /// The weights file cannot be read.
    #[error("read model.safetensors: the file is damaged or of another format; copy it again")]
    Weights(#[source] safetensors::SafeTensorError),
    /// A weight is missing or of another shape than the configuration says.
    #[error("read model.safetensors: {name} {problem}; config.json and the weights must be of one model")]
    Tensor {
        /// Name of the tensor.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// A token classifier, ready for use; shared by reference between threads.
#[derive(Debug)]
pub struct Transformer {
    encoder: Encoder,
    vocabulary: WordPiece,
    tags: TagSet,
    settings: TransformerSettings,
    name: String,
}

impl Transformer {
    /// A token classifier from the files of its folder.
    ///
    /// # Errors
    /// [`TransformerError`] when a file cannot be read, does not fit the
    /// others, or describes a model that this program does not run.
    pub fn from_files(
        files: TransformerFiles<'_>,
        settings: TransformerSettings,
    ) -> Result<Self, TransformerError> {
        let architecture = Architecture::from_json(files.config)?;
        let tags = TagSet::new(&architecture.labels)?;
        let vocabulary = match files.vocabulary {
            VocabularyFile::TokenizerJson(bytes) => WordPiece::from_tokenizer_json(bytes)?,
            VocabularyFile::VocabTxt(bytes, config) => WordPiece::from_vocab_txt(bytes, config)?,
        };
        vocabulary.check_size(architecture.vocabulary)?;
        let encoder = Encoder::new(&architecture, &Tensors::new(files.weights)?)?;
        let digest = hash::bytes(files.weights) >> 32;
        let name = format!("{}-{digest:08x}", architecture.family.name());
        Ok(Self { encoder, vocabulary, tags, settings, name })
    }

    /// Family of the encoder and a digest of its weights, for provenance.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it reads text of this BCP 47 language.
    pub(crate) fn reads(&self, language: &str) -> bool {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let primary = if matches!(primary, "" | "und") { "en" } else { primary };
        self.settings.languages.iter().any(|known| known.eq_ignore_ascii_case(primary))
    }

    /// Words of an article that it reads.
    pub(crate) fn max_words(&self) -> usize {
        self.settings.max_words
    }

    /// What it says of the first `end` tokens of `document`.
    pub(crate) fn tag(&self, document: &Document<'_>, end: usize) -> Vec<WordTag> {
        let tokens = &document.tokens()[..end];
        let words: Vec<&str> = tokens.iter().map(|token| document.slice(token)).collect();
        let logits = self.logits(&words);
        logits.iter().map(|logits| self.tags.word(logits)).collect()
    }

    /// The names that `words`, tags of the first tokens of `document`, make up:
    /// in order, without overlap, none across the border of a sentence.
    pub(crate) fn names(document: &Document<'_>, words: &[WordTag]) -> Vec<TaggedName> {
        let sentences = document.sentences().iter().map(|s| s.start as usize..s.end as usize);
        let read = sentences.map(|s| s.start..s.end.min(words.len())).take_while(|s| !s.is_empty());
        read.flat_map(|sentence| tags::names(words, sentence)).collect()
    }

    /// Scores of every label (in the order of their numbers) for the first
    /// piece of every word, by which a folder can be checked against the
    /// program that trained it. A word without pieces (a control character) has
    /// no scores.
    #[must_use]
    pub fn logits(&self, words: &[&str]) -> Vec<Vec<f32>> {
        let capacity = self.encoder.positions() - 2;
        let pieces: Vec<Vec<u32>> = words.iter().map(|word| self.pieces(word, capacity / 4)).collect();
        let counts: Vec<usize> = pieces.iter().map(Vec::len).collect();
        let mut scores = vec![Vec::new(); words.len()];
        for window in windows::windows(&counts, capacity, CONTEXT.min(capacity / 4)) {
            self.read_window(&pieces, &window.words, &window.kept, &mut scores);
        }
        scores
    }

    /// Numbers of the first pieces of a word, at most `most`.
    fn pieces(&self, word: &str, most: usize) -> Vec<u32> {
        let mut pieces = self.vocabulary.pieces(word);
        pieces.truncate(most);
        pieces
    }

    /// Runs the encoder over the words `words` and notes the scores of those
    /// in `kept`.
    fn read_window(
        &self,
        pieces: &[Vec<u32>],
        words: &Range<usize>,
        kept: &Range<usize>,
        scores: &mut [Vec<f32>],
    ) {
        let mut sequence = vec![self.vocabulary.start()];
        let mut firsts = Vec::with_capacity(kept.len());
        for word in words.clone() {
            if kept.contains(&word) && !pieces[word].is_empty() {
                firsts.push((word, sequence.len()));
            }
            sequence.extend(&pieces[word]);
        }
        if firsts.is_empty() {
            return;
        }
        sequence.push(self.vocabulary.end());
        let logits = self.encoder.logits(&sequence);
        for (word, row) in firsts {
            scores[word] = logits.row(row).to_vec();
        }
    }
}
