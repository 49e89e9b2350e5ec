//! A publish is accepted when the broker says so, and only then.

use crate::support::{RAW, Rig, config, id_of, message, next};
use dateline_bus::{Bus, BusError, NatsConfig, Outgoing};
use dateline_runtime::Disposition;
use dateline_runtime::units::ByteSize;
use dateline_testkit::{NatsServer, PATIENCE, eventually};
use futures::future::join_all;
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_receipt_tells_sequence_and_duplicate() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    let publish = async |id: &str| {
        let receipt = publisher.publish(message(id)).await.unwrap();
        (receipt.sequence, receipt.duplicate)
    };
    assert_eq!(publish("a").await, (1, false));
    assert_eq!(publish("b").await, (2, false));
    assert_eq!(publish("a").await, (1, true));
    assert_eq!(rig.bus.status().await.unwrap().stream(RAW).unwrap().messages, 2);
}

#[tokio::test]
async fn what_waits_together_is_kept_without_a_gap_and_each_has_its_own_receipt() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    let receipts = join_all((0..2_000).map(|n| publisher.publish(message(&n.to_string())))).await;
    let sequences: BTreeSet<u64> =
        receipts.iter().map(|receipt| receipt.as_ref().unwrap().sequence).collect();
    assert!(sequences.into_iter().eq(1..=2_000));
    assert!(receipts.iter().all(|receipt| !receipt.as_ref().unwrap().duplicate));
    assert_eq!(rig.bus.status().await.unwrap().stream(RAW).unwrap().messages, 2_000);
}

#[tokio::test]
async fn a_receipt_names_the_message_that_it_is_for() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    let sent: Vec<String> = (0..300).map(|n| format!("id-{n}")).collect();
    let receipts = join_all(sent.iter().map(|id| publisher.publish(message(id)))).await;
    let intake = rig.intake().await;
    for delivery in crate::support::pull(&intake, 300).await {
        let at = sent.iter().position(|id| *id == id_of(&delivery)).unwrap();
        assert_eq!(receipts[at].as_ref().unwrap().sequence, delivery.sequence());
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn a_repetition_among_many_costs_the_others_nothing() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    publisher.publish(message("7")).await.unwrap();
    let receipts = join_all((0..200).map(|n| publisher.publish(message(&(n / 2).to_string())))).await;
    let duplicates = receipts.iter().filter(|receipt| receipt.as_ref().unwrap().duplicate).count();
    assert_eq!(duplicates, 101, "100 ids twice, and one of them was there before");
    assert_eq!(rig.bus.status().await.unwrap().stream(RAW).unwrap().messages, 100);
}

/// Without write-through there are no batches: what leaves together is answered one by one.
#[tokio::test]
async fn a_group_without_a_batch_is_answered_message_by_message() {
    let rig = Rig::start().await;
    let config = NatsConfig { writes_through: false, ..config(&rig.server) };
    let bus = Bus::connect(&config, "test", rig.bus.topology().clone()).await.unwrap();
    bus.prepare().await.unwrap();
    let publisher = bus.publisher();
    let receipts = join_all((0..1_000).map(|n| publisher.publish(message(&(n / 2).to_string())))).await;
    let duplicates = receipts.iter().filter(|receipt| receipt.as_ref().unwrap().duplicate).count();
    assert_eq!(duplicates, 500);
    let sequences: BTreeSet<u64> =
        receipts.iter().map(|receipt| receipt.as_ref().unwrap().sequence).collect();
    assert!(sequences.into_iter().eq(1..=500));
}

#[tokio::test]
async fn messages_of_several_streams_may_wait_together() {
    let rig = Rig::start().await;
    let publisher = rig.bus.publisher();
    let source = dateline_model::Source::new("wire", dateline_model::SourceKind::Push);
    let mixed = (0..400).map(|n| {
        let message = message(&n.to_string());
        let subject =
            if n % 2 == 0 { message.subject.clone() } else { dateline_bus::Subject::enriched("en", &source) };
        publisher.publish(Outgoing { subject, ..message })
    });
    assert!(join_all(mixed).await.iter().all(Result::is_ok));
    let status = rig.bus.status().await.unwrap();
    assert_eq!([RAW, "DATELINE_ENRICHED"].map(|name| status.stream(name).unwrap().messages), [200, 200]);
}

