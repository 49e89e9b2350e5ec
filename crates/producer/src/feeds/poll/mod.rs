//! One poll of one source: ask, read, tell what is new, hand it on, remember.
//!
//! What was seen is remembered only after the broker acknowledged every new item, so a
//! poll that is cut short anywhere is made again and nothing is lost.

pub(super) mod delivery;
mod notes;

use super::config::FeedsConfig;
use super::definition::SourceDefinition;
use super::identity::{Judged, Verdict, judge};
use super::metrics::SourceMetrics;
use super::pages::Unfilled;
use super::reading::{self, Reading, ReadingError};
use super::registry::{Claim, Claimed, Registry};
use super::rhythm::Wishes;
use super::seen::SeenItem;
use super::state::{Hub, SourceState};
use crate::acceptor::{Acceptor, Asked};
use crate::fetch::{Body, FetchError, Fetched, Fetcher, Request, RobotsRules, Validators, headers};
use crate::input::in_order;
use dateline_bus::BusError;
use dateline_extract::ExtractError;
use dateline_model::{Article, Source};
use dateline_runtime::clock::SharedClock;
use futures::StreamExt;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use xxhash_rust::xxh3::xxh3_64;

/// What is asked for.
pub(super) const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, \
                      application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
/// Items of one source that are published together; between two lots the lease is renewed.
const LOT: usize = 64;
/// How often a source that waits for the gate looks after its lease.
const GATE_LOOK: Duration = Duration::from_secs(5);
/// Hashes of unreadable entries that are remembered.
const FAULTS: usize = 100;

/// Polls sources. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Poller {
    pub(super) registry: Registry,
    pub(super) fetcher: Fetcher,
    pub(super) acceptor: Acceptor,
    pub(super) config: Arc<FeedsConfig>,
    pub(super) metrics: SourceMetrics,
    pub(super) robots: RobotsRules,
    pub(super) clock: ClockDebug,
    draws: Arc<AtomicU64>,
}

/// A clock has nothing to show.
#[derive(Clone)]
pub(super) struct ClockDebug(pub(super) SharedClock);

impl std::fmt::Debug for ClockDebug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// When a source wants to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    At(Timestamp),
    /// Its server says that it is gone for good.
    Gone,
}

/// Why a poll ended without a word to remember.
pub(super) enum Cut {
    /// The broker, or the end of the process.
    Bus(BusError),
    /// Another producer has the source now.
    LeaseLost,
}

impl From<BusError> for Cut {
    fn from(error: BusError) -> Self {
        Self::Bus(error)
    }
}

/// What a poll found.
enum Found {
    /// Nothing that was not there before.
    Unchanged(Box<Fetched>),
    /// An answer that was read and handed on.
    Taken(Box<Taken>),
    /// No answer.
    Failed(FetchError),
    /// An answer that is no feed.
    Unreadable(ReadingError),
}

struct Taken {
    fetched: Fetched,
    body_hash: u64,
    title: Option<String>,
    wishes: Wishes,
    /// The hub that the feed offers.
    hub: Option<Hub>,
    dates: Vec<Timestamp>,
    remembered: Vec<SeenItem>,
    faults: Vec<u64>,
    new: usize,
    changed: usize,
    /// Pages that could not be had yet.
    waiting: usize,
    /// Whether some of them failed, rather than had no room in this poll.
    pages_failed: bool,
    /// The same answer may lead to more next time.
    unfinished: bool,
}

impl Poller {
    pub(crate) fn new(
        registry: Registry,
        fetcher: Fetcher,
        acceptor: Acceptor,
        config: Arc<FeedsConfig>,
        clock: SharedClock,
    ) -> Self {
        let metrics = SourceMetrics::new(config.labelled_sources);
        let draws = Arc::new(AtomicU64::new(xxh3_64(clock.now().to_string().as_bytes())));
        let robots = RobotsRules::default();
        Self { registry, fetcher, acceptor, config, metrics, robots, clock: ClockDebug(clock), draws }
    }

    /// Polls a source if it is due and free.
    ///
    /// # Errors
    /// When the broker does not answer, or at `stop`: the poll is made again.
    pub(crate) async fn poll(
        &self,
        source: &SourceDefinition,
        stop: &CancellationToken,
    ) -> Result<Next, BusError> {
        let mut claimed = match self.registry.claim(source).await? {
            Claim::Ours(claimed) => *claimed,
            Claim::NotBefore(at) => return Ok(Next::At(at)),
            Claim::Gone => return Ok(Next::Gone),
        };
        match self.ask(source, &mut claimed, stop).await {
            Ok(found) => {
                claimed.state.hub_until = self.hub_until(source).await?;
                self.note(source, &mut claimed.state, found);
                let hub = claimed.state.hub.clone();
                let next = next_of(&claimed.state, self.now());
                if !self.registry.release(claimed).await? {
                    SourceMetrics::lease_lost();
                    tracing::warn!(source = source.name, "another producer took the source meanwhile");
                }
                self.keep_subscribed(source, hub.as_ref()).await?;
                Ok(next)
            }
            Err(Cut::LeaseLost) => {
                SourceMetrics::lease_lost();
                tracing::warn!(source = source.name, "lease lost while polling, nothing is noted");
                Ok(Next::At(self.now()))
            }
            Err(Cut::Bus(error)) => {
                // Whoever comes next need not wait for the lease to run out.
                drop(self.registry.release(claimed).await);
                Err(error)
            }
        }
    }

