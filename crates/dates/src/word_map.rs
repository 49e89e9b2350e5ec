//! A map from lower-cased words, fast for the short keys of natural language.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Longest word that is looked up, in bytes.
const MAX_WORD: usize = 48;

/// Values by word, whatever letter case the word is asked in.
#[derive(Debug)]
pub(crate) struct WordMap<T>(HashMap<Box<str>, T, BuildHasherDefault<Fx>>);

impl<T> Default for WordMap<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T: Copy> WordMap<T> {
    /// Adds a word in lower case; the first value of a word stays.
    pub(crate) fn add(&mut self, word: &str, value: T) -> T {
        *self.0.entry(word.into()).or_insert(value)
    }

    /// The value of `word` in any letter case.
    pub(crate) fn find(&self, word: &str) -> Option<T> {
        let mut buffer = [0; MAX_WORD];
        lower_into(word, &mut buffer).and_then(|lower| self.0.get(lower)).copied()
    }

    /// All words with their values, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, T)> {
        self.0.iter().map(|(word, &value)| (word.as_ref(), value))
    }
}

/// Lower-cases `word` into `buffer`; nothing if it does not fit.
pub(crate) fn lower_into<'b>(word: &str, buffer: &'b mut [u8; MAX_WORD]) -> Option<&'b str> {
    if !word.is_ascii() {
        return lower_unicode(word, buffer);
    }
    let target = buffer.get_mut(..word.len())?;
    target.copy_from_slice(word.as_bytes());
    target.make_ascii_lowercase();
    std::str::from_utf8(target).ok()
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
        let mut map = WordMap::default();
        map.add("märz", 3);
        assert_eq!(map.add("märz", 4), 3);
        assert_eq!(map.find("MÄRZ"), Some(3));
        assert_eq!(map.find("marz"), None);
        assert_eq!(map.find(&"x".repeat(MAX_WORD + 1)), None);
    }
}
