//! Sentence borders, from punctuation, capitals and empty lines.

use crate::tokens::{Token, is_abbreviation};
use std::ops::Range;

/// Groups `tokens` into sentences, as token index ranges that cover them all.
pub(crate) fn split(text: &str, tokens: &[Token]) -> Vec<Range<u32>> {
    let mut sentences = Vec::with_capacity(tokens.len() / 20 + 1);
    let mut start = 0;
    for index in 0..tokens.len() {
        let next = index + 1;
        if next == tokens.len() || ends_after(text, tokens, index) {
            sentences.push(narrow(start)..narrow(next));
            start = next;
        }
    }
    sentences
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn ends_after(text: &str, tokens: &[Token], index: usize) -> bool {
    let (token, next) = (&tokens[index], &tokens[index + 1]);
    let gap = &text[token.end as usize..next.start as usize];
    if gap.bytes().filter(|&b| b == b'\n').count() > 1 {
        return true;
    }
    if gap.is_empty() || closes(slice(text, next)) {
        return false;
    }
    starts_like_a_sentence(text, next) && is_final(text, tokens, index)
}

fn slice<'t>(text: &'t str, token: &Token) -> &'t str {
    &text[token.start as usize..token.end as usize]
}

/// A quote or bracket that still belongs to the sentence before it.
fn closes(mark: &str) -> bool {
    matches!(mark, "”" | "’" | ")" | "]" | "»")
}

fn starts_like_a_sentence(text: &str, token: &Token) -> bool {
    slice(text, token).chars().next().is_some_and(|c| {
        !c.is_lowercase() && !matches!(c, ',' | ';' | ':' | '.' | '?' | '!' | '%' | ')' | ']')
    })
}

/// Whether the token, seen past closing quotes, is a full stop of some kind.
fn is_final(text: &str, tokens: &[Token], index: usize) -> bool {
    let mut at = index;
    while at > 0 && (closes(slice(text, &tokens[at])) || matches!(slice(text, &tokens[at]), "\"" | "'")) {
        at -= 1;
    }
    let word = slice(text, &tokens[at]);
    match word {
        "." | "?" | "!" | "…" | "。" | "？" | "！" | "؟" => true,
        _ => word.strip_suffix('.').is_some_and(|stem| {
            // "… left the U.S. The army …" ends; "Mr. Blair", "J. Smith" do not.
            !is_abbreviation(stem) && stem.contains('.') && is_sentence_opener(text, tokens.get(index + 1))
        }),
    }
}

/// Words that open sentences and never follow an abbreviation inside one.
fn is_sentence_opener(text: &str, token: Option<&Token>) -> bool {
    token.is_some_and(|token| {
        matches!(
            slice(text, token),
            "The"
                | "A"
                | "An"
                | "It"
                | "He"
                | "She"
                | "They"
                | "We"
                | "I"
                | "In"
                | "On"
                | "At"
                | "But"
                | "And"
                | "This"
                | "That"
                | "These"
                | "Those"
                | "There"
                | "His"
                | "Her"
                | "Its"
                | "Their"
                | "For"
                | "After"
                | "As"
                | "When"
                | "While"
                | "If"
                | "Meanwhile"
                | "However"
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::Document;

    fn check(text: &str, expected: &[&str]) {
        let document = Document::new(text);
        let found: Vec<&str> = document
            .sentences()
            .iter()
            .map(|range| {
                let tokens = &document.tokens()[range.start as usize..range.end as usize];
                &text[tokens[0].start as usize..tokens[tokens.len() - 1].end as usize]
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn borders() {
        check("He left. She stayed.", &["He left.", "She stayed."]);
        check("Mr. Blair left the U.S. The army stayed.", &["Mr. Blair left the U.S.", "The army stayed."]);
        check("“Go!” he said. “Now.” They went.", &["“Go!” he said.", "“Now.”", "They went."]);
        check("A headline\n\nThe body is 3.5 km long.", &["A headline", "The body is 3.5 km long."]);
        check("U.S. President Biden", &["U.S. President Biden"]);
    }
}
