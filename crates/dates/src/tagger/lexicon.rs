//! The words of a language, looked up by their lower-cased spelling.

use super::class::{Class, ClassSet};
use crate::word_map::WordMap;

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
    ids: WordMap<WordId>,
    entries: Vec<Entry>,
    /// Whether the language writes "2,5" for two and a half.
    pub(crate) decimal_comma: bool,
}

impl Lexicon {
    /// Reads lines of `(class, "word|variant=payload word …")`; a missing
    /// payload is zero, an underscore stands for a space-free gap in spelling.
    pub(crate) fn new(lines: &[(Class, &str)]) -> Self {
        let mut lexicon =
            Self { ids: WordMap::default(), entries: vec![Entry::default()], decimal_comma: false };
        for &(class, words) in lines {
            for group in words.split_whitespace() {
                let (spellings, payload) = group.split_once('=').unwrap_or((group, "0"));
                let payload = payload.parse().expect("payloads of the lexicon are integers");
                // A stroke alone is the mark itself.
                if spellings == "|" {
                    lexicon.add(spellings, class, payload);
                    continue;
                }
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
        let next = WordId::try_from(self.entries.len()).expect("a lexicon holds less than 65,536 words");
        let id = self.ids.add(spelling, next);
        if id == next {
            self.entries.push(Entry::default());
        }
        id
    }

    /// How many words there are, the unknown one included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The index of `word` in any letter case, zero if it is unknown.
    pub(crate) fn find(&self, word: &str) -> WordId {
        self.ids.find(word).unwrap_or(0)
    }

    /// What the word with this index can mean.
    pub(crate) fn entry(&self, id: WordId) -> &Entry {
        &self.entries[usize::from(id)]
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
