//! The tokens of one sentence as the grammar sees them: hyphenated words are
//! taken apart, digits are read, number words are joined.

use super::class::{Class, ClassSet};
use super::digits;
use super::lexicon::{Lexicon, WordId};
use super::numbers;
use dateline_text::{Document, Token, TokenKind};
use std::borrow::Cow;

/// Most items of one sentence that are looked at: more is no sentence.
pub(crate) const MAX_ITEMS: usize = 4000;

/// One word, number or mark, or a joined number phrase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// First byte in the text.
    pub(crate) start: u32,
    /// First byte after it.
    pub(crate) end: u32,
    /// Its entry in the lexicon.
    pub(crate) word: WordId,
    /// What it can mean.
    pub(crate) classes: ClassSet,
    /// Payload of digits; see [`digits`].
    pub(crate) value: i64,
    /// As a quantity, in thousandths; [`VAGUE`](super::class::VAGUE) for "several".
    pub(crate) amount: i64,
    /// Whether its first letter is a capital.
    pub(crate) capital: bool,
    /// Whether it is joined to the item before it, by a hyphen or directly.
    pub(crate) joined: bool,
    /// Whether it is joined by a hyphen within one token.
    pub(crate) hyphened: bool,
}

impl Item {
    #[inline]
    pub(crate) fn has(&self, class: Class) -> bool {
        self.classes.has(class)
    }

    pub(crate) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    /// The payload as a member of `class`.
    pub(crate) fn payload(&self, class: Class, lexicon: &Lexicon) -> i64 {
        lexicon.entry(self.word).payload(class).unwrap_or(self.value)
    }
}

/// Fills `items` with the tokens of one sentence.
pub(crate) fn read(document: &Document<'_>, tokens: &[Token], lexicon: &Lexicon, items: &mut Vec<Item>) {
    items.clear();
    for token in tokens.iter().take(MAX_ITEMS) {
        let text = document.slice(token);
        let splits = token.kind != TokenKind::Mark && text.contains(['-', '‐', '‑']);
        if splits && !known_whole(text, token, lexicon, items) {
            split(text, token, lexicon, items);
        } else if !splits {
            items.push(item(text, token.start, token.kind, !token.space_before, lexicon));
        }
    }
    numbers::join(items, lexicon);
}

/// Takes a hyphenated token as one item where it means something as a whole:
/// "2023-11-03", "mid-day".
fn known_whole(text: &str, token: &Token, lexicon: &Lexicon, items: &mut Vec<Item>) -> bool {
    let whole = item(text, token.start, token.kind, !token.space_before, lexicon);
    let known = !whole.classes.is_empty();
    if known {
        items.push(whole);
    }
    known
}

fn split(text: &str, token: &Token, lexicon: &Lexicon, items: &mut Vec<Item>) {
    let mut start = token.start;
    let mut joined = !token.space_before;
    let mut hyphened = false;
    for part in text.split(['-', '‐', '‑']) {
        let kind = kind_of(part);
        let mut next = item(part, start, kind, joined, lexicon);
        next.hyphened = hyphened;
        items.push(next);
        start = next.end + separator_length(text, token.start, next.end);
        joined = true;
        hyphened = true;
    }
}

/// Bytes of the hyphen that stands at `end`.
fn separator_length(text: &str, token_start: u32, end: u32) -> u32 {
    let rest = &text[(end - token_start) as usize..];
    rest.chars().next().map_or(0, |hyphen| u32::try_from(hyphen.len_utf8()).unwrap_or(1))
}

fn kind_of(part: &str) -> TokenKind {
    if part.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',' || b == b':') {
        TokenKind::Number
    } else if part.bytes().any(|b| b.is_ascii_digit()) {
        TokenKind::Mixed
    } else {
        TokenKind::Word
    }
}

fn item(text: &str, start: u32, kind: TokenKind, joined: bool, lexicon: &Lexicon) -> Item {
    let end = start + u32::try_from(text.len()).unwrap_or(0);
    let mut item = Item {
        start,
        end,
        word: 0,
        classes: ClassSet::default(),
        value: 0,
        amount: 0,
        capital: text.bytes().next().is_some_and(|b| b.is_ascii_uppercase()),
        joined,
        hyphened: false,
    };
    match kind {
        TokenKind::Number => (item.classes, item.value) = digits::number(text),
        TokenKind::Mixed => (item.classes, item.value) = digits::mixed(text),
        TokenKind::Word | TokenKind::Mark => {}
    }
    if item.has(Class::Number) {
        let text = if lexicon.decimal_comma { Cow::Owned(digits::swap_marks(text)) } else { text.into() };
        item.amount = digits::thousandths(&text).unwrap_or(0);
    }
    if item.classes.is_empty() {
        item.word = lexicon.find(text);
        item.classes = lexicon.entry(item.word).classes;
    }
    item
}
