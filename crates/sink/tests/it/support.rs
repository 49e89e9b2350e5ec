//! A broker, a store, a sink between them, and records to store.

use dateline_bus::{Bus, BusStatus, DeadEntry, DeadFilter, NatsConfig, Outgoing, Subject, Topology};
use dateline_model::{NewsRecord, Source, SourceKind};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_sink::{Pace, SinkError, SinkStage};
use dateline_store::{RecordStore, SqliteConfig, SqliteStore};
use dateline_testkit::{
    NatsServer, PATIENCE, TestArticle, assert_exactly_once, eventually, eventually_true, plain_record,
};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Rig {
    pub(crate) server: NatsServer,
    pub(crate) bus: Bus,
    folder: TempDir,
}

/// A running sink.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    task: JoinHandle<Result<(), SinkError>>,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::start_with(Topology::built_in()).await
    }

    /// With one more sink of this name beside the first.
    pub(crate) async fn start_beside(name: &str) -> Self {
        Self::start_with(Topology::built_in().with_side_sinks([name])).await
    }

    async fn start_with(mut topology: Topology) -> Self {
        let server = NatsServer::start();
        for consumer in &mut topology.consumers {
            consumer.ack_wait = HumanDuration(Duration::from_secs(3));
        }
        let bus = connect(&server, topology).await;
        bus.prepare().await.unwrap();
        Self { server, bus, folder: tempfile::tempdir().unwrap() }
    }

    /// A connection of its own, as another process has it.
    pub(crate) async fn other_bus(&self) -> Bus {
        connect(&self.server, self.bus.topology().clone()).await
    }

    fn store_path(&self) -> PathBuf {
        self.folder.path().join("articles.db")
    }

    pub(crate) async fn store(&self) -> SqliteStore {
        SqliteStore::open(SqliteConfig::at(self.store_path())).await.unwrap()
    }

    /// Starts a sink in front of `store`.
    pub(crate) fn sink(&self, store: impl RecordStore) -> Running {
        Running::start(&self.bus, Arc::new(store))
    }

    /// Puts bytes into the stream of enriched records.
    pub(crate) async fn publish(&self, message_id: &str, payload: Vec<u8>) {
        let message = Outgoing {
            subject: Subject::enriched("en", &wire()),
            message_id: message_id.to_owned(),
            trace_parent: None,
            replay_of: None,
            payload: payload.into(),
        };
        self.bus.publisher().publish_patiently(message, &CancellationToken::new()).await.unwrap();
    }

    /// Puts records of these articles into the stream, each under `prefix` and its id.
    pub(crate) async fn publish_records(&self, prefix: &str, articles: &[TestArticle]) {
        for article in articles {
            let payload = serde_json::to_vec(&record(article)).unwrap();
            self.publish(&format!("{prefix}{}", article.id), payload).await;
        }
    }

    /// Waits until the sink has nothing left to do.
    pub(crate) async fn drained(&self) {
        self.drained_by("sink").await;
    }

    /// The same of any sink, by the name of its consumer.
    pub(crate) async fn drained_by(&self, consumer: &str) {
        eventually_true("the enriched stream to be worked off", async || {
            self.bus.consumer_status(consumer).await.is_ok_and(|status| status.lag() == 0)
        })
        .await;
    }

    /// Waits until sink and broker are done, then judges.
    pub(crate) async fn holds_exactly(&self, articles: &[TestArticle]) {
        self.drained().await;
        assert_exactly_once(&self.store_path(), articles.iter().map(TestArticle::article_id)).await;
    }

    pub(crate) async fn status(&self) -> BusStatus {
        self.bus.status().await.unwrap()
    }

    /// The dead letters, once there are so many.
    pub(crate) async fn dead(&self, count: usize) -> Vec<DeadEntry> {
        eventually(&format!("{count} dead letters"), PATIENCE, async || {
            let letters = self.bus.dead_letters().list(&DeadFilter::default(), 100).await.ok()?;
            (letters.len() == count).then_some(letters)
        })
        .await
    }
}

impl Running {
    pub(crate) fn start(bus: &Bus, store: Arc<dyn RecordStore>) -> Self {
        let pace = Pace { batch: 10, in_flight: 40, ..Pace::default() };
        Self::run(SinkStage::new(bus, store, pace, SystemClock::shared()))
    }

    /// A sink of this name beside the first.
    pub(crate) fn beside(name: &str, bus: &Bus, store: Arc<dyn RecordStore>) -> Self {
        let pace = Pace { batch: 10, in_flight: 40, ..Pace::default() };
        Self::run(SinkStage::beside(name, bus, store, pace, SystemClock::shared()))
    }

    fn run(stage: SinkStage) -> Self {
        let stop = CancellationToken::new();
        Self { task: tokio::spawn(stage.run(stop.clone())), stop }
    }

    /// A clean stop.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.ended().await.unwrap();
    }

    /// What it ended with.
    pub(crate) async fn ended(self) -> Result<(), SinkError> {
        self.task.await.unwrap()
    }
}

async fn connect(server: &NatsServer, topology: Topology) -> Bus {
    let config = NatsConfig {
        servers: vec![server.url()],
        ack_timeout: HumanDuration(Duration::from_secs(1)),
        ..NatsConfig::default()
    };
    Bus::connect(&config, "test", topology).await.unwrap()
}

fn wire() -> Source {
    Source::new("wire", SourceKind::Push)
}

/// A record as an enricher that finds nothing would make it.
pub(crate) fn record(article: &TestArticle) -> NewsRecord {
    plain_record(article.article_id(), Some(&article.title), &article.text, Timestamp::UNIX_EPOCH)
}
