//! Other processes: one that is killed while it writes, two that write at once.

use super::{Sqlite, inspect};
use crate::Harness;
use crate::fixture::{draft, found};
use dateline_model::{EntityType, NewsRecord};
use dateline_store::{RecordStore, SearchRequest, SqliteConfig, SqliteStore};
use rusqlite::Connection;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where the child's file is and which articles it writes; no child without.
const CHILD: &str = "DATELINE_STORE_TEST_CHILD";
const BATCH: i64 = 20;

/// Batch `number` of a writer: each of its articles in a new version.
fn batch(writer: &str, number: i64) -> Vec<NewsRecord> {
    let article = |n: i64| {
        let mut article =
            draft(&format!("{writer}{n}"), &format!("{writer} batch{number} {}", "text ".repeat(300)))
                .at(number)
                .speaks_of("2023-11-03");
        for entity in 0..10 {
            article =
                article.names(EntityType::Person, &format!("Person {} of {writer}", number * 10 + entity));
        }
        article.record()
    };
    (0..BATCH).map(article).collect()
}

/// Not a test of its own: the body of the child processes, which run this
/// same program with [`CHILD`] set. Says the number of each batch once it is
/// acknowledged.
#[tokio::test]
async fn child() {
    let Ok(orders) = std::env::var(CHILD) else { return };
    let (writer, path) = orders.split_once('@').unwrap();
    let (writer, batches) = writer.split_once(':').unwrap();
    let store = SqliteStore::open(SqliteConfig::at(path)).await.unwrap();
    for number in 1..=batches.parse::<i64>().unwrap() {
        store.write(batch(writer, number)).await.unwrap();
        println!("\nacknowledged {number}");
    }
}

fn start(writer: &str, batches: i64, path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sqlite::processes::child", "--nocapture"])
        .env(CHILD, format!("{writer}:{batches}@{}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Batches acknowledged so far, as the child says them.
fn acknowledged(child: &mut Child) -> impl Iterator<Item = i64> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok())
}

#[tokio::test]
async fn a_killed_writer_leaves_every_acknowledged_batch_whole() {
    let harness = Sqlite::default();
    let mut first = 0;
    for kill_after in [1, 4, 9] {
        let mut child = start("a", 1_000_000, &harness.path());
        let mut batches = acknowledged(&mut child);
        let seen = batches.by_ref().nth(kill_after).unwrap();
        child.kill().unwrap();
        let last = batches.last().unwrap_or(seen);
        child.wait().unwrap();
        first = first.max(last);
        let connection = Connection::open(harness.path()).unwrap();
        inspect(&connection);
        let all_of_one_batch = "SELECT count(*), min(last_seen), max(last_seen) FROM articles";
        let (articles, oldest, newest): (i64, i64, i64) = connection
            .query_row(all_of_one_batch, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        assert_eq!((articles, oldest), (BATCH, newest), "no half batch");
        assert!(newest >= crate::fixture::second(first).as_microsecond(), "batch {first} was acknowledged");
        let rows = |table: &str| -> i64 {
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!((rows("mentions"), rows("dates")), (BATCH * 10, BATCH), "no half article");
    }
}

#[tokio::test]
async fn two_processes_write_to_one_file() {
    let harness = Sqlite::default();
    // Both write articles of their own; `b` twice over, from two processes.
    let mut children = ["a", "b", "b"].map(|writer| start(writer, 15, &harness.path()));
    for child in &mut children {
        assert_eq!(acknowledged(child).last(), Some(15));
        assert!(child.wait().unwrap().success());
    }
    let store = harness.open().await;
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions), (2 * 20, 2 * 20 * 15));
    let current = store.search(SearchRequest::parse("batch15").unwrap()).await.unwrap();
    assert_eq!(current.total, 2 * 20, "every article in its newest version");
    assert!(found(&*store, "batch14").await.is_empty());
    harness.inspect();
}
