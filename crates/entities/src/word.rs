//! What one token looks like: identity, shape and affixes, each as a hash.
//!
//! Computed once per token; the feature templates combine these numbers and
//! never look at the text again.

use crate::hash;

/// Longest word that is looked at in full, in bytes; of a longer one only
/// this much counts, so that a megabyte without a space costs nothing.
const MAX_WORD: usize = 48;

/// How the letters of a word are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// No letters at all.
    None,
    /// Starts with a small letter.
    Lower,
    /// One capital, then small letters.
    Title,
    /// Two letters or more, all capitals.
    Upper,
    /// A single capital, with or without a point.
    Initial,
    /// Capitals inside, as in "al-Qaida" or `McCain`.
    Mixed,
}

/// The looks of one token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// Hash of the text, digits made equal, apostrophes made straight.
    pub exact: u64,
    /// The same in small letters.
    pub lower: u64,
    /// Hash of the letter pattern with repetitions dropped ("Xx", "X.X.").
    pub shape: u64,
    /// The first and the last [`AFFIX`] bytes; of affixes only those that a
    /// template asks for are hashed, and most are asked for of few words.
    head: u32,
    tail: u32,
    /// Length in bytes as far as affixes go.
    affix: u8,
    /// How it is cased.
    pub case: Case,
}

/// Longest affix, in bytes.
const AFFIX: usize = 4;

impl Word {
    /// Looks at the text of one token.
    pub(crate) fn new(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_WORD)];
        if text.is_ascii() {
            let mut exact = Padded::of(text.as_bytes());
            exact.make_digits_equal();
            Self::of(&exact, shape(text.bytes().map(|byte| ASCII_CLASSES[usize::from(byte)])))
        } else {
            let plain = text.replace('’', "'");
            Self::of(&Padded::of(plain.as_bytes()), shape(text.chars().map(class_of)))
        }
    }

    fn of(exact: &Padded, (shape, case): (u64, Case)) -> Self {
        let exact_hash = exact.hash();
        let small = case == Case::None || case == Case::Lower;
        let lower = if small { exact_hash } else { exact.lower_case().hash() };
        let (head, tail) = exact.ends();
        let affix = u8::try_from(exact.length.min(AFFIX)).unwrap_or(u8::MAX);
        Self { exact: exact_hash, lower, shape, head, tail, affix, case }
    }

    /// Whether the word may open a name: it has a capital.
    pub(crate) fn is_capitalised(&self) -> bool {
        !matches!(self.case, Case::None | Case::Lower)
    }

    /// Hash of the first `length` bytes, at most four.
    #[inline]
    pub(crate) fn prefix(&self, length: usize) -> u64 {
        let length = length.min(usize::from(self.affix));
        hash::short(u64::from(self.head) & low_bytes(length), length)
    }

    /// Hash of the last `length` bytes, at most four.
    #[inline]
    pub(crate) fn suffix(&self, length: usize) -> u64 {
        let affix = usize::from(self.affix);
        let length = length.min(affix);
        hash::short(u64::from(self.tail) >> (8 * (affix - length)), length)
    }

    /// The ending that most templates look at: three bytes.
    #[inline]
    pub(crate) fn ending(&self) -> u64 {
        self.suffix(3)
    }
}

/// Keeps the low `count` bytes of a word of eight.
fn low_bytes(count: usize) -> u64 {
    (1 << (8 * count)) - 1
}

/// A word with zeros behind it, so that it can be read eight bytes at a time.
#[derive(Clone, Copy)]
struct Padded {
    bytes: [u8; MAX_WORD],
    length: usize,
}

impl Padded {
    fn of(text: &[u8]) -> Self {
        let mut bytes = [0; MAX_WORD];
        let length = text.len().min(MAX_WORD);
        bytes[..length].copy_from_slice(&text[..length]);
        Self { bytes, length }
    }

