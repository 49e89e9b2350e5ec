//! Which source is polled when: thousands of them on a bounded number of tasks.

use super::config::FeedsConfig;
use super::definition::{SourceDefinition, SourceList};
use super::metrics::SourceMetrics;
use super::poll::{Next, Poller};
use super::registry::Registry;
use super::websub::WebSubServer;
use crate::ProducerError;
use crate::acceptor::Acceptor;
use crate::fetch::Fetcher;
use dateline_bus::BusError;
use dateline_model::SubjectToken;
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How soon a source is looked at again whose host is busy, or whose poll was cut short.
const SOON: Duration = Duration::from_millis(500);
/// How often a source that is gone for good is looked at: a command may bring it back.
const GONE_LOOK: Duration = Duration::from_mins(1);
/// Longest sleep of the scheduler, so that a clock that was set does not hold it up.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// The sources as they are known at this moment, for whoever is called about one of them.
pub(super) type KnownSources = Arc<RwLock<HashMap<SubjectToken, Arc<SourceDefinition>>>>;

/// Polls all sources until it is stopped.
#[derive(Debug)]
pub struct FeedScheduler {
    poller: Poller,
    config: Arc<FeedsConfig>,
    sources: HashMap<SubjectToken, Arc<SourceDefinition>>,
    shared: KnownSources,
    paused: usize,
    queue: BTreeSet<(Timestamp, SubjectToken)>,
    /// Sources in the queue or under way.
    known: HashSet<SubjectToken>,
    /// The polls under way: their sources, and the hosts that they ask.
    under_way: HashMap<tokio::task::Id, (SubjectToken, Option<String>)>,
    files: HashMap<PathBuf, SourceList>,
    warned: bool,
}

/// What a poll came to.
type Polled = Result<Next, BusError>;

impl FeedScheduler {
    /// A scheduler of the configured sources and those in the registry.
    ///
    /// # Errors
    /// When a list of sources cannot be used.
    pub fn new(
        config: &FeedsConfig,
        registry: Registry,
        fetcher: Fetcher,
        acceptor: Acceptor,
        clock: SharedClock,
    ) -> Result<Self, ProducerError> {
        let config = Arc::new(config.clone());
        let files = config
            .files
            .iter()
            .map(|path| Ok((path.clone(), SourceList::read(path)?)))
            .collect::<Result<_, ProducerError>>()?;
        let poller = Poller::new(registry, fetcher, acceptor, config.clone(), clock);
        Ok(Self {
            poller,
            config,
            sources: HashMap::new(),
            shared: KnownSources::default(),
            paused: 0,
            queue: BTreeSet::new(),
            known: HashSet::new(),
            under_way: HashMap::new(),
            files,
            warned: false,
        })
    }

    /// Opens the port that hubs call; `None` where that is switched off.
    ///
    /// # Errors
    /// When it is taken.
    pub async fn listen_for_hubs(
        &self,
        stop: CancellationToken,
    ) -> Result<Option<WebSubServer>, ProducerError> {
        let config = &self.config.websub;
        if !config.enabled {
            return Ok(None);
        }
        WebSubServer::bind(config, self.poller.clone(), self.shared.clone(), stop).await.map(Some)
    }

