//! One hit: what a page shows of an article, with the words found marked.

use crate::likeness::Alike;
use crate::{Condition, Hit, Query, mark, words};
use dateline_model::NewsRecord;

/// The hit of a record; `phrases` are the folded words to mark.
pub(crate) fn of(record: NewsRecord, score: f64, phrases: &[Vec<String>]) -> Hit {
    Hit {
        snippet: mark::snippet(&mark::mark(text(&record), phrases)),
        headline: record.headlines.first().map(|headline| mark::mark(&headline.value, phrases)),
        uri: record.uri,
        ingested_at: record.dateline.ingested_at,
        published: record.dateline.published,
        source: record.dateline.source,
        language: record.language,
        url: record.renditions.into_iter().next().map(|rendition| rendition.href),
        score,
    }
}

/// What of a query is marked: its words that must be there, or stand for one that must.
pub(crate) fn phrases(query: &Query, alike: &Alike) -> Vec<Vec<String>> {
    let mut phrases: Vec<_> = query.wanted_words().map(words::folded).collect();
    for clause in query.clauses.iter().filter(|clause| !clause.negated) {
        if let Condition::Like(text) = &clause.condition {
            phrases.extend(alike.groups(text).into_iter().flatten().map(|word| vec![word]));
        }
    }
    phrases
}

/// The body, or the summary where there is no body.
fn text(record: &NewsRecord) -> &str {
    let summary = record.descriptions.first().map_or("", |summary| summary.value.as_str());
    if record.body().trim().is_empty() { summary } else { record.body() }
}
