//! Putting what was found in order, the same for every store that can search.

use crate::likeness::Alike;
use crate::{Condition, Cursor, Query, words};
use std::cmp::Reverse;

/// Most articles that are ranked: of a word that stands in half of all
/// articles the latest arrivals.
pub(crate) const CANDIDATES: usize = 10_000;
/// Days after which the bonus of a recent article has halved.
const HALF_LIFE_DAYS: f64 = 30.0;

/// How much more an article counts that has what is wanted in its headline.
const IN_HEADLINE: f64 = 4.0;

/// An article that matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// Short key within the store; later arrivals have larger ones.
    pub(crate) article: i64,
    /// Publication, ingestion where unknown; seconds.
    pub(crate) at: i64,
    /// Where it is asked for.
    pub(crate) headline: Option<String>,
    pub(crate) score: f64,
}

/// In which order candidates stand.
#[derive(Debug, Clone)]
pub(crate) enum Ranking {
    /// What is wanted stands in the headline, recent ones preferred. Ages count from the latest
    /// arrival (`now`, seconds), so that a search of an archive ranks the same on every day.
    ///
    /// How often a word stands in an article and how rare it is in the whole store (BM25) do not
    /// count: all of these hold all words, and to find it out costs more than the search.
    Relevance {
        now: i64,
        wanted: Wanted,
    },
    Newest,
    Oldest,
}

/// Words and phrases that are wanted: of each group one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted(Vec<Vec<String>>);

impl Wanted {
    pub(crate) fn of(query: &Query, alike: &Alike) -> Self {
        let phrase = |words: &[String]| format!(" {} ", words.join(" "));
        let mut groups = Vec::new();
        for clause in query.clauses.iter().filter(|clause| !clause.negated) {
            match &clause.condition {
                Condition::Words(text) => groups.push(vec![phrase(&words::folded(text))]),
                Condition::Like(text) => {
                    let any = |group: Vec<String>| group.into_iter().map(|word| phrase(&[word])).collect();
                    groups.extend(alike.groups(text).into_iter().map(any));
                }
                _ => {}
            }
        }
        Self(groups)
    }

    /// From 1 for a headline without any of them up to [`IN_HEADLINE`] for one with all.
    fn weight(&self, headline: Option<&str>) -> f64 {
        let Some(headline) = headline.filter(|_| !self.0.is_empty()) else { return 1.0 };
        let mut words = String::from(" ");
        words::fold_text(headline, &mut words);
        words.push(' ');
        let found = self.0.iter().filter(|group| group.iter().any(|phrase| words.contains(phrase))).count();
        #[expect(clippy::cast_precision_loss, reason = "a query has few words")]
        let share = found as f64 / self.0.len() as f64;
        1.0 + share * (IN_HEADLINE - 1.0)
    }
}

impl Ranking {
    /// Ties fall to the later arrival, so that pages follow each other without
    /// gap or overlap.
    pub(crate) fn sort(self, found: &mut [Candidate]) {
        match self {
            Self::Relevance { now, wanted } => {
                for candidate in found.iter_mut() {
                    candidate.score =
                        wanted.weight(candidate.headline.as_deref()) * recency(now - candidate.at);
                }
                found.sort_by(|a, b| {
                    b.score.total_cmp(&a.score).then(b.at.cmp(&a.at)).then(b.article.cmp(&a.article))
                });
            }
            Self::Newest => found.sort_by_key(|candidate| Reverse((candidate.at, candidate.article))),
            Self::Oldest => found.sort_by_key(|candidate| (candidate.at, candidate.article)),
        }
    }
}

/// From 1 for the newest down to one half for the oldest article: recency
/// decides between equals, it does not bury the better match.
fn recency(age_seconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
    let days = age_seconds.max(0) as f64 / 86_400.0;
    0.5 + 0.5 * (-days / HALF_LIFE_DAYS).exp2()
}

/// The place in the ranking that a cursor names.
pub(crate) fn offset(cursor: &Cursor) -> Option<usize> {
    cursor.0.strip_prefix('o')?.parse().ok()
}

/// The same, from the start where no page came before; `Err` for one that names no place.
pub(crate) fn start(cursor: Option<&Cursor>) -> Result<usize, Cursor> {
    cursor.map_or(Ok(0), |cursor| offset(cursor).ok_or_else(|| cursor.clone()))
}

/// The key after which a scan goes on; `None` for a cursor that is none of a scan.
pub(crate) fn scan_start(cursor: Option<&Cursor>) -> Option<i64> {
    cursor.map_or(Some(i64::MIN), |cursor| cursor.0.strip_prefix('a')?.parse().ok())
}

/// The cursor of a scan that ended with the article of this key.
pub(crate) fn scan_cursor(article: i64) -> Cursor {
    Cursor(format!("a{article}"))
}

/// The cursor of a place in the ranking.
pub(crate) fn cursor(offset: usize) -> Cursor {
    Cursor(format!("o{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an article with this headline weighs for a query.
    #[track_caller]
    fn check(query: &str, headline: &str, expected: f64) {
        let mut alike = Alike::default();
        alike.put("quake".into(), vec!["earthquake".into()]);
        let wanted = Wanted::of(&Query::parse(query).unwrap(), &alike);
        let weight = wanted.weight(Some(headline));
        assert!((weight - expected).abs() < 1e-9, "{query}: {weight}");
    }

    #[test]
    fn what_stands_in_the_headline_counts() {
        check("gaza", "Ceasefire in Gaza", 4.0);
        check("gaza ceasefire", "Gaza waits", 2.5);
        check("gaza", "Gazan doctors", 1.0);
        check("\"prime minister\"", "The Prime-Minister's day", 4.0);
        check("\"prime minister\"", "Minister in his prime", 1.0);
        check("quake~", "Earthquake in Chile", 4.0);
        check("rain -gaza", "Gaza", 1.0);
        check("source:wire", "Gaza", 1.0);
        check("gaza", "", 1.0);
    }

    #[test]
    fn of_equals_the_recent_one_is_first_and_a_better_match_before_it() {
        let candidate = |article, days: i64, headline: &str| Candidate {
            article,
            at: -days * 86_400,
            headline: Some(headline.to_owned()),
            score: 0.0,
        };
        let mut found = vec![candidate(1, 300, "Rain"), candidate(2, 0, "Sun"), candidate(3, 300, "Sun")];
        let wanted = Wanted::of(&Query::parse("rain").unwrap(), &Alike::default());
        Ranking::Relevance { now: 0, wanted }.sort(&mut found);
        assert_eq!(found.iter().map(|found| found.article).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