    async fn ask(
        &self,
        source: &SourceDefinition,
        claimed: &mut Claimed,
        stop: &CancellationToken,
    ) -> Result<Found, Cut> {
        let Some(url) = claimed.state.address() else {
            return Ok(Found::Failed(FetchError::Address(claimed.state.configured.clone())));
        };
        let validators = Some(&claimed.state.validators).filter(|_| !claimed.state.unfinished);
        let fetched = match self.fetch(&url, validators, stop).await? {
            Ok(fetched) => fetched,
            Err(error) => return Ok(Found::Failed(error)),
        };
        let Some(body) = fetched.body.clone() else { return Ok(Found::Unchanged(Box::new(fetched))) };
        let body_hash = xxh3_64(&body.bytes);
        if claimed.state.body_hash == Some(body_hash) && !claimed.state.unfinished {
            return Ok(Found::Unchanged(Box::new(fetched)));
        }
        let mut reading = match self.read(&fetched.url, body.clone()).await {
            Ok(reading) => reading,
            Err(error) => return Ok(Found::Unreadable(error)),
        };
        let is_same = claimed.state.body_hash == Some(body_hash);
        reading.leave_half_item(claimed.state.note_end(reading.breaks_off, is_same));
        if !reading.sitemaps.is_empty() {
            self.follow_sitemaps(claimed, &mut reading, stop).await?;
        }
        let mut fetched = fetched;
        // What a feed says of its new address counts like a permanent redirect.
        fetched.moved_to = fetched.moved_to.or(reading.moved_to.take());
        let taken = self.take(source, claimed, fetched, body_hash, (reading, &body), stop).await?;
        Ok(Found::Taken(Box::new(taken)))
    }

    /// One request, cut off well before the lease ends.
    pub(super) async fn fetch(
        &self,
        url: &url::Url,
        validators: Option<&Validators>,
        stop: &CancellationToken,
    ) -> Result<Result<Fetched, FetchError>, Cut> {
        let began = Instant::now();
        let request = Request { url, validators, accept: ACCEPT };
        let limit = self.config.lease.0.mul_f32(0.75);
        let fetched = tokio::select! {
            () = stop.cancelled() => return Err(Cut::Bus(BusError::Stopped)),
            fetched = tokio::time::timeout(limit, self.fetcher.get(request)) => fetched,
        };
        let fetched = fetched.unwrap_or(Err(FetchError::Timeout(limit)));
        let bytes =
            fetched.as_ref().ok().and_then(|fetched| fetched.body.as_ref()).map(|body| body.bytes.len());
        SourceMetrics::fetched(began.elapsed(), bytes);
        Ok(fetched)
    }

    pub(super) async fn read(&self, url: &url::Url, body: Body) -> Result<Reading, ReadingError> {
        let (address, limits) = (url.to_string(), self.acceptor.limits());
        let path = address.clone();
        let read = tokio::task::spawn_blocking(move || reading::read(&address, &body, &limits)).await;
        // A panic in extraction is a fault of ours; the source must not be lost to it.
        read.unwrap_or_else(|error| {
            tracing::error!(url = path, %error, "reading a feed panicked; please report it");
            Ok(Reading::default())
        })
    }

