//! Searching: from a query to the articles that match, in order, page by page.
//!
//! First the keys of the articles that match are found and ranked, then the
//! records of one page are read.

use super::condition::Conditions;
use super::instant::Instant;
use crate::rank::{self, CANDIDATES, Candidate, Ranking, Wanted};
use crate::{Order, Query, ScanPage, ScanRequest, SearchPage, SearchRequest, hit};
use dateline_model::NewsRecord;
use std::collections::HashMap;
use std::ops::Range;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

/// Why a search failed.
pub(super) enum Failure {
    Database(tokio_postgres::Error),
    Unreadable(i64, serde_json::Error),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

/// Answers one search.
pub(super) async fn run(client: &Client, request: &SearchRequest) -> Result<SearchPage, Failure> {
    let conditions = Conditions::of(client, &request.query).await?;
    let start = request.cursor.as_ref().and_then(rank::offset).unwrap_or(0);
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let mut found = candidates(client, &conditions, request.order).await?;
    let total_is_exact = found.len() <= CANDIDATES;
    found.truncate(CANDIDATES);
    let ranking = match request.order {
        Order::Relevance if request.query.has_words() => Ranking::Relevance {
            now: last_arrival(client).await?,
            wanted: Wanted::of(&request.query, &conditions.alike),
        },
        Order::Oldest => Ranking::Oldest,
        Order::Relevance | Order::Newest => Ranking::Newest,
    };
    ranking.sort(&mut found);
    let end = found.len().min(start.saturating_add(limit));
    let page = found.get(start..end).unwrap_or_default();
    let keys: Vec<i64> = page.iter().map(|candidate| candidate.article).collect();
    let mut records = records(client, &keys).await?;
    let phrases = hit::phrases(&request.query, &conditions.alike);
    let hits = page.iter().filter_map(|candidate| {
        let record = records.remove(&candidate.article)?;
        Some(hit::of(record, candidate.score, &phrases))
    });
    Ok(SearchPage {
        hits: hits.collect(),
        total: found.len() as u64,
        total_is_exact,
        next: (end < found.len()).then(|| rank::cursor(end)),
    })
}

/// Keys of the articles that match, the [`CANDIDATES`] first of an order.
pub(super) async fn matching(
    client: &Client,
    query: &Query,
    order: Order,
) -> Result<Vec<i64>, tokio_postgres::Error> {
    let conditions = Conditions::of(client, query).await?;
    let found = candidates(client, &conditions, order).await?;
    Ok(found.iter().take(CANDIDATES).map(|candidate| candidate.article).collect())
}

/// One more than [`CANDIDATES`] shows that there are more.
async fn candidates(
    client: &Client,
    conditions: &Conditions,
    order: Order,
) -> Result<Vec<Candidate>, tokio_postgres::Error> {
    let direction = if order == Order::Oldest { "ASC" } else { "DESC" };
    let most = CANDIDATES + 1;
    let Some(index) = &conditions.index else {
        let sql = format!(
            "SELECT a.article, a.at, NULL::text FROM articles a WHERE {}
              ORDER BY a.at {direction}, a.article {direction} LIMIT {most}",
            conditions.sql
        );
        let rows = client.query(&sql, &conditions.parameters()).await?;
        return Ok(rows.iter().map(candidate).collect());
    };
    let mut parts = index.parts();
    if order == Order::Oldest {
        parts.reverse();
    }
    let mut found = Vec::new();
    for (keys, expression) in parts {
        let limit = most.saturating_sub(found.len());
        let indexed = Indexed { conditions, expression, keys, direction, limit };
        if let Some(latest) = indexed.latest(client, order).await? {
            found.extend(latest);
        } else {
            found.extend(indexed.by_word(client).await?);
        }
    }
    Ok(found)
}

/// A share of the articles of which all of the store may as well be read in order, until there
/// are enough; and how many of them make that faster than what the index names.
const FREQUENT_SHARE: f64 = 0.3;
const FREQUENT: f64 = 200_000.0;
/// So many of the latest articles are read for that; each is a hundredth of a millisecond.
const LATEST: i64 = 50_000;

/// What is asked of the word index for some of the articles.
struct Indexed<'a> {
    conditions: &'a Conditions,
    expression: &'a str,
    /// Keys of the articles.
    keys: Range<i64>,
    direction: &'a str,
    limit: usize,
}

