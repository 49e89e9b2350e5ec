//! The dates that articles speak of, and entities over time.

use super::condition::{Conditions, profiled};
use super::instant::Instant;
use super::search;
use crate::rank::CANDIDATES;
use crate::{
    Condition, DayCount, EntityCount, EntityProfile, Order, ProfileRequest, SearchRequest, TimelineEntry,
    TimelinePage, TimelineRequest,
};
use dateline_model::ArticleId;
use tokio_postgres::{Client, Error, Row};
use uuid::Uuid;

/// Dates that the articles of a query speak of.
pub(super) async fn timeline(
    client: &Client,
    request: &TimelineRequest,
    start: usize,
) -> Result<TimelinePage, Error> {
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let articles = search::matching(client, &request.query, Order::Newest).await?;
    let mut conditions = Conditions::default();
    let articles = conditions.value(articles);
    let bounds = request.query.clauses.iter().find_map(|clause| match &clause.condition {
        Condition::About(period) if !clause.negated => Some(*period),
        _ => None,
    });
    let within = bounds.map_or_else(|| "true".to_owned(), |period| conditions.within(period));
    let most = conditions.value(i64::try_from(limit + 1).unwrap_or(i64::MAX));
    let first = conditions.value(i64::try_from(start).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT value, begin_at, end_at, articles, a.id, a.headline FROM (
             SELECT min(d.value COLLATE \"C\") AS value, d.begin_at, d.end_at, count(*) AS articles,
                    max(d.article) AS newest
               FROM dates d WHERE d.article = ANY(${articles}) AND {within}
              GROUP BY d.begin_at, d.end_at
              ORDER BY count(*) DESC, d.begin_at DESC, d.end_at
              LIMIT ${most} OFFSET ${first}
         ) AS most JOIN articles a ON a.article = newest
         ORDER BY articles DESC, begin_at DESC, end_at"
    );
    let rows = client.query(&sql, &conditions.parameters()).await?;
    Ok(TimelinePage::of(rows.iter().map(entry).collect(), start, limit))
}

fn entry(row: &Row) -> TimelineEntry {
    TimelineEntry {
        value: row.get(0),
        begin: row.get::<_, Instant>(1).timestamp(),
        end: row.get::<_, Instant>(2).timestamp(),
        articles: count(row, 3),
        uri: ArticleId::from(row.get::<_, Uuid>(4)).uri(),
        headline: row.get(5),
    }
}

/// The latest articles that name one of the entities in `$1`.
fn latest() -> String {
    format!(
        "WITH latest AS MATERIALIZED (
             SELECT DISTINCT article FROM mentions WHERE entity = ANY($1) ORDER BY article DESC LIMIT {CANDIDATES}
         )"
    )
}

fn counts(of: &str) -> String {
    format!(
        "{} SELECT e.kind, e.name, e.uri, count(*), sum(m.mentions)::bigint
           FROM latest JOIN mentions m USING (article) JOIN entities e USING (entity)
          WHERE {of} GROUP BY e.entity ORDER BY 4 DESC, 5 DESC, e.name COLLATE \"C\" LIMIT $2",
        latest()
    )
}

/// An entity over time and its company.
pub(super) async fn profile(client: &Client, request: &ProfileRequest) -> Result<EntityProfile, Error> {
    let entities = profiled(client, request).await?;
    let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
    let days = format!(
        "{} SELECT to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(DISTINCT a.article),
                   sum(m.mentions)::bigint
              FROM latest JOIN articles a USING (article) JOIN mentions m USING (article)
             WHERE m.entity = ANY($1) GROUP BY day ORDER BY day",
        latest()
    );
    let named = client.query(&counts("m.entity = ANY($1)"), &[&entities, &limit]).await?;
    let others = client.query(&counts("m.entity <> ALL($1)"), &[&entities, &limit]).await?;
    let days = client.query(&days, &[&entities]).await?;
    Ok(EntityProfile {
        entities: named.iter().map(entity_count).collect(),
        days: days.iter().map(day_count).collect(),
        together_with: others.iter().map(entity_count).collect(),
    })
}

fn day_count(row: &Row) -> DayCount {
    DayCount { day: row.get(0), articles: count(row, 1), mentions: count(row, 2) }
}

fn entity_count(row: &Row) -> EntityCount {
    EntityCount {
        kind: row.get(0),
        name: row.get(1),
        uri: row.get::<_, Option<String>>(2).filter(|uri| !uri.is_empty()),
        articles: count(row, 3),
        mentions: count(row, 4),
    }
}

fn count(row: &Row, at: usize) -> u64 {
    row.get::<_, i64>(at).unsigned_abs()
}
