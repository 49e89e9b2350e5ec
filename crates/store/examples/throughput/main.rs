//! Articles a second through a store, beside the limit of its database measured
//! in the same run (SQLite: a bare loop of prepared statements that writes the
//! same rows; PostgreSQL: `COPY` of the same bytes), and searches of what was stored.
//!
//! `cargo run --release -p dateline-store --example throughput -- sqlite|postgres [ARTICLES] [BATCH] [ROUNDS]`

#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to report")]

mod articles;
mod postgres;
mod raw;

use articles::Corpus;
use dateline_store::{PostgresStore, RecordReader, RecordStore, SearchRequest, SqliteConfig, SqliteStore};
use dateline_testkit::PostgresServer;
use std::time::{Duration, Instant};

fn main() {
    let number = |at, default| {
        std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number of articles"))
    };
    let (articles, batch, rounds): (usize, usize, usize) = (number(2, 10_000), number(3, 500), number(4, 3));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let size = Corpus::new().next().unwrap();
    println!(
        "{articles} articles of {} bytes of text, {} bytes of JSON, {} entities; batches of {batch}",
        size.body().len(),
        serde_json::to_string(&size).unwrap().len(),
        size.dateline.entities.len()
    );
    // Alternating, so that a slow moment of the machine falls on both.
    match std::env::args().nth(1).as_deref() {
        Some("postgres") => runtime.block_on(postgres(articles, batch, rounds)),
        Some("sqlite") => runtime.block_on(sqlite(articles, batch, rounds)),
        other => panic!("which store, sqlite or postgres? not {other:?}"),
    }
}

async fn sqlite(articles: usize, batch: usize, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=rounds {
        let path = folder.path().join(format!("raw{round}.db"));
        report("bare loop", articles, raw::run(&path, articles, batch).await);
        let path = folder.path().join(format!("store{round}.db"));
        report("store", articles, write(&path, articles, batch).await);
    }
    let path = folder.path().join("store1.db");
    search(&SqliteStore::open(SqliteConfig::at(path)).await.unwrap()).await;
}

async fn postgres(articles: usize, batch: usize, rounds: usize) {
    let server = PostgresServer::start();
    for round in 1..=rounds {
        let (stored, copied) = (format!("store{round}"), format!("raw{round}"));
        report("store", articles, postgres::write(&server, &stored, articles, batch).await);
        report("bare COPY", articles, postgres::copy(&server, &stored, &copied, batch).await);
    }
    println!("{}", server.sql("ANALYZE; SELECT version()"));
    search(&PostgresStore::open(postgres::options(&server, "store1")).await.unwrap()).await;
}

fn report(what: &str, articles: usize, time: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "far fewer articles than 2^52")]
    let rate = articles as f64 / time.as_secs_f64();
    println!("{what:>10}: {rate:>8.0} articles/s");
}

async fn write(path: &std::path::Path, articles: usize, batch: usize) -> Duration {
    let store = SqliteStore::open(SqliteConfig::at(path)).await.unwrap();
    let mut corpus = Corpus::new();
    let mut time = Duration::ZERO;
    for _ in 0..articles / batch {
        let records: Vec<_> = corpus.by_ref().take(batch).collect();
        let start = Instant::now();
        store.write(records).await.unwrap();
        time += start.elapsed();
    }
    time
}

async fn search(store: &impl RecordReader) {
    let queries = [
        "w300 w500",
        "\"w3 w7\" entity:\"name12 family12\"",
        "\"w3 w7\"",
        "entity:\"name12 family12\"",
        "w1",
        "about-date:2023-06",
        "w40 about-date:2023-06 lang:en",
        "since:2023-05 until:2023-05",
    ];
    for query in queries {
        let request = SearchRequest::parse(query).unwrap();
        let mut times: Vec<Duration> = Vec::new();
        let mut total = 0;
        for _ in 0..20 {
            let start = Instant::now();
            total = store.search(request.clone()).await.unwrap().total;
            times.push(start.elapsed());
        }
        times.sort();
        println!("{query:>40}: {total:>6} found, median {:?}, p95 {:?}", times[10], times[18]);
    }
}
