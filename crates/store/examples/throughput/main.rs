//! Articles a second through a store, beside the limit of its database measured
//! in the same run (SQLite: a bare loop of prepared statements that writes the
//! same rows; PostgreSQL: `COPY` of the same bytes), and searches of what was stored.
//!
//! `cargo run --release -p dateline-store --example throughput -- sqlite|postgres [ARTICLES] [BATCH] [ROUNDS]`
//!
//! Searches alone, in a store of any size and of articles of any size, which two writers
//! fill side by side where that is faster (PostgreSQL):
//! `... --example throughput -- search sqlite|postgres [ARTICLES] [WORDS] [ENTITIES]`

#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to report")]

mod articles;
mod postgres;
mod raw;
mod searches;

use articles::{Corpus, Shape};
use dateline_model::NewsRecord;
use dateline_store::{ErrorClass, PostgresStore, RecordStore, SqliteConfig, SqliteStore};
use dateline_testkit::PostgresServer;
use futures::future::join_all;
use std::time::{Duration, Instant};

/// The one that `dateline` has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let number = |at, default| {
        std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number of articles"))
    };
    let word = |at| std::env::args().nth(at).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // Alternating, so that a slow moment of the machine falls on both.
    match (word(1).as_str(), word(2).as_str()) {
        ("postgres", _) => runtime.block_on(postgres(number(2, 10_000), number(3, 500), number(4, 3))),
        ("sqlite", _) => runtime.block_on(sqlite(number(2, 10_000), number(3, 500), number(4, 3))),
        ("search", store @ ("sqlite" | "postgres")) => {
            let shape = Shape { words: number(4, 620), entities: number(5, 25) };
            runtime.block_on(search(store, number(3, 1_000_000), shape));
        }
        other => panic!("which store, sqlite or postgres? not {other:?}"),
    }
}

async fn sqlite(articles: usize, batch: usize, rounds: usize) {
    describe(articles, batch, Shape::default());
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=rounds {
        let path = folder.path().join(format!("raw{round}.db"));
        report("bare loop", articles, raw::run(&path, articles, batch).await);
        let path = folder.path().join(format!("store{round}.db"));
        let store = SqliteStore::open(SqliteConfig::at(path)).await.unwrap();
        report("store", articles, write(&[store], articles, batch, Shape::default()).await);
    }
    let path = folder.path().join("store1.db");
    searches::run(&SqliteStore::open(SqliteConfig::at(path)).await.unwrap(), articles, Shape::default())
        .await;
}

async fn postgres(articles: usize, batch: usize, rounds: usize) {
    describe(articles, batch, Shape::default());
    let server = PostgresServer::start();
    for round in 1..=rounds {
        let (stored, copied) = (format!("store{round}"), format!("raw{round}"));
        let store = PostgresStore::open(postgres::options(&server, &stored)).await.unwrap();
        report("store", articles, write(&[store], articles, batch, Shape::default()).await);
        report("bare COPY", articles, postgres::copy(&server, &stored, &copied, batch).await);
    }
    println!("{}", server.sql("ANALYZE; SELECT version()"));
    let store = PostgresStore::open(postgres::options(&server, "store1")).await.unwrap();
    searches::run(&store, articles, Shape::default()).await;
}

/// Fills a store and searches it.
async fn search(kind: &str, articles: usize, shape: Shape) {
    let batch = 1_000;
    describe(articles, batch, shape);
    if kind == "sqlite" {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(SqliteConfig::at(folder.path().join("store.db"))).await.unwrap();
        report("store", articles, write(std::slice::from_ref(&store), articles, batch, shape).await);
        searches::run(&store, articles, shape).await;
    } else {
        // As an operator sets a server of this size.
        let server = PostgresServer::start_with(vec!["shared_buffers=4GB", "max_wal_size=8GB"]);
        let open = || PostgresStore::open(postgres::options(&server, "store"));
        let stores = [open().await.unwrap(), open().await.unwrap()];
        report("two stores", articles, write(&stores, articles, batch, shape).await);
        // Alone: within a transaction the server refuses it.
        drop(server.sql("VACUUM ANALYZE"));
        // What was written is on the disk: no search is measured beside that.
        drop(server.sql("CHECKPOINT"));
        println!("{}", server.sql("SELECT version()"));
        searches::run(&stores[0], articles, shape).await;
    }
}

fn describe(articles: usize, batch: usize, shape: Shape) {
    let size = Corpus::new(shape).next().unwrap();
    println!(
        "{articles} articles of {} bytes of text, {} bytes of JSON, {} entities; batches of {batch}",
        size.body().len(),
        serde_json::to_string(&size).unwrap().len(),
        size.dateline.entities.len()
    );
}

fn report(what: &str, articles: usize, time: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "far fewer articles than 2^52")]
    let rate = articles as f64 / time.as_secs_f64();
    println!("{what:>10}: {rate:>8.0} articles/s");
}

/// Time to write so many articles: of the stores alone, which write a batch each side by side.
async fn write(stores: &[impl RecordStore], articles: usize, batch: usize, shape: Shape) -> Duration {
    let mut corpus = Corpus::new(shape).take(articles);
    let (mut time, mut written) = (Duration::ZERO, 0);
    let mut part = Part::default();
    loop {
        let batches: Vec<Vec<_>> = stores.iter().map(|_| corpus.by_ref().take(batch).collect()).collect();
        if batches[0].is_empty() {
            return time;
        }
        let count: usize = batches.iter().map(Vec::len).sum();
        let start = Instant::now();
        join_all(stores.iter().zip(batches).map(|(store, records)| write_batch(store, records))).await;
        let took = start.elapsed();
        time += took;
        written += count;
        part.add(count, took);
        if part.articles >= PART {
            std::mem::take(&mut part).report(written);
        }
    }
}

/// So many articles are told of while a large store is filled.
const PART: usize = 50_000;

/// The latest articles of a store that is filled.
#[derive(Default)]
struct Part {
    articles: usize,
    time: Duration,
    longest: Duration,
}

impl Part {
    fn add(&mut self, articles: usize, took: Duration) {
        self.articles += articles;
        self.time += took;
        self.longest = self.longest.max(took);
    }

    fn report(&self, written: usize) {
        report(&format!("to {written}"), self.articles, self.time);
        println!("{:>21} longest batch {:?}", "", self.longest);
    }
}

/// As a sink does: what can be tried again is.
async fn write_batch(store: &impl RecordStore, records: Vec<NewsRecord>) {
    while let Err(error) = store.write(records.clone()).await {
        assert_eq!(error.class(), ErrorClass::Transient, "{error}");
        println!("once more: {error}");
    }
}
