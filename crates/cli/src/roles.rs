//! Composes the roles: which tasks run, in which phase they stop.

use crate::commands::dead::ConsoleReplay;
use crate::config::Config;
use crate::feeds::ConsoleFeeds;
use crate::token;
use anyhow::Context;
use dateline_bus::{Bus, Gate, Topology, run_burials, run_janitor};
use dateline_console::{ConsoleConfig, ConsoleParts, ConsoleServer};
use dateline_enricher::{EnricherStage, Enrichment};
use dateline_producer::fetch::Fetcher;
use dateline_producer::{Acceptor, FeedScheduler, FolderSource, Ledger, ProducerError, PushServer, Registry};
use dateline_runtime::admin::{AdminConfig, AdminServer, AdminState, Health};
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::{SharedClock, SystemClock};
use dateline_runtime::config::Loaded;
use dateline_runtime::lifecycle::{Lifecycle, Phase, inform_service_manager};
use dateline_runtime::telemetry::catalogue::{
    BROKER_CONNECTED, CONSUMER_ACK_FLOOR, CONSUMER_ACK_PENDING, CONSUMER_PENDING, CONSUMER_REDELIVERED,
    CONSUMER_WAITING, STORE_BYTES, STREAM_BYTES, STREAM_LAST_SEQUENCE, STREAM_LIMIT, STREAM_MESSAGES,
};
use dateline_runtime::telemetry::{LogHandle, Metrics, init_traces};
use dateline_runtime::{BoxError, ErrorChain};
use dateline_sink::{SideSink, SinkStage, run_retention};
use dateline_store::{OpenStore, RecordStore, StoreConfig};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Name of the consumer whose lag holds producers back.
const DOWNSTREAM: &str = "enricher";
/// How often lags are written into the metrics.
const LAG_INTERVAL: Duration = Duration::from_secs(1);

/// How often the size of the store is.
const STORE_INTERVAL: Duration = Duration::from_secs(10);

/// What all roles of a process share.
pub(crate) struct Process {
    pub(crate) config: Config,
    pub(crate) bus: Bus,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) health: Health,
    pub(crate) clock: SharedClock,
    /// The configuration as `config print` shows it.
    effective: String,
}

/// Whether an address was asked for or is only the default: a default that is
/// taken gives way, so that copies of a role can run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listen {
    Asked,
    Default,
}

impl Process {
    /// Connects, prepares the topology and starts what every process needs.
    pub(crate) async fn start(
        loaded: &Loaded<Config>,
        lifecycle: Lifecycle,
        name: &str,
    ) -> anyhow::Result<Self> {
        let config = loaded.value.clone();
        let health = Health::new(lifecycle.stopping());
        let side_sinks = config.sink.also.iter().map(|side| side.name.as_str());
        let topology = Topology::load(config.nats.topology.as_deref())?.with_side_sinks(side_sinks);
        let bus = Bus::connect(&config.nats, &format!("dateline {name}"), topology).await?;
        bus.prepare().await?;
        if let Some(warning) = config.nats.power_cut_warning() {
            tracing::warn!(warning, "broker preflight");
        }
        let process =
            Self { config, bus, lifecycle, health, clock: SystemClock::shared(), effective: loaded.print() };
        process.watch_broker();
        process.export_traces(name)?;
        Ok(process)
    }

    /// Sends the spans of this process to a collector, if one is configured.
    fn export_traces(&self, name: &str) -> anyhow::Result<()> {
        if let Some(export) = init_traces(&self.config.telemetry.otlp, name)? {
            let phase = self.lifecycle.phase(Phase::Observability);
            phase.spawn("traces", infallible(export.run(phase.stop())));
        }
        Ok(())
    }

