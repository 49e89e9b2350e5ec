//! Searches of what was stored.

use crate::articles::{Corpus, Shape};
use dateline_model::NewsRecord;
use dateline_store::{RecordReader, SearchRequest};
use std::time::{Duration, Instant};

/// How many different phrases with an entity are looked for.
const PHRASES: usize = 200;
/// They come from the first articles.
const FROM: usize = 20_000;
/// How often each of the other queries is asked.
const TIMES: usize = 20;

const QUERIES: [&str; 8] = [
    "w300 w500",
    "\"w3 w7\" entity:\"name12 family12\"",
    "\"w3 w7\"",
    "entity:\"name12 family12\"",
    "w1",
    "about-date:2023-06",
    "w40 about-date:2023-06 lang:en",
    "since:2023-05 until:2023-05",
];

pub(crate) async fn run(store: &impl RecordReader, articles: usize, shape: Shape) {
    let step = (articles.min(FROM) / PHRASES).max(1);
    let phrases: Vec<String> =
        Corpus::new(shape).step_by(step).take(PHRASES).map(|record| phrase(&record)).collect();
    measure(store, "a phrase with an entity, each asked once", &phrases).await;
    measure(store, "the same, asked again", &phrases).await;
    for query in QUERIES {
        measure(store, query, &vec![query.to_owned(); TIMES]).await;
    }
}

/// Two words that stand next to each other in an article, and an entity that it names.
fn phrase(record: &NewsRecord) -> String {
    let words: Vec<&str> = record.body().split(' ').collect();
    let place = words.len() / 2;
    let entities = &record.dateline.entities;
    format!(
        "\"{} {}\" entity:\"{}\"",
        words[place],
        words[place + 1],
        entities[entities.len() / 2].name.to_lowercase()
    )
}

async fn measure(store: &impl RecordReader, what: &str, queries: &[String]) {
    let mut times: Vec<Duration> = Vec::with_capacity(queries.len());
    let mut found = 0;
    for query in queries {
        let request = SearchRequest::parse(query).unwrap();
        let start = Instant::now();
        match store.search(request).await {
            Ok(page) => found += page.total,
            // Told, and its time counts: the others are worth knowing.
            Err(error) => println!("{query}: {error}"),
        }
        times.push(start.elapsed());
    }
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!(
        "{what:>40}: {:>6} found on average, median {:?}, p95 {:?}, longest {:?}",
        found / queries.len() as u64,
        at(50),
        at(95),
        at(100)
    );
}
