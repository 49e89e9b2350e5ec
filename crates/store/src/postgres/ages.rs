//! Terms for the age of an article: the word index, asked for one together with a word, reads the
//! short list of the one beside the long list of the other, and no article that is older. The
//! index has no order of its own: without them what is often found is found in all articles, to
//! give the latest.

use super::tsvector::term;
use std::ops::Range;
use tokio_postgres::{Client, Error};

/// Keys of one age.
const KEYS: i64 = 4_096;
/// Most ages that a search names.
const MOST: i64 = 64;

/// Keys of the articles of a store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ages {
    /// Articles with smaller keys have no age.
    since: i64,
    /// The largest key.
    pub(super) last: i64,
}

impl Ages {
    #[cfg(test)]
    pub(super) fn new(since: i64, last: i64) -> Self {
        Self { since, last }
    }

    pub(super) async fn of(client: &Client) -> Result<Self, Error> {
        let sql = "SELECT since, (SELECT coalesce(max(article), 0) FROM articles) FROM aged";
        let row = client.query_one(sql, &[]).await?;
        Ok(Self { since: row.get(0), last: row.get(1) })
    }

    /// The ages of these keys and of few others, as the server's query language has it; `None`
    /// where it is no help to name them.
    pub(super) fn expression(self, keys: &Range<i64>) -> Option<String> {
        let is_part = (keys.end - keys.start) * 2 < self.last;
        let ages = keys.start / KEYS..=(keys.end - 1) / KEYS;
        if !is_part || keys.start < self.since || ages.end() - ages.start() >= MOST {
            return None;
        }
        let terms: Vec<String> = ages.map(|age| term(&letters(age))).collect();
        Some(format!("({})", terms.join(" | ")))
    }
}

/// The term of the article with this key.
pub(super) fn age_term(article: i64) -> String {
    letters(article / KEYS)
}

/// A letter that stands for no common word and for no entity, and a number.
fn letters(age: i64) -> String {
    format!("\u{e001}{age}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGES: Ages = Ages { since: 10_000, last: 1_000_000 };

    #[track_caller]
    fn check(keys: Range<i64>, expected: Option<&str>) {
        assert_eq!(AGES.expression(&keys).as_deref(), expected);
    }

    #[test]
    fn the_ages_of_a_part_are_named() {
        check(12_288..12_289, Some("('\u{e001}3')"));
        check(12_287..12_289, Some("('\u{e001}2' | '\u{e001}3')"));
        check(12_288..16_384, Some("('\u{e001}3')"));
        assert_eq!(age_term(16_383), "\u{e001}3");
    }

    #[test]
    fn not_those_of_articles_without_and_not_very_many() {
        check(9_999..12_000, None);
        check(12_288..12_288 + MOST * KEYS + 1, None);
        check(12_288..600_000, None);
        assert!(AGES.expression(&(12_288..12_288 + MOST * KEYS)).is_some());
        assert_eq!(Ages { since: 0, last: 100 }.expression(&(1..101)), None);
    }

    #[test]
    fn a_term_is_one_word_of_its_own() {
        assert_eq!(crate::words::folded(&age_term(8_192)), ["\u{e001}2"]);
    }
}
