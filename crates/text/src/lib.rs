//! Tokens, sentences and offsets of a text, found once and shared by every
//! step that reads the text (dates, entities, language).
//!
//! Everything here works on byte offsets into one `&str`; [`CodePoints`] turns
//! them into the Unicode code-point offsets that a record carries. Pure
//! functions: no I/O, no clock, no allocation per token. Left out: stemming,
//! parts of speech, and any knowledge of news.

mod code_points;
mod sentences;
mod tokens;

pub use code_points::CodePoints;
pub use tokens::{Token, TokenKind};

use std::ops::Range;

/// Longest text that is analysed, in bytes; offsets are `u32` because of it.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// A text with its tokens and sentence borders.
///
/// ```
/// let document = dateline_text::Document::new("U.S. troops left Kabul. It rained.");
/// let words: Vec<&str> = document.tokens().iter().map(|t| document.slice(t)).collect();
/// assert_eq!(words, ["U.S.", "troops", "left", "Kabul", ".", "It", "rained", "."]);
/// assert_eq!(document.sentences().len(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct Document<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    sentences: Vec<Range<u32>>,
}

impl<'t> Document<'t> {
    /// Tokenises `text` and finds its sentences. Text past
    /// [`MAX_TEXT_BYTES`] is not analysed (it stays in [`Document::text`]).
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let analysed = &text[..text.floor_char_boundary(MAX_TEXT_BYTES)];
        let tokens = tokens::tokenise(analysed);
        let sentences = sentences::split(analysed, &tokens);
        Self { text, tokens, sentences }
    }

    /// The text that was given, unchanged.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// All tokens in order; white space is between them.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Token index ranges of the sentences, in order, covering all tokens.
    #[must_use]
    pub fn sentences(&self) -> &[Range<u32>] {
        &self.sentences
    }

    /// The text of one token of this document.
    #[must_use]
    pub fn slice(&self, token: &Token) -> &'t str {
        &self.text[token.start as usize..token.end as usize]
    }
}
