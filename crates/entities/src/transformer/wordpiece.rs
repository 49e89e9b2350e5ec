//! Words into the pieces of a model's vocabulary, as BERT's tokeniser does it
//! (Devlin and others 2019; Wu and others 2016): characters cleaned, small
//! letters without accents where the model wants them, punctuation and Chinese
//! characters by themselves, then the longest piece first.

use super::TransformerError;
use super::architecture::unsupported;
use serde::Deserialize;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// What stands before a piece inside a word.
const INSIDE: &str = "##";
/// Characters from which on a word is not looked at.
const LONGEST_WORD: usize = 100;

/// A vocabulary and how words are prepared for it.
#[derive(Debug)]
pub(super) struct WordPiece {
    pieces: HashMap<String, u32>,
    lowercase: bool,
    strip_accents: bool,
    split_chinese: bool,
    unknown: u32,
    start: u32,
    end: u32,
}

/// How words are prepared.
#[derive(Debug, Clone, Copy)]
struct Preparation {
    lowercase: bool,
    strip_accents: Option<bool>,
    split_chinese: bool,
}

#[derive(Deserialize)]
struct TokenizerJson {
    normalizer: Option<Normalizer>,
    model: Model,
}

#[derive(Deserialize)]
struct Normalizer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    lowercase: bool,
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    handle_chinese_chars: bool,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default = "inside")]
    continuing_subword_prefix: String,
    /// A map of pieces for `WordPiece`; other kinds have other forms.
    vocab: serde_json::Value,
}

#[derive(Deserialize)]
struct TokenizerConfig {
    #[serde(default = "yes")]
    do_lower_case: bool,
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    tokenize_chinese_chars: bool,
}

fn yes() -> bool {
    true
}

fn inside() -> String {
    INSIDE.to_owned()
}

impl WordPiece {
    /// Reads `tokenizer.json`.
    pub(super) fn from_tokenizer_json(bytes: &[u8]) -> Result<Self, TransformerError> {
        let json = |source| TransformerError::Json { file: "tokenizer.json", source };
        let read: TokenizerJson = serde_json::from_slice(bytes).map_err(json)?;
        let kind = read.model.kind.as_deref().unwrap_or("WordPiece");
        if kind != "WordPiece" || read.model.continuing_subword_prefix != INSIDE {
            return Err(unsupported(format!(
                "tokenizer.json has a {kind} vocabulary; only WordPiece with \"##\" is supported"
            )));
        }
        let normalizer = read.normalizer.filter(|normalizer| normalizer.kind == "BertNormalizer");
        let Some(normalizer) = normalizer else {
            return Err(unsupported(
                "tokenizer.json needs a BertNormalizer; no other is supported".to_owned(),
            ));
        };
        let preparation = Preparation {
            lowercase: normalizer.lowercase,
            strip_accents: normalizer.strip_accents,
            split_chinese: normalizer.handle_chinese_chars,
        };
        Self::new(serde_json::from_value(read.model.vocab).map_err(json)?, preparation)
    }

    /// Reads `vocab.txt`, and `tokenizer_config.json` where there is one.
    pub(super) fn from_vocab_txt(bytes: &[u8], config: Option<&[u8]>) -> Result<Self, TransformerError> {
        let config: TokenizerConfig = serde_json::from_slice(config.unwrap_or(b"{}"))
            .map_err(|source| TransformerError::Json { file: "tokenizer_config.json", source })?;
        let text = String::from_utf8_lossy(bytes);
        let pieces = text.lines().zip(0..).map(|(piece, number)| (piece.to_owned(), number)).collect();
        let preparation = Preparation {
            lowercase: config.do_lower_case,
            strip_accents: config.strip_accents,
            split_chinese: config.tokenize_chinese_chars,
        };
        Self::new(pieces, preparation)
    }

    fn new(pieces: HashMap<String, u32>, preparation: Preparation) -> Result<Self, TransformerError> {
        let special = |piece: &str| {
            let missing = || unsupported(format!("the vocabulary has no {piece}; it must be that of a BERT"));
            pieces.get(piece).copied().ok_or_else(missing)
        };
        let (unknown, start, end) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        Ok(Self {
            lowercase: preparation.lowercase,
            strip_accents: preparation.strip_accents.unwrap_or(preparation.lowercase),
            split_chinese: preparation.split_chinese,
            pieces,
            unknown,
            start,
            end,
        })
    }

    /// Checks that the model has an embedding for every piece.
    pub(super) fn check_size(&self, embeddings: usize) -> Result<(), TransformerError> {
        let most = self.pieces.values().copied().max().unwrap_or(0);
        if (most as usize) < embeddings {
            return Ok(());
        }
        Err(unsupported(format!(
            "the vocabulary has piece {most}, config.json says vocab_size {embeddings}; take both from one model"
        )))
    }

