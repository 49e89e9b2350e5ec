//! What an article costs when the store is fuller and the sources are more.

use crate::observed::Observed;
use crate::phases::{Running, acceptor};
use crate::report::median;
use crate::rig::{Rig, Used};
use crate::{BenchError, Growth, Passed, SourceCount, StoreSize};
use dateline_extract::Format;
use dateline_model::{ArticleId, NewsRecord, RawArticle, Source, SourceKind, packed};
use dateline_store::{Received, RecordReader, RecordStore, SearchRequest, SqliteConfig, SqliteStore};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Different texts with which a store is filled; each comes again under other identities.
const TEXTS: usize = 2_000;
/// Records of one write.
const BATCH: usize = 500;
/// Most articles whose cost is averaged.
const LAST: usize = 10_000;
/// Most articles that pass through the pipeline into a store of each size.
const MOST_PASSING: usize = 5_000;
/// When the first article comes: 2024-11-24.
const FIRST_SECOND: i64 = 1_732_406_400;
/// Between two articles: a day has three million.
const APART: SignedDuration = SignedDuration::from_micros(28_800);
/// An article is up to so many articles older than its arrival: a quarter of an hour.
const LATE: usize = 31_250;
const UNREADABLE: BenchError = BenchError::Plan("an article of the growth bench cannot be read");
/// Searches of which the median counts.
const SEARCHES: usize = 9;
/// Numbers of sources.
const SOURCES: [usize; 4] = [1, 10, 100, 2_000];
/// Articles of one input; the same for every number of sources.
const INPUT: usize = 2;
/// Inputs under way at once.
const INPUTS: usize = 64;

impl Rig {
    /// Fills a store up to `most` articles, then tries rising numbers of sources.
    pub(crate) async fn growth(
        &self,
        most: usize,
        articles: usize,
        mut tell: impl FnMut(&str),
    ) -> Result<Growth, BenchError> {
        let stores = self.stores(most, articles, &mut tell).await?;
        let mut sources = Vec::new();
        for count in SOURCES {
            tell(&format!("{count} sources"));
            let place = self.place()?;
            let store = SqliteStore::open(SqliteConfig::at(place.path())).await?;
            let pipeline = self.pass(count, articles.max(count * INPUT), Arc::new(store)).await?;
            sources.push(SourceCount { sources: count, pipeline });
        }
        Ok(Growth { stores, sources })
    }

    async fn stores(
        &self,
        most: usize,
        articles: usize,
        tell: &mut impl FnMut(&str),
    ) -> Result<Vec<StoreSize>, BenchError> {
        let place = self.place()?;
        let path = place.path();
        let store = Arc::new(SqliteStore::open(SqliteConfig::at(&path)).await?);
        let (pool, query) = self.pool()?;
        let passing = articles.min(MOST_PASSING);
        let (mut sizes, mut stored) = (Vec::new(), 0);
        let decades = std::iter::successors(Some(1_000_usize), |size| size.checked_mul(10));
        for size in decades.take_while(|&size| size <= most) {
            tell(&format!("a store of {size} articles"));
            let last = stored.max(size - LAST.min(size / 2));
            self.fill(&store, &pool, stored..last).await?;
            let used = self.fill(&store, &pool, last..size).await?;
            #[expect(clippy::cast_precision_loss, reason = "at most ten thousand articles")]
            let each = |time: Duration| time.as_secs_f64() * 1000.0 / (size - last) as f64;
            sizes.push(StoreSize {
                articles: size,
                write_ms: each(used.wall),
                write_cpu_ms: each(used.cpu),
                search_ms: search_ms(&store, &query).await?,
                bytes: std::fs::metadata(&path).map_or(0, |file| file.len()),
                pipeline: self.pass(1, passing, store.clone()).await?,
            });
            stored = size + passing;
        }
        Ok(sizes)
    }

    /// Enriched records, and a query that finds the first of them and its repetitions.
    fn pool(&self) -> Result<(Vec<NewsRecord>, SearchRequest), BenchError> {
        let enriched = |payload: Vec<u8>| {
            let raw: RawArticle = serde_json::from_slice(&payload).ok()?;
            self.enrichment.enrich(raw, self.clock.now()).ok()
        };
        let (seed, payloads) = self.raw_articles(TEXTS);
        let query = SearchRequest::parse(&format!("\"report {seed} 0\""))
            .map_err(|_| BenchError::Plan("the query of the growth bench cannot be read"))?;
        Ok((payloads.into_iter().filter_map(enriched).collect(), query))
    }

