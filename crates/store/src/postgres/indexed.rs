//! Asking the word index, in a way that the server's planner would not find.
//!
//! It takes reading an article's words for cheap, and would rather read all articles in order
//! than sort what the index names: a search for what two frequent terms seldom have in common
//! took more than ten seconds. So it is left no other way, but for what most articles have.

use super::condition::Conditions;
use super::search::candidate;
use crate::Order;
use crate::asked::Asked;
use crate::rank::{CANDIDATES, Candidate};
use std::ops::Range;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row};

/// A share of the articles of which all of the store may as well be read in order, until there
/// are enough; and how many of them make that faster than what the index names.
const FREQUENT_SHARE: f64 = 0.3;
const FREQUENT: f64 = 200_000.0;
/// So many of the latest articles are read for that; each is a hundredth of a millisecond.
const LATEST: i64 = 50_000;

/// The articles that hold what is asked, the [`CANDIDATES`] first of an order; one more shows
/// that there are more.
pub(super) async fn candidates(
    client: &Client,
    conditions: &Conditions,
    asked: &Asked,
    order: Order,
) -> Result<Vec<Candidate>, Error> {
    let mut parts = asked.parts();
    if order == Order::Oldest {
        parts.reverse();
    }
    let mut found = Vec::new();
    for (keys, expression) in parts {
        let limit = (CANDIDATES + 1).saturating_sub(found.len());
        let part = Indexed { conditions, expression, keys, order, limit, frequent: FREQUENT };
        found.extend(part.find(client).await?);
    }
    Ok(found)
}

/// What is asked of the word index for some of the articles.
struct Indexed<'a> {
    conditions: &'a Conditions,
    expression: &'a str,
    /// Keys of the articles.
    keys: Range<i64>,
    order: Order,
    limit: usize,
    /// What is expected more often than this may be frequent.
    frequent: f64,
}

impl Indexed<'_> {
    async fn find(&self, client: &Client) -> Result<Vec<Candidate>, Error> {
        match self.latest(client).await? {
            Some(latest) => Ok(latest),
            None => self.by_word(client).await,
        }
    }

    /// Those that the index names; their keys are none to the planner unless they are those of
    /// few articles.
    async fn by_word(&self, client: &Client) -> Result<Vec<Candidate>, Error> {
        let key = if self.keys.end <= LATEST { "a.article" } else { "(a.article + 0)" };
        client.batch_execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off").await?;
        let found = self.query(client, key, self.keys.start).await?;
        client.batch_execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on").await?;
        Ok(found)
    }

    /// The latest ones in their order; `None` where they are not frequent, or the latest are not
    /// enough.
    async fn latest(&self, client: &Client) -> Result<Option<Vec<Candidate>>, Error> {
        let is_all = self.conditions.values.is_empty() && self.order != Order::Oldest;
        if !is_all || !self.is_frequent(client).await? {
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
    async fn query(&self, client: &Client, key: &str, first: i64) -> Result<Vec<Candidate>, Error> {
        let (conditions, next) = (self.conditions, self.conditions.values.len() + 1);
        let direction = if self.order == Order::Oldest { "ASC" } else { "DESC" };
        let sql = format!(
            "SELECT a.article, a.at, a.headline FROM articles a
              WHERE a.words @@ ${next}::text::tsquery AND {key} >= ${} AND {key} < ${} AND {}
              ORDER BY {key} {direction} LIMIT {}",
            next + 1,
            next + 2,
            conditions.sql,
            self.limit
        );
        let mut parameters = conditions.parameters();
        parameters.extend([&self.expression as &(dyn ToSql + Sync), &first, &self.keys.end]);
        Ok(client.query(&sql, &parameters).await?.iter().map(candidate).collect())
    }

    /// Whether the planner believes that this is found very often. It takes a phrase for its
    /// words, wherever they stand: one is never believed to be frequent here.
    async fn is_frequent(&self, client: &Client) -> Result<bool, Error> {
        if self.expression.contains("<->") {
            return Ok(false);
        }
        let sql = "EXPLAIN SELECT 1 FROM articles WHERE words @@ $1::text::tsquery";
        let found = planned(&client.query(sql, &[&self.expression]).await?);
        let all = planned(&client.query("EXPLAIN SELECT 1 FROM articles", &[]).await?);
        Ok(found >= self.frequent && found >= FREQUENT_SHARE * all)
    }
}

/// How many rows a plan expects: `... rows=42 width=4)` on its first line.
fn planned(plan: &[Row]) -> f64 {
    let rows = |line: &str| line.split_once("rows=")?.1.split(' ').next()?.parse().ok();
    plan.first().and_then(|line| rows(line.get(0))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::connect::{Use, connect};
    use crate::{PostgresOptions, PostgresStore, RecordStore};
    use dateline_model::ArticleId;
    use dateline_testkit::{PostgresServer, plain_record};
    use jiff::Timestamp;

    const ARTICLES: usize = 300;

    async fn filled(server: &PostgresServer) -> Client {
        let options = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
        let store = PostgresStore::open(options.clone()).await.unwrap();
        let id = |number: usize| ArticleId::from_url(&format!("https://example.org/{number}"));
        let text = |number: usize| format!("often {}", if number.is_multiple_of(9) { "seldom" } else { "" });
        let record = |number| plain_record(id(number), None, &text(number), Timestamp::UNIX_EPOCH);
        store.write((0..ARTICLES).map(record).collect()).await.unwrap();
        let client = connect(&options, Use::Reading).await.unwrap();
        client.batch_execute("BEGIN").await.unwrap();
        client
    }

    #[tokio::test]
    async fn what_most_articles_have_is_found_in_the_latest_first() {
        let server = PostgresServer::start();
        let client = filled(&server).await;
        let conditions = Conditions { sql: "NOT a.retracted".to_owned(), ..Conditions::default() };
        let part = |expression, order, limit| Indexed {
            conditions: &conditions,
            expression,
            keys: i64::MIN..i64::MAX,
            order,
            limit,
            frequent: 1.0,
        };
        drop(server.sql("ANALYZE"));
        let often = part("'often'", Order::Newest, 20);
        let latest = often.latest(&client).await.unwrap().expect("it is frequent");
        assert_eq!(latest, often.by_word(&client).await.unwrap());
        assert_eq!(latest.len(), 20);
        for other in [
            part("'seldom'", Order::Newest, 20),
            part("'often'", Order::Oldest, 20),
            part("'often'", Order::Newest, ARTICLES + 1),
            part("('often' <-> 'seldom')", Order::Newest, 20),
        ] {
            assert_eq!(other.latest(&client).await.unwrap(), None);
        }
        assert_eq!(part("'seldom'", Order::Newest, 100).find(&client).await.unwrap().len(), 34);
    }
}
