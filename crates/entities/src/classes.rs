//! Word classes: words that stand in like places share a number.
//!
//! The classes are clusters of a static word embedding, made by the trainer
//! and stored in the model. A class has a fine number and belongs to a coarse
//! one; 0 means that the word is in no class.

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