impl Indexed<'_> {
    /// Those that the word index names. The planner takes reading an article's words for cheap,
    /// and would rather read all articles in order than sort what the index names: a search for
    /// what two frequent terms seldom have in common took more than ten seconds. So it is left
    /// no other way; the keys are none to it unless they are those of few articles.
    async fn by_word(&self, client: &Client) -> Result<Vec<Candidate>, tokio_postgres::Error> {
        let key = if self.keys.end <= LATEST { "a.article" } else { "(a.article + 0)" };
        client.batch_execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off").await?;
        let found = self.query(client, key, self.keys.start).await?;
        client.batch_execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on").await?;
        Ok(found)
    }

    /// The latest ones in their order; `None` where they are not frequent, or the latest are not
    /// enough.
    async fn latest(
        &self,
        client: &Client,
        order: Order,
    ) -> Result<Option<Vec<Candidate>>, tokio_postgres::Error> {
        let is_all = self.conditions.values.is_empty() && order != Order::Oldest;
        if !is_all || !is_frequent(client, self.expression).await? {
            return Ok(None);
        }
        let newest = client.query_one("SELECT coalesce(max(article), 0) FROM articles", &[]).await?;
        let first = newest.get::<_, i64>(0).saturating_sub(LATEST).max(self.keys.start);
        client.batch_execute("SET LOCAL enable_bitmapscan = off").await?;
        let found = self.query(client, "a.article", first).await?;
        client.batch_execute("SET LOCAL enable_bitmapscan = on").await?;
        Ok((found.len() == self.limit).then_some(found))
    }

    /// `key` is how the articles' key is written, `first` the smallest one.
    async fn query(
        &self,
        client: &Client,
        key: &str,
        first: i64,
    ) -> Result<Vec<Candidate>, tokio_postgres::Error> {
        let (conditions, next) = (self.conditions, self.conditions.values.len() + 1);
        let sql = format!(
            "SELECT a.article, a.at, a.headline FROM articles a
              WHERE a.words @@ ${next}::text::tsquery AND {key} >= ${} AND {key} < ${} AND {}
              ORDER BY {key} {} LIMIT {}",
            next + 1,
            next + 2,
            conditions.sql,
            self.direction,
            self.limit
        );
        let mut parameters = conditions.parameters();
        parameters.extend([&self.expression as &(dyn ToSql + Sync), &first, &self.keys.end]);
        Ok(client.query(&sql, &parameters).await?.iter().map(candidate).collect())
    }
}

/// Whether the planner believes that this is found very often. It takes a phrase for its words,
/// wherever they stand: one is never believed to be frequent here.
async fn is_frequent(client: &Client, expression: &str) -> Result<bool, tokio_postgres::Error> {
    if expression.contains("<->") {
        return Ok(false);
    }
    let sql = "EXPLAIN SELECT 1 FROM articles WHERE words @@ $1::text::tsquery";
    let found = planned(&client.query(sql, &[&expression]).await?);
    let all = planned(&client.query("EXPLAIN SELECT 1 FROM articles", &[]).await?);
    Ok(found >= FREQUENT && found >= FREQUENT_SHARE * all)
}

/// How many rows a plan expects: `... rows=42 width=4)` on its first line.
fn planned(plan: &[Row]) -> f64 {
    let rows = |line: &str| line.split_once("rows=")?.1.split(' ').next()?.parse().ok();
    plan.first().and_then(|line| rows(line.get(0))).unwrap_or_default()
}

fn candidate(row: &Row) -> Candidate {
    Candidate {
        article: row.get(0),
        at: row.get::<_, Instant>(1).seconds(),
        headline: row.get(2),
        score: 0.0,
    }
}

async fn records(client: &Client, articles: &[i64]) -> Result<HashMap<i64, NewsRecord>, Failure> {
    let sql = "SELECT a.article, v.record FROM articles a JOIN versions v ON v.version = a.current
                WHERE a.article = ANY($1)";
    let mut records = HashMap::with_capacity(articles.len());
    for row in client.query(sql, &[&articles]).await? {
        let article: i64 = row.get(0);
        let record = dateline_model::read_record(row.get::<_, &str>(1).as_bytes())
            .map_err(|error| Failure::Unreadable(article, error))?;
        records.insert(article, record);
    }
    Ok(records)
}

/// Seconds.
async fn last_arrival(client: &Client) -> Result<i64, tokio_postgres::Error> {
    let row = client.query_one("SELECT max(last_seen) FROM articles", &[]).await?;
    Ok(row.get::<_, Option<Instant>>(0).map_or(0, Instant::seconds))
}

/// The next part of an export: articles after the key `start`.
pub(super) async fn scan(client: &Client, request: &ScanRequest, start: i64) -> Result<ScanPage, Failure> {
    let mut conditions = Conditions::of(client, &request.query).await?;
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let start = conditions.value(start);
    if let Some(index) = conditions.index.take() {
        let words = conditions.value(index.plain);
        conditions.add(&format!("a.words @@ ${words}::text::tsquery"));
    }
    let sql = format!(
        "SELECT a.article FROM articles a WHERE {} AND a.article > ${start} ORDER BY a.article LIMIT {limit}",
        conditions.sql
    );
    let rows = client.query(&sql, &conditions.parameters()).await?;
    let keys: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    let mut found = records(client, &keys).await?;
    let next = keys.last().filter(|_| keys.len() == limit).map(|last| rank::scan_cursor(*last));
    Ok(ScanPage { records: keys.iter().filter_map(|key| found.remove(key)).collect(), next })
}
