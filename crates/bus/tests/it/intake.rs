//! The pulling loop survives what happens to broker and consumer, and stops cleanly.

use crate::support::{CONSUMER, RAW, Rig, ack_wait, id_of, message, next};
use dateline_bus::{Bus, Delivery, Intake, NatsConfig, Topology};
use dateline_testkit::{NatsCluster, PATIENCE, Signal, Sync, eventually, eventually_true};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Deliveries by message id.
type Seen = Arc<Mutex<BTreeMap<String, usize>>>;

/// An intake that acknowledges everything and notes it.
struct Worker {
    seen: Seen,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    async fn start(bus: &Bus, in_flight: usize) -> Self {
        let intake = bus.intake(CONSUMER).await.unwrap();
        assert_eq!(intake.name(), CONSUMER);
        Self::over(intake, in_flight)
    }

    fn over(intake: Intake, in_flight: usize) -> Self {
        let (seen, stop) = (Seen::default(), CancellationToken::new());
        let noted = seen.clone();
        let accept = move |delivery: Delivery, permit: OwnedSemaphorePermit| {
            *noted.lock().unwrap().entry(id_of(&delivery)).or_default() += 1;
            tokio::spawn(async move {
                delivery.ack().await.unwrap();
                drop(permit);
            });
        };
        let task = tokio::spawn(intake.run(in_flight, stop.clone(), accept));
        Self { seen, stop, task }
    }

