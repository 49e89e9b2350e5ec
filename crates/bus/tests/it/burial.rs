//! What the broker itself gives up on becomes a dead letter, also when nobody listened.

use crate::support::{CONSUMER, RAW, Rig, id_of, next};
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use dateline_bus::{DeadEntry, DeadFilter, run_burials};
use dateline_model::{DeadReason, Stage};
use dateline_runtime::clock::SystemClock;
use dateline_testkit::{eventually, eventually_true};
use futures::StreamExt;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A consumer as an operator's hand may set it.
async fn limited(rig: &Rig, name: &str, max_deliver: i64) -> PullConsumer {
    let config = pull::Config {
        durable_name: Some(name.to_owned()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_millis(300),
        max_deliver,
        max_ack_pending: 4096,
        ..pull::Config::default()
    };
    rig.raw_context().await.create_consumer_on_stream(config, RAW).await.unwrap()
}

/// Takes one message and answers nothing, or that it is to be terminated.
async fn take(consumer: &PullConsumer, answer: Option<AckKind>) {
    let mut batch =
        consumer.batch().max_messages(1).expires(Duration::from_secs(5)).messages().await.unwrap();
    let message = batch.next().await.unwrap().unwrap();
    if let Some(answer) = answer {
        message.ack_with(answer).await.unwrap();
    }
}

/// Waits until the broker has given up on one message. As a stage does, it asks for more
/// meanwhile: some servers notice only then that a message may not be delivered again.
async fn given_up(rig: &Rig, consumer: &PullConsumer) {
    eventually_true("the broker to give up", async || {
        let request = consumer.batch().max_messages(1).expires(Duration::from_millis(200));
        assert_eq!(request.messages().await.unwrap().count().await, 0, "it was delivered again");
        advisories(rig).await == 1
    })
    .await;
}

/// Advisories that the stream keeps and nobody has settled yet.
async fn advisories(rig: &Rig) -> u64 {
    let status = rig.bus.consumer_status("burial").await.unwrap();
    status.pending + status.ack_pending
}

async fn letters(rig: &Rig) -> Vec<DeadEntry> {
    rig.bus.dead_letters().list(&DeadFilter::default(), 10).await.unwrap()
}

/// Runs the burials until everything the broker said so far is settled.
async fn bury_all(rig: &Rig) {
    let stop = CancellationToken::new();
    let burying = tokio::spawn(run_burials(rig.bus.clone(), SystemClock::shared(), stop.clone()));
    eventually_true("all advisories to be settled", async || advisories(rig).await == 0).await;
    stop.cancel();
    burying.await.unwrap();
}

#[tokio::test]
async fn a_message_past_an_operators_limit_becomes_a_letter_that_can_be_replayed() {
    let rig = Rig::start().await;
    let consumer = limited(&rig, CONSUMER, 2).await;
    rig.publish(1, 10).await;
    take(&consumer, None).await;
    take(&consumer, None).await;
    given_up(&rig, &consumer).await;
    bury_all(&rig).await;

    let found = letters(&rig).await;
    let [entry] = found.as_slice() else { panic!("one letter, not {found:?}") };
    let letter = &entry.letter;
    assert_eq!(
        (letter.stage, letter.reason, letter.attempts),
        (Stage::Enricher, DeadReason::AttemptsExhausted, 2)
    );
    assert_eq!((letter.subject.as_str(), letter.headers["Nats-Msg-Id"].as_str()), ("dateline.raw.wire", "0"));
    assert_eq!(letter.payload.bytes().unwrap(), vec![b'x'; 10]);
    assert!(letter.detail.contains("max_deliver on consumer enricher"), "{}", letter.detail);

    // A role that starts takes the limit back, and the letter comes back by replay.
    rig.bus.prepare().await.unwrap();
    rig.bus.dead_letters().replay(entry).await.unwrap();
    let delivery = next(&rig.intake().await).await;
    assert_eq!((delivery.sequence(), delivery.payload().len()), (2, 10));
    delivery.ack().await.unwrap();
    assert!(letters(&rig).await.is_empty());
}

#[tokio::test]
async fn a_terminated_message_becomes_a_letter_and_its_neighbours_do_not() {
    let rig = Rig::start().await;
    rig.publish(3, 10).await;
    let consumer = limited(&rig, CONSUMER, -1).await;
    take(&consumer, Some(AckKind::Ack)).await;
    take(&consumer, Some(AckKind::Term)).await;
    let stop = CancellationToken::new();
    let burying = tokio::spawn(run_burials(rig.bus.clone(), SystemClock::shared(), stop.clone()));
    let letter = eventually("the letter", dateline_testkit::PATIENCE, async || {
        letters(&rig).await.pop().map(|entry| entry.letter)
    })
    .await;
    assert_eq!((letter.headers["Nats-Msg-Id"].as_str(), letter.attempts), ("1", 1));
    assert!(letter.detail.starts_with("a client of the broker terminated it"), "{}", letter.detail);
    let delivery = next(&rig.intake().await).await;
    assert_eq!(id_of(&delivery), "2");
    delivery.ack().await.unwrap();
    stop.cancel();
    burying.await.unwrap();
    assert_eq!(letters(&rig).await.len(), 1);
}

#[tokio::test]
async fn what_a_foreign_consumer_drops_is_its_own_affair() {
    let rig = Rig::start().await;
    let audit = limited(&rig, "audit", 1).await;
    rig.publish(1, 10).await;
    take(&audit, None).await;
    given_up(&rig, &audit).await;
    bury_all(&rig).await;
    assert!(letters(&rig).await.is_empty());
}