    /// Polls until `stop`.
    ///
    /// # Errors
    /// None; trouble with one source, or with the broker, only costs time.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), ProducerError> {
        let mut polls: JoinSet<Polled> = JoinSet::new();
        let mut refresh = tokio::time::interval(self.config.refresh.0);
        refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            self.dispatch(&mut polls, &stop);
            SourceMetrics::sources(self.sources.len(), self.paused, polls.len());
            let sleep = tokio::time::sleep(self.until_due(polls.len()));
            tokio::select! {
                () = stop.cancelled() => {}
                _ = refresh.tick() => self.refresh().await,
                Some(polled) = polls.join_next_with_id() => self.polled(polled),
                () = sleep => {}
            }
        }
        // Polls end by themselves at `stop`, and give their leases back.
        while polls.join_next().await.is_some() {}
        Ok(())
    }

    /// Starts the polls that are due, as far as there is room.
    fn dispatch(&mut self, polls: &mut JoinSet<Polled>, stop: &CancellationToken) {
        let now = self.now();
        while polls.len() < self.config.concurrent && self.poller.acceptor.gate().is_open() {
            let Some((_, id)) = self.queue.first().filter(|(at, _)| *at <= now).cloned() else { return };
            self.queue.pop_first();
            let Some(source) = self.sources.get(&id).cloned() else {
                self.known.remove(&id);
                continue;
            };
            if let Some(wait) = self.host_wait(&source) {
                self.queue.insert((later(now, wait), id));
                continue;
            }
            let (poller, stop, host) = (self.poller.clone(), stop.clone(), host_of(&source));
            let poll = polls.spawn(async move { poller.poll(&source, &stop).await });
            self.under_way.insert(poll.id(), (id, host));
        }
    }

    /// How long the host of a source wants to be left alone. Polls that only wait for
    /// their host would take the room of others, and hold leases for nothing.
    fn host_wait(&self, source: &SourceDefinition) -> Option<Duration> {
        let host = host_of(source)?;
        let visitors = self.under_way.values().filter(|(_, other)| other.as_ref() == Some(&host)).count();
        if visitors >= self.config.http.per_host {
            return Some(SOON);
        }
        match self.poller.fetcher.hosts().free_at(&host) {
            None => Some(SOON),
            Some(at) => {
                let wait = at.saturating_duration_since(tokio::time::Instant::now());
                (!wait.is_zero()).then_some(wait)
            }
        }
    }

    fn until_due(&self, under_way: usize) -> Duration {
        if under_way >= self.config.concurrent {
            return LONGEST_SLEEP;
        }
        if !self.poller.acceptor.gate().is_open() {
            return SOON;
        }
        let Some((at, _)) = self.queue.first() else { return LONGEST_SLEEP };
        let wait = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        wait.clamp(Duration::from_millis(1), LONGEST_SLEEP)
    }

    fn polled(&mut self, polled: Result<(tokio::task::Id, Polled), tokio::task::JoinError>) {
        let (task, outcome) = match polled {
            Ok((task, outcome)) => (task, Ok(outcome)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some((id, _)) = self.under_way.remove(&task) else { return };
        let now = self.now();
        let at = match outcome {
            Err(error) => {
                tracing::error!(source = %id, %error, "a poll panicked; please report it");
                later(now, self.config.max_interval.0)
            }
            Ok(Ok(Next::At(at))) => at.max(now),
            Ok(Ok(Next::Gone)) => later(now, GONE_LOOK),
            Ok(Err(BusError::Stopped)) => now,
            Ok(Err(error)) => {
                tracing::warn!(source = %id, error = %ErrorChain(&error), "poll cut short, it is made again");
                later(now, SOON)
            }
        };
        self.queue.insert((at, id));
    }

    /// Takes in what changed in lists and by command. What cannot be read stays as it is.
    async fn refresh(&mut self) {
        for (path, list) in &mut self.files {
            match read_again(path).await {
                Ok(newer) if newer != *list => {
                    tracing::info!(path = %path.display(), sources = newer.sources.len(), "list of sources changed");
                    *list = newer;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(error, "list of sources kept as it was"),
            }
        }
        let registry = &self.poller.registry;
        let (added, paused) = match (registry.added().await, registry.paused().await) {
            (Ok(added), Ok(paused)) => (added, paused),
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(error = %ErrorChain(&error), "sources added by command cannot be read for now");
                return;
            }
        };
        let listed =
            self.config.files.iter().filter_map(|path| self.files.get(path)).flat_map(|list| &list.sources);
        let mut all: HashMap<SubjectToken, SourceDefinition> = HashMap::new();
        // Commands win over files, and earlier files over later ones.
        for source in added.iter().chain(listed) {
            all.entry(source.id()).or_insert_with(|| source.clone());
        }
        let total = all.len();
        all.retain(|id, source| !source.paused && !paused.contains(id));
        self.paused = total - all.len();
        self.take_in(all);
    }

    fn take_in(&mut self, sources: HashMap<SubjectToken, SourceDefinition>) {
        let now = self.now();
        if !sources.is_empty() && !self.warned && self.config.http.contact.is_empty() {
            self.warned = true;
            tracing::warn!(
                "polling without a contact: set producer.feeds.http.contact to an address that operators of \
                 feeds can write to; many block clients that do not say who they are"
            );
        }
        for id in sources.keys().filter(|id| !self.known.contains(*id)).cloned().collect::<Vec<_>>() {
            self.queue.insert((now, id.clone()));
            self.known.insert(id);
        }
        self.sources = sources.into_iter().map(|(id, source)| (id, Arc::new(source))).collect();
        self.shared.write().unwrap_or_else(PoisonError::into_inner).clone_from(&self.sources);
    }

    fn now(&self) -> Timestamp {
        self.poller.clock.0.now()
    }
}

/// The host that a source is asked at, before any redirect.
fn host_of(source: &SourceDefinition) -> Option<String> {
    Some(url::Url::parse(&source.url).ok()?.host_str()?.to_owned())
}

async fn read_again(path: &Path) -> Result<SourceList, String> {
    let path = path.to_owned();
    match tokio::task::spawn_blocking(move || SourceList::read(&path)).await {
        Ok(Ok(list)) => Ok(list),
        Ok(Err(error)) => Err(ErrorChain(&error).to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
