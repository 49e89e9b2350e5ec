//! From foreign bytes to acknowledged messages; the one way into the pipeline.

use crate::input::{Content, ReadInput, identify};
use crate::trace;
use dateline_bus::{
    Bus, BusError, ByteRoom, DeadLetterDesk, Gate, Outgoing, Publisher, StageMetrics, Subject,
};
use dateline_extract::{ExtractError, Fault, Format, Limits};
use dateline_model::{Article, ArticleId, DeadLetter, DeadReason, Payload, RawArticle, Source, Stage};
use dateline_runtime::Disposition;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::Span;
use dateline_runtime::telemetry::catalogue::{SOURCE_ARTICLES, SOURCE_LAST_SUCCESS};
use futures::StreamExt;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Publishes of one input under way at once.
const CONCURRENCY: usize = 128;

/// Accepts articles: identifies, publishes, waits for the broker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Acceptor {
    bus: Bus,
    publisher: Publisher,
    /// For articles in their wire form.
    room: ByteRoom,
    desk: DeadLetterDesk,
    gate: Gate,
    limits: Limits,
    metrics: StageMetrics,
    clock: SharedClockDebug,
}

/// A clock has nothing to show.
#[derive(Clone)]
struct SharedClockDebug(SharedClock);

impl std::fmt::Debug for SharedClockDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// One accepted article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Its identity.
    pub id: ArticleId,
    /// The broker had this version already.
    pub duplicate: bool,
}

/// When something was asked for over the network, and how long the answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// When the first request was made.
    pub at: Timestamp,
    /// Until the whole answer was there.
    pub took: Duration,
}

/// What became of one input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InputReport {
    /// Articles that are now in the pipeline.
    pub accepted: u64,
    /// Articles that were there already.
    pub duplicates: u64,
    /// Articles, or whole inputs, that became dead letters.
    pub dead: u64,
}

impl InputReport {
    pub(crate) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.dead += other.dead;
    }
}

impl Acceptor {
    /// An acceptor into `bus`; `gate` says when to pause.
    #[must_use]
    pub fn new(bus: &Bus, gate: Gate, limits: Limits, clock: SharedClock) -> Self {
        Self {
            bus: bus.clone(),
            publisher: bus.publisher(),
            room: ByteRoom::new(bus.config().in_flight_bytes.0),
            desk: bus.dead_letters(),
            gate,
            limits,
            metrics: StageMetrics::new(Stage::Producer),
            clock: SharedClockDebug(clock),
        }
    }

    /// The gate, for sources that must answer rather than wait.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Whether the broker can be reached at this moment.
    pub(crate) fn is_connected(&self) -> bool {
        self.bus.is_connected()
    }

    /// The limits of extraction.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Reads all articles of an input and accepts them; what cannot be read is
    /// kept as a dead letter. Waits out back-pressure and broker trouble.
    ///
    /// # Errors
    /// At `stop`, when not everything was acknowledged: the cursor must not move.
    pub async fn accept_input(
        &self,
        path: &str,
        bytes: Arc<[u8]>,
        format: Format,
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let input = ReadInput::of(path, bytes, format, source.clone(), self.limits, self.now()).await;
        self.accept_read(input, stop).await
    }

    /// Accepts an input that was read.
    ///
    /// # Errors
    /// At `stop`, when not everything was acknowledged.
    pub(crate) async fn accept_read(
        &self,
        input: ReadInput,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let ReadInput { path, bytes, source, content, panic } = input;
        match panic {
            Some(detail) => self.bury_panic(&path, &bytes, &source, &detail, stop).await,
            None => self.accept_content(content, &bytes, &source, stop).await,
        }
    }

    /// Accepts what extraction gave for `bytes`.
    ///
    /// # Errors
    /// At `stop`, when not everything was acknowledged.
    pub async fn accept_results(
        &self,
        extracted: Vec<Result<Article, ExtractError>>,
        bytes: &[u8],
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        self.accept_content(Content::of(extracted, source, self.now()), bytes, source, stop).await
    }

    async fn accept_content(
        &self,
        Content { articles, faults }: Content,
        bytes: &[u8],
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let articles = articles.into_iter().map(|raw| self.accept_extracted(raw, stop));
        let letters = faults.into_iter().map(|error| self.bury_extracted(error, bytes, source, stop));
        // Side by side, each kind together: the next input waits for one answer, not for two, and a
        // broker keeps many letters at once at the price of a few.
        let (accepted, dead) = tokio::join!(all(articles), all(letters));
        let mut report = accepted?;
        report.add(dead?);
        Ok(report)
    }

