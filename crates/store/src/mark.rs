//! Marking where the words of a query stand in a text, the same for every
//! store: snippets of full-text engines differ, and some take time in the square
//! of the matches. Only the first part of a text is looked through.

use crate::MarkedText;
use crate::words::{Word, words};
use std::collections::VecDeque;
use std::ops::Range;

/// Code points of a text that are looked through.
const LOOKED_THROUGH: usize = 20_000;
/// Code points of a snippet.
const SNIPPET: usize = 240;
/// Code points of a snippet that stand before its first match.
const LEAD: usize = 60;

/// The start of a text on one line, every place marked where one of these
/// phrases (folded words) stands.
pub(crate) fn mark(text: &str, phrases: &[Vec<String>]) -> MarkedText {
    let text = on_one_line(text);
    if phrases.is_empty() {
        return MarkedText { text, marks: Vec::new() };
    }
    let found: Vec<Word> = words(&text).collect();
    let mut marks: Vec<Range<usize>> = Vec::new();
    for at in 0..found.len() {
        let length = |phrase: &Vec<String>| stands_at(phrase, &found[at..]).then_some(phrase.len());
        let Some(length) = phrases.iter().filter_map(length).max() else { continue };
        let (start, end) = (found[at].range.start, found[at + length - 1].range.end);
        match marks.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => marks.push(start..end),
        }
    }
    MarkedText { text, marks }
}

fn stands_at(phrase: &[String], words: &[Word]) -> bool {
    !phrase.is_empty()
        && phrase.len() <= words.len()
        && phrase.iter().zip(words).all(|(wanted, word)| *wanted == word.folded)
}

/// The first [`LOOKED_THROUGH`] code points, runs of white space as one space.
fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    let mut after_space = true;
    for character in text.chars().take(LOOKED_THROUGH) {
        let is_space = character.is_whitespace();
        if !(is_space && after_space) {
            line.push(if is_space { ' ' } else { character });
        }
        after_space = is_space;
    }
    line.truncate(line.trim_end().len());
    line
}

/// The part of a text that holds most of its matches; its start where it has
/// none.
pub(crate) fn snippet(whole: &MarkedText) -> MarkedText {
    let characters: Vec<char> = whole.text.chars().collect();
    let first_match = densest(whole);
    let mut start = first_match.saturating_sub(LEAD);
    if start > 0 {
        let next_word = characters[start..first_match].iter().position(|c| *c == ' ');
        start += next_word.map_or(0, |space| space + 1);
    }
    let mut end = characters.len().min(start + SNIPPET);
    if end < characters.len() {
        let last_space = characters[start..end].iter().rposition(|c| *c == ' ');
        end = last_space.map_or(end, |space| start + space);
    }
    let before = if start > 0 { "…" } else { "" };
    let after = if end < characters.len() { "…" } else { "" };
    let shift = before.chars().count();
    let inside = whole.marks.iter().filter(|mark| mark.start >= start && mark.end <= end);
    MarkedText {
        text: format!("{before}{}{after}", characters[start..end].iter().collect::<String>()),
        marks: inside.map(|mark| mark.start - start + shift..mark.end - start + shift).collect(),
    }
}

/// Where the stretch of a snippet's length begins that holds most matches.
fn densest(whole: &MarkedText) -> usize {
    let (mut best, mut most) = (0, 0);
    let mut window = VecDeque::new();
    for mark in &whole.marks {
        window.push_back(mark.start);
        while window.front().is_some_and(|first| mark.end > first + SNIPPET - LEAD) && window.len() > 1 {
            window.pop_front();
        }
        if window.len() > most {
            most = window.len();
            best = window.front().copied().unwrap_or(mark.start);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::folded;

    fn marked(text: &str, phrases: &[&str]) -> MarkedText {
        mark(text, &phrases.iter().map(|phrase| folded(phrase)).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(text: &str, phrases: &[&str], expected: &str) {
        let shown = marked(text, phrases);
        let mut out = String::new();
        for (at, character) in shown.text.chars().enumerate() {
            out.extend(shown.marks.iter().filter(|mark| mark.start == at).map(|_| '['));
            out.push(character);
            out.extend(shown.marks.iter().filter(|mark| mark.end == at + 1).map(|_| ']'));
        }
        assert_eq!(out, expected);
    }

    #[test]
    fn marks_count_code_points() {
        check("plain", &[], "plain");
        check("plain", &["other"], "plain");
        check("Élysée and палата", &["elysee", "ПАЛАТА"], "[Élysée] and [палата]");
        check("  a\r\n\r\n b  c\n", &["b c"], "a [b c]");
        check("a b a c", &["a b", "b a"], "[a b a] c");
        check("prime, minister prime", &["prime minister"], "[prime, minister] prime");
        check("", &["a"], "");
        check("a", &[""], "a");
    }

    #[test]
    fn a_snippet_shows_the_densest_part() {
        let text = format!("needle {} needle in a needle {}", "hay ".repeat(200), "hay ".repeat(200));
        let whole = marked(&text, &["NEEDLE"]);
        assert_eq!(whole.marks.len(), 3);
        let cut = snippet(&whole);
        assert!(cut.text.starts_with('…') && cut.text.ends_with('…'), "{}", cut.text);
        assert!(cut.text.contains("hay needle in a needle hay"), "{}", cut.text);
        let shown: Vec<String> = cut
            .marks
            .iter()
            .map(|mark| cut.text.chars().skip(mark.start).take(mark.len()).collect())
            .collect();
        assert_eq!(shown, ["needle", "needle"]);
    }

    #[test]
    fn a_text_without_matches_shows_its_start() {
        let cut = snippet(&marked(&"word ".repeat(100), &["other"]));
        assert!(cut.text.starts_with("word") && cut.text.ends_with("word…") && cut.marks.is_empty());
        assert_eq!(snippet(&MarkedText::default()), MarkedText::default());
    }
}
