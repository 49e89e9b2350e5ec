//! Stored raw articles are sent again, once each, from where it was asked.

use crate::support::{RAW, Rig, message, next};
use dateline_bus::{Bus, BusError, Gate, NatsConfig, Replay, ReplayCount, ScanStart, Topology};
use dateline_model::SubjectToken;
use dateline_testkit::{NatsCluster, PATIENCE, Sync, eventually};
use futures::TryStreamExt;
use tokio_util::sync::CancellationToken;

const FAST: u32 = 100_000;

/// Replays; gives what was done, or what stopped it.
async fn replayed(rig: &Rig, start: ScanStart, source: Option<&str>, run: &str) -> ReplayCount {
    let source = source.map(SubjectToken::new);
    let replay = Replay::open(&rig.bus, start, source.as_ref(), run).await.unwrap();
    let (gate, stop) = (Gate::always_open(), CancellationToken::new());
    replay.run(FAST, &gate, &stop, |_| {}).await.unwrap()
}

async fn messages(rig: &Rig) -> u64 {
    rig.bus.status().await.unwrap().stream(RAW).unwrap().messages
}

#[tokio::test]
async fn everything_from_a_sequence_on_is_sent_once_more() {
    let rig = Rig::start().await;
    rig.publish(10, 5).await;
    let count = replayed(&rig, ScanStart::Sequence(4), None, "one").await;
    assert_eq!((count.sent, count.bytes, count.passed, count.next), (7, 35, 0, 11));
    assert_eq!(messages(&rig).await, 17);
    // A second run repeats the originals, not what the first one sent.
    let count = replayed(&rig, ScanStart::First, None, "two").await;
    assert_eq!((count.sent, count.passed), (10, 7));
    // The same run again is swallowed by the broker: that is what makes resuming safe.
    replayed(&rig, ScanStart::Sequence(9), None, "two").await;
    assert_eq!(messages(&rig).await, 27);
}

#[tokio::test]
async fn what_is_sent_again_says_what_it_repeats() {
    let rig = Rig::start().await;
    rig.publish(1, 5).await;
    replayed(&rig, ScanStart::First, None, "run").await;
    let intake = rig.intake().await;
    let first = next(&intake).await;
    assert_eq!((first.message_id(), first.replay_of()), (Some("0"), None));
    let again = next(&intake).await;
    assert_eq!((again.message_id(), again.replay_of()), (Some("0:again:1:run"), Some("raw:1")));
    assert_eq!((again.subject(), again.payload()), (first.subject(), first.payload()));
    first.ack().await.unwrap();
    again.ack().await.unwrap();
}

#[tokio::test]
async fn a_time_and_a_source_choose() {
    let rig = Rig::start().await;
    rig.publish(3, 5).await;
    let intake = rig.intake().await;
    let deliveries = crate::support::pull(&intake, 3).await;
    let second = deliveries[1].published_at();
    for delivery in deliveries {
        delivery.ack().await.unwrap();
    }
    let count = async |start, source: Option<&str>| {
        let source = source.map(SubjectToken::new);
        Replay::open(&rig.bus, start, source.as_ref(), "run").await.unwrap().count().await.unwrap().sent
    };
    assert_eq!(count(ScanStart::Time(second), None).await, 2);
    assert_eq!(count(ScanStart::First, Some("wire")).await, 3);
    assert_eq!(count(ScanStart::First, Some("nobody")).await, 0);
    assert_eq!(count(ScanStart::Sequence(4), None).await, 0);
    assert_eq!(messages(&rig).await, 3, "counting sends nothing");
}

#[tokio::test]
async fn a_reading_whose_consumer_is_gone_goes_on_with_another() {
    let rig = Rig::start().await;
    rig.publish(700, 5).await;
    let replay = Replay::open(&rig.bus, ScanStart::Sequence(2), None, "run").await.unwrap();
    let stream = rig.raw_context().await.get_stream(RAW).await.unwrap();
    let names: Vec<String> = stream.consumer_names().try_collect().await.unwrap();
    for name in names.iter().filter(|name| *name != crate::support::CONSUMER) {
        stream.delete_consumer(name).await.unwrap();
    }
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(replay.count().await.unwrap().sent, 699);
}

/// A consumer may be made on a server that has just come back and does not have everything yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_is_whole_while_a_server_of_the_cluster_catches_up() {
    let mut cluster = NatsCluster::start(Sync::Lazy);
    let config = NatsConfig { servers: cluster.urls(), replicas: 3, ..NatsConfig::default() };
    let bus = Bus::connect(&config, "test", Topology::built_in()).await.unwrap();
    eventually("the cluster to be ready", PATIENCE * 2, async || bus.prepare().await.ok()).await;
    let mut sent = 0;
    for node in 0..3 {
        cluster.nodes()[node].kill9();
        let publisher = bus.publisher();
        for _ in 0..PART {
            let id = sent.to_string();
            eventually("a leader", PATIENCE, async || publisher.publish(message(&id)).await.ok()).await;
            sent += 1;
        }
        cluster.nodes()[node].restart();
        for _ in 0..10 {
            let replay = eventually("a reading", PATIENCE, async || {
                Replay::open(&bus, ScanStart::First, None, "run").await.ok()
            });
            assert_eq!(replay.await.count().await.unwrap().sent, sent, "node {node}");
        }
    }
}

/// Messages that a server misses.
const PART: u64 = 300;

#[tokio::test]
async fn a_reading_ends_where_what_it_was_to_read_is_purged() {
    let rig = Rig::start().await;
    rig.publish(5, 5).await;
    let replay = Replay::open(&rig.bus, ScanStart::First, None, "run").await.unwrap();
    let stream = rig.raw_context().await.get_stream(RAW).await.unwrap();
    stream.purge().await.unwrap();
    rig.bus.publisher().publish(message("later")).await.unwrap();
    assert_eq!(replay.count().await.unwrap().sent, 0);
}

#[tokio::test]
async fn a_closed_gate_holds_it_back_and_a_stop_tells_where() {
    let rig = Rig::start().await;
    rig.publish(5, 5).await;
    let (stop, turning) = (CancellationToken::new(), CancellationToken::new());
    // Five articles wait for the enricher: more than the one that is allowed.
    let (gate, turn) = Gate::new(&rig.bus, crate::support::CONSUMER, 0, 1, turning.clone());
    let turn = tokio::spawn(turn);
    dateline_testkit::eventually_true("the gate to close", async || !gate.is_open()).await;
    let replay = Replay::open(&rig.bus, ScanStart::Sequence(2), None, "run").await.unwrap();
    assert_eq!(replay.left(), 4);
    let run = tokio::spawn({
        let (gate, stop) = (gate.clone(), stop.clone());
        async move { replay.run(FAST, &gate, &stop, |_| {}).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    stop.cancel();
    let error = run.await.unwrap().unwrap_err();
    assert!(matches!(error.source, BusError::Stopped), "{error:?}");
    assert_eq!((error.count.sent, error.count.next), (0, 2));
    assert_eq!(messages(&rig).await, 5);
    turning.cancel();
    turn.await.unwrap();
}
