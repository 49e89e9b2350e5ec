//! A server, a connection and messages for a test.

use dateline_bus::{Bus, Delivery, Intake, NatsConfig, Outgoing, Receipt, Subject, Topology};
use dateline_model::{Source, SourceKind};
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{NatsServer, PATIENCE};
use futures::StreamExt;
use std::time::Duration;

/// The stream of [`message`] and the consumer that reads it.
pub(crate) const RAW: &str = "DATELINE_RAW";
pub(crate) const CONSUMER: &str = "enricher";

/// A broker with the topology prepared, and a connection to it.
pub(crate) struct Rig {
    pub(crate) server: NatsServer,
    pub(crate) bus: Bus,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With changes to the built-in topology.
    pub(crate) async fn with(change: impl FnOnce(&mut Topology)) -> Self {
        Self::on(NatsServer::start(), change).await
    }

    pub(crate) async fn on(server: NatsServer, change: impl FnOnce(&mut Topology)) -> Self {
        let mut topology = Topology::built_in();
        change(&mut topology);
        let bus = connect(&server, topology).await;
        bus.prepare().await.unwrap();
        Self { server, bus }
    }

    /// Another connection with the same topology.
    pub(crate) async fn other_bus(&self) -> Bus {
        connect(&self.server, self.bus.topology().clone()).await
    }

    pub(crate) async fn intake(&self) -> Intake {
        self.bus.intake(CONSUMER).await.unwrap()
    }

    /// Publishes messages with the ids `0..count`, of that size.
    pub(crate) async fn publish(&self, count: usize, bytes: usize) -> Vec<Receipt> {
        let publisher = self.bus.publisher();
        let mut receipts = Vec::new();
        for id in 0..count {
            let message = Outgoing { payload: vec![b'x'; bytes].into(), ..message(&id.to_string()) };
            receipts.push(publisher.publish(message).await.unwrap());
        }
        receipts
    }

    /// What a client of the broker sees, past our own types.
    pub(crate) async fn raw_context(&self) -> async_nats::jetstream::Context {
        async_nats::jetstream::new(async_nats::connect(self.server.url()).await.unwrap())
    }
}

pub(crate) fn config(server: &NatsServer) -> NatsConfig {
    NatsConfig {
        servers: vec![server.url()],
        ack_timeout: HumanDuration(Duration::from_secs(1)),
        // It is not, but batches are only made where it is.
        writes_through: true,
        ..NatsConfig::default()
    }
}

pub(crate) async fn connect(server: &NatsServer, topology: Topology) -> Bus {
    Bus::connect(&config(server), "test", topology).await.unwrap()
}

/// Gives the consumer of [`CONSUMER`] another ack wait.
pub(crate) fn ack_wait(wait: Duration) -> impl FnOnce(&mut Topology) {
    move |topology| {
        for consumer in &mut topology.consumers {
            consumer.ack_wait = HumanDuration(wait);
        }
    }
}

/// A message to [`RAW`] with the id as payload.
pub(crate) fn message(id: &str) -> Outgoing {
    Outgoing {
        subject: Subject::raw(&Source::new("wire", SourceKind::Push)),
        message_id: id.to_owned(),
        trace_parent: None,
        replay_of: None,
        payload: id.to_owned().into(),
    }
}

/// The next delivery, waited for.
pub(crate) async fn next(intake: &Intake) -> Delivery {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < deadline {
        if let Some(delivery) = pull(intake, 1).await.pop() {
            return delivery;
        }
    }
    panic!("nothing was delivered in {PATIENCE:?}");
}

/// What one pull of up to `limit` gives: exactly so many, or those that come within a second.
pub(crate) async fn pull(intake: &Intake, limit: usize) -> Vec<Delivery> {
    intake.pull(limit).await.unwrap().map(Result::unwrap).collect().await
}

/// The id that [`message`] put into a delivery.
pub(crate) fn id_of(delivery: &Delivery) -> String {
    delivery.message_id().unwrap_or_default().to_owned()
}