    /// Hands on what is new, oldest first, and the entries that cannot be read.
    async fn take(
        &self,
        source: &SourceDefinition,
        claimed: &mut Claimed,
        fetched: Fetched,
        body_hash: u64,
        (mut reading, body): (Reading, &Body),
        stop: &CancellationToken,
    ) -> Result<Taken, Cut> {
        if reading.items.len() > self.config.max_items {
            tracing::warn!(
                source = source.name,
                items = reading.items.len(),
                "more items than producer.feeds.max_items"
            );
            reading.items.truncate(self.config.max_items);
        }
        let hub = hub_of(&reading, &fetched);
        let judged = judge(&source.id(), &reading.items.iter().collect::<Vec<_>>(), &claimed.state.seen);
        let dates = reading::dates(&reading.items);
        let mut remembered: Vec<SeenItem> =
            judged.iter().filter(|one| one.verdict != Verdict::Repeated).rev().map(|one| one.item).collect();
        let mut fresh: Vec<(Article, Judged)> = reading
            .items
            .into_iter()
            .zip(judged)
            .filter(|(_, one)| matches!(one.verdict, Verdict::New | Verdict::Changed))
            .rev()
            .collect();
        let Unfilled { keys, failed } = self.fill_from_pages(source, claimed, &mut fresh, stop).await?;
        remembered.retain(|item| !keys.contains(&item.key));
        let count = |verdict| fresh.iter().filter(|(_, one)| one.verdict == verdict).count();
        let (new, changed) = (count(Verdict::New), count(Verdict::Changed));
        self.publish(source, claimed, (fresh, fetched.asked), stop).await?;
        let faults = self.bury(source, claimed, &reading.faults, body, stop).await?;
        Ok(Taken {
            fetched,
            body_hash,
            title: reading.title,
            wishes: reading.wishes,
            hub,
            dates,
            remembered,
            faults,
            new,
            changed,
            waiting: keys.len(),
            pages_failed: failed,
            unfinished: !keys.is_empty() || !reading.sitemaps.is_empty() || reading.breaks_off,
        })
    }

    async fn publish(
        &self,
        source: &SourceDefinition,
        claimed: &mut Claimed,
        (items, asked): (Vec<(Article, Judged)>, Asked),
        stop: &CancellationToken,
    ) -> Result<(), Cut> {
        let (from, began) = ((source.source(), asked), self.now());
        let mut items = items.into_iter().enumerate().peekable();
        while items.peek().is_some() {
            self.wait_for_gate(claimed, stop).await?;
            let lot: Vec<(usize, (Article, Judged))> = items.by_ref().take(LOT).collect();
            let mut results = futures::stream::iter(lot)
                .map(|(index, (article, judged))| {
                    self.publish_item(source, &from, article, judged, in_order(began, index), stop)
                })
                .buffer_unordered(LOT);
            while let Some(result) = results.next().await {
                result?;
            }
        }
        Ok(())
    }

    async fn publish_item(
        &self,
        source: &SourceDefinition,
        (from, asked): &(Source, Asked),
        mut article: Article,
        judged: Judged,
        at: Timestamp,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        article.language = article.language.or_else(|| source.language.clone());
        self.acceptor.accept_as(article, judged.item.id, (from, *asked), at, stop).await.map(drop)
    }

    /// Waits for back-pressure to pass, without losing the source over it.
    async fn wait_for_gate(&self, claimed: &mut Claimed, stop: &CancellationToken) -> Result<(), Cut> {
        loop {
            if !self.registry.keep(claimed).await? {
                return Err(Cut::LeaseLost);
            }
            if let Ok(opened) = tokio::time::timeout(GATE_LOOK, self.acceptor.gate().opened(stop)).await {
                return Ok(opened?);
            }
        }
    }

    /// Keeps entries that cannot be read as dead letters, each once; gives what to
    /// remember of them.
    async fn bury(
        &self,
        source: &SourceDefinition,
        claimed: &mut Claimed,
        faults: &[ExtractError],
        body: &Body,
        stop: &CancellationToken,
    ) -> Result<Vec<u64>, Cut> {
        let mut remembered = Vec::new();
        for error in faults.iter().take(FAULTS) {
            let bytes = error.bytes.clone().and_then(|range| body.bytes.get(range)).unwrap_or_default();
            let hash = xxh3_64(bytes) ^ xxh3_64(error.fault.to_string().as_bytes());
            if !claimed.state.faults.contains(&hash) && !remembered.contains(&hash) {
                self.acceptor.bury(error, &body.bytes, &source.source(), stop).await?;
            }
            remembered.push(hash);
        }
        Ok(remembered)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.0.now()
    }
}

/// The hub that an answer offers, and what to ask it for.
fn hub_of(reading: &Reading, fetched: &Fetched) -> Option<Hub> {
    let linked = |relation: &'static str| {
        fetched.links.iter().flat_map(|header| headers::links(header)).find_map(move |link| {
            (link.relation == relation).then(|| fetched.url.join(&link.target).ok()).flatten()
        })
    };
    let hub = linked("hub").or_else(|| fetched.url.join(reading.hubs.first()?).ok())?;
    let own = reading.self_url.as_deref().and_then(|url| fetched.url.join(url).ok());
    let topic = linked("self").or(own).unwrap_or_else(|| fetched.url.clone());
    Some(Hub { url: hub.to_string(), topic: topic.to_string() })
}

fn next_of(state: &SourceState, now: Timestamp) -> Next {
    if state.gone.is_some() { Next::Gone } else { Next::At(state.next_at.unwrap_or(now)) }
}
