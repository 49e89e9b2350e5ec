//! A broker, an acceptor, and what came out.

use dateline_bus::{Bus, DeadEntry, DeadFilter, Gate, NatsConfig, Topology};
use dateline_extract::Limits;
use dateline_model::RawArticle;
use dateline_producer::Acceptor;
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{NatsServer, eventually_true};
use futures::StreamExt;
use std::time::Duration;

pub(crate) struct Rig {
    pub(crate) server: NatsServer,
    pub(crate) bus: Bus,
}

/// A raw article as it stands in the stream.
pub(crate) struct Published {
    pub(crate) subject: String,
    pub(crate) trace_parent: String,
    pub(crate) raw: RawArticle,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::on(NatsServer::start()).await
    }

    pub(crate) async fn on(server: NatsServer) -> Self {
        let config = NatsConfig {
            servers: vec![server.url()],
            ack_timeout: HumanDuration(Duration::from_secs(1)),
            ..NatsConfig::default()
        };
        let bus = Bus::connect(&config, "test", Topology::built_in()).await.unwrap();
        bus.prepare().await.unwrap();
        Self { server, bus }
    }

    pub(crate) fn acceptor(&self) -> Acceptor {
        self.acceptor_with(Gate::always_open(), Limits::default())
    }

    pub(crate) fn acceptor_with(&self, gate: Gate, limits: Limits) -> Acceptor {
        Acceptor::new(&self.bus, gate, limits, SystemClock::shared())
    }

    /// Messages in the raw stream.
    pub(crate) async fn count(&self) -> u64 {
        self.bus.status().await.unwrap().stream("DATELINE_RAW").unwrap().messages
    }

    /// Everything in the raw stream, in its order; takes it out.
    pub(crate) async fn published(&self) -> Vec<Published> {
        let (intake, count) = (self.bus.intake("enricher").await.unwrap(), self.count().await);
        let mut all = Vec::new();
        while (all.len() as u64) < count {
            let mut deliveries = std::pin::pin!(intake.pull(256).await.unwrap());
            while let Some(delivery) = deliveries.next().await {
                let delivery = delivery.unwrap();
                all.push(Published {
                    subject: delivery.subject().to_owned(),
                    trace_parent: delivery.trace_parent().unwrap().to_owned(),
                    raw: serde_json::from_slice(delivery.payload()).unwrap(),
                });
                delivery.ack().await.unwrap();
                if all.len() as u64 == count {
                    break;
                }
            }
        }
        all
    }

    pub(crate) async fn titles(&self) -> Vec<String> {
        self.published().await.into_iter().filter_map(|one| one.raw.article.title).collect()
    }

    pub(crate) async fn dead(&self) -> Vec<DeadEntry> {
        self.bus.dead_letters().list(&DeadFilter::default(), 100).await.unwrap()
    }

    /// Kills the broker and waits until we know.
    pub(crate) async fn lose_broker(&mut self) {
        self.server.kill9();
        eventually_true("the connection to be lost", async || !self.bus.is_connected()).await;
    }
}

/// An article in the simple form.
pub(crate) fn article(title: &str) -> String {
    format!("{{\"title\":\"{title}\",\"text\":\"Text of {title}.\"}}")
}
