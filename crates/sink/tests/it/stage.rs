//! Acknowledged after the commit, once each, whatever fails.

use crate::failing_store::{FailingStore, Fault};
use crate::support::{Rig, Running, record};
use dateline_bus::Delivery;
use dateline_model::{DeadReason, Payload, Stage, packed};
use dateline_sink::SinkError;
use dateline_testkit::{LocalMetrics, StageCounts, TestArticle, articles, eventually_true};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;

fn some(count: usize, seed: u64) -> Vec<TestArticle> {
    articles(count, seed).collect()
}

/// All counts of the sink, which add up because nothing is in flight.
fn counts(metrics: &LocalMetrics) -> StageCounts {
    let counts = metrics.read().stage("sink");
    assert!(counts.is_conserved() && counts.in_flight.abs() < 0.5, "{counts:?}");
    counts
}

#[tokio::test]
async fn every_record_is_stored_once_and_announced() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sink = rig.sink(rig.store().await);
    let sent = some(45, 1);
    rig.publish_records("", &sent).await;
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let expected = StageCounts { received: 45.0, sent: 45.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected);
    assert_eq!(rig.status().await.stream("DATELINE_STORED").unwrap().messages, 45);
}

#[tokio::test]
async fn what_comes_again_changes_nothing() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sink = rig.sink(rig.store().await);
    let sent = some(20, 2);
    rig.publish_records("", &sent).await;
    rig.publish_records("again ", &sent[..7]).await;
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let expected = StageCounts { received: 27.0, sent: 20.0, duplicate: 7.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected);
}

#[tokio::test]
async fn a_refused_record_keeps_none_of_the_others_out() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let mut sent = some(12, 3);
    sent[4].title = "Refuse this one".to_owned();
    rig.publish_records("", &sent).await;
    rig.publish("garbage", b"no record".to_vec()).await;
    let sink = rig.sink(FailingStore::new(rig.store().await, Fault::Refuse("Refuse")));
    let mut letters = rig.dead(2).await;
    letters.sort_by_key(|entry| entry.letter.reason.as_str());
    let reasons: Vec<DeadReason> = letters.iter().map(|entry| entry.letter.reason).collect();
    assert_eq!(reasons, [DeadReason::Refused, DeadReason::Unreadable]);
    assert!(letters.iter().all(|entry| entry.letter.stage == Stage::Sink));
    assert!(letters[0].letter.detail.contains("a constraint"), "{}", letters[0].letter.detail);
    let refused = sent.remove(4);
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let expected = StageCounts { received: 13.0, sent: 11.0, dead: 2.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected);

    // Once the store takes it, a replay brings it back.
    rig.bus.dead_letters().replay(&letters[0]).await.unwrap();
    let sink = rig.sink(rig.store().await);
    rig.drained().await;
    sent.push(refused);
    rig.holds_exactly(&sent).await;
    sink.stop().await;
}

