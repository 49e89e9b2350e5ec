//! Pages of an article's versions and of a timeline: where one ended and the next starts.

use crate::{Cursor, TimelineEntry, Version, rank};
use dateline_model::{ArticleId, ContentHash};
use jiff::Timestamp;
use serde::Serialize;

/// Asks for a page of an article's versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRequest {
    /// Which article.
    pub id: ArticleId,
    /// Versions a page, from 1 to [`crate::SearchRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

/// A page of an article's versions.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VersionPage {
    /// The current one first, then from the latest to the earliest.
    pub versions: Vec<Version>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

/// Where a page of versions ended: what versions are in order by. So a version that
/// arrives between two pages shifts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionPlace {
    /// Microseconds.
    pub(crate) last_seen: i64,
    pub(crate) content_hash: ContentHash,
    pub(crate) retracted: bool,
}

impl VersionPlace {
    /// The place that a cursor names, `Err` for one that is none of versions.
    pub(crate) fn of(cursor: Option<&Cursor>) -> Result<Option<Self>, Cursor> {
        let Some(cursor) = cursor else { return Ok(None) };
        Self::parse(&cursor.0).map(Some).ok_or_else(|| cursor.clone())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v')?.split('.');
        let (last_seen, hash, retracted) = (parts.next()?, parts.next()?, parts.next()?);
        let last_seen = last_seen.parse().ok()?;
        // What is no instant at all is no place of ours.
        Timestamp::from_microsecond(last_seen).ok()?;
        let place = Self { last_seen, content_hash: hash.parse().ok()?, retracted: retracted == "1" };
        (place.cursor().0 == text).then_some(place)
    }

    fn cursor(&self) -> Cursor {
        Cursor(format!("v{}.{}.{}", self.last_seen, self.content_hash, u8::from(self.retracted)))
    }
}

impl VersionPage {
    /// The page of what was read: one version more than `limit` shows that there are more.
    pub(crate) fn of(mut versions: Vec<Version>, limit: usize) -> Self {
        let more = versions.len() > limit;
        versions.truncate(limit);
        let place = |version: &Version| VersionPlace {
            last_seen: version.info.last_seen.as_microsecond(),
            content_hash: version.info.content_hash,
            retracted: version.info.retracted,
        };
        let next = versions.last().filter(|_| more).map(|last| place(last).cursor());
        Self { versions, next }
    }
}

/// A page of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimelinePage {
    /// In order. The first page has the dates that most articles speak of, the next
    /// page those that most of all others do, and so on.
    pub dates: Vec<TimelineEntry>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

impl TimelinePage {
    /// The page from place `start` of what was read, most spoken of first: one date more
    /// than `limit` shows that there are more.
    pub(crate) fn of(mut ranked: Vec<TimelineEntry>, start: usize, limit: usize) -> Self {
        let more = ranked.len() > limit;
        ranked.truncate(limit);
        ranked.sort_by_key(|entry| (entry.begin, entry.end));
        Self { dates: ranked, next: more.then(|| rank::cursor(start.saturating_add(limit))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let check = |text: &str, is_one: bool| {
            let read = VersionPlace::of(Some(&Cursor(text.to_owned())));
            assert_eq!(read.is_ok(), is_one, "{text}");
            assert!(read.ok().flatten().is_none_or(|place| place.cursor().0 == text), "{text}");
        };
        let hash = ContentHash::of([Some("x")]).to_string();
        check(&format!("v-12.{hash}.0"), true);
        check(&format!("v0.{hash}.1"), true);
        check(&format!("v+1.{hash}.1"), false);
        check(&format!("v0.{hash}.2"), false);
        check(&format!("v0.{hash}.1.1"), false);
        check(&format!("v9223372036854775807.{hash}.1"), false);
        check(&format!("v0.{}.1", &hash[1..]), false);
        for text in ["", "v", "o1", "v0", "v0..0", "v1.\0.1"] {
            check(text, false);
        }
        assert_eq!(VersionPlace::of(None), Ok(None));
    }
}
