//! Word indexes as the server holds them (`tsvector`), made here: the server's
//! own parser took most of the time of a write, and its words would not be
//! those of the other stores.
//!
//! Left out by the server's limits: positions after word 16,383 (such words are
//! found, but not as a phrase), more than 256 places of one word, and words
//! past about a megabyte of index.

use crate::words::words;
use dateline_model::NewsRecord;
use std::collections::BTreeMap;
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// Largest position that the server knows.
const LAST_POSITION: u16 = 16_383;
/// Most positions of one word.
const POSITIONS: usize = 255;
/// Bytes of a word that count.
const WORD_BYTES: usize = 1_000;
/// Bytes of the words of an index. With its terms it is below the server's limit of 2^20.
const INDEX_BYTES: usize = 700_000;
/// The same of its terms: those of 18,000 entities.
const TERM_BYTES: usize = 300_000;

/// How much a word counts, by where it stands (`setweight`).
#[derive(Debug, Clone, Copy)]
enum Weight {
    Body = 0,
    Summary = 2,
    Headline = 3,
}

/// The words of an article or a name, with their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TsVector {
    words: BTreeMap<String, Vec<u16>>,
    bytes: usize,
    next: u16,
}

impl TsVector {
    /// Headline, summary and body of a record.
    pub(super) fn of(record: &NewsRecord) -> Self {
        let mut index = Self::default();
        let summary = record.descriptions.first().map_or("", |summary| summary.value.as_str());
        index.add(record.headline().unwrap_or_default(), Weight::Headline);
        index.add(summary, Weight::Summary);
        index.add(record.body(), Weight::Body);
        index
    }

    /// The words of a name.
    pub(super) fn of_name(name: &str) -> Self {
        let mut index = Self::default();
        index.add(name, Weight::Body);
        index
    }

    fn add(&mut self, text: &str, weight: Weight) {
        for word in words(text) {
            self.next = (self.next + 1).min(LAST_POSITION);
            self.put(cut(word.folded), (weight as u16) << 14 | self.next);
        }
        // A phrase does not run from one field into the next.
        self.next = (self.next + 1).min(LAST_POSITION);
    }

    fn put(&mut self, word: String, position: u16) {
        let cost = word.len() + 8;
        match self.words.get_mut(&word) {
            Some(places) if self.bytes < INDEX_BYTES && has_room(places, position) => {
                places.push(position);
                self.bytes += 2;
            }
            None if self.bytes + cost < INDEX_BYTES => {
                self.words.insert(word, vec![position]);
                self.bytes += cost;
            }
            Some(_) | None => {}
        }
    }
}

/// Words with further terms, which have no place.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    words: &'a TsVector,
    /// Each once, none of them a word.
    terms: Vec<&'a str>,
}

impl<'a> Terms<'a> {
    pub(super) fn of(words: &'a TsVector, terms: &'a [String]) -> Self {
        let mut bytes = 0;
        let fits = |term: &&str| {
            bytes += term.len() + 8;
            bytes < TERM_BYTES
        };
        let terms = terms.iter().map(String::as_str).filter(|term| !words.words.contains_key(*term));
        Self { words, terms: terms.take_while(fits).collect() }
    }
}

/// Places of a word rise, and are few enough for the server.
fn has_room(places: &[u16], position: u16) -> bool {
    places.len() < POSITIONS && places.last().is_none_or(|last| place(*last) < place(position))
}

/// A position without its weight.
fn place(position: u16) -> u16 {
    position & LAST_POSITION
}

/// The part of a word that counts.
fn cut(mut word: String) -> String {
    if word.len() > WORD_BYTES {
        let end = (0..=WORD_BYTES).rev().find(|at| word.is_char_boundary(*at)).unwrap_or(0);
        word.truncate(end);
    }
    word
}

impl ToSql for TsVector {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Terms { words: self, terms: Vec::new() }.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TS_VECTOR
    }

    to_sql_checked!();
}

/// The server's binary form: words, each with its places. It puts them in order itself.
impl ToSql for Terms<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Self { words: TsVector { words, .. }, terms } = self;
        out.extend_from_slice(&u32::try_from(words.len() + terms.len())?.to_be_bytes());
        let words = words.iter().map(|(word, places)| (word.as_str(), places.as_slice()));
        for (word, places) in words.chain(terms.iter().map(|term| (*term, [].as_slice()))) {
            out.extend_from_slice(word.as_bytes());
            out.extend_from_slice(&[0]);
            out.extend_from_slice(&u16::try_from(places.len())?.to_be_bytes());
            for place in places {
                out.extend_from_slice(&place.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TS_VECTOR
    }

    to_sql_checked!();
}

/// These words next to each other, as the server's query language has it.
/// `None` where nothing of it can be found.
pub(super) fn phrase(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).map(|word| term(&cut(word.folded))).collect();
    (!words.is_empty()).then(|| format!("({})", words.join(" <-> ")))
}

/// A folded word or another term, as the server's query language has it.
pub(super) fn term(term: &str) -> String {
    format!("'{term}'")
}

/// One of each group of folded words, as the server's query language has it. `None` for
/// no groups.
pub(super) fn any_of_each(groups: &[Vec<String>]) -> Option<String> {
    let any = |group: &Vec<String>| {
        let words: Vec<String> = group.iter().map(|word| format!("'{}'", cut(word.clone()))).collect();
        format!("({})", words.join(" | "))
    };
    let each: Vec<String> = groups.iter().map(any).collect();
    (!each.is_empty()).then(|| format!("({})", each.join(" & ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_hold_words_only() {
        assert_eq!(phrase("F-16's & 'x' | \\!").unwrap(), "('f' <-> '16' <-> 's' <-> 'x')");
        assert_eq!(phrase("..."), None);
        assert_eq!(phrase(&"é".repeat(3_000)).unwrap().len(), WORD_BYTES + 4);
    }

    #[test]
    fn places_rise_and_end() {
        let index = TsVector::of_name("b a b");
        assert_eq!(index.words["b"], [1, 3]);
        assert_eq!(index.words["a"], [2]);
        let long = TsVector::of_name(&"word ".repeat(20_000));
        assert_eq!(long.words["word"].len(), POSITIONS);
        let many = TsVector::of_name(&(0..300_000).fold(String::new(), |all, n| all + &format!("w{n} ")));
        assert!(many.bytes <= INDEX_BYTES);
        assert_eq!(many.words["w20000"], [LAST_POSITION]);
    }
}