#[tokio::test]
async fn packed_records_are_stored_and_their_letters_can_be_read() {
    let rig = Rig::start().await;
    let sent = some(3, 70);
    let records: Vec<Vec<u8>> =
        sent.iter().map(|article| serde_json::to_vec(&record(article)).unwrap()).collect();
    for (number, json) in records.iter().enumerate() {
        rig.publish(&number.to_string(), packed::pack(json).unwrap()).await;
    }
    let damaged = packed::pack(&records[0]).unwrap()[..50].to_vec();
    rig.publish("damaged", damaged.clone()).await;
    rig.publish("another object", packed::pack(br#"{"title":"no record"}"#).unwrap()).await;
    let sink = rig.sink(rig.store().await);
    let letters = rig.dead(2).await;
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let kept: Vec<_> = letters.iter().map(|entry| entry.letter.payload.clone()).collect();
    for payload in [Payload::of(&damaged), Payload::Text(r#"{"title":"no record"}"#.to_owned())] {
        assert!(kept.contains(&payload), "{payload:?} in {kept:?}");
    }
}

/// What is no text cannot become a record: it is kept as it came, byte for byte.
#[tokio::test]
async fn invalid_utf_8_and_lone_surrogates_are_letters_and_the_others_go_on() {
    let rig = Rig::start().await;
    let sent = some(6, 4);
    rig.publish_records("", &sent[..3]).await;
    let mut article = some(1, 5).remove(0);
    article.text = "ODD".to_owned();
    let sound = serde_json::to_string(&record(&article)).unwrap();
    let (before, after) = sound.split_once("ODD").unwrap();
    let with = |odd: &[u8]| [before.as_bytes(), odd, after.as_bytes()].concat();
    let bad =
        [with(b"\xff"), with(b"\xc3("), with(b"\xed\xa0\x80"), with(br"\ud800"), with(br"\udc00 \ud800")];
    for (number, payload) in bad.iter().enumerate() {
        rig.publish(&format!("bad {number}"), payload.clone()).await;
    }
    rig.publish_records("", &sent[3..]).await;
    let sink = rig.sink(rig.store().await);
    let letters = rig.dead(bad.len()).await;
    assert!(letters.iter().all(|entry| entry.letter.reason == DeadReason::Unreadable));
    let mut kept: Vec<_> = letters.iter().map(|entry| entry.letter.payload.bytes().unwrap()).collect();
    let mut expected = bad.to_vec();
    kept.sort();
    expected.sort();
    assert_eq!(kept, expected);
    rig.holds_exactly(&sent).await;
    sink.stop().await;
}

#[tokio::test]
async fn a_fault_that_passes_is_waited_out_in_place() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sent = some(15, 4);
    let sink = rig.sink(FailingStore::new(rig.store().await, Fault::Transient(3)));
    rig.publish_records("", &sent).await;
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let expected = StageCounts { received: 15.0, sent: 15.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected, "no delivery lost an attempt by it");
    let retries = metrics.read().sum("dateline_sink_write_retries_total", &[]);
    assert!((retries - 3.0).abs() < 0.5, "{retries}");
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_stores_nothing_twice() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sent = some(10, 5);
    rig.publish_records("", &sent).await;
    let sink = rig.sink(FailingStore::new(rig.store().await, Fault::AfterCommit));
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let counts = counts(&metrics);
    assert!((counts.sent + counts.duplicate - 10.0).abs() < 0.5 && counts.duplicate > 0.5, "{counts:?}");
}

#[tokio::test]
async fn a_store_beyond_waiting_for_ends_the_sink_and_everything_comes_back() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sent = some(50, 6);
    rig.publish_records("", &sent).await;
    let sink = rig.sink(FailingStore::new(rig.store().await, Fault::Fatal));
    let error = sink.ended().await.unwrap_err();
    assert!(matches!(error, SinkError::Store(_)), "{error:?}");
    assert_eq!(rig.status().await.stream("DATELINE_STORED").unwrap().messages, 0);
    counts(&metrics);
    let mended = rig.sink(rig.store().await);
    rig.holds_exactly(&sent).await;
    mended.stop().await;
}

#[tokio::test]
async fn a_stop_while_the_store_is_away_hands_everything_back() {
    let rig = Rig::start().await;
    let sent = some(30, 7);
    rig.publish_records("", &sent).await;
    let store = Arc::new(FailingStore::new(rig.store().await, Fault::Transient(usize::MAX)));
    let sink = Running::start(&rig.bus, store.clone());
    eventually_true("a write to be tried", async || store.writes() > 0).await;
    sink.stop().await;
    store.set(Fault::None);
    let sink = Running::start(&rig.bus, store);
    rig.holds_exactly(&sent).await;
    sink.stop().await;
}

/// Takes the only record so often that it is suspected.
async fn suspected(rig: &Rig) -> Delivery {
    let intake = rig.bus.intake("sink").await.unwrap();
    loop {
        let mut deliveries = std::pin::pin!(intake.pull(1).await.unwrap());
        let Some(delivery) = deliveries.next().await else { continue };
        let delivery = delivery.unwrap();
        if rig.bus.suspects(&delivery) {
            return delivery;
        }
        delivery.retry(Duration::from_millis(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_that_was_handed_back_often_is_stored_nevertheless() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sent = some(1, 8);
    rig.publish_records("", &sent).await;
    suspected(&rig).await.retry(Duration::from_millis(1)).await.unwrap();
    let sink = rig.sink(rig.store().await);
    rig.holds_exactly(&sent).await;
    sink.stop().await;
    let expected = StageCounts { received: 1.0, sent: 1.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected);
}

#[tokio::test]
async fn a_record_that_kills_its_workers_is_a_letter() {
    let rig = Rig::start().await;
    let sent = some(1, 8);
    rig.publish_records("", &sent).await;
    for _ in 0..3 {
        let delivery = suspected(&rig).await;
        let dying = rig.bus.quarantine().alone(&rig.bus, &delivery, std::future::pending::<()>());
        assert!(tokio::time::timeout(Duration::from_secs(1), dying).await.is_err(), "it works for ever");
        delivery.retry(Duration::from_millis(1)).await.unwrap();
    }
    let sink = rig.sink(rig.store().await);
    let entry = rig.dead(1).await.remove(0);
    assert_eq!((entry.letter.stage, entry.letter.reason), (Stage::Sink, DeadReason::AttemptsExhausted));
    rig.bus.dead_letters().replay(&entry).await.unwrap();
    rig.holds_exactly(&sent).await;
    sink.stop().await;
}

#[tokio::test]
async fn two_sinks_share_the_work_and_none_does_it_twice() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let other_bus = rig.other_bus().await;
    let one = rig.sink(rig.store().await);
    let other = Running::start(&other_bus, Arc::new(rig.store().await));
    let sent = some(120, 9);
    rig.publish_records("", &sent).await;
    rig.holds_exactly(&sent).await;
    one.stop().await;
    other.stop().await;
    let expected = StageCounts { received: 120.0, sent: 120.0, ..StageCounts::default() };
    assert_eq!(counts(&metrics), expected);
}

#[tokio::test]
async fn a_broker_that_is_killed_costs_nothing() {
    let mut rig = Rig::start().await;
    let sink = rig.sink(rig.store().await);
    let sent = some(60, 10);
    rig.publish_records("", &sent[..30]).await;
    rig.server.kill9();
    rig.server.restart();
    rig.publish_records("", &sent[30..]).await;
    rig.holds_exactly(&sent).await;
    sink.stop().await;
}
