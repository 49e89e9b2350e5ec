//! Composes the roles: which tasks run, in which phase they stop.

use crate::config::Config;
use anyhow::Context;
use dateline_bus::{Bus, Gate, Topology, run_janitor};
use dateline_console::{ConsoleConfig, ConsoleServer};
use dateline_enricher::{EnricherStage, Enrichment};
use dateline_producer::fetch::Fetcher;
use dateline_producer::{Acceptor, FeedScheduler, FolderSource, Ledger, ProducerError, PushServer, Registry};
use dateline_runtime::admin::{AdminConfig, AdminServer, AdminState, Health};
use dateline_runtime::backoff::Backoff;
use dateline_runtime::clock::{SharedClock, SystemClock};
use dateline_runtime::lifecycle::{Lifecycle, Phase};
use dateline_runtime::telemetry::{LogHandle, Metrics};
use dateline_runtime::{BoxError, ErrorChain};
use dateline_sink::SinkStage;
use dateline_store::Store;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Name of the consumer whose lag holds producers back.
const DOWNSTREAM: &str = "enricher";
/// How often lags are written into the metrics.
const LAG_INTERVAL: Duration = Duration::from_secs(1);

/// What all roles of a process share.
pub(crate) struct Process {
    pub(crate) config: Config,
    pub(crate) bus: Bus,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) health: Health,
    pub(crate) clock: SharedClock,
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
    pub(crate) async fn start(config: Config, lifecycle: Lifecycle, name: &str) -> anyhow::Result<Self> {
        let health = Health::new(lifecycle.stopping());
        let topology = Topology::load(config.nats.topology.as_deref())?;
        let bus = Bus::connect(&config.nats, &format!("dateline {name}"), topology).await?;
        bus.prepare().await?;
        let process = Self { config, bus, lifecycle, health, clock: SystemClock::shared() };
        process.watch_broker();
        Ok(process)
    }

    /// Like [`Process::start`], but waits for a broker that is not there yet.
    pub(crate) async fn start_patiently(
        config: Config,
        lifecycle: Lifecycle,
        name: &str,
    ) -> anyhow::Result<Option<Self>> {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
        let stop = lifecycle.stopping();
        let mut attempt = 0;
        loop {
            let error = match Self::start(config.clone(), lifecycle.clone(), name).await {
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
        phase.spawn("janitor", infallible(run_janitor(self.bus.clone(), self.clock.clone(), phase.stop())));
        let (bus, health, stop) = (self.bus.clone(), self.health.clone(), phase.stop());
        phase.spawn(
            "lags",
            infallible(async move {
                while !stop.is_cancelled() {
                    let connected = bus.is_connected();
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

    /// The sink role.
    pub(crate) fn spawn_sink(&self, store: Arc<dyn Store>) {
        let phase = self.lifecycle.phase(Phase::Output);
        let stage = SinkStage::new(&self.bus, store, &self.config.sink, self.clock.clone());
        phase.spawn("sink", stage.run(phase.stop()));
    }

    /// The console role; it stays to the end, so that a stop can be watched.
    pub(crate) async fn spawn_console(&self, listen: Listen) -> anyhow::Result<SocketAddr> {
        let phase = self.lifecycle.phase(Phase::Observability);
        let bind = async |config: &ConsoleConfig| {
            let (bus, store) = (self.bus.clone(), self.config.store());
            ConsoleServer::bind(config, bus, store, self.clock.clone(), phase.stop()).await
        };
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

    /// Opens the configured store for the sink.
    pub(crate) async fn open_store(&self) -> anyhow::Result<Arc<dyn Store>> {
        let store = self.config.store();
        if let Some(folder) = store.path.parent() {
            std::fs::create_dir_all(folder).with_context(|| {
                format!("could not create the folder of the store {}", store.path.display())
            })?;
        }
        Ok(dateline_store::open(&store).await?)
    }
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
        metrics::gauge!("dateline_stream_messages", "stream" => stream.name.clone())
            .set(stream.messages as f64);
        metrics::gauge!("dateline_stream_bytes", "stream" => stream.name.clone()).set(stream.bytes as f64);
        metrics::gauge!("dateline_stream_limit_bytes", "stream" => stream.name).set(stream.max_bytes as f64);
    }
    for consumer in status.consumers {
        let name = consumer.name;
        metrics::gauge!("dateline_consumer_pending", "consumer" => name.clone()).set(consumer.pending as f64);
        metrics::gauge!("dateline_consumer_ack_pending", "consumer" => name.clone())
            .set(consumer.ack_pending as f64);
        metrics::gauge!("dateline_consumer_redelivered", "consumer" => name).set(consumer.redelivered as f64);
    }
}
