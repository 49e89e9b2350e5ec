//! Marking where the words of a query stand in a text.
//!
//! The word index of the file could do it, but its snippets take time in the
//! square of the matches: one article that repeats a word would hold up every
//! search. So the first part of each text goes through a small word index in
//! memory, with the same tokeniser, and the snippet is cut here.

use crate::MarkedText;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::VecDeque;

/// Around a match. Noncharacters of Unicode: no text that is meant to be read
/// holds them.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';
/// Code points of a text that are looked through.
const LOOKED_THROUGH: usize = 20_000;
/// Code points of a snippet.
const SNIPPET: usize = 240;
/// Code points of a snippet that stand before its first match.
const LEAD: usize = 60;

/// A word index for the texts of one article at a time.
#[derive(Debug)]
pub(super) struct Marker {
    connection: Connection,
}

/// What an article is shown by.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) headline: MarkedText,
    /// The start of the text, up to [`LOOKED_THROUGH`].
    pub(super) text: MarkedText,
}

impl Marker {
    pub(super) fn new() -> rusqlite::Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE VIRTUAL TABLE one USING fts5 (headline, text, tokenize = \"unicode61 remove_diacritics 2\")",
        )?;
        Ok(Self { connection })
    }

    /// The texts with all matches of the expression (FTS5 syntax) marked,
    /// white space on one line.
    pub(super) fn mark(
        &self,
        headline: &str,
        text: &str,
        expression: Option<&str>,
    ) -> rusqlite::Result<Shown> {
        let start: String = text.chars().take(LOOKED_THROUGH).collect();
        let plain = || Shown { headline: unmark(headline), text: unmark(&start) };
        let Some(expression) = expression else { return Ok(plain()) };
        // Undone when it goes out of scope: the index never reaches its tables.
        let transaction = self.connection.unchecked_transaction()?;
        transaction
            .prepare_cached("INSERT INTO one (rowid, headline, text) VALUES (1, ?1, ?2)")?
            .execute((headline, &start))?;
        let sql = format!(
            "SELECT highlight(one, 0, '{OPEN}', '{CLOSE}'), highlight(one, 1, '{OPEN}', '{CLOSE}')
               FROM one WHERE one MATCH ?1"
        );
        let marked = |row: &Row<'_>| {
            let (headline, text): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(Shown { headline: unmark(&headline), text: unmark(&text) })
        };
        let found = transaction.prepare_cached(&sql)?.query_row([expression], marked).optional()?;
        Ok(found.unwrap_or_else(plain))
    }
}

/// The part of a text that holds most of its matches; its start where it has
/// none.
pub(super) fn snippet(whole: &MarkedText) -> MarkedText {
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

/// Takes the marks out of a text and notes where they stood. Runs of white
/// space become one space: a snippet is shown on one line.
fn unmark(marked: &str) -> MarkedText {
    let mut shown = MarkedText::default();
    let (mut length, mut open, mut after_space) = (0, None, true);
    for character in marked.chars() {
        match character {
            OPEN => open = Some(length),
            CLOSE => {
                let start = open.take().filter(|start| *start < length);
                shown.marks.extend(start.map(|start| start..length));
            }
            space if space.is_whitespace() && after_space => {}
            other => {
                after_space = other.is_whitespace();
                shown.text.push(if after_space { ' ' } else { other });
                length += 1;
            }
        }
    }
    shown.text.truncate(shown.text.trim_end().len());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(marked: &str, text: &str, marks: &[(usize, usize)]) {
        let marked = marked.replace('[', &OPEN.to_string()).replace(']', &CLOSE.to_string());
        let shown = unmark(&marked);
        assert_eq!(shown.text, text);
        assert_eq!(shown.marks.iter().map(|mark| (mark.start, mark.end)).collect::<Vec<_>>(), marks);
    }

    #[test]
    fn marks_count_code_points() {
        check("plain", "plain", &[]);
        check("[Élysée] and [палата]", "Élysée and палата", &[(0, 6), (11, 17)]);
        check("  a\r\n\r\n [b  c]\n", "a b c", &[(2, 5)]);
        check("[open", "open", &[]);
        check("close] [] x", "close x", &[]);
        check("[[a]]", "a", &[(0, 1)]);
    }

    #[test]
    fn a_snippet_shows_the_densest_part() {
        let text = format!("needle {} needle in a needle {}", "hay ".repeat(200), "hay ".repeat(200));
        let whole = Marker::new().unwrap().mark("", &text, Some("\"NEEDLE\"")).unwrap().text;
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
        let whole =
            Marker::new().unwrap().mark("Title", &"word ".repeat(100), Some("\"other\"")).unwrap().text;
        let cut = snippet(&whole);
        assert!(cut.text.starts_with("word") && cut.text.ends_with("word…") && cut.marks.is_empty());
        assert_eq!(snippet(&MarkedText::default()), MarkedText::default());
    }

    #[test]
    fn one_article_leaves_nothing_for_the_next() {
        let marker = Marker::new().unwrap();
        for _ in 0..3 {
            let shown = marker.mark("A Word", "words and a word", Some("\"word\"")).unwrap();
            assert_eq!(shown.headline.marks.first(), Some(&(2..6)));
            assert_eq!(shown.text.marks.last(), Some(&(12..16)));
        }
    }
}