    /// Stores articles of these numbers as a sink does; gives what the writes alone took.
    async fn fill(
        &self,
        store: &SqliteStore,
        pool: &[NewsRecord],
        numbers: Range<usize>,
    ) -> Result<Used, BenchError> {
        let mut all = Used::default();
        for first in numbers.clone().step_by(BATCH) {
            let batch = first..numbers.end.min(first + BATCH);
            let records = batch.map(|number| received(&pool[number % pool.len()], number));
            let records: Vec<Received> = records.collect::<Option<_>>().ok_or(UNREADABLE)?;
            let watch = self.start();
            store.take(records).await?;
            all.add(&self.stop(&watch));
        }
        Ok(all)
    }

    /// Sends articles of so many sources through the whole pipeline into a store.
    async fn pass(
        &self,
        sources: usize,
        articles: usize,
        store: Arc<SqliteStore>,
    ) -> Result<Passed, BenchError> {
        let seed = self.next();
        let mut made = dateline_sample::articles(articles, seed);
        let inputs = (0..articles / INPUT).map(|number| {
            let lines = dateline_sample::json_lines(made.by_ref().take(INPUT));
            let source = Source::new(&format!("source-{}", number % sources), SourceKind::Feed);
            (number, source, Arc::<[u8]>::from(lines.into_bytes()))
        });
        let inputs: Vec<(usize, Source, Arc<[u8]>)> = inputs.collect();
        let buses = futures::future::try_join_all((0..3).map(|_| self.another_bus())).await?;
        self.rest().await?;
        let store = Observed::new(store, self.clock.clone());
        let mut running = Running::new();
        let watch = self.start();
        running.enricher(self, &buses[0]);
        running.sink(self, &buses[1], store.clone());
        let (acceptor, stop) = (acceptor(self, &buses[2]), CancellationToken::new());
        let accepted = futures::stream::iter(inputs).map(|(number, source, input)| {
            let (acceptor, stop, path) = (&acceptor, &stop, format!("{seed}-{number}.jsonl"));
            async move { acceptor.accept_input(&path, input, Format::JsonLines, &source, stop).await }
        });
        let accepted: Vec<_> = accepted.buffer_unordered(INPUTS).collect().await;
        accepted.into_iter().try_for_each(|accepted| accepted.map(drop))?;
        let sent = articles / INPUT * INPUT;
        self.stored(&store, sent as u64).await?;
        let used = self.stop(&watch);
        running.stop().await?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand articles")]
        let sent = sent as f64;
        Ok(Passed {
            rate: sent / used.wall.as_secs_f64(),
            cpu: used.cpu.as_secs_f64() * 1000.0 / sent,
            broker_cpu: used.broker_cpu.as_secs_f64() * 1000.0 / sent,
        })
    }
}

/// An article as a stream in order of time would bring it in its place, as it comes from the enricher.
fn received(record: &NewsRecord, number: usize) -> Option<Received> {
    let id = ArticleId::from_url(&format!("https://growth.example/{number}"));
    let moment = |number: usize| {
        let after = APART.checked_mul(i32::try_from(number).ok()?)?;
        Timestamp::from_second(FIRST_SECOND).ok()?.checked_add(after).ok()
    };
    // Multiples of a prime spread evenly.
    let (at, published) = (moment(LATE + number)?, moment(LATE + number - number * 7_919 % LATE)?);
    let mut record = NewsRecord {
        uri: id.uri(),
        first_created: at,
        version_created: at,
        content_created: Some(published),
        ..record.clone()
    };
    record.dateline.ingested_at = at;
    record.dateline.published.as_mut()?.value = published.to_string();
    let json = serde_json::to_vec(&record).ok()?;
    Received::read(&packed::pack(&json)?.into()).ok()
}

async fn search_ms(store: &SqliteStore, query: &SearchRequest) -> Result<f64, BenchError> {
    let mut times = Vec::new();
    for _ in 0..SEARCHES {
        let started = Instant::now();
        store.search(query.clone()).await?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}
