//! A broker with an enricher on it, and what came out.

use dateline_bus::{Bus, ConsumerStatus, DeadEntry, DeadFilter, NatsConfig, Outgoing, Subject, Topology};
use dateline_enricher::{EnricherConfig, EnricherStage, Enrichment};
use dateline_model::packed::{MOST_UNPACKED, is_packed, plain};
use dateline_model::{Article, NewsRecord, RawArticle, Source, SourceKind};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{NatsServer, PATIENCE, TestArticle, eventually, eventually_true};
use futures::StreamExt;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Rig {
    pub(crate) server: NatsServer,
    pub(crate) bus: Bus,
}

/// A running enricher.
pub(crate) struct Running {
    stop: CancellationToken,
    task: JoinHandle<Result<(), dateline_bus::BusError>>,
}

/// What the sink would get.
pub(crate) struct Enriched {
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) record: NewsRecord,
    pub(crate) is_packed: bool,
}

/// A small configuration: one thread is enough for a test.
pub(crate) fn config() -> EnricherConfig {
    EnricherConfig { threads: 1, in_flight: 16, ..EnricherConfig::default() }
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::on(NatsServer::start()).await
    }

    pub(crate) async fn on(server: NatsServer) -> Self {
        let mut topology = Topology::built_in();
        for consumer in &mut topology.consumers {
            consumer.ack_wait = HumanDuration(Duration::from_secs(3));
        }
        let bus = connect(&server, topology).await;
        bus.prepare().await.unwrap();
        Self { server, bus }
    }

    /// A connection of its own, as another process has it.
    pub(crate) async fn other_bus(&self) -> Bus {
        connect(&self.server, self.bus.topology().clone()).await
    }

    /// Starts an enricher.
    pub(crate) fn enricher(&self, config: &EnricherConfig) -> Running {
        Running::start(&self.bus, config)
    }

    /// Puts bytes into the raw stream.
    pub(crate) async fn publish(&self, message_id: &str, payload: Vec<u8>) {
        let message = Outgoing {
            subject: Subject::raw(&wire()),
            message_id: message_id.to_owned(),
            trace_parent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
            replay_of: None,
            payload: payload.into(),
        };
        self.bus.publisher().publish_patiently(message, &CancellationToken::new()).await.unwrap();
    }

    /// Puts articles into the raw stream, as the producer does.
    pub(crate) async fn publish_articles(&self, articles: impl IntoIterator<Item = TestArticle>) {
        for article in articles {
            let raw = raw(&article);
            self.publish(&raw.message_id(), serde_json::to_vec(&raw).unwrap()).await;
        }
    }

    /// Waits until the enricher has nothing left to do.
    pub(crate) async fn drained(&self) {
        eventually_true("the raw stream to be worked off", async || {
            let (last, enricher) = self.state("enricher").await;
            enricher.ack_floor == last
        })
        .await;
    }

    /// The last sequence of a consumer's stream, and the consumer. What a consumer says is
    /// pending may not know of a message yet that was just acknowledged to its publisher.
    async fn state(&self, consumer: &str) -> (u64, ConsumerStatus) {
        let status = self.bus.status().await.unwrap();
        let consumer = status.consumer(consumer).unwrap().clone();
        (status.stream(&consumer.stream).unwrap().last_sequence, consumer)
    }

    /// Everything that was enriched; takes it out.
    pub(crate) async fn enriched(&self) -> Vec<Enriched> {
        let intake = self.bus.intake("sink").await.unwrap();
        let (last, sink) = self.state("sink").await;
        let count = last - sink.delivered_up_to;
        let mut all = Vec::new();
        while (all.len() as u64) < count {
            let mut deliveries = std::pin::pin!(intake.pull(1).await.unwrap());
            while let Some(delivery) = deliveries.next().await {
                let delivery = delivery.unwrap();
                all.push(Enriched {
                    subject: delivery.subject().to_owned(),
                    message_id: delivery.message_id().unwrap().to_owned(),
                    is_packed: is_packed(delivery.payload()),
                    record: serde_json::from_slice(&plain(delivery.payload(), MOST_UNPACKED)).unwrap(),
                });
                assert!(delivery.trace_parent().is_some_and(|trace| trace.starts_with("00-4bf92f3577b3")));
                delivery.ack().await.unwrap();
            }
        }
        all
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
    pub(crate) fn start(bus: &Bus, config: &EnricherConfig) -> Self {
        let enrichment = Arc::new(Enrichment::new(config).unwrap());
        let stage = EnricherStage::new(bus, enrichment, config, SystemClock::shared());
        let stop = CancellationToken::new();
        Self { task: tokio::spawn(stage.run(stop.clone())), stop }
    }

    /// A clean stop.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.ended().await.unwrap();
    }

    /// What it ended with by itself.
    pub(crate) async fn ended(self) -> Result<(), dateline_bus::BusError> {
        self.task.await.unwrap()
    }
}

pub(crate) async fn connect(server: &NatsServer, topology: Topology) -> Bus {
    let config = NatsConfig {
        servers: vec![server.url()],
        ack_timeout: HumanDuration(Duration::from_secs(1)),
        retry_delay: HumanDuration(Duration::from_millis(20)),
        retry_delay_max: HumanDuration(Duration::from_millis(100)),
        ..NatsConfig::default()
    };
    Bus::connect(&config, "test", topology).await.unwrap()
}

fn wire() -> Source {
    Source::new("wire", SourceKind::Push)
}

/// A raw article as the producer makes it.
pub(crate) fn raw(article: &TestArticle) -> RawArticle {
    let read = Article {
        input_id: Some(article.id.clone()),
        url: Some(article.url.clone()),
        title: Some(article.title.clone()),
        text: article.text.clone(),
        ..Article::default()
    };
    RawArticle::identify(read, Some(&article.url), wire(), Timestamp::UNIX_EPOCH)
}