    /// Like [`Process::start`], but waits for a broker that is not there yet.
    pub(crate) async fn start_patiently(
        loaded: &Loaded<Config>,
        lifecycle: Lifecycle,
        name: &str,
    ) -> anyhow::Result<Option<Self>> {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
        let stop = lifecycle.stopping();
        let mut attempt = 0;
        loop {
            let error = match Self::start(loaded, lifecycle.clone(), name).await {
                Ok(process) => return Ok(Some(process)),
                Err(error) => error,
            };
            if is_fatal(&error) {
                return Err(error);
            }
            attempt += 1;
            tracing::warn!(error = format!("{error:#}"), attempt, "broker is not there yet");
            let delay = backoff.delay(attempt);
            if stop.run_until_cancelled(tokio::time::sleep(delay)).await.is_none() {
                return Ok(None);
            }
        }
    }

    /// The admin port.
    pub(crate) async fn spawn_admin(
        &self,
        log: LogHandle,
        listen: Listen,
    ) -> anyhow::Result<Option<SocketAddr>> {
        if !self.config.admin.enabled {
            return Ok(None);
        }
        let metrics = Metrics::install();
        let state =
            AdminState { health: self.health.clone(), metrics: Some(metrics.clone()), log: Some(log) };
        let server = match AdminServer::bind(&self.config.admin, state.clone()).await {
            Ok(server) => server,
            Err(error) if listen == Listen::Default => {
                tracing::warn!(error = %ErrorChain(&error), "admin port is taken, using a free one");
                let any = SocketAddr::new(self.config.admin.listen.ip(), 0);
                AdminServer::bind(&AdminConfig { listen: any, ..self.config.admin.clone() }, state).await?
            }
            Err(error) => return Err(error.into()),
        };
        let address = server.local_addr();
        let phase = self.lifecycle.phase(Phase::Observability);
        phase.spawn("admin", server.serve(phase.stop()));
        let upkeep = metrics.run_upkeep(phase.stop());
        phase.spawn("metrics", infallible(upkeep));
        tracing::info!(%address, "admin port listens");
        Ok(Some(address))
    }

    /// Connection state, lags and housekeeping, until everything else stopped.
    fn watch_broker(&self) {
        let phase = self.lifecycle.phase(Phase::Observability);
        if self.config.nats.janitor {
            let sweeping = run_janitor(self.bus.clone(), self.clock.clone(), phase.stop());
            phase.spawn("janitor", infallible(sweeping));
            let burying = run_burials(self.bus.clone(), self.clock.clone(), phase.stop());
            phase.spawn("burials", infallible(burying));
        }
        let informing = inform_service_manager(self.health.clone(), self.lifecycle.clone(), phase.stop());
        phase.spawn("service manager", infallible(informing));
        let (bus, health, stop) = (self.bus.clone(), self.health.clone(), phase.stop());
        phase.spawn(
            "lags",
            infallible(async move {
                while !stop.is_cancelled() {
                    let connected = bus.is_connected();
                    BROKER_CONNECTED.set(f64::from(u8::from(connected)));
                    health.set_ready("broker", connected, if connected { "" } else { "reconnecting" });
                    if connected {
                        measure_lags(&bus).await;
                    }
                    stop.run_until_cancelled(tokio::time::sleep(LAG_INTERVAL)).await;
                }
            }),
        );
    }

    /// The one way in for all sources of this process, with its gate.
    pub(crate) fn acceptor(&self) -> Acceptor {
        let phase = self.lifecycle.phase(Phase::Observability);
        let producer = &self.config.producer;
        let (gate, turning) =
            Gate::new(&self.bus, DOWNSTREAM, producer.low_water, producer.high_water, phase.stop());
        phase.spawn("gate", infallible(turning));
        Acceptor::new(&self.bus, gate, producer.limits(), self.clock.clone())
    }

