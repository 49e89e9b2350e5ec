//! Asking the word index, in a way that the server's planner would not find.
//!
//! It takes reading an article's words for cheap, and would rather read all articles in order
//! than sort what the index names: a search for what two frequent terms seldom have in common
//! took more than ten seconds. So it is left no other way.

use super::ages::Ages;
use super::condition::Conditions;
use super::search::candidate;
use crate::Order;
use crate::asked::Asked;
use crate::rank::{CANDIDATES, Candidate};
use std::ops::Range;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Statement};

/// Keys of the articles that are searched first: how often something is found there tells how
/// many more it takes.
const FIRST: i64 = 16_384;

/// The articles that hold what is asked, the [`CANDIDATES`] first of an order; one more shows
/// that there are more.
pub(super) async fn candidates(
    client: &Client,
    conditions: &Conditions,
    asked: &Asked,
    order: Order,
) -> Result<Vec<Candidate>, Error> {
    let ages = Ages::of(client).await?;
    let search = Indexed { conditions, order, ages, after: 0, first: FIRST, wanted: CANDIDATES + 1 };
    search.run(client, asked).await
}

/// The same in the order of their keys, so many of those after a key.
pub(super) async fn after(
    client: &Client,
    conditions: &Conditions,
    asked: &Asked,
    key: i64,
    wanted: usize,
) -> Result<Vec<i64>, Error> {
    let ages = Ages::of(client).await?;
    let search = Indexed { conditions, order: Order::Oldest, ages, after: key.max(0), first: FIRST, wanted };
    Ok(search.run(client, asked).await?.iter().map(|candidate| candidate.article).collect())
}

/// A search of the word index.
struct Indexed<'a> {
    conditions: &'a Conditions,
    order: Order,
    ages: Ages,
    /// Only larger keys than this one count.
    after: i64,
    /// See [`FIRST`].
    first: i64,
    /// How many articles are wanted.
    wanted: usize,
}

