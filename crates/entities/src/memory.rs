//! What the rest of the text says about a word: whether it is also written
//! small, and where it stands in its longest run of capitals.
//!
//! "Smith" alone is read beside "Jane Smith" ten sentences earlier, and the
//! "Talks" of a headline beside the "talks" of its text. Looks at words only,
//! before anything is read: what the names turn out to be is settled later
//! (see `consistency`).

use crate::features::Look;
use dateline_text::Document;

/// Also written in small letters.
const SMALL: u8 = 1;
/// Written with a capital where no sentence starts.
const INSIDE: u8 = 2;
/// Longest run that is preferred for its length; longer ones are headlines.
const LONGEST_RUN: u32 = 4;

/// What is remembered of one word.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// Hash of the small letters; 0 for a free slot.
    lower: u64,
    seen: u8,
    /// The two occurrences of the longest runs, each with its length.
    best: Option<(u32, u32)>,
    second: Option<(u32, u32)>,
}

/// Words with a capital, as an open-addressed table.
struct Table {
    slots: Vec<Entry>,
}

impl Table {
    fn new(words: usize) -> Self {
        Self { slots: vec![Entry::default(); (words * 2).next_power_of_two().max(2)] }
    }

    /// Slot of a word, its own or the free one that it would get.
    fn slot(&mut self, lower: u64) -> &mut Entry {
        let mask = self.slots.len() - 1;
        let mut at = (lower >> 32) as usize & mask;
        while self.slots[at].lower != 0 && self.slots[at].lower != lower {
            at = (at + 1) & mask;
        }
        &mut self.slots[at]
    }
}

/// Notes in each capitalised word what its other occurrences show.
pub(crate) fn note(looks: &mut [Look], document: &Document<'_>) {
    let capitals = looks.iter().filter(|look| look.word.is_capitalised()).count();
    let mut table = Table::new(capitals);
    for sentence in document.sentences() {
        let range = sentence.start as usize..sentence.end as usize;
        for index in range.clone().filter(|&index| looks[index].word.is_capitalised()) {
            let entry = table.slot(looks[index].word.lower);
            entry.lower = looks[index].word.lower;
            entry.seen |= if index > range.start { INSIDE } else { 0 };
            remember(entry, narrow(index), run_length(&looks[index]));
        }
    }
    for look in looks.iter().filter(|look| !look.word.is_capitalised()) {
        let entry = table.slot(look.word.lower);
        entry.seen |= if entry.lower == 0 { 0 } else { SMALL };
    }
    for (index, look) in looks.iter_mut().enumerate().filter(|(_, look)| look.word.is_capitalised()) {
        let entry = table.slot(look.word.lower);
        let other = [entry.best, entry.second].into_iter().flatten().find(|one| one.0 != narrow(index));
        look.elsewhere = other.map_or(0, |one| one.0 + 1);
        look.seen = entry.seen;
    }
}

/// Keeps the two occurrences in the longest runs, of equal ones the first.
fn remember(entry: &mut Entry, index: u32, length: u32) {
    let longer = |one: Option<(u32, u32)>| one.is_none_or(|(_, known)| length > known);
    if longer(entry.best) {
        entry.second = entry.best;
        entry.best = Some((index, length));
    } else if longer(entry.second) {
        entry.second = Some((index, length));
    }
}

fn run_length(look: &Look) -> u32 {
    let length = look.run.end.saturating_sub(look.run.start);
    if length > LONGEST_RUN { 1 } else { length }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::WordClasses;
    use crate::{Gazetteer, reading};

    /// For the word that opens the second sentence: the index of the other
    /// occurrence, and what was seen.
    fn check(text: &str, elsewhere: Option<u32>, seen: u8) {
        let document = Document::new(text);
        let looks = reading::looks(&document, &WordClasses::default(), &Gazetteer::default());
        let first = &looks[document.sentences()[1].start as usize];
        assert_eq!((first.elsewhere.checked_sub(1), first.seen), (elsewhere, seen), "{text}");
    }

    #[test]
    fn other_occurrences_are_noted() {
        check("Jane Smith spoke. Smith left.", Some(1), INSIDE);
        check("The talks went on. Talks ended.", None, SMALL);
        check("He met Smith, then Jane Smith there. Smith left.", Some(6), INSIDE);
        check("Nothing is here. Smith left.", None, 0);
    }

    #[test]
    fn an_occurrence_is_not_its_own_other() {
        let document = Document::new("Paris and Paris met Paris.");
        let looks = reading::looks(&document, &WordClasses::default(), &Gazetteer::default());
        for (index, look) in looks.iter().enumerate().filter(|(_, look)| look.word.is_capitalised()) {
            assert!(look.elsewhere > 0 && look.elsewhere as usize != index + 1, "{index}");
        }
    }
}