    fn ids(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn deliveries(&self) -> usize {
        self.seen.lock().unwrap().values().sum()
    }

    async fn has_seen(&self, ids: usize) {
        eventually_true(&format!("{ids} messages"), async || self.ids() >= ids).await;
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn publish(bus: &Bus, ids: std::ops::Range<usize>) {
    let (publisher, stop) = (bus.publisher(), CancellationToken::new());
    for id in ids {
        publisher.publish_patiently(message(&id.to_string()), &stop).await.unwrap();
    }
}

/// Waits until so many pull requests wait at the broker.
async fn requests_wait(bus: &Bus, count: u64) {
    eventually_true("pull requests to wait", async || {
        bus.consumer_status(CONSUMER).await.unwrap().waiting == count
    })
    .await;
}

#[tokio::test]
async fn survives_a_consumer_that_is_deleted_under_it() {
    let rig = Rig::start().await;
    let worker = Worker::start(&rig.bus, 16).await;
    publish(&rig.bus, 0..20).await;
    worker.has_seen(20).await;
    let stream = rig.raw_context().await.get_stream(RAW).await.unwrap();
    stream.delete_consumer(CONSUMER).await.unwrap();
    publish(&rig.bus, 20..40).await;
    worker.has_seen(40).await;
    worker.stop().await;
}

#[tokio::test]
async fn survives_a_broker_that_is_killed() {
    let mut rig = Rig::with(ack_wait(Duration::from_secs(2))).await;
    let worker = Worker::start(&rig.bus, 16).await;
    publish(&rig.bus, 0..20).await;
    worker.has_seen(20).await;
    rig.server.kill9();
    rig.server.restart();
    publish(&rig.bus, 20..40).await;
    worker.has_seen(40).await;
    worker.stop().await;
}

#[tokio::test]
async fn two_share_the_work() {
    let rig = Rig::start().await;
    let other_bus = rig.other_bus().await;
    let (one, other) = (Worker::start(&rig.bus, 5).await, Worker::start(&other_bus, 5).await);
    requests_wait(&rig.bus, 2).await;
    publish(&rig.bus, 0..200).await;
    eventually_true("all messages", async || one.ids() + other.ids() >= 200).await;
    assert!(one.ids() > 0 && other.ids() > 0, "{} and {}", one.ids(), other.ids());
    let deliveries = one.deliveries() + other.deliveries();
    assert_eq!(deliveries, 200, "none of them was delivered twice");
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn never_more_in_flight_than_allowed_and_all_back_before_it_returns() {
    let rig = Rig::start().await;
    let (sender, mut receiver) = mpsc::channel(100);
    let stop = CancellationToken::new();
    let accept = move |delivery, permit| sender.try_send((delivery, permit)).unwrap();
    let run = tokio::spawn(rig.intake().await.run(3, stop.clone(), accept));
    publish(&rig.bus, 0..10).await;
    let mut held: Vec<(Delivery, OwnedSemaphorePermit)> = Vec::new();
    for _ in 0..3 {
        held.push(receiver.recv().await.unwrap());
    }
    // The broker's figures of one moment need not fit together while it delivers.
    eventually_true("three in flight and seven to come", async || {
        let status = rig.bus.consumer_status(CONSUMER).await.unwrap();
        (status.ack_pending, status.pending) == (3, 7)
    })
    .await;
    assert!(receiver.try_recv().is_err());

    stop.cancel();
    requests_wait(&rig.bus, 0).await;
    let (last, last_permit) = held.pop().unwrap();
    for (delivery, permit) in held {
        delivery.ack().await.unwrap();
        drop(permit);
    }
    assert!(!run.is_finished(), "a delivery is still in the middle");
    last.ack().await.unwrap();
    drop(last_permit);
    run.await.unwrap();
    assert!(receiver.recv().await.is_none(), "nothing was accepted after the stop");
}

#[tokio::test]
async fn never_more_bytes_in_hand_than_allowed() {
    let rig = Rig::start().await;
    // Two of them fit into what is the least bound: the largest message.
    rig.publish(6, rig.bus.max_payload() * 2 / 5).await;
    let stop = CancellationToken::new();
    let (sender, mut receiver) = mpsc::channel(6);
    let accept = move |delivery, permit| sender.try_send((delivery, permit)).unwrap();
    let run = tokio::spawn(rig.intake().await.with_bytes(0).run(6, stop.clone(), accept));
    for left in [4, 2, 0] {
        let held: Vec<(Delivery, OwnedSemaphorePermit)> =
            vec![receiver.recv().await.unwrap(), receiver.recv().await.unwrap()];
        eventually_true("two in hand, the others to come", async || {
            let status = rig.bus.consumer_status(CONSUMER).await.unwrap();
            (status.ack_pending, status.pending) == (2, left)
        })
        .await;
        assert!(receiver.try_recv().is_err());
        for (delivery, permit) in held {
            delivery.ack().await.unwrap();
            drop(permit);
        }
    }
    stop.cancel();
    run.await.unwrap();
}

#[tokio::test]
async fn what_comes_during_a_stop_is_handed_back_at_once() {
    // An ack wait far beyond the patience of this test.
    let rig = Rig::with(ack_wait(Duration::from_mins(10))).await;
    let stopping = Worker::start(&rig.bus, 8).await;
    requests_wait(&rig.bus, 1).await;
    stopping.stop.cancel();
    publish(&rig.bus, 0..4).await;
    let intake = rig.intake().await;
    for _ in 0..4 {
        next(&intake).await.ack().await.unwrap();
    }
    assert_eq!(stopping.ids(), 0);
    stopping.stop().await;
}

#[tokio::test]
async fn stops_also_while_the_broker_is_away() {
    let mut rig = Rig::start().await;
    let worker = Worker::start(&rig.bus, 8).await;
    requests_wait(&rig.bus, 1).await;
    rig.server.kill9();
    eventually("the connection to be lost", dateline_testkit::PATIENCE, async || {
        (!rig.bus.is_connected()).then_some(())
    })
    .await;
    worker.stop().await;
}

#[tokio::test]
async fn a_consumer_that_delivers_nothing_is_opened_anew() {
    let metrics = dateline_testkit::LocalMetrics::record();
    let rig = Rig::start().await;
    // Paused by somebody: a backlog, pull requests, and no delivery (servers from 2.11 on).
    let client = async_nats::connect(rig.server.url()).await.unwrap();
    let pause = r#"{"pause_until":"2999-01-01T00:00:00Z"}"#;
    client.request(format!("$JS.API.CONSUMER.PAUSE.{RAW}.{CONSUMER}"), pause.into()).await.unwrap();
    publish(&rig.bus, 0..5).await;
    let intake = rig.intake().await.with_stall(Duration::from_millis(500));
    let worker = Worker::over(intake, 8);
    eventually_true("the stall to be noticed", async || {
        metrics.read().sum("dateline_intake_stalled_total", &[("consumer", CONSUMER)]) > 0.5
    })
    .await;
    // A pause is somebody's decision: it is told, not undone.
    assert_eq!(worker.ids(), 0);
    client.request(format!("$JS.API.CONSUMER.PAUSE.{RAW}.{CONSUMER}"), "{}".into()).await.unwrap();
    worker.has_seen(5).await;
    worker.stop().await;
}

#[tokio::test]
async fn an_intake_waits_for_a_broker_that_does_not_answer() {
    let mut rig = Rig::start().await;
    rig.server.signal(Signal::Stop);
    let bus = rig.bus.clone();
    let opening = tokio::spawn(async move { bus.intake(CONSUMER).await.map(drop) });
    // Longer than a single answer may take here.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!opening.is_finished());
    rig.server.signal(Signal::Continue);
    opening.await.unwrap().unwrap();
}

/// More than one request brings.
const BACKLOG: usize = 1_500;

/// A backlog larger than a request, on a consumer with copies: the broker then tells the end of
/// the request before it sends the messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_on_three_copies_comes_once() {
    let cluster = NatsCluster::start(Sync::Lazy);
    let config = NatsConfig { servers: cluster.urls(), replicas: 3, ..NatsConfig::default() };
    let bus = Bus::connect(&config, "test", Topology::built_in()).await.unwrap();
    eventually("the cluster to be ready", PATIENCE * 2, async || bus.prepare().await.ok()).await;
    let publisher = bus.publisher();
    let publishing = (0..BACKLOG).map(|id| {
        let publisher = publisher.clone();
        async move { publisher.publish(message(&id.to_string())).await.unwrap() }
    });
    futures::future::join_all(publishing).await;
    let worker = Worker::start(&bus, BACKLOG).await;
    worker.has_seen(BACKLOG).await;
    assert_eq!(worker.deliveries(), BACKLOG, "each once");
    worker.stop().await;
}
