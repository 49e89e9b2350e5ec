//! The words of a language, looked up by their lower-cased spelling.

use super::class::{Class, ClassSet};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Longest word that a lexicon holds, in bytes.
const MAX_WORD: usize = 24;

/// Index of a word; zero stands for every unknown word.
pub(crate) type WordId = u16;

/// What a known word can mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    /// All classes of the word.
    pub(crate) classes: ClassSet,
    /// The classes with their payloads, in the order of the lexicon.
    senses: Vec<(Class, i64)>,
}

impl Entry {
    /// The payload of the word as a member of `class`.
    pub(crate) fn payload(&self, class: Class) -> Option<i64> {
        self.senses.iter().find(|(own, _)| *own == class).map(|&(_, payload)| payload)
    }
}

/// All words of a language.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ids: HashMap<Box<str>, WordId, BuildHasherDefault<Fx>>,
    entries: Vec<Entry>,
}

impl Lexicon {
    /// Reads lines of `(class, "word|variant=payload word …")`; a missing
    /// payload is zero, an underscore stands for a space-free gap in spelling.
    pub(crate) fn new(lines: &[(Class, &str)]) -> Self {
        let mut lexicon = Self { ids: HashMap::default(), entries: vec![Entry::default()] };
        for &(class, words) in lines {
            for group in words.split_whitespace() {
                let (spellings, payload) = group.split_once('=').unwrap_or((group, "0"));
                let payload = payload.parse().expect("payloads of the lexicon are integers");
                for spelling in spellings.split('|') {
                    lexicon.add(spelling, class, payload);
                }
            }
        }
        lexicon
    }

    /// Adds a spelling that a pattern names literally, and gives its index.
    pub(crate) fn literal(&mut self, spelling: &str) -> WordId {
        self.intern(spelling)
    }

    fn add(&mut self, spelling: &str, class: Class, payload: i64) {
        let id = self.intern(spelling);
        let entry = &mut self.entries[usize::from(id)];
        entry.classes = entry.classes.with(class);
        entry.senses.push((class, payload));
    }

    fn intern(&mut self, spelling: &str) -> WordId {
        if let Some(&id) = self.ids.get(spelling) {
            return id;
        }
        let id = WordId::try_from(self.entries.len()).expect("a lexicon holds less than 65,536 words");
        self.entries.push(Entry::default());
        self.ids.insert(spelling.into(), id);
        id
    }

    /// How many words there are, the unknown one included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The index of `word` in any letter case, zero if it is unknown.
    pub(crate) fn find(&self, word: &str) -> WordId {
        let mut buffer = [0; MAX_WORD];
        lower_into(word, &mut buffer).and_then(|lower| self.ids.get(lower)).copied().unwrap_or(0)
    }

    /// What the word with this index can mean.
    pub(crate) fn entry(&self, id: WordId) -> &Entry {
        &self.entries[usize::from(id)]
    }
}

/// Lower-cases `word` into `buffer`; nothing if it does not fit.
fn lower_into<'b>(word: &str, buffer: &'b mut [u8; MAX_WORD]) -> Option<&'b str> {
    let length = word.len();
    if length > MAX_WORD {
        return None;
    }
    if word.is_ascii() {
        let target = buffer.get_mut(..length)?;
        target.copy_from_slice(word.as_bytes());
        target.make_ascii_lowercase();
    } else {
        return lower_unicode(word, buffer);
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

fn lower_unicode<'b>(word: &str, buffer: &'b mut [u8; MAX_WORD]) -> Option<&'b str> {
    let mut length = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let end = length + c.len_utf8();
        c.encode_utf8(buffer.get_mut(length..end)?);
        length = end;
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

/// A multiplicative hash: keys are short, trusted and few.
#[derive(Debug, Default, Clone, Copy)]
struct Fx(u64);

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, _terminator: u8) {}

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_words_in_any_case() {
        let lexicon = Lexicon::new(&[(Class::Month, "may=5 März|maerz=3"), (Class::Word, "may")]);
        assert_eq!(lexicon.entry(lexicon.find("MAY")).payload(Class::Month), Some(5));
        assert_eq!(lexicon.find("maya"), 0);
        assert_eq!(lexicon.entry(0).payload(Class::Month), None);
        assert_eq!(lexicon.find("a word that is far too long to be one"), 0);
    }
}
