//! What can be counted in a block's own text.

use super::cues::{self, CUES};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Counts of one block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measures {
    /// Words (runs of letters and digits; every ideograph is one).
    pub(crate) words: u32,
    /// Bytes.
    pub(crate) bytes: u32,
    /// Full stops, question and exclamation marks that end a word.
    pub(crate) sentences: u32,
    /// Commas and semicolons.
    pub(crate) commas: u32,
    /// Digits.
    pub(crate) digits: u32,
    /// Words that begin with a capital.
    pub(crate) capitals: u32,
    /// Letters that are capitals.
    pub(crate) upper: u32,
    /// Bars, bullets, arrows.
    pub(crate) separators: u32,
    /// Quotation marks.
    pub(crate) quotes: u32,
    /// `@`, `#` and `©`.
    pub(crate) signs: u32,
    /// Lines.
    pub(crate) lines: u32,
    /// The last character that is no quote or bracket.
    pub(crate) last: char,
    /// The first character.
    pub(crate) first: char,
    /// Formulas.
    pub(crate) cues: [u8; CUES],
    /// Hashes of its words in lower case.
    pub(crate) hashes: Vec<u32>,
    /// Hash of the whole text in lower case.
    pub(crate) whole: u64,
}

/// Words of a block whose hashes are kept.
const MOST_HASHES: usize = 400;
/// Words of a block that can be a formula; longer ones are prose.
const MOST_FORMULA_WORDS: usize = 120;

/// Counts a text.
pub(crate) fn measure(text: &str) -> Measures {
    let mut found = Measures {
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        lines: 1,
        first: text.chars().next().unwrap_or(' '),
        last: text
            .chars()
            .rev()
            .find(|c| !matches!(c, '"' | '”' | '’' | '\'' | ')' | '»' | ' '))
            .unwrap_or(' '),
        ..Measures::default()
    };
    let lower = lower_words(text, &mut found);
    // Room for words of three letters: few texts have to grow it.
    let mut words: Vec<&str> = Vec::with_capacity(lower.len() / 4 + 1);
    words.extend(lower.split_ascii_whitespace());
    found.words = u32::try_from(words.len()).unwrap_or(u32::MAX);
    if words.len() <= MOST_FORMULA_WORDS {
        found.cues = cues::count(&words);
    }
    found.hashes = words.iter().take(MOST_HASHES).map(|word| hash(word)).collect();
    let mut whole = DefaultHasher::new();
    lower.hash(&mut whole);
    found.whole = whole.finish();
    found
}

/// The words in lower case, a blank after each; punctuation is counted on the way.
fn lower_words(text: &str, found: &mut Measures) -> String {
    let mut lower = String::with_capacity(text.len() + 8);
    let mut in_word = false;
    let mut previous = ' ';
    for character in text.chars() {
        let ideograph =
            ('\u{3040}'..='\u{9fff}').contains(&character) || ('\u{e00}'..='\u{e7f}').contains(&character);
        if character.is_alphanumeric() {
            if ideograph && in_word {
                lower.push(' ');
            }
            letter(character, in_word, &mut lower, found);
            in_word = true;
        } else {
            if in_word {
                lower.push(' ');
            }
            in_word = false;
            punctuation(character, previous, found);
        }
        previous = character;
    }
    if matches!(previous, '.' | '!' | '?' | '…') {
        found.sentences += 1;
    }
    lower
}

fn letter(character: char, in_word: bool, lower: &mut String, found: &mut Measures) {
    if character.is_ascii() {
        let upper = character.is_ascii_uppercase();
        found.upper += u32::from(upper);
        found.digits += u32::from(character.is_ascii_digit());
        found.capitals += u32::from(upper && !in_word);
        lower.push(character.to_ascii_lowercase());
        return;
    }
    let upper = character.is_uppercase();
    found.upper += u32::from(upper);
    found.capitals += u32::from(upper && !in_word);
    lower.extend(character.to_lowercase());
}

fn punctuation(character: char, previous: char, found: &mut Measures) {
    match character {
        '。' | '！' | '？' | '।' => found.sentences += 1,
        _ if character.is_whitespace() => {
            found.sentences +=
                u32::from(matches!(previous, '.' | '!' | '?' | '…' | '"' | '”') && !previous.is_whitespace());
            found.lines += u32::from(character == '\n');
        }
        ',' | ';' | '，' | '、' | '،' => found.commas += 1,
        '|' | '•' | '·' | '›' | '»' | '→' | '>' | '/' => found.separators += 1,
        '"' | '“' | '”' | '«' | '„' => found.quotes += 1,
        '@' | '#' | '©' => found.signs += 1,
        _ => {}
    }
}

/// A small hash of a word; a rare collision costs nothing here.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The word hashes of a text, for comparing blocks with titles and summaries.
pub(crate) fn word_hashes(text: &str) -> Vec<u32> {
    measure(text).hashes
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn counts() {
        let found = measure("“Talks failed,” said Jo. Why? 3 of 4\nleft.");
        assert_eq!((found.words, found.sentences, found.commas, found.lines), (9, 4, 1, 2));
        assert_eq!((found.digits, found.capitals, found.last), (2, 3, '.'));
        assert_eq!(measure("新华社").words, 3);
        assert_eq!(measure("").words, 0);
        assert_eq!(measure("A B").whole, measure("a  b").whole);
    }
}