    /// Watched folders and the push port.
    pub(crate) async fn spawn_producer(
        &self,
        acceptor: &Acceptor,
        extra: Option<(PathBuf, &str)>,
        listen: Listen,
    ) -> anyhow::Result<Option<SocketAddr>> {
        let configured = self.config.producer.files.folders.iter();
        let folders = configured.map(|folder| (folder.path.clone(), folder.source.as_str())).chain(extra);
        for (path, source) in folders {
            self.spawn_folder(&path, source, acceptor)?;
        }
        if self.config.producer.feeds.enabled {
            self.spawn_feeds(acceptor).await?;
        }
        self.spawn_push(acceptor, listen).await
    }

    fn spawn_folder(&self, path: &Path, source: &str, acceptor: &Acceptor) -> anyhow::Result<()> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("could not create the folder {} to watch", path.display()))?;
        let phase = self.lifecycle.phase(Phase::Intake);
        let (path, source, acceptor) = (path.to_owned(), source.to_owned(), acceptor.clone());
        let (ledger, poll) = (self.ledger_path(&path), self.config.producer.files.poll.0);
        let stop = phase.stop();
        phase.spawn(format!("folder {}", path.display()), async move {
            let Some(ledger) = open_ledger(&ledger, poll, &stop).await? else { return Ok(()) };
            FolderSource::watched(&path, &source, ledger, acceptor)
                .watch(poll, stop)
                .await
                .map_err(BoxError::from)
        });
        Ok(())
    }

    /// Live polling of all sources that are listed or were added by command.
    async fn spawn_feeds(&self, acceptor: &Acceptor) -> anyhow::Result<()> {
        let feeds = &self.config.producer.feeds;
        let phase = self.lifecycle.phase(Phase::Intake);
        // No two processes have the same name in leases.
        let holder = format!("{}-{}", std::process::id(), self.clock.now().as_nanosecond());
        let registry = Registry::open(&self.bus, self.clock.clone(), holder, feeds.lease.0).await?;
        let fetcher = Fetcher::new(&feeds.http, self.clock.clone()).map_err(ProducerError::Client)?;
        let scheduler = FeedScheduler::new(feeds, registry, fetcher, acceptor.clone(), self.clock.clone())?;
        if let Some(hubs) = scheduler.listen_for_hubs(phase.stop()).await? {
            tracing::info!(address = %hubs.address(), "port for hubs listens");
            phase.spawn("hubs", hubs.serve());
        }
        phase.spawn("feeds", scheduler.run(phase.stop()));
        Ok(())
    }

    /// Cursors of a folder, by its absolute path.
    pub(crate) fn ledger_path(&self, folder: &Path) -> PathBuf {
        let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let name = dateline_model::SubjectToken::new(&absolute.to_string_lossy());
        self.config.state_dir().join(format!("files-{name}.jsonl"))
    }

    async fn spawn_push(&self, acceptor: &Acceptor, listen: Listen) -> anyhow::Result<Option<SocketAddr>> {
        let push = &self.config.producer.push;
        if !push.enabled {
            return Ok(None);
        }
        let phase = self.lifecycle.phase(Phase::Intake);
        let server = match PushServer::bind(push, acceptor.clone(), phase.stop()).await {
            Ok(server) => server,
            Err(error) if listen == Listen::Default => {
                tracing::warn!(error = %ErrorChain(&error), "this copy takes no pushes");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let address = server.address();
        phase.spawn("push", server.serve());
        tracing::info!(%address, "push port listens");
        Ok(Some(address))
    }

    /// The enricher role.
    pub(crate) fn spawn_enricher(&self, enrichment: Arc<Enrichment>) {
        let phase = self.lifecycle.phase(Phase::Work);
        let stage = EnricherStage::new(&self.bus, enrichment, &self.config.enricher, self.clock.clone());
        phase.spawn("enricher", stage.run(phase.stop()));
    }

    /// The sink role: the first sink, and those beside it.
    pub(crate) fn spawn_sinks(&self, store: &OpenStore) {
        let phase = self.lifecycle.phase(Phase::Output);
        let pace = self.config.sink.pace();
        let stage = SinkStage::new(&self.bus, store.records.clone(), pace, self.clock.clone());
        phase.spawn("sink", stage.run(phase.stop()));
        self.spawn_store_watch(store.records.clone());
        self.spawn_retention(store.records.clone());
        for side in &self.config.sink.also {
            self.spawn_side_sink(side);
        }
    }

    /// Old articles go while the sink runs. Ends with the sink, before its store closes.
    fn spawn_retention(&self, store: Arc<dyn RecordStore>) {
        let phase = self.lifecycle.phase(Phase::Output);
        let config = self.config.retention.clone();
        phase.spawn("retention", infallible(run_retention(store, config, self.clock.clone(), phase.stop())));
    }

    /// How large the first store is, now and then.
    fn spawn_store_watch(&self, store: Arc<dyn RecordStore>) {
        let watching = self.lifecycle.phase(Phase::Observability);
        let stop = watching.stop();
        watching.spawn(
            "store size",
            infallible(async move {
                while !stop.is_cancelled() {
                    measure_store(&*store).await;
                    stop.run_until_cancelled(tokio::time::sleep(STORE_INTERVAL)).await;
                }
            }),
        );
    }

    /// A sink beside the first. Its store may be away, or fail for good: it is
    /// opened anew after a while, and nobody else notices.
    fn spawn_side_sink(&self, side: &SideSink) {
        let phase = self.lifecycle.phase(Phase::Output);
        let (name, pace, stop) = (side.name.clone(), side.pace(), phase.stop());
        let (bus, clock) = (self.bus.clone(), self.clock.clone());
        let store = self.config.side_store(&side.store);
        let running = async move {
            let backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
            let mut attempt = 0;
            while !stop.is_cancelled() {
                let run = async {
                    let opened = dateline_store::open(&store).await;
                    let records = opened.with_context(|| could_not_open(&store))?.records;
                    let stage = SinkStage::beside(&name, &bus, records, pace, clock.clone());
                    Box::pin(stage.run(stop.clone())).await?;
                    anyhow::Ok(())
                };
                if let Err(error) = Box::pin(run).await {
                    attempt += 1;
                    tracing::error!(
                        sink = name,
                        error = format!("{error:#}"),
                        attempt,
                        "sink stopped; it will be started again"
                    );
                    stop.run_until_cancelled(tokio::time::sleep(backoff.delay(attempt))).await;
                }
            }
        };
        phase.spawn(Topology::side_sink(&side.name), infallible(running));
    }

    /// The console role; it stays to the end, so that a stop can be watched.
    pub(crate) async fn spawn_console(&self, listen: Listen) -> anyhow::Result<SocketAddr> {
        let phase = self.lifecycle.phase(Phase::Observability);
        let parts = self.console_parts()?;
        let bind =
            async |config: &ConsoleConfig| ConsoleServer::bind(config, parts.clone(), phase.stop()).await;
        let console = &self.config.console;
        let server = match bind(console).await {
            Ok(server) => server,
            Err(error) if listen == Listen::Default => {
                tracing::warn!(error = %ErrorChain(&error), "console port is taken, using a free one");
                let any = SocketAddr::new(console.listen.ip(), 0);
                bind(&ConsoleConfig { listen: any, ..console.clone() }).await?
            }
            Err(error) => return Err(error.into()),
        };
        let address = server.address();
        phase.spawn("console", server.serve());
        tracing::info!(%address, "console listens");
        Ok(address)
    }

    fn console_parts(&self) -> anyhow::Result<ConsoleParts> {
        let producer = &self.config.producer;
        let path = self.config.console_token();
        let token = token::read_or_make(&path)?;
        tracing::info!(path = %path.display(), "console token, for replaying and dropping dead letters");
        let replay = ConsoleReplay { bus: self.bus.clone(), limits: producer.limits() };
        let (config, bus) = (self.config.clone(), self.bus.clone());
        let feeds = ConsoleFeeds { config, bus, clock: self.clock.clone() };
        Ok(ConsoleParts {
            bus: self.bus.clone(),
            store: self.config.store(),
            clock: self.clock.clone(),
            effective: self.effective.clone(),
            marks: (producer.high_water, producer.low_water),
            feeds: Arc::new(feeds),
            replay: Arc::new(replay),
            token,
        })
    }

    /// Opens the first store for the sink; waits for one that is away.
    pub(crate) async fn open_store(&self) -> anyhow::Result<OpenStore> {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let (store, stop) = (self.config.store(), self.lifecycle.stopping());
        let mut attempt = 0;
        loop {
            let error = match dateline_store::open(&store).await {
                Err(error) if error.is_transient() && !stop.is_cancelled() => error,
                opened => return opened.with_context(|| could_not_open(&store)),
            };
            attempt += 1;
            tracing::warn!(error = %ErrorChain(&error), attempt, "store is not there yet");
            stop.run_until_cancelled(tokio::time::sleep(backoff.delay(attempt))).await;
        }
    }
}

fn could_not_open(store: &StoreConfig) -> String {
    format!("could not open the store {}", store.place())
}

fn is_fatal(error: &anyhow::Error) -> bool {
    use dateline_runtime::Disposition;
    let bus = error.downcast_ref::<dateline_bus::BusError>();
    bus.is_none_or(|error| error.disposition() == Disposition::Fatal)
}

/// A task that cannot fail, for the lifecycle.
async fn infallible(task: impl Future<Output = ()>) -> Result<(), Infallible> {
    task.await;
    Ok(())
}

/// Waits while another process holds the cursors of the same folder.
async fn open_ledger(
    path: &Path,
    poll: Duration,
    stop: &tokio_util::sync::CancellationToken,
) -> Result<Option<Ledger>, BoxError> {
    let mut told = false;
    loop {
        if let Some(ledger) = Ledger::open(path)? {
            return Ok(Some(ledger));
        }
        if !told {
            tracing::info!(path = %path.display(), "another producer watches this folder; standing by");
            told = true;
        }
        if stop.run_until_cancelled(tokio::time::sleep(poll)).await.is_none() {
            return Ok(None);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "gauges are floats; message counts stay below 2^53")]
async fn measure_lags(bus: &Bus) {
    let status = match bus.status().await {
        Ok(status) => status,
        Err(error) => {
            tracing::debug!(error = %ErrorChain(&error), "lags could not be read");
            return;
        }
    };
    for stream in status.streams {
        let name = [stream.name.as_str()];
        STREAM_MESSAGES.with(name).set(stream.messages as f64);
        STREAM_BYTES.with(name).set(stream.bytes as f64);
        STREAM_LIMIT.with(name).set(stream.max_bytes.max(0) as f64);
        STREAM_LAST_SEQUENCE.with(name).set(stream.last_sequence as f64);
    }
    for consumer in status.consumers {
        let name = [consumer.name.as_str()];
        CONSUMER_PENDING.with(name).set(consumer.pending as f64);
        CONSUMER_ACK_PENDING.with(name).set(consumer.ack_pending as f64);
        CONSUMER_REDELIVERED.with(name).set(consumer.redelivered as f64);
        CONSUMER_ACK_FLOOR.with(name).set(consumer.ack_floor as f64);
        CONSUMER_WAITING.with(name).set(consumer.waiting as f64);
    }
}

/// Nothing is told of a store that does not know, or not now.
#[expect(clippy::cast_precision_loss, reason = "a size on a chart")]
async fn measure_store(store: &dyn RecordStore) {
    match store.size().await {
        Ok(Some(bytes)) => STORE_BYTES.set(bytes as f64),
        Ok(None) => {}
        Err(error) => tracing::debug!(error = %ErrorChain(&error), "the size of the store could not be read"),
    }
}