impl Indexed<'_> {
    async fn run(&self, client: &Client, asked: &Asked) -> Result<Vec<Candidate>, Error> {
        client.batch_execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off").await?;
        let found = self.find(client, &asked.parts()).await?;
        client.batch_execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on").await?;
        Ok(found)
    }

    /// What to ask of the articles with which keys, the largest first: it is asked part by part
    /// until enough is found.
    async fn find(&self, client: &Client, parts: &[(Range<i64>, &str)]) -> Result<Vec<Candidate>, Error> {
        let mut parts = parts.to_vec();
        if self.order == Order::Oldest {
            parts.reverse();
        }
        let statement = client.prepare(&self.sql()).await?;
        let (mut found, mut searched) = (Vec::new(), 0);
        for (keys, expression) in parts {
            let mut left = keys.start.max(self.after + 1)..keys.end.min(self.ages.last + 1);
            while !left.is_empty() && found.len() < self.wanted {
                let size = self.next_size(found.len(), searched, left.end - left.start);
                let window = self.cut(&mut left, size);
                searched += window.end - window.start;
                let limit = self.wanted - found.len();
                found.extend(self.query(client, &statement, expression, &window, limit).await?);
            }
        }
        Ok(found)
    }

    /// Of how many of the keys that are left the articles are asked next, as `found` in those
    /// that were `searched` tells.
    fn next_size(&self, found: usize, searched: i64, left: i64) -> i64 {
        let found = i64::try_from(found).unwrap_or(i64::MAX);
        let missing = i64::try_from(self.wanted).unwrap_or(i64::MAX) - found;
        let size = match (searched, found) {
            (0, _) => self.first,
            (_, 0) => left,
            // Half as many more: it is not found everywhere as often.
            _ => missing.saturating_mul(searched).saturating_mul(3) / 2 / found + 1,
        };
        // What is nearly all may as well be all.
        if size >= left / 2 { left } else { size }
    }

    /// Takes so many keys off the ones that are left.
    fn cut(&self, left: &mut Range<i64>, size: i64) -> Range<i64> {
        let window = if self.order == Order::Oldest {
            left.start..left.start + size
        } else {
            left.end - size..left.end
        };
        *left = if self.order == Order::Oldest { window.end..left.end } else { left.start..window.start };
        window
    }

    /// Asks for the articles of one part. The keys are no keys to the planner: it would read the
    /// articles by them.
    fn sql(&self) -> String {
        let next = self.conditions.values.len() + 1;
        let direction = if self.order == Order::Oldest { "ASC" } else { "DESC" };
        format!(
            "SELECT a.article, a.at, a.headline FROM articles a
              WHERE a.words @@ ${next}::text::tsquery AND a.article + 0 >= ${} AND a.article + 0 < ${} AND {}
              ORDER BY a.article + 0 {direction} LIMIT ${}",
            next + 1,
            next + 2,
            self.conditions.sql,
            next + 3,
        )
    }

    async fn query(
        &self,
        client: &Client,
        statement: &Statement,
        expression: &str,
        keys: &Range<i64>,
        limit: usize,
    ) -> Result<Vec<Candidate>, Error> {
        let ages = self.ages.expression(keys);
        let expression = ages.map_or(expression.to_owned(), |ages| format!("{ages} & {expression}"));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut parameters = self.conditions.parameters();
        parameters.extend([&expression as &(dyn ToSql + Sync), &keys.start, &keys.end, &limit]);
        Ok(client.query(statement, &parameters).await?.iter().map(candidate).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::connect::{Use, connect};
    use crate::{PostgresOptions, PostgresStore, RecordStore};
    use dateline_model::ArticleId;
    use dateline_testkit::{PostgresServer, plain_record};
    use jiff::Timestamp;

    fn search(conditions: &Conditions, order: Order, wanted: usize, ages: Ages) -> Indexed<'_> {
        Indexed { conditions, order, ages, after: 0, first: 1_000, wanted }
    }

    /// The windows of a search that finds `per_thousand` of the keys.
    #[track_caller]
    fn check(order: Order, per_thousand: usize, expected: &[(i64, i64)]) {
        let conditions = Conditions::default();
        let search = search(&conditions, order, 100, Ages::new(0, 20_000));
        let (mut left, mut found, mut searched, mut windows) = (1..20_001, 0, 0, Vec::new());
        while !left.is_empty() && found < search.wanted {
            let size = search.next_size(found, searched, left.end - left.start);
            let window = search.cut(&mut left, size);
            searched += window.end - window.start;
            found += usize::try_from(window.end - window.start).unwrap() * per_thousand / 1_000;
            windows.push((window.start, window.end));
        }
        assert_eq!(windows, expected);
    }

    #[test]
    fn what_is_found_often_is_looked_for_in_the_latest_only() {
        check(Order::Newest, 100, &[(19_001, 20_001)]);
        check(Order::Newest, 50, &[(19_001, 20_001), (17_500, 19_001)]);
        check(Order::Relevance, 50, &[(19_001, 20_001), (17_500, 19_001)]);
        check(Order::Oldest, 50, &[(1, 1_001), (1_001, 2_502)]);
    }

    #[test]
    fn what_is_seldom_found_is_looked_for_in_all_at_once() {
        check(Order::Newest, 0, &[(19_001, 20_001), (1, 19_001)]);
        check(Order::Newest, 1, &[(19_001, 20_001), (1, 19_001)]);
        check(Order::Oldest, 0, &[(1, 1_001), (1_001, 20_001)]);
    }

    const ARTICLES: usize = 10_000;

    async fn filled(server: &PostgresServer) -> Client {
        let options = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
        let store = PostgresStore::open(options.clone()).await.unwrap();
        let id = |number: usize| ArticleId::from_url(&format!("https://example.org/{number}"));
        let text = |number: usize| format!("often {}", if number.is_multiple_of(9) { "seldom" } else { "" });
        let record = |number| plain_record(id(number), None, &text(number), Timestamp::UNIX_EPOCH);
        store.write((0..ARTICLES).map(record).collect()).await.unwrap();
        let client = connect(&options, Use::Reading).await.unwrap();
        client.batch_execute("BEGIN; SET LOCAL enable_seqscan = off").await.unwrap();
        client
    }

    #[tokio::test]
    async fn windows_and_ages_change_nothing_of_what_is_found() {
        let server = PostgresServer::start();
        let client = filled(&server).await;
        let conditions = Conditions { sql: "NOT a.retracted".to_owned(), ..Conditions::default() };
        let aged = Ages::of(&client).await.unwrap();
        assert!(aged.expression(&(5_000..5_100)).is_some());
        let all = [(i64::MIN..i64::MAX, "'often'")];
        let two = [(4_000..i64::MAX, "'seldom'"), (i64::MIN..4_000, "('often' <-> 'seldom')")];
        for (parts, total) in [(&all[..], ARTICLES), (&two[..], ARTICLES.div_ceil(9))] {
            for order in [Order::Newest, Order::Oldest] {
                for wanted in [20, 700, total + 1] {
                    let found = search(&conditions, order, wanted, aged).find(&client, parts).await.unwrap();
                    let whole = search(&conditions, order, wanted, Ages::new(i64::MAX, aged.last));
                    assert_eq!(found, whole.find(&client, parts).await.unwrap());
                    assert_eq!(found.len(), wanted.min(total), "{parts:?} {order:?}");
                    let keys: Vec<i64> = found.iter().map(|found| found.article).collect();
                    assert!(keys.is_sorted_by(|a, b| if order == Order::Oldest { a < b } else { a > b }));
                }
            }
        }
        let mut later = search(&conditions, Order::Oldest, 20, aged);
        later.after = 9_000;
        let found = later.find(&client, &all).await.unwrap();
        assert_eq!((found.len(), found[0].article), (20, 9_001));
    }
}
