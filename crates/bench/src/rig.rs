//! What every measurement stands on: a broker connection with the pipeline's streams and
//! two of the bench's own, the models, a folder for stores.

use crate::observed::Observed;
use crate::{BenchError, Settings};
use dateline_bus::{Bus, ConsumerDefinition, DiscardRule, StreamDefinition, Topology, sweep};
use dateline_enricher::Enrichment;
use dateline_runtime::clock::{SharedClock, SystemClock};
use dateline_runtime::usage::Process;
use dateline_store::{SqliteConfig, SqliteStore};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Consumer that the bare relay reads.
pub(crate) const BARE: &str = "bench-bare";
/// Consumer that the stage without work reads.
pub(crate) const NO_OP: &str = "bench-no-op";
/// Stream that both read.
const IN: &str = "DATELINE_BENCH_IN";
/// Stream that both write.
const OUT: &str = "DATELINE_BENCH_OUT";
/// How long a measurement may stand still.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at what has arrived.
const LOOK: Duration = Duration::from_millis(10);

/// What every measurement stands on.
pub(crate) struct Rig {
    pub(crate) settings: Settings,
    pub(crate) bus: Bus,
    pub(crate) clock: SharedClock,
    pub(crate) enrichment: Arc<Enrichment>,
    own: Process,
    broker: Option<Process>,
    /// Number of the next set of articles and of the next store.
    next: AtomicU64,
}

/// Time and CPU of one measurement.
#[derive(Default)]
pub(crate) struct Used {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) broker_cpu: Duration,
}

impl Used {
    pub(crate) fn add(&mut self, more: &Self) {
        self.wall += more.wall;
        self.cpu += more.cpu;
        self.broker_cpu += more.broker_cpu;
    }
}

/// A measurement that runs.
pub(crate) struct Stopwatch {
    started: Instant,
    cpu: Option<Duration>,
    broker_cpu: Option<Duration>,
}

/// The place of a store, which is removed with it: a store that nobody needs any more would be
/// written to the disk beside the next measurement.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("dateline.db")
    }
}

impl Rig {
    pub(crate) async fn new(settings: Settings) -> Result<Self, BenchError> {
        let bus = connect(&settings).await?;
        bus.prepare().await?;
        Ok(Self {
            enrichment: Arc::new(Enrichment::new(&settings.enricher)?),
            clock: SystemClock::shared(),
            own: Process::own(),
            broker: settings.broker_pid.map(Process::of),
            next: AtomicU64::new(0),
            bus,
            settings,
        })
    }

    /// Clears away what the measurement before has left. What is settled of streams that are
    /// nearly full is purged, which in a pipeline the janitor does beside the work. And the
    /// system writes out what it holds for the disk: else the next measurement would wait for
    /// it, or not, as it happens.
    pub(crate) async fn rest(&self) -> Result<(), BenchError> {
        for definition in &self.bus.topology().streams {
            sweep(&self.bus, definition, self.clock.now()).await?;
        }
        tokio::task::block_in_place(rustix::fs::sync);
        Ok(())
    }

    /// A connection of its own, as another copy of a stage has one; prepared like that, or it
    /// would not know which streams take batches.
    pub(crate) async fn another_bus(&self) -> Result<Bus, BenchError> {
        let bus = connect(&self.settings).await?;
        bus.prepare().await?;
        Ok(bus)
    }

    /// A number that no other call gives: the seed of the next articles.
    pub(crate) fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Where the next store may be.
    pub(crate) fn place(&self) -> Result<Place, BenchError> {
        let folder = tempfile::Builder::new().prefix("store-").tempdir_in(&self.settings.folder);
        Ok(Place(folder.map_err(BenchError::Folder)?))
    }

    /// A new and empty store, and where it is.
    pub(crate) async fn store(&self) -> Result<(Place, Arc<Observed>), BenchError> {
        let place = self.place()?;
        let store = SqliteStore::open(SqliteConfig::at(place.path())).await?;
        Ok((place, Observed::new(Arc::new(store), self.clock.clone())))
    }

    pub(crate) fn resident(&self) -> u64 {
        self.own.resident().unwrap_or(0)
    }

    pub(crate) fn start(&self) -> Stopwatch {
        Stopwatch {
            started: Instant::now(),
            cpu: self.own.cpu(),
            broker_cpu: self.broker.as_ref().and_then(Process::cpu),
        }
    }

    pub(crate) fn stop(&self, watch: &Stopwatch) -> Used {
        let since = |before: Option<Duration>, now: Option<Duration>| {
            before.zip(now).map_or(Duration::ZERO, |(before, now)| now.saturating_sub(before))
        };
        Used {
            wall: watch.started.elapsed(),
            cpu: since(watch.cpu, self.own.cpu()),
            broker_cpu: since(watch.broker_cpu, self.broker.as_ref().and_then(Process::cpu)),
        }
    }

    /// Waits until the consumer has nothing left.
    pub(crate) async fn drained(&self, consumer: &str) -> Result<(), BenchError> {
        let (mut least, mut moved) = (u64::MAX, Instant::now());
        loop {
            let lag = self.bus.consumer_status(consumer).await?.lag();
            if lag == 0 {
                return Ok(());
            }
            if lag < least {
                (least, moved) = (lag, Instant::now());
            } else if moved.elapsed() > PATIENCE {
                return Err(incomplete(consumer, 0, lag));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the store holds `count` records.
    pub(crate) async fn stored(&self, store: &Observed, count: u64) -> Result<(), BenchError> {
        let (mut most, mut moved) = (0, Instant::now());
        loop {
            let stored = store.stored();
            if stored >= count {
                return Ok(());
            }
            if stored > most {
                (most, moved) = (stored, Instant::now());
            } else if moved.elapsed() > PATIENCE {
                return Err(incomplete("store", stored, count));
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn incomplete(what: &str, arrived: u64, expected: u64) -> BenchError {
    BenchError::Incomplete { what: what.to_owned(), arrived, expected, seconds: PATIENCE.as_secs() }
}

async fn connect(settings: &Settings) -> Result<Bus, dateline_bus::BusError> {
    Bus::connect(&settings.nats, "dateline bench", topology()).await
}

/// The pipeline's own topology, and beside it a stream in and a stream out that behave
/// like the pipeline's, for the relays.
fn topology() -> Topology {
    let mut topology = Topology::built_in();
    let like = topology.streams[0].clone();
    let stream = |name: &str, subject: &str| StreamDefinition {
        name: name.to_owned(),
        subjects: vec![subject.to_owned()],
        discard: DiscardRule::New,
        ..like.clone()
    };
    let consumer = |name: &str| ConsumerDefinition {
        stream: IN.to_owned(),
        name: name.to_owned(),
        ..topology.consumers[0].clone()
    };
    let consumers = [consumer(BARE), consumer(NO_OP)];
    topology.streams.extend([stream(IN, "dateline-bench.in"), stream(OUT, "dateline-bench.out")]);
    topology.consumers.extend(consumers);
    topology
}
