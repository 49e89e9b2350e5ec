//! Articles a second through the SQLite store, beside a bare loop of prepared
//! statements that writes the same rows into the same tables in the same run,
//! and searches of what was stored.
//!
//! `cargo run --release -p dateline-store --example throughput -- [ARTICLES] [BATCH] [ROUNDS]`

#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to report")]

mod articles;
mod raw;

use articles::Corpus;
use dateline_store::{RecordReader, RecordStore, SearchRequest, SqliteConfig, SqliteStore};
use std::time::{Duration, Instant};

fn main() {
    let number = |at, default| {
        std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number of articles"))
    };
    let (articles, batch, rounds): (usize, usize, usize) = (number(1, 10_000), number(2, 500), number(3, 3));
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let size = Corpus::new().next().unwrap();
    println!(
        "{articles} articles of {} bytes of text, {} bytes of JSON, {} entities; batches of {batch}",
        size.body().len(),
        serde_json::to_string(&size).unwrap().len(),
        size.dateline.entities.len()
    );
    // Alternating, so that a slow moment of the machine falls on both.
    for round in 1..=rounds {
        let path = folder.path().join(format!("raw{round}.db"));
        report("bare loop", articles, runtime.block_on(raw::run(&path, articles, batch)));
        let path = folder.path().join(format!("store{round}.db"));
        report("store", articles, runtime.block_on(write(&path, articles, batch)));
    }
    runtime.block_on(search(&folder.path().join("store1.db")));
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

async fn search(path: &std::path::Path) {
    let store = SqliteStore::open(SqliteConfig::at(path)).await.unwrap();
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
