//! Word classes: words that stand in like places share a number.
//!
//! The classes are clusters of a static word embedding, made by the trainer
//! and stored in the model; its pieces of words ("##stan") are in it too, under
//! their written form. A class has a fine number and belongs to a coarse
//! one; 0 means that the word is in no class.

use crate::hash;

/// Bytes of a word in which pieces are looked for.
const MAX_PIECE: usize = 20;
/// Shortest beginning that says anything.
const MIN_BEGINNING: usize = 3;

/// Word hash to class numbers, as an open-addressed table.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordClasses {
    slots: Vec<(u32, u16)>,
    coarse: Vec<u16>,
}

impl WordClasses {
    /// Builds the table from (lower-case word hash, fine class from 1) and
    /// the coarse class of every fine one.
    pub(crate) fn new(words: &[(u32, u16)], coarse: Vec<u16>) -> Self {
        let mut slots = vec![(0, 0); (words.len() * 2).next_power_of_two().max(2)];
        let mask = slots.len() - 1;
        for &(word, class) in words {
            let mut at = word as usize & mask;
            while slots[at].1 != 0 && slots[at].0 != word {
                at = (at + 1) & mask;
            }
            slots[at] = (word, class);
        }
        Self { slots, coarse }
    }

    /// Coarse and fine class of a word given by the hash of its small letters.
    #[inline]
    pub(crate) fn of(&self, lower: u64) -> [u16; 2] {
        if self.slots.is_empty() {
            return [0; 2];
        }
        let key = key(lower);
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let (word, fine) = self.slots[at];
            if fine == 0 {
                return [0; 2];
            }
            if word == key {
                return [self.coarse.get(usize::from(fine)).copied().unwrap_or(0), fine];
            }
            at = (at + 1) & mask;
        }
    }
}

impl WordClasses {
    /// Fine classes of the longest known beginning and the longest known
    /// ending of a word that is in no class itself; 0 where none is known.
    pub(crate) fn pieces(&self, word: &str) -> [u16; 2] {
        let mut buffer = [b'#'; MAX_PIECE + 2];
        let length = word.len().min(MAX_PIECE);
        for (to, from) in buffer[2..].iter_mut().zip(word.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        let letters = &buffer[2..length + 2];
        let beginning = (MIN_BEGINNING..length)
            .rev()
            .map(|end| self.of(hash::bytes(&letters[..end]))[1])
            .find(|&class| class != 0);
        let ending = (1..length.saturating_sub(1)).find_map(|start| self.ending(&letters[start..]));
        [beginning.unwrap_or(0), ending.unwrap_or(0)]
    }

    fn ending(&self, letters: &[u8]) -> Option<u16> {
        let mut marked = [b'#'; MAX_PIECE + 2];
        marked[2..letters.len() + 2].copy_from_slice(letters);
        let class = self.of(hash::bytes(&marked[..letters.len() + 2]))[1];
        (class != 0).then_some(class)
    }
}

/// The part of a word hash that the table keeps.
pub(crate) fn key(lower: u64) -> u32 {
    (lower >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_class_and_others_none() {
        let words: Vec<(u32, u16)> =
            (1..=500_u32).map(|n| (n * 7919, u16::try_from(n % 10 + 1).unwrap())).collect();
        let classes = WordClasses::new(&words, vec![0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
        assert!(words.iter().all(|&(word, fine)| classes.of(u64::from(word) << 32)[1] == fine));
        assert_eq!(classes.of((7919 * 3) << 32), [1, 4]);
        assert_eq!(classes.of(42 << 32), [0, 0]);
        assert_eq!(WordClasses::default().of(1), [0, 0]);
    }
}
