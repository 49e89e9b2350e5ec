//! The words of a text, the same in every store: runs of letters, digits and
//! what belongs to them, folded so that letter case and diacritics do not count.
//!
//! This follows what SQLite's `unicode61` tokeniser does with
//! `remove_diacritics 2`, so that a query finds the same in stores that take
//! their words from here. Left out: languages written without spaces, whose
//! runs stay whole.

use std::ops::Range;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) folded: String,
    /// Code points of the text.
    pub(crate) range: Range<usize>,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut characters = text.chars().enumerate().peekable();
    std::iter::from_fn(move || {
        let (start, first) = characters.find(|(_, c)| begins_word(*c))?;
        let mut word = Word { folded: String::new(), range: start..start + 1 };
        fold(first, &mut word.folded);
        while let Some((at, c)) = characters.next_if(|(_, c)| begins_word(*c) || is_combining_mark(*c)) {
            fold(c, &mut word.folded);
            word.range.end = at + 1;
        }
        Some(word)
    })
}

/// Appends the folded words of a text, with a space between them.
pub(crate) fn fold_text(text: &str, into: &mut String) {
    let start = into.len();
    let mut in_word = false;
    for c in text.chars() {
        let goes_on = in_word && is_combining_mark(c);
        if !begins_word(c) && !goes_on {
            in_word = false;
            continue;
        }
        if !in_word && into.len() > start {
            into.push(' ');
        }
        in_word = true;
        fold(c, into);
    }
}

/// The folded words of a text.
pub(crate) fn folded(text: &str) -> Vec<String> {
    words(text).map(|word| word.folded).collect()
}

fn begins_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && (c.is_alphanumeric() && !is_combining_mark(c) || is_private_use(c)))
}

fn is_private_use(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
    } else if !is_diacritic(c) {
        c.to_lowercase().for_each(|lower| fold_lower(lower, into));
    }
}

/// Takes diacritics off Latin and Greek letters; elsewhere they tell letters apart.
fn fold_lower(c: char, into: &mut String) {
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    match base {
        Some('ς') => into.push('σ'),
        Some(base) if is_latin_or_greek(base) && !is_diacritic(c) => into.push(base),
        _ if is_diacritic(c) => {}
        _ => into.push(c),
    }
}

/// Combining Diacritical Marks.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_latin_or_greek(c: char) -> bool {
    matches!(c, 'a'..='z' | '\u{df}'..='\u{24f}' | '\u{370}'..='\u{3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(folded(text).join(" "), expected, "{text}");
    }

    #[test]
    fn words_are_folded() {
        check("The PRIME-minister's  F-16.", "the prime minister s f 16");
        check("Élysée ÅNGSTRÖM e\u{301}clair", "elysee angstrom eclair");
        check("Привет Й", "привет й");
        check("Ağrı İstanbul", "agrı istanbul");
        check("ΆΣ ς", "ασ σ");
        check("北京市 한국어 हिन्दी", "北京市 한국어 हिन्दी");
        check("", "");
        check("... \u{301} !", "");
        check("nul\0nul", "nul nul");
    }

    #[test]
    fn ranges_count_code_points() {
        let ranges: Vec<_> = words("É, ab\u{301}c").map(|word| (word.range.start, word.range.end)).collect();
        assert_eq!(ranges, [(0, 1), (3, 7)]);
    }

    proptest! {
        #[test]
        fn words_in_a_row_are_the_same_words(text in "\\PC{0,40}") {
            let mut row = String::new();
            fold_text(&text, &mut row);
            prop_assert_eq!(row, folded(&text).join(" "));
        }

        #[test]
        fn any_text_has_words_in_order_that_fold_to_themselves(text in "\\PC{0,40}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end && word.range.end > word.range.start);
                end = word.range.end;
                prop_assert!(end <= text.chars().count());
                prop_assert!(word.folded.chars().all(|c| !c.is_whitespace()));
            }
        }
    }
}
