//! Searching: from a query to the articles that match, in order, page by page.
//!
//! First the keys of the articles that match are found and ranked, then the
//! records of one page are read.

use super::condition::Conditions;
use super::indexed;
use super::instant::Instant;
use crate::rank::{self, CANDIDATES, Candidate, Ranking, Wanted};
use crate::{Order, Query, ScanPage, ScanRequest, SearchPage, SearchRequest, hit};
use dateline_model::NewsRecord;
use std::collections::HashMap;
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
    if let Some(asked) = &conditions.index {
        return indexed::candidates(client, conditions, asked, order).await;
    }
    let direction = if order == Order::Oldest { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT a.article, a.at, NULL::text FROM articles a WHERE {}
          ORDER BY a.at {direction}, a.article {direction} LIMIT {}",
        conditions.sql,
        CANDIDATES + 1
    );
    let rows = client.query(&sql, &conditions.parameters()).await?;
    Ok(rows.iter().map(candidate).collect())
}

pub(super) fn candidate(row: &Row) -> Candidate {
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
    let keys = match conditions.index.take() {
        Some(asked) => indexed::after(client, &conditions, &asked, start, limit).await?,
        None => after(client, conditions, start, limit).await?,
    };
    let mut found = records(client, &keys).await?;
    let next = keys.last().filter(|_| keys.len() == limit).map(|last| rank::scan_cursor(*last));
    Ok(ScanPage { records: keys.iter().filter_map(|key| found.remove(key)).collect(), next })
}

/// Keys of articles after a key, of a query that asks nothing of the word index.
async fn after(
    client: &Client,
    mut conditions: Conditions,
    start: i64,
    limit: usize,
) -> Result<Vec<i64>, tokio_postgres::Error> {
    let start = conditions.value(start);
    let sql = format!(
        "SELECT a.article FROM articles a WHERE {} AND a.article > ${start} ORDER BY a.article LIMIT {limit}",
        conditions.sql
    );
    let rows = client.query(&sql, &conditions.parameters()).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