    fn hash(&self) -> u64 {
        hash::padded(&self.bytes, self.length)
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Over the padding too: a loop of fixed length takes many bytes at once.
    fn make_digits_equal(&mut self) {
        for byte in &mut self.bytes {
            *byte = if byte.is_ascii_digit() { b'0' } else { *byte };
        }
    }

    /// Small letters for ASCII directly, for the rest through Unicode; what
    /// grows past the buffer is cut.
    fn lower_case(mut self) -> Self {
        if self.bytes.is_ascii() {
            self.bytes.make_ascii_lowercase();
            return self;
        }
        Self::of(String::from_utf8_lossy(self.text()).to_lowercase().as_bytes())
    }

    /// The first and the last four bytes as little-endian numbers; of a
    /// shorter word all of it.
    fn ends(&self) -> (u32, u32) {
        let from = self.length.saturating_sub(AFFIX);
        let four = |at: usize| {
            let mut four = [0; AFFIX];
            four.copy_from_slice(&self.bytes[at..at + AFFIX]);
            u32::from_le_bytes(four)
        };
        (four(0), four(from))
    }
}

/// Letter pattern with repetitions dropped, as a hash, and the case.
fn shape(classes: impl Iterator<Item = u8>) -> (u64, Case) {
    let mut pattern: u64 = 1;
    let mut last = 0;
    let (mut letters, mut capitals, mut first_capital) = (0_u32, 0_u32, false);
    for class in classes {
        if class == UPPER || class == LOWER {
            first_capital |= letters == 0 && class == UPPER;
            capitals += u32::from(class == UPPER);
            letters += 1;
        }
        if class != last {
            pattern = (pattern << 3) ^ (pattern >> 53) ^ u64::from(class);
            last = class;
        }
    }
    // One capital and several ("Xx" against "XXx") look different.
    let several = u64::from(capitals > 1);
    (hash::mix(pattern << 1 | several), case_of(letters, capitals, first_capital))
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 3;
const POINT: u8 = 4;
const HYPHEN: u8 = 5;
const OTHER_LETTER: u8 = 6;
const OTHER_MARK: u8 = 7;

/// The classes of ASCII.
static ASCII_CLASSES: [u8; 128] = ascii_classes();

const fn ascii_classes() -> [u8; 128] {
    let mut classes = [OTHER_MARK; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'.' => POINT,
            b'-' => HYPHEN,
            _ => OTHER_MARK,
        };
        byte += 1;
    }
    classes
}

fn class_of(c: char) -> u8 {
    match c {
        'a'..='z' => LOWER,
        'A'..='Z' => UPPER,
        '0'..='9' => DIGIT,
        '.' => POINT,
        '-' | '‐' | '‑' => HYPHEN,
        _ if c.is_lowercase() => LOWER,
        _ if c.is_uppercase() => UPPER,
        _ if c.is_alphabetic() => OTHER_LETTER,
        _ => OTHER_MARK,
    }
}

fn case_of(letters: u32, capitals: u32, first_capital: bool) -> Case {
    match (letters, capitals, first_capital) {
        (0, ..) => Case::None,
        (_, 0, _) => Case::Lower,
        (1, 1, _) => Case::Initial,
        _ if letters == capitals => Case::Upper,
        (_, 1, true) => Case::Title,
        _ => Case::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, case: Case) {
        assert_eq!(Word::new(text).case, case, "{text}");
    }

    #[test]
    fn cases() {
        check("Kabul", Case::Title);
        check("NATO", Case::Upper);
        check("U.S.", Case::Upper);
        check("J.", Case::Initial);
        check("McCain", Case::Mixed);
        check("al-Qaida", Case::Mixed);
        check("said", Case::Lower);
        check("1,000", Case::None);
        check("Élysée", Case::Title);
        check("北京", Case::None);
    }

    #[test]
    fn digits_and_apostrophes_are_made_equal() {
        assert_eq!(Word::new("1990s").exact, Word::new("2000s").exact);
        assert_eq!(Word::new("O’Neill").exact, Word::new("O'Neill").exact);
        assert_eq!(Word::new("NATO").lower, Word::new("Nato").lower);
        assert_eq!(Word::new("ÉLYSÉE").lower, Word::new("élysée").lower);
    }

    #[test]
    fn a_pattern_of_many_changes_is_no_overflow() {
        let restless = "http://a-B.c-1.D-2/e-F.3-g.H-4/i-J.5";
        assert_eq!(Word::new(restless).shape, Word::new(restless).shape);
        assert_ne!(Word::new(restless).shape, Word::new("Xx").shape);
    }

    #[test]
    fn endless_words_are_cut() {
        let endless = "x".repeat(1 << 20);
        assert_eq!(Word::new(&endless).exact, Word::new(&endless[..100]).exact);
    }

    #[test]
    fn affixes_are_those_of_the_bytes() {
        for text in ["", "a", "ab", "abc", "abcd", "Kabul", "Élysée", "北京", "1990s", "internationalisation"]
        {
            let (word, plain) = (Word::new(text), text.replace(char::is_numeric, "0").into_bytes());
            for length in 1..=AFFIX {
                let (first, last) = (plain.len().min(length), plain.len().saturating_sub(length));
                assert_eq!(word.prefix(length), hash::bytes(&plain[..first]), "{text} {length}");
                assert_eq!(word.suffix(length), hash::bytes(&plain[last..]), "{text} {length}");
            }
            assert_eq!(word.exact, hash::bytes(&plain), "{text}");
        }
    }

    #[test]
    fn classes_of_ascii_are_those_of_its_characters() {
        for byte in 0..128_u8 {
            assert_eq!(ASCII_CLASSES[usize::from(byte)], class_of(char::from(byte)), "{byte}");
        }
    }
}
