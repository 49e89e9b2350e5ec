//! What was accepted against what a store holds.

use std::collections::BTreeSet;
use std::path::Path;

use dateline_model::ArticleId;
use dateline_store::{Query, RecordReader, ScanRequest, SearchRequest, SqliteConfig, SqliteReader};

/// What a store holds, read through its own reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Every article that an export gives, as often as it gives it.
    pub found: Vec<ArticleId>,
    /// Articles that the store counts.
    pub articles: u64,
    /// Versions of all of them.
    pub versions: u64,
}

/// How what was accepted and what is held differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Accepted, and not there.
    pub lost: Vec<ArticleId>,
    /// There more than once.
    pub duplicated: Vec<ArticleId>,
    /// There, and never accepted.
    pub unexplained: Vec<ArticleId>,
}

impl Verdict {
    /// Whether everything is there once, and nothing else.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.duplicated.is_empty() && self.unexplained.is_empty()
    }
}

/// Compares. Ids in `accepted` may repeat: an article may be sent twice.
#[must_use]
pub fn judge(accepted: impl IntoIterator<Item = ArticleId>, found: &[ArticleId]) -> Verdict {
    let accepted: BTreeSet<ArticleId> = accepted.into_iter().collect();
    let (mut seen, mut verdict) = (BTreeSet::new(), Verdict::default());
    for &id in found {
        if !seen.insert(id) {
            verdict.duplicated.push(id);
        } else if !accepted.contains(&id) {
            verdict.unexplained.push(id);
        }
    }
    verdict.lost = accepted.difference(&seen).copied().collect();
    verdict
}

/// Reads everything that a `SQLite` store holds.
pub async fn held(store: &Path) -> Held {
    let reader = SqliteReader::open(SqliteConfig::at(store)).await;
    let reader = reader.unwrap_or_else(|error| panic!("{error}"));
    let totals = reader.totals().await.expect("a store that was opened can be counted");
    let mut request = ScanRequest { query: Query::default(), limit: SearchRequest::MAX_LIMIT, cursor: None };
    let mut found = Vec::new();
    loop {
        let page = reader.scan(request.clone()).await.expect("a store that was opened can be read");
        let ids = page.records.iter().map(|record| record.uri.parse::<ArticleId>());
        found.extend(ids.map(|id| id.expect("a record's uri is an id")));
        if page.next.is_none() {
            return Held { found, articles: totals.articles, versions: totals.versions };
        }
        request.cursor = page.next;
    }
}

/// Checks that a `SQLite` store holds each of the accepted articles once, in one version, and
/// nothing else.
///
/// # Panics
/// When it does not, with what is lost, duplicated or unexplained.
pub async fn assert_exactly_once(store: &Path, accepted: impl IntoIterator<Item = ArticleId>) {
    let accepted: BTreeSet<ArticleId> = accepted.into_iter().collect();
    let held = held(store).await;
    let verdict = judge(accepted.iter().copied(), &held.found);
    assert!(
        verdict.is_clean(),
        "of {} accepted articles {} are lost, {} duplicated, and {} unexplained are there:\n{verdict:?}",
        accepted.len(),
        verdict.lost.len(),
        verdict.duplicated.len(),
        verdict.unexplained.len(),
    );
    let expected = accepted.len() as u64;
    assert_eq!(
        (held.articles, held.versions),
        (expected, expected),
        "articles and versions that the store counts"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &str) -> Vec<ArticleId> {
        names.chars().map(|name| ArticleId::from_guid("test", &name.to_string())).collect()
    }

    #[test]
    fn the_judge_finds_each_kind_of_fault() {
        let check = |accepted: &str, found: &str, lost: &str, duplicated: &str, unexplained: &str| {
            let sorted = |mut ids: Vec<ArticleId>| {
                ids.sort();
                ids
            };
            let verdict = judge(ids(accepted), &ids(found));
            assert_eq!(
                verdict.is_clean(),
                lost.is_empty() && duplicated.is_empty() && unexplained.is_empty()
            );
            assert_eq!(sorted(verdict.lost), sorted(ids(lost)), "lost of {accepted} in {found}");
            assert_eq!(
                sorted(verdict.duplicated),
                sorted(ids(duplicated)),
                "duplicated of {accepted} in {found}"
            );
            assert_eq!(
                sorted(verdict.unexplained),
                sorted(ids(unexplained)),
                "unexplained of {accepted} in {found}"
            );
        };
        check("", "", "", "", "");
        check("abc", "cab", "", "", "");
        check("aab", "ab", "", "", "");
        check("abc", "b", "ac", "", "");
        check("ab", "abb", "", "b", "");
        check("a", "ax", "", "", "x");
        check("ab", "bbx", "a", "b", "x");
    }
}