    async fn bury_extracted(
        &self,
        error: ExtractError,
        bytes: &[u8],
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        self.gate.opened(stop).await?;
        self.bury(&error, bytes, source, stop).await?;
        Ok(InputReport { dead: 1, ..InputReport::default() })
    }

    async fn accept_extracted(
        &self,
        raw: RawArticle,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        self.gate.opened(stop).await?;
        self.accept_raw(&raw, None, stop).await
    }

    /// Accepts an article whose identity the source found out by other means, and which
    /// was asked for.
    ///
    /// # Errors
    /// At `stop`, when it was not acknowledged.
    pub(crate) async fn accept_as(
        &self,
        article: Article,
        id: ArticleId,
        (source, asked): (&Source, Asked),
        ingested_at: Timestamp,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let raw = RawArticle { article_id: id, ..identify(article, source, ingested_at) };
        self.accept_raw(&raw, Some(asked), stop).await
    }

    async fn accept_raw(
        &self,
        raw: &RawArticle,
        asked: Option<Asked>,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let none = InputReport::default();
        if is_empty(&raw.article) {
            self.bury_empty(raw, stop).await?;
            return Ok(InputReport { dead: 1, ..none });
        }
        let trace_parent = trace::start(raw);
        let mut span = Span::root("intake", Some(&trace_parent));
        if let Some(asked) = asked {
            span.part_before("fetch", asked.at, asked.took);
        }
        match self.publish(raw, trace_parent, span, stop).await {
            Ok(Accepted { duplicate: false, .. }) => Ok(InputReport { accepted: 1, ..none }),
            Ok(Accepted { duplicate: true, .. }) => Ok(InputReport { duplicates: 1, ..none }),
            // What the broker will never take must not stand in the way of what follows.
            Err(error) if error.disposition() == Disposition::DeadLetter => {
                self.bury_unpublishable(raw, &error, &raw.source, stop).await?;
                Ok(InputReport { dead: 1, ..none })
            }
            Err(error) => Err(error),
        }
    }

    /// Accepts one article. It is in the pipeline when this returns `Ok`.
    ///
    /// # Errors
    /// When the broker did not acknowledge it until `stop`, or never will.
    pub async fn accept(
        &self,
        article: Article,
        source: &Source,
        ingested_at: Timestamp,
        trace_parent: Option<String>,
        stop: &CancellationToken,
    ) -> Result<Accepted, BusError> {
        let raw = identify(article, source, ingested_at);
        let (trace_parent, span) = if let Some(given) = trace_parent {
            let span = Span::begin("intake", Some(&given));
            (given, span)
        } else {
            let made = trace::start(&raw);
            let span = Span::root("intake", Some(&made));
            (made, span)
        };
        self.publish(&raw, trace_parent, span, stop).await
    }

    async fn publish(
        &self,
        raw: &RawArticle,
        trace_parent: String,
        mut span: Span,
        stop: &CancellationToken,
    ) -> Result<Accepted, BusError> {
        let _room = self.room.take(raw.article.text.len()).await;
        let hand = InHand::take(&self.metrics);
        span.note("dateline.source", &raw.source.id);
        span.note("dateline.article", raw.article_id);
        let message = Outgoing {
            subject: Subject::raw(&raw.source),
            message_id: raw.message_id(),
            trace_parent: Some(trace_parent),
            replay_of: None,
            payload: encode(raw).into(),
        };
        let began = Instant::now();
        let published = self.publisher.publish_patiently(message, stop).await;
        span.part("publish", began, began.elapsed());
        if let Err(error) = &published {
            span.fail(error);
        }
        span.end();
        match published {
            Ok(receipt) => {
                hand.settle(if receipt.duplicate { StageMetrics::duplicate } else { StageMetrics::sent });
                self.count_delivered(&raw.source, if receipt.duplicate { "duplicate" } else { "accepted" });
                Ok(Accepted { id: raw.article_id, duplicate: receipt.duplicate })
            }
            Err(error) => Err(error),
        }
    }

    /// The source has delivered an article that could be read.
    fn count_delivered(&self, source: &Source, outcome: &str) {
        SOURCE_ARTICLES.with([source.id.as_str(), outcome]).increment(1);
        SOURCE_LAST_SUCCESS.with([source.id.as_str()]).set(self.now().as_duration().as_secs_f64());
    }

