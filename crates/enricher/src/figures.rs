//! What enrichment found, as counts: how much, and how much of it could be resolved.

use dateline_model::{Extension, NewsRecord, TimexType};
use dateline_runtime::telemetry::catalogue::{
    ARTICLE_LANGUAGES, DATES, ENTITIES, PUBLICATION_CONFLICTS, PUBLICATION_DATES,
};

/// Counts a record that is about to be published.
pub(crate) fn count(record: &NewsRecord) {
    let Extension { published, timex, entities, .. } = &record.dateline;
    for entity in entities {
        ENTITIES.with([entity.kind.as_str(), yes(entity.uri.is_some())]).increment(1);
    }
    for timex in timex {
        DATES.with([timex_type(timex.kind), yes(timex.begin.is_some())]).increment(1);
    }
    let known = published.as_ref().map_or("unknown", |published| published.precision.as_str());
    PUBLICATION_DATES.with([known]).increment(1);
    if published.as_ref().is_some_and(|published| !published.conflicts.is_empty()) {
        PUBLICATION_CONFLICTS.increment();
    }
    ARTICLE_LANGUAGES.with([&record.language]).increment(1);
}

fn yes(resolved: bool) -> &'static str {
    if resolved { "yes" } else { "no" }
}

fn timex_type(kind: TimexType) -> &'static str {
    match kind {
        TimexType::Date => "date",
        TimexType::Time => "time",
        TimexType::Duration => "duration",
        TimexType::Set => "set",
    }
}
