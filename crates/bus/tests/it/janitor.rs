//! Only what everybody has settled is purged, and only when it is old or room is short.

use crate::support::{CONSUMER, RAW, Rig, message, next, pull};
use async_nats::jetstream::consumer::pull::Config;
use dateline_bus::{Outgoing, StreamStatus, sweep};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::ByteSize;
use dateline_testkit::eventually_true;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

fn now() -> Timestamp {
    SystemClock::shared().now()
}

/// Past every replay window.
fn much_later() -> Timestamp {
    now() + SignedDuration::from_hours(24 * 30)
}

impl Rig {
    async fn settle(&self, count: u64) {
        self.settle_up_to(count).await;
    }

    /// Acknowledges everything up to message `last`.
    async fn settle_up_to(&self, last: u64) {
        let intake = self.intake().await;
        let settled = self.bus.consumer_status(CONSUMER).await.unwrap().ack_floor;
        let mut left = usize::try_from(last - settled).unwrap();
        while left > 0 {
            let batch = pull(&intake, left.min(500)).await;
            left -= batch.len();
            join_all(batch.into_iter().map(|delivery| async { delivery.ack().await.unwrap() })).await;
        }
        eventually_true("the acknowledgements", async || {
            self.bus.consumer_status(CONSUMER).await.unwrap().ack_floor == last
        })
        .await;
    }

    async fn sweep(&self, stream: &str, at: Timestamp) -> u64 {
        let definition = self.bus.topology().streams.iter().find(|definition| definition.name == stream);
        sweep(&self.bus, definition.unwrap(), at).await.unwrap()
    }

    async fn raw(&self) -> StreamStatus {
        self.bus.status().await.unwrap().stream(RAW).unwrap().clone()
    }
}

#[tokio::test]
async fn only_settled_messages_go() {
    let rig = Rig::start().await;
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "an empty stream");
    rig.publish(10, 10).await;
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "nothing is settled");
    rig.settle(4).await;
    assert_eq!(rig.sweep(RAW, now()).await, 0, "all within the replay window");
    assert_eq!(rig.sweep(RAW, much_later()).await, 4);
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "twice is once");
    assert_eq!((rig.raw().await.messages, rig.raw().await.first_sequence), (6, 5));
    assert_eq!(next(&rig.intake().await).await.sequence(), 5);
}

#[tokio::test]
async fn more_than_one_request_removes_goes_all_the_same() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    join_all((0..11_000).map(|id| publisher.publish(message(&id.to_string())))).await;
    rig.settle(10_500).await;
    assert_eq!(rig.sweep(RAW, much_later()).await, 10_500);
    assert_eq!((rig.raw().await.messages, rig.raw().await.first_sequence), (500, 10_501));
}

#[tokio::test]
async fn a_delivery_in_hand_holds_back_all_behind_it() {
    let rig = Rig::start().await;
    rig.publish(5, 10).await;
    let intake = rig.intake().await;
    let first = next(&intake).await;
    for _ in 0..4 {
        next(&intake).await.ack().await.unwrap();
    }
    assert_eq!(rig.sweep(RAW, much_later()).await, 0);
    first.ack().await.unwrap();
    eventually_true("all to be settled", async || rig.sweep(RAW, much_later()).await == 5).await;
}

#[tokio::test]
async fn every_durable_consumer_counts_ours_or_not() {
    let rig = Rig::start().await;
    rig.publish(4, 10).await;
    rig.settle(4).await;
    let stream = rig.raw_context().await.get_stream(RAW).await.unwrap();
    let archive = Config { durable_name: Some("archive".into()), ..Config::default() };
    stream.create_consumer(archive).await.unwrap();
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "the archive has read nothing yet");
    stream.delete_consumer("archive").await.unwrap();
    // Our own consumer being gone is an accident, not a sign that all is done.
    stream.delete_consumer(CONSUMER).await.unwrap();
    let archive = Config {
        durable_name: Some("archive".into()),
        ack_policy: async_nats::jetstream::consumer::AckPolicy::None,
        ..Config::default()
    };
    let archive = stream.create_consumer(archive).await.unwrap();
    let read = archive.batch().max_messages(4).messages().await.unwrap();
    assert_eq!(futures::StreamExt::count(read).await, 4);
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "the enricher's consumer is missing");
}

#[tokio::test]
async fn a_full_stream_recovers_when_the_janitor_makes_room() {
    let rig = Rig::with(|topology| topology.streams[0].max_bytes = ByteSize(64 << 10)).await;
    let publisher = rig.bus.publisher();
    let sized = |id: u64| Outgoing { payload: vec![b'x'; 4096].into(), ..message(&id.to_string()) };
    let mut accepted = 0;
    while publisher.publish(sized(accepted)).await.is_ok() {
        accepted += 1;
    }
    assert!(accepted > 8, "{accepted}");
    assert_eq!(rig.sweep(RAW, now()).await, 0, "full, but nothing of it is settled");
    publisher.publish(sized(accepted)).await.unwrap_err();
    rig.settle(accepted).await;
    let purged = rig.sweep(RAW, now()).await;
    assert!(purged >= accepted / 2 && purged < accepted, "{purged} of {accepted}: some stays for replay");
    publisher.publish(sized(accepted)).await.unwrap();
}

#[tokio::test]
async fn a_stream_without_replay_window_is_left_alone() {
    let rig = Rig::start().await;
    let stream = rig.raw_context().await.get_stream("DATELINE_DEAD").await.unwrap();
    let nobody = Config { durable_name: Some("desk".into()), ..Config::default() };
    stream.create_consumer(nobody).await.unwrap();
    assert_eq!(rig.sweep("DATELINE_DEAD", much_later()).await, 0);
}

#[tokio::test]
async fn a_sink_beside_the_first_that_is_away_holds_up_nobody() {
    let rig = Rig::with(|topology| topology.streams[0].max_bytes = ByteSize(64 << 10)).await;
    let stream = rig.raw_context().await.get_stream(RAW).await.unwrap();
    let away = Config { durable_name: Some("sink-archive".into()), ..Config::default() };
    stream.create_consumer(away).await.unwrap();
    let accepted = rig.publish(6, 4096).await.len() as u64;
    rig.settle(accepted).await;
    assert_eq!(rig.sweep(RAW, much_later()).await, 0, "there is room: it may come back");
    let publisher = rig.bus.publisher();
    let sized = |id: u64| Outgoing { payload: vec![b'x'; 4096].into(), ..message(&id.to_string()) };
    let mut all = accepted;
    while publisher.publish(sized(all)).await.is_ok() {
        all += 1;
    }
    rig.settle_up_to(all).await;
    assert!(rig.sweep(RAW, now()).await >= all / 2, "no room: it misses some");
    publisher.publish(sized(all)).await.unwrap();
}
