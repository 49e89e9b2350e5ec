//! Articles a second through a store, beside the limit of its database measured
//! in the same run (SQLite: a bare loop of prepared statements that writes the
//! same rows; PostgreSQL: `COPY` of the same bytes), and searches of what was stored.
//!
//! `cargo run --release -p dateline-store --example throughput -- sqlite|postgres [ARTICLES] [BATCH] [ROUNDS]`
//!
//! Searches alone, in a store of any size and of articles of any size:
//! `... --example throughput -- search sqlite|postgres [ARTICLES] [WORDS] [ENTITIES]`

#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to report")]

mod articles;
mod postgres;
mod raw;
mod searches;

use articles::{Corpus, Shape};
use dateline_store::{PostgresStore, RecordStore, SqliteConfig, SqliteStore};
use dateline_testkit::PostgresServer;
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
        report("store", articles, write(&store, articles, batch, Shape::default()).await);
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
        report("store", articles, write(&store, articles, batch, Shape::default()).await);
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
        report("store", articles, write(&store, articles, batch, shape).await);
        searches::run(&store, articles, shape).await;
    } else {
        // As an operator sets a server of this size.
        let server = PostgresServer::start_with(vec!["shared_buffers=4GB", "max_wal_size=8GB"]);
        let open = || PostgresStore::open(postgres::options(&server, "store"));
        let (store, other) = (open().await.unwrap(), open().await.unwrap());
        report("two stores", articles, write_side_by_side([&store, &other], articles, batch, shape).await);
        // Alone: within a transaction the server refuses it.
        drop(server.sql("VACUUM ANALYZE"));
        println!("{}", server.sql("SELECT version()"));
        searches::run(&store, articles, shape).await;
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

/// Time of the store alone to write so many articles.
async fn write(store: &impl RecordStore, articles: usize, batch: usize, shape: Shape) -> Duration {
    let mut corpus = Corpus::new(shape);
    let mut time = Duration::ZERO;
    for _ in 0..articles / batch {
        let records: Vec<_> = corpus.by_ref().take(batch).collect();
        let start = Instant::now();
        store.write(records).await.unwrap();
        time += start.elapsed();
    }
    time
}

/// The same by two writers of one store at the same time.
async fn write_side_by_side(
    stores: [&impl RecordStore; 2],
    articles: usize,
    batch: usize,
    shape: Shape,
) -> Duration {
    let mut corpus = Corpus::new(shape);
    let mut time = Duration::ZERO;
    for _ in 0..articles / batch / 2 {
        let mut records = || corpus.by_ref().take(batch).collect::<Vec<_>>();
        let (first, second) = (records(), records());
        let start = Instant::now();
        let written = tokio::join!(stores[0].write(first), stores[1].write(second));
        time += start.elapsed();
        assert!(written.0.is_ok() && written.1.is_ok(), "a batch is written");
    }
    time
}
