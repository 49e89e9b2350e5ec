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
    /// First two, three, four characters.
    pub prefixes: [u64; 3],
    /// Last one, two, three, four characters.
    pub suffixes: [u64; 4],
    /// How it is cased.
    pub case: Case,
}

impl Word {
    /// Looks at the text of one token.
    pub(crate) fn new(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_WORD)];
        let mut buffer = [0_u8; MAX_WORD];
        if text.is_ascii() {
            let exact = fill_ascii(text, &mut buffer);
            Self::of(exact, text.chars())
        } else {
            let plain = text.replace('’', "'");
            Self::of(plain.as_bytes(), text.chars())
        }
    }

    fn of(exact: &[u8], characters: impl Iterator<Item = char>) -> Self {
        let (shape, case) = shape(characters);
        let exact_hash = hash::bytes(exact);
        let folded = if case == Case::None || case == Case::Lower { None } else { Some(lower_case(exact)) };
        let lower = folded.as_ref().map_or(exact_hash, |(buffer, length)| hash::bytes(&buffer[..*length]));
        Self {
            exact: exact_hash,
            lower,
            shape,
            prefixes: [2, 3, 4].map(|length| hash::bytes(&exact[..exact.len().min(length)])),
            suffixes: [1, 2, 3, 4].map(|length| hash::bytes(&exact[exact.len().saturating_sub(length)..])),
            case,
        }
    }

    /// Whether the word may open a name: it has a capital.
    pub(crate) fn is_capitalised(&self) -> bool {
        !matches!(self.case, Case::None | Case::Lower)
    }
}

/// Copies `text` with every digit made `0`.
fn fill_ascii<'b>(text: &str, buffer: &'b mut [u8; MAX_WORD]) -> &'b [u8] {
    for (to, from) in buffer.iter_mut().zip(text.bytes()) {
        *to = if from.is_ascii_digit() { b'0' } else { from };
    }
    &buffer[..text.len()]
}

/// Small letters for ASCII directly, for the rest through Unicode; what grows
/// past the buffer is cut.
fn lower_case(text: &[u8]) -> ([u8; MAX_WORD], usize) {
    let mut buffer = [0_u8; MAX_WORD];
    if text.is_ascii() {
        for (to, from) in buffer.iter_mut().zip(text) {
            *to = from.to_ascii_lowercase();
        }
        return (buffer, text.len());
    }
    let lower = String::from_utf8_lossy(text).to_lowercase();
    let length = lower.len().min(MAX_WORD);
    buffer[..length].copy_from_slice(&lower.as_bytes()[..length]);
    (buffer, length)
}

/// Letter pattern with repetitions dropped, as a hash, and the case.
fn shape(characters: impl Iterator<Item = char>) -> (u64, Case) {
    let mut pattern: u64 = 1;
    let mut last = 0;
    let (mut letters, mut capitals, mut first_capital) = (0_u32, 0_u32, false);
    for c in characters {
        let class = class_of(c);
        if class == UPPER || class == LOWER {
            first_capital |= letters == 0 && class == UPPER;
            capitals += u32::from(class == UPPER);
            letters += 1;
        }
        if class != last {
            pattern = (pattern << 3) ^ (pattern >> 53) ^ class;
            last = class;
        }
    }
    // One capital and several ("Xx" against "XXx") look different.
    let several = u64::from(capitals > 1);
    (hash::mix((pattern << 1) | several), case_of(letters, capitals, first_capital))
}

const UPPER: u64 = 1;
const LOWER: u64 = 2;
const DIGIT: u64 = 3;
const POINT: u64 = 4;
const HYPHEN: u64 = 5;
const OTHER_LETTER: u64 = 6;
const OTHER_MARK: u64 = 7;

fn class_of(c: char) -> u64 {
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
}
