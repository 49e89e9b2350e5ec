//! The dates that articles speak of, and entities over time.

use super::{expression, micros, search};
use crate::{
    Condition, DayCount, EntityCount, EntityProfile, Order, ProfileRequest, SearchRequest, TimelineEntry,
    TimelinePage, TimelineRequest,
};
use rusqlite::{Connection, Row, named_params};

/// Dates of the articles in `:articles`, those that most speak of first.
/// `max(article)` makes the bare columns those of the newest article.
const TIMELINE: &str = "
    SELECT value, begin_at, end_at, articles, a.id, a.headline FROM (
        SELECT min(value) AS value, begin_at, end_at, count(*) AS articles, max(article) AS newest
          FROM dates
         WHERE article IN (SELECT value FROM json_each(:articles))
           AND (:begin IS NULL OR (begin_at < :end AND end_at > :begin AND end_at - begin_at <= :end - :begin))
         GROUP BY begin_at, end_at
         ORDER BY articles DESC, begin_at DESC, end_at
         LIMIT :limit OFFSET :start
    ) JOIN articles a ON a.article = newest
    ORDER BY articles DESC, begin_at DESC, end_at";

/// Dates that the articles of a query speak of.
pub(super) fn timeline(
    connection: &Connection,
    request: &TimelineRequest,
    start: usize,
) -> rusqlite::Result<TimelinePage> {
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let articles = search::matching(connection, &request.query, Order::Newest)?;
    let bounds = request.query.clauses.iter().find_map(|clause| match &clause.condition {
        Condition::About(period) if !clause.negated => Some(*period),
        _ => None,
    });
    let entry = |row: &Row<'_>| {
        let id: String = row.get(4)?;
        Ok(TimelineEntry {
            value: row.get(0)?,
            begin: micros::seconds(row, 1)?.unwrap_or_default(),
            end: micros::seconds(row, 2)?.unwrap_or_default(),
            articles: count(row, 3)?,
            uri: format!("urn:uuid:{id}"),
            headline: row.get(5)?,
        })
    };
    let ranked = connection
        .prepare_cached(TIMELINE)?
        .query_map(
            named_params! {
                ":articles": json_array(&articles),
                ":begin": bounds.map(|period| period.begin.as_second()),
                ":end": bounds.map(|period| period.end.as_second()),
                ":limit": i64::try_from(limit + 1).unwrap_or(i64::MAX),
                ":start": i64::try_from(start).unwrap_or(i64::MAX),
            },
            entry,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(TimelinePage::of(ranked, start, limit))
}

/// The latest articles that name one of the entities in `:entities`; `:naming` asks the word
/// index for them.
const LATEST: &str = "
    WITH latest AS MATERIALIZED (
        SELECT rowid AS article FROM words WHERE words MATCH :naming ORDER BY rowid DESC LIMIT :most
    )";

const NAMESAKES: &str = "
    SELECT e.kind, e.name, e.uri, count(*), sum(m.mentions)
      FROM latest JOIN mentions m USING (article) JOIN entities e USING (entity)
     WHERE m.entity IN (SELECT value FROM json_each(:entities))
     GROUP BY m.entity ORDER BY 4 DESC, 5 DESC, e.name LIMIT :limit";

const TOGETHER: &str = "
    SELECT e.kind, e.name, e.uri, count(*), sum(m.mentions)
      FROM latest JOIN mentions m USING (article) JOIN entities e USING (entity)
     WHERE m.entity NOT IN (SELECT value FROM json_each(:entities))
     GROUP BY m.entity ORDER BY 4 DESC, 5 DESC, e.name LIMIT :limit";

const DAYS: &str = "
    SELECT date(a.at, 'unixepoch') AS day, count(DISTINCT a.article), sum(m.mentions)
      FROM latest JOIN articles a USING (article) JOIN mentions m USING (article)
     WHERE m.entity IN (SELECT value FROM json_each(:entities)) AND :limit >= 0
     GROUP BY day ORDER BY day";

/// An entity over time and its company.
pub(super) fn profile(connection: &Connection, request: &ProfileRequest) -> rusqlite::Result<EntityProfile> {
    let entities = expression::profiled(connection, request)?;
    let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
    let most = i64::try_from(crate::rank::CANDIDATES).unwrap_or(i64::MAX);
    let parameters = named_params! {
        ":naming": expression::naming(&entities),
        ":entities": json_array(&entities),
        ":most": most,
        ":limit": limit,
    };
    let entity_counts = |what: &str| {
        let mut statement = connection.prepare_cached(&format!("{LATEST}{what}"))?;
        statement.query_map(parameters, entity_count)?.collect::<rusqlite::Result<Vec<_>>>()
    };
    let mut days = connection.prepare_cached(&format!("{LATEST}{DAYS}"))?;
    let day =
        |row: &Row<'_>| Ok(DayCount { day: row.get(0)?, articles: count(row, 1)?, mentions: count(row, 2)? });
    Ok(EntityProfile {
        entities: entity_counts(NAMESAKES)?,
        days: days.query_map(parameters, day)?.collect::<rusqlite::Result<_>>()?,
        together_with: entity_counts(TOGETHER)?,
    })
}

fn entity_count(row: &Row<'_>) -> rusqlite::Result<EntityCount> {
    Ok(EntityCount {
        kind: row.get(0)?,
        name: row.get(1)?,
        uri: row.get::<_, Option<String>>(2)?.filter(|uri| !uri.is_empty()),
        articles: count(row, 3)?,
        mentions: count(row, 4)?,
    })
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::unsigned_abs)
}

fn json_array(keys: &[i64]) -> String {
    let list: Vec<String> = keys.iter().map(i64::to_string).collect();
    format!("[{}]", list.join(","))
}