    /// The piece that opens a sequence.
    pub(super) fn start(&self) -> u32 {
        self.start
    }

    /// The piece that closes a sequence.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// Pieces of one word; none of a word of control characters only.
    pub(super) fn pieces(&self, word: &str) -> Vec<u32> {
        let mut pieces = Vec::new();
        for part in self.prepare(word).split(' ').filter(|part| !part.is_empty()) {
            self.split(part, &mut pieces);
        }
        pieces
    }

    /// Cleans a word and puts a space wherever it is to be taken apart.
    fn prepare(&self, word: &str) -> String {
        let mut spaced = String::with_capacity(word.len());
        for character in word.chars() {
            if character.is_whitespace() {
                spaced.push(' ');
            } else if self.split_chinese && is_chinese(character) {
                spaced.extend([' ', character, ' ']);
            } else if character != '\u{fffd}'
                && character.general_category_group() != GeneralCategoryGroup::Other
            {
                spaced.push(character);
            }
        }
        if self.strip_accents {
            let is_accent = |c: &char| c.general_category() == GeneralCategory::NonspacingMark;
            spaced = spaced.nfd().filter(|character| !is_accent(character)).collect();
        }
        if self.lowercase {
            spaced = spaced.chars().flat_map(char::to_lowercase).collect();
        }
        let mut parts = String::with_capacity(spaced.len());
        for character in spaced.chars() {
            if is_punctuation(character) {
                parts.extend([' ', character, ' ']);
            } else {
                parts.push(character);
            }
        }
        parts
    }

    /// The longest piece that fits, again and again; a part that does not come
    /// out is unknown as a whole.
    fn split(&self, part: &str, pieces: &mut Vec<u32>) {
        let before = pieces.len();
        let too_long = part.chars().count() > LONGEST_WORD;
        let mut rest = part;
        let mut piece = String::new();
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
            let found = ends.filter(|_| !too_long).find_map(|end| {
                piece.clear();
                piece.push_str(if rest.len() < part.len() { INSIDE } else { "" });
                piece.push_str(&rest[..end]);
                self.pieces.get(piece.as_str()).map(|&number| (number, end))
            });
            let Some((number, end)) = found else {
                pieces.truncate(before);
                pieces.push(self.unknown);
                return;
            };
            pieces.push(number);
            rest = &rest[end..];
        }
    }
}

/// ASCII signs, and what Unicode calls punctuation.
fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || character.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// Blocks of Chinese characters, which are words by themselves.
fn is_chinese(character: char) -> bool {
    matches!(
        u32::from(character),
        0x4e00..=0x9fff
            | 0x3400..=0x4dbf
            | 0x20000..=0x2a6df
            | 0x2a700..=0x2b73f
            | 0x2b740..=0x2b81f
            | 0x2b820..=0x2ceaf
            | 0xf900..=0xfaff
            | 0x2f800..=0x2fa1f
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wordpiece(config: Option<&[u8]>) -> WordPiece {
        let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nzurich\nZ\n##urich\n中\n.\n'\no\nneill\nun\n##able\n";
        WordPiece::from_vocab_txt(vocabulary.as_bytes(), config).unwrap()
    }

    fn check(wordpiece: &WordPiece, word: &str, expected: &[u32]) {
        assert_eq!(wordpiece.pieces(word), expected, "{word:?}");
    }

    #[test]
    fn words_into_pieces() {
        let small = wordpiece(None);
        check(&small, "Zürich", &[4]);
        check(&small, "unable", &[12, 13]);
        check(&small, "untable", &[1]);
        check(&small, "O'Neill", &[10, 9, 11]);
        check(&small, "中中.", &[7, 7, 8]);
        check(&small, "\u{200b}\u{7}", &[]);
        check(&small, &"un".repeat(60), &[1]);
        let cased = wordpiece(Some(br#"{"do_lower_case": false}"#));
        check(&cased, "Zurich", &[5, 6]);
        check(&cased, "Zürich", &[1]);
    }

    #[test]
    fn other_vocabularies_are_refused() {
        let check = |json: &str, problem: &str| {
            let error = WordPiece::from_tokenizer_json(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        };
        check("{}", "tokenizer.json");
        check(r#"{"model": {"type": "BPE", "vocab": {}}}"#, "BPE");
        check(r#"{"model": {"type": "Unigram", "vocab": []}}"#, "Unigram");
        check(r#"{"model": {"vocab": {}}}"#, "BertNormalizer");
        check(r#"{"normalizer": {"type": "BertNormalizer"}, "model": {"vocab": {"a": 0}}}"#, "[UNK]");
        let small = wordpiece(None);
        assert!(small.check_size(14).is_ok() && small.check_size(13).is_err());
    }
}
