//! What an article costs when the store is fuller and the sources are more.

use crate::phases::{Running, acceptor};
use crate::report::median;
use crate::rig::Rig;
use crate::{BenchError, Growth, SourceCount, StoreSize};
use dateline_extract::Format;
use dateline_model::{ArticleId, NewsRecord, RawArticle, Source, SourceKind};
use dateline_store::{RecordReader, RecordStore, SearchRequest, SqliteConfig, SqliteStore};
use futures::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Different texts with which a store is filled; each comes again under other identities.
const TEXTS: usize = 2_000;
/// Records of one write.
const BATCH: usize = 500;
/// Most articles whose cost is averaged.
const LAST: usize = 10_000;
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
        tell(&format!("a store of up to {most} articles"));
        let stores = self.stores(most).await?;
        let mut sources = Vec::new();
        for count in SOURCES {
            tell(&format!("{count} sources"));
            sources.push(self.sources(count, articles.max(count * INPUT)).await?);
        }
        Ok(Growth { stores, sources })
    }

    async fn stores(&self, most: usize) -> Result<Vec<StoreSize>, BenchError> {
        let place = self.place()?;
        let path = place.path();
        let store = SqliteStore::open(SqliteConfig::at(&path)).await?;
        let (pool, query) = self.pool()?;
        let (mut sizes, mut stored) = (Vec::new(), 0);
        let decades = std::iter::successors(Some(1_000_usize), |size| size.checked_mul(10));
        for size in decades.take_while(|&size| size <= most) {
            let last = LAST.min(size / 2);
            fill(&store, &pool, stored..size - last).await?;
            let watch = self.start();
            let wall = fill(&store, &pool, size - last..size).await?;
            let used = self.stop(&watch);
            stored = size;
            #[expect(clippy::cast_precision_loss, reason = "at most ten thousand articles")]
            let each = |time: Duration| time.as_secs_f64() * 1000.0 / last as f64;
            sizes.push(StoreSize {
                articles: size,
                write_ms: each(wall),
                cpu_ms: each(used.cpu),
                search_ms: search_ms(&store, &query).await?,
                bytes: std::fs::metadata(&path).map_or(0, |file| file.len()),
            });
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

    async fn sources(&self, count: usize, articles: usize) -> Result<SourceCount, BenchError> {
        let seed = self.next();
        let mut made = dateline_sample::articles(articles, seed);
        let inputs = (0..articles / INPUT).map(|number| {
            let lines = dateline_sample::json_lines(made.by_ref().take(INPUT));
            let source = Source::new(&format!("source-{}", number % count), SourceKind::Feed);
            (number, source, Arc::<[u8]>::from(lines.into_bytes()))
        });
        let inputs: Vec<(usize, Source, Arc<[u8]>)> = inputs.collect();
        let buses = futures::future::try_join_all((0..3).map(|_| self.another_bus())).await?;
        self.rest().await?;
        let (_place, store) = self.store().await?;
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
        let (wall, cpu) = (used.wall.as_secs_f64(), used.cpu.as_secs_f64());
        Ok(SourceCount { sources: count, rate: sent / wall, cpu: cpu * 1000.0 / sent })
    }
}

/// Writes articles of these numbers; gives the time of the writes alone.
async fn fill(
    store: &SqliteStore,
    pool: &[NewsRecord],
    numbers: std::ops::Range<usize>,
) -> Result<Duration, BenchError> {
    let mut wall = Duration::ZERO;
    for first in numbers.clone().step_by(BATCH) {
        let batch = first..numbers.end.min(first + BATCH);
        let records = batch.map(|number| under_other_identity(&pool[number % pool.len()], number));
        let records: Vec<NewsRecord> = records.collect();
        let started = Instant::now();
        store.write(records).await?;
        wall += started.elapsed();
    }
    Ok(wall)
}

fn under_other_identity(record: &NewsRecord, number: usize) -> NewsRecord {
    let id = ArticleId::from_url(&format!("https://growth.example/{number}"));
    NewsRecord { uri: id.uri(), ..record.clone() }
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