    /// Keeps what could not be read, with its bytes.
    pub(crate) async fn bury(
        &self,
        error: &ExtractError,
        bytes: &[u8],
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let range = error.bytes.clone().filter(|range| range.end <= bytes.len()).unwrap_or(0..bytes.len());
        let place = error.place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
        self.keep_dead(
            format!("{}{place}", error.origin.path),
            error.reason(),
            error.to_string(),
            &bytes[range],
            source,
            stop,
        )
        .await
    }

    /// Keeps word of an input whose bytes could not be had.
    pub(crate) async fn bury_unread(
        &self,
        place: &str,
        detail: &str,
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let detail = format!("{place} could not be read: {detail}; mend it and load it again");
        self.keep_dead(place.to_owned(), DeadReason::Unreadable, detail, &[], source, stop).await
    }

    /// Keeps an article that could be read, in the form in which it can be replayed.
    async fn bury_unpublishable(
        &self,
        raw: &RawArticle,
        error: &BusError,
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let place = format!("{} (article {})", raw.article.origin.path, raw.article.origin.index);
        self.keep_dead(place, DeadReason::TooLarge, error.to_string(), &encode(raw), source, stop).await
    }

    /// Keeps an article that says nothing: an address alone is no news.
    async fn bury_empty(&self, raw: &RawArticle, stop: &CancellationToken) -> Result<(), BusError> {
        let address = raw.article.url.as_deref().map(|url| format!(" ({url})")).unwrap_or_default();
        let place = format!("{} (article {})", raw.article.origin.path, raw.article.origin.index);
        let detail = format!("{}{address}", Fault::Empty);
        self.keep_dead(place, Fault::Empty.reason(), detail, &encode(raw), &raw.source, stop).await
    }

    async fn bury_panic(
        &self,
        path: &str,
        bytes: &[u8],
        source: &Source,
        detail: &str,
        stop: &CancellationToken,
    ) -> Result<InputReport, BusError> {
        let detail = format!("reading {path} panicked: {detail}; please report it with the payload");
        self.keep_dead(path.to_owned(), DeadReason::Panic, detail, bytes, source, stop).await?;
        Ok(InputReport { dead: 1, ..InputReport::default() })
    }

    async fn keep_dead(
        &self,
        place: String,
        reason: DeadReason,
        detail: String,
        bytes: &[u8],
        source: &Source,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let hand = InHand::take(&self.metrics);
        let now = self.clock.0.now();
        let unique = format!("{place}:{:016x}", xxhash_rust::xxh3::xxh3_64(bytes));
        let letter = DeadLetter {
            stage: Stage::Producer,
            reason,
            detail,
            subject: Subject::raw(source).as_str().to_owned(),
            headers: std::collections::BTreeMap::new(),
            place: Some(place),
            attempts: 1,
            first_at: now,
            last_at: now,
            payload: Payload::of(bytes),
            truncated_bytes: 0,
        };
        let kept = self.desk.keep_patiently(letter, &unique, stop).await;
        if kept.is_ok() {
            hand.settle(|metrics| metrics.dead(reason));
            SOURCE_ARTICLES.with([source.id.as_str(), "dead"]).increment(1);
        }
        kept
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.0.now()
    }
}

/// What came of all parts of an input, worked on side by side; an error of one only after all others
/// have come to an end.
async fn all(
    parts: impl Iterator<Item = impl Future<Output = Result<InputReport, BusError>>>,
) -> Result<InputReport, BusError> {
    let mut results = futures::stream::iter(parts).buffer_unordered(CONCURRENCY);
    let (mut report, mut failure) = (InputReport::default(), None);
    while let Some(result) = results.next().await {
        match result {
            Ok(part) => report.add(part),
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(report), Err)
}

/// An article that came in and has no fate yet. One that is let go without one was not accepted,
/// and will come again: the broker refused it, the process stops, or whoever pushed it hung up or
/// was told that it took too long.
struct InHand<'a> {
    metrics: &'a StageMetrics,
    settled: bool,
}

impl<'a> InHand<'a> {
    fn take(metrics: &'a StageMetrics) -> Self {
        metrics.received();
        Self { metrics, settled: false }
    }

    fn settle(mut self, fate: impl FnOnce(&StageMetrics)) {
        self.settled = true;
        fate(self.metrics);
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.metrics.retried();
        }
    }
}

/// Whether nothing of it could be read by anybody.
pub(crate) fn is_empty(article: &Article) -> bool {
    let blank = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
    blank(article.title.as_deref()) && blank(Some(&article.text))
}

fn encode(raw: &RawArticle) -> Vec<u8> {
    serde_json::to_vec(raw).expect("a raw article has only string keys, so it always serialises")
}
