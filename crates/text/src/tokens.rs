//! The tokeniser: words, numbers and single punctuation marks.
//!
//! Close to what news corpora are annotated on: "U.S.", "Mr.", "1,000",
//! "3.5", "9:15", "al-Qaida", "O'Neill" stay whole, a possessive "'s" and every
//! other punctuation mark stand alone.

/// A half-open byte range of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// What it is made of.
    pub kind: TokenKind,
    /// Whether white space or the start of the text stands before it.
    pub space_before: bool,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with inner apostrophes, hyphens and abbreviation points.
    Word,
    /// Digits, with inner points, commas and colons.
    Number,
    /// Letters and digits mixed ("5th", "2pm", "F-16", "20s").
    Mixed,
    /// One mark that is neither letter, digit nor white space, or a
    /// possessive ending.
    Mark,
}

/// Abbreviations that keep their point inside a sentence.
const ABBREVIATIONS: [&str; 59] = [
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Col", "Lt", "Sgt", "Maj", "Capt", "Cmdr", "Adm", "Rep", "Sen",
    "Gov", "Pres", "Rev", "St", "Jr", "Sr", "Inc", "Corp", "Co", "Ltd", "Bros", "vs", "No", "Jan", "Feb",
    "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Mon", "Tue", "Tues", "Wed",
    "Thu", "Thurs", "Fri", "Sat", "Sun", "etc", "approx", "Hon", "JAN", "FEB", "AUG", "SEPT", "OCT", "NOV",
    "DEC",
];

pub(crate) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(&word)
}

/// Splits `text` (at most `u32::MAX` bytes) into tokens.
pub(crate) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut position = 0;
    let mut space_before = true;
    while let Some(first) = text[position..].chars().next() {
        if first.is_whitespace() || first == '\u{feff}' {
            position += first.len_utf8();
            space_before = true;
            continue;
        }
        let (length, kind) = token_at(text, position, first);
        tokens.push(Token { start: narrow(position), end: narrow(position + length), kind, space_before });
        position += length;
        space_before = false;
    }
    tokens
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn token_at(text: &str, start: usize, first: char) -> (usize, TokenKind) {
    let rest = &text[start..];
    if let Some(length) = possessive(rest) {
        return (length, TokenKind::Mark);
    }
    if !is_part(first) {
        return (first.len_utf8(), TokenKind::Mark);
    }
    let length = run_length(rest);
    (length + abbreviation_point(rest, length), kind_of(&rest[..length]))
}

/// Letters, digits and the marks that combine with them.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining(c)
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe0f}' | '\u{64b}'..='\u{652}')
}

/// "'s" and "’s" at the end of a word.
fn possessive(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(['\'', '’'])?;
    let tail = after.strip_prefix(['s', 'S'])?;
    (!tail.starts_with(is_part)).then(|| rest.len() - tail.len())
}

fn run_length(rest: &str) -> usize {
    let mut length = 0;
    let mut previous = ' ';
    let mut characters = rest.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|&(_, next)| next);
        let inside = is_part(c) || (joins(previous, c, next) && possessive(&rest[at..]).is_none());
        if !inside {
            break;
        }
        length = at + c.len_utf8();
        previous = c;
    }
    length
}

/// Whether a mark between two parts belongs to the token.
fn joins(previous: char, mark: char, next: Option<char>) -> bool {
    let Some(next) = next else { return false };
    match mark {
        '-' | '‐' | '‑' | '\'' | '’' => is_part(previous) && is_part(next),
        '.' | ',' | ':' => {
            (previous.is_ascii_digit() && next.is_ascii_digit())
                || (mark == '.' && previous.is_alphabetic() && next.is_alphabetic())
        }
        '&' => previous.is_ascii_uppercase() && next.is_ascii_uppercase(),
        _ => false,
    }
}

/// One byte more where the point belongs to the word: "U.S.", "Mr.", "J.".
fn abbreviation_point(rest: &str, length: usize) -> usize {
    if !rest[length..].starts_with('.') || rest[length..].starts_with("..") {
        return 0;
    }
    let word = &rest[..length];
    let letters =
        word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    let initial = word.chars().all(|c| c.is_uppercase() || c == '.');
    usize::from(is_abbreviation(word) || (letters && (word.len() > 1 || initial)))
}

fn kind_of(token: &str) -> TokenKind {
    let digits = token.bytes().any(|b| b.is_ascii_digit());
    let letters = token.chars().any(char::is_alphabetic);
    match (digits, letters) {
        (true, true) => TokenKind::Mixed,
        (true, false) => TokenKind::Number,
        _ => TokenKind::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            tokenise(text).iter().map(|t| &text[t.start as usize..t.end as usize]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_numbers_and_marks() {
        check("Mr. Blair's visit", &["Mr.", "Blair", "'s", "visit"]);
        check("al-Qaida’s men", &["al-Qaida", "’s", "men"]);
        check("O'Neill paid $1,000.", &["O'Neill", "paid", "$", "1,000", "."]);
        check("at 9:15 a.m. (0915 GMT)", &["at", "9:15", "a.m.", "(", "0915", "GMT", ")"]);
        check("the U.S. and J. K. Rowling", &["the", "U.S.", "and", "J.", "K.", "Rowling"]);
        check("PARIS, SEPT. 3", &["PARIS", ",", "SEPT.", "3"]);
        check("the 1990s, AT&T", &["the", "1990s", ",", "AT&T"]);
        check("wait... no", &["wait", ".", ".", ".", "no"]);
        check("“Так”, — 北京", &["“", "Так", "”", ",", "—", "北京"]);
    }

    proptest! {
        #[test]
        fn tokens_are_ordered_and_slice_the_text(text in "\\PC{0,200}") {
            let mut end = 0;
            for token in tokenise(&text) {
                prop_assert!(token.start >= end && token.end > token.start);
                prop_assert!(text.get(token.start as usize..token.end as usize).is_some());
                let gap_is_blank =
                    text[end as usize..token.start as usize].chars().all(|c| c.is_whitespace() || c == '\u{feff}');
                prop_assert!(gap_is_blank);
                end = token.end;
            }
        }
    }
}
