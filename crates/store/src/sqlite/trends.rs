//! Entities of the latest news, beside the time before.

use super::micros;
use crate::{EntityCount, Trend, TrendRequest};
use rusqlite::{Connection, Row, named_params};

/// Articles that are looked at, the latest: a busy month of a large store is enough to
/// compare with.
const LOOKED_AT: i64 = 20_000;

const NEWEST: &str = "SELECT max(at) FROM articles WHERE NOT retracted";

const TRENDS: &str = "
    WITH latest AS MATERIALIZED (
        SELECT article, at FROM articles WHERE at >= :before AND NOT retracted ORDER BY at DESC LIMIT :most
    )
    SELECT e.kind, e.name, e.uri, sum(l.at >= :now) AS articles, sum(iif(l.at >= :now, m.mentions, 0)),
           sum(l.at < :now)
      FROM latest l JOIN mentions m USING (article) JOIN entities e USING (entity)
     GROUP BY m.entity HAVING articles > 0
     ORDER BY articles DESC, 5 DESC, e.name LIMIT :limit";

/// The most frequent entities of the latest days.
pub(super) fn trends(connection: &Connection, request: TrendRequest) -> rusqlite::Result<Vec<Trend>> {
    let newest = connection.prepare_cached(NEWEST)?.query_row([], |row| micros::seconds(row, 0))?;
    let Some(newest) = newest else { return Ok(Vec::new()) };
    let (now, before) = request.bounds(newest);
    let count = |row: &Row<'_>, at: usize| row.get::<_, i64>(at).map(i64::unsigned_abs);
    let trend = |row: &Row<'_>| {
        Ok(Trend {
            entity: EntityCount {
                kind: row.get(0)?,
                name: row.get(1)?,
                uri: row.get::<_, Option<String>>(2)?.filter(|uri| !uri.is_empty()),
                articles: count(row, 3)?,
                mentions: count(row, 4)?,
            },
            before: count(row, 5)?,
        })
    };
    connection
        .prepare_cached(TRENDS)?
        .query_map(
            named_params! {
                ":now": now.as_second(),
                ":before": before.as_second(),
                ":most": LOOKED_AT,
                ":limit": i64::try_from(request.limit).unwrap_or(i64::MAX),
            },
            trend,
        )?
        .collect()
}
