//! Tells a headline from the first line of running text, by evidence.

use super::lines::{Line, lines};
use crate::lead::starts_dateline;

/// Longest headline, in characters and words.
const MOST_CHARS: usize = 180;
const MOST_WORDS: usize = 26;

/// A headline and where the body begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Headline<'a> {
    /// The headline, trimmed.
    pub(crate) title: &'a str,
    /// Offset of the body.
    pub(crate) body: usize,
}

/// The headline that a text begins with. The text must not begin with blanks.
pub(crate) fn split(text: &str) -> Option<Headline<'_>> {
    let mut rest = lines(text);
    let first = rest.next()?;
    let second = rest.next()?;
    let body = lines(text).skip(1).find(|line| !line.is_blank())?;
    let title = first.text.trim();
    if !looks_like_headline(title) {
        return None;
    }
    let stands_alone = second.is_blank() || opens_body(title, &second);
    stands_alone.then_some(Headline { title, body: body.start })
}

/// Short, no sentence, no dateline.
fn looks_like_headline(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let short = words <= MOST_WORDS && line.chars().count() <= MOST_CHARS;
    words > 0 && short && !ends_as_text(line) && !starts_dateline(line)
}

/// True when the line ends in a full stop, or in the middle of a sentence.
fn ends_as_text(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    let last = bare.split_whitespace().next_back().unwrap_or_default();
    // "Blast in Washington, D.C.": initials are no full stop.
    let initials = last.ends_with('.') && last.matches('.').count() > 1 && last.len() <= 6;
    let stopped = bare.ends_with(['.', '…', '。', '।', '؟']) && !initials;
    stopped || bare.ends_with([',', ';', ':', '-', '–', '—'])
}

/// Without an empty line between them, the next line must look like the first
/// of a body: a dateline, or a paragraph clearly longer than the headline. The
/// lines of hard-wrapped text are about as long as each other.
fn opens_body(title: &str, next: &Line<'_>) -> bool {
    let line = next.text.trim();
    if starts_dateline(line) {
        return true;
    }
    let starts_sentence =
        line.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
    let (short, long) = (title.chars().count(), line.chars().count());
    starts_sentence && long > 100 && long * 2 > short * 3 && !title.ends_with(['?', '!'])
}