#[tokio::test]
async fn headers_reach_the_other_side() {
    let rig = Rig::start().await;
    let sent = Outgoing {
        trace_parent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        replay_of: Some("17".into()),
        ..message("id")
    };
    rig.bus.publisher().publish(sent.clone()).await.unwrap();
    let got = next(&rig.intake().await).await;
    assert_eq!(got.message_id(), Some("id"));
    assert_eq!(got.trace_parent(), sent.trace_parent.as_deref());
    assert_eq!(got.replay_of(), Some("17"));
    assert_eq!((got.subject(), got.source().as_str()), ("dateline.raw.wire", "wire"));
    assert_eq!((got.payload(), got.attempt(), got.sequence()), (&sent.payload, 1, 1));
    assert_eq!(got.headers().len(), 3);
    got.ack().await.unwrap();
}

#[tokio::test]
async fn too_large_is_refused_before_it_is_sent() {
    let rig = Rig::on(NatsServer::builder().max_payload(64 << 10).start(), |_| {}).await;
    let publisher = rig.bus.publisher();
    let sized = |bytes: usize| Outgoing { payload: vec![b'x'; bytes].into(), ..message(&bytes.to_string()) };
    publisher.publish(sized(60 << 10)).await.unwrap();
    let stop = CancellationToken::new();
    let error = publisher.publish_patiently(sized(64 << 10), &stop).await.unwrap_err();
    assert!(matches!(error, BusError::TooLarge { bytes: 65_536, limit: 65_536, .. }), "{error:?}");
    assert_eq!(error.disposition(), Disposition::DeadLetter);
    publisher.publish(message("its neighbour")).await.unwrap();
}

#[tokio::test]
async fn a_full_stream_refuses_and_evicts_nothing() {
    let rig = Rig::with(|topology| topology.streams[0].max_bytes = ByteSize(32 << 10)).await;
    let publisher = rig.bus.publisher();
    let mut accepted = 0;
    let error = loop {
        let message = Outgoing { payload: vec![b'x'; 4096].into(), ..message(&accepted.to_string()) };
        match publisher.publish(message).await {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 100, "a stream of 32 KiB took 100 messages of 4 KiB");
    };
    assert_eq!(error.disposition(), Disposition::Retry, "{error:?}");
    let stream = rig.bus.status().await.unwrap().stream(RAW).unwrap().clone();
    assert_eq!((stream.messages, stream.first_sequence), (accepted, 1));
}

#[tokio::test]
async fn nothing_is_accepted_where_no_stream_is() {
    let server = NatsServer::start();
    let bus = crate::support::connect(&server, dateline_bus::Topology::built_in()).await;
    assert!(matches!(bus.publisher().publish(message("a")).await, Err(BusError::Publish { .. })));
}

#[tokio::test]
async fn patience_rides_out_a_broker_that_is_killed() {
    let mut rig = Rig::start().await;
    let (publisher, stop) = (rig.bus.publisher(), CancellationToken::new());
    let wave = |from: usize| {
        let wave = (from..from + 300).map(|id| {
            let (publisher, stop) = (publisher.clone(), stop.clone());
            async move { publisher.publish_patiently(message(&id.to_string()), &stop).await }
        });
        tokio::spawn(join_all(wave))
    };
    let first = wave(0);
    eventually("the first acknowledgements", PATIENCE, async || {
        let stream = rig.bus.status().await.ok()?.stream(RAW)?.clone();
        (stream.messages > 0).then_some(())
    })
    .await;
    rig.server.kill9();
    let second = wave(300);
    tokio::task::yield_now().await;
    rig.server.restart();
    for receipt in first.await.unwrap().into_iter().chain(second.await.unwrap()) {
        receipt.unwrap();
    }
    let intake = rig.intake().await;
    let mut ids = BTreeSet::new();
    while ids.len() < 600 {
        let delivery = next(&intake).await;
        ids.insert(id_of(&delivery));
        delivery.ack().await.unwrap();
    }
}

#[tokio::test]
async fn patience_ends_at_a_stop() {
    let mut rig = Rig::start().await;
    rig.server.kill9();
    let (publisher, stop) = (rig.bus.publisher(), CancellationToken::new());
    let waiting = tokio::spawn({
        let stop = stop.clone();
        async move { publisher.publish_patiently(message("a"), &stop).await }
    });
    stop.cancel();
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.disposition(), Disposition::Retry);
}
