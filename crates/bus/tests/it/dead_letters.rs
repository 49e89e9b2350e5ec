//! The dead-letter desk: keep, list, replay, drop.

use crate::support::{CONSUMER, Rig, message, next};
use dateline_bus::{BusError, DeadFilter, Outgoing};
use dateline_model::{DeadLetter, DeadReason, Payload, Stage, SubjectToken};
use dateline_testkit::{NatsServer, eventually_true};
use jiff::Timestamp;
use std::collections::BTreeMap;

fn letter(stage: Stage, reason: DeadReason, source: &str, payload: &[u8]) -> DeadLetter {
    DeadLetter {
        stage,
        reason,
        detail: "why, and what to do".into(),
        subject: format!("dateline.raw.{source}"),
        headers: BTreeMap::from([("Nats-Msg-Id".to_owned(), format!("id of {source}"))]),
        place: Some("inbox/a.json:3:7".into()),
        attempts: 2,
        first_at: Timestamp::UNIX_EPOCH,
        last_at: Timestamp::UNIX_EPOCH,
        payload: Payload::of(payload),
        truncated_bytes: 0,
    }
}

#[tokio::test]
async fn kept_letters_are_listed_by_filter_and_shown() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    assert_eq!(desk.count().await.unwrap(), 0);
    assert!(desk.list(&DeadFilter::default(), 10).await.unwrap().is_empty());
    let letters = [
        letter(Stage::Producer, DeadReason::Invalid, "wire", b"{"),
        letter(Stage::Enricher, DeadReason::Panic, "wire", b"1"),
        letter(Stage::Enricher, DeadReason::Invalid, "radio", b"2"),
    ];
    for (number, letter) in letters.iter().enumerate() {
        desk.keep(letter.clone(), &format!("name {number}")).await.unwrap();
    }
    let numbers = async |stage, reason, source: Option<&str>, limit| {
        let source = source.map(SubjectToken::new);
        let filter = DeadFilter { stage, reason, source, ..DeadFilter::default() };
        let entries = desk.list(&filter, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, None, None, 10).await, [1, 2, 3]);
    assert_eq!(numbers(None, None, None, 2).await, [1, 2]);
    assert_eq!(numbers(Some(Stage::Enricher), None, None, 10).await, [2, 3]);
    assert_eq!(numbers(Some(Stage::Enricher), None, None, 1).await, [2]);
    assert_eq!(numbers(None, Some(DeadReason::Invalid), None, 10).await, [1, 3]);
    assert_eq!(numbers(None, None, Some("wire"), 10).await, [1, 2]);
    assert_eq!(numbers(Some(Stage::Sink), None, None, 10).await, [0_u64; 0]);
    assert_eq!(desk.count().await.unwrap(), 3);
    assert_eq!(desk.get(2).await.unwrap().letter, letters[1]);
    assert!(matches!(desk.get(9).await, Err(BusError::NoSuchLetter(9))));
}

#[tokio::test]
async fn the_same_fault_is_kept_once() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    for _ in 0..3 {
        desk.keep(letter(Stage::Producer, DeadReason::Invalid, "wire", b"{"), "a.json:1:1").await.unwrap();
    }
    assert_eq!(desk.count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_dropped_letter_is_gone() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    for name in ["a", "b", "c"] {
        desk.keep(letter(Stage::Producer, DeadReason::Invalid, name, b"{"), name).await.unwrap();
    }
    desk.drop_letter(2).await.unwrap();
    assert!(matches!(desk.drop_letter(2).await, Err(BusError::NoSuchLetter(2))));
    let left = desk.list(&DeadFilter::default(), 10).await.unwrap();
    assert_eq!(left.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 3]);
}

/// Publishes a payload, gives it up, replays the letter and gives what comes back.
async fn buried_and_replayed(payload: &[u8]) {
    let rig = Rig::start().await;
    let (desk, intake) = (rig.bus.dead_letters(), rig.intake().await);
    let sent = Outgoing {
        payload: payload.to_vec().into(),
        trace_parent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        ..message("original id")
    };
    rig.bus.publisher().publish(sent.clone()).await.unwrap();
    let delivery = next(&intake).await;
    let now = Timestamp::UNIX_EPOCH;
    desk.keep_delivery(delivery, Stage::Enricher, DeadReason::Panic, "why".into(), now).await.unwrap();
    eventually_true("the delivery to be settled", async || {
        rig.bus.consumer_status(CONSUMER).await.unwrap().lag() == 0
    })
    .await;
    let entry = desk.list(&DeadFilter::default(), 10).await.unwrap().remove(0);
    assert_eq!((entry.letter.attempts, entry.letter.subject.as_str()), (1, "dateline.raw.wire"));
    assert_eq!(entry.letter.payload.bytes().as_deref(), Some(payload));

    desk.replay(&entry).await.unwrap();
    let again = next(&intake).await;
    assert_eq!((again.subject(), again.payload()), ("dateline.raw.wire", &sent.payload));
    assert_eq!(again.trace_parent(), sent.trace_parent.as_deref());
    assert_eq!(again.replay_of(), Some(entry.sequence.to_string().as_str()));
    assert_ne!(again.message_id(), Some("original id"));
    assert_eq!((again.attempt(), again.sequence()), (1, 2), "a message of its own, not swallowed");
    assert_eq!(desk.count().await.unwrap(), 0, "the letter is gone");

    // What fails again is a letter of its own, and can be replayed again.
    desk.keep_delivery(again, Stage::Enricher, DeadReason::Panic, "why".into(), now).await.unwrap();
    let entry = desk.list(&DeadFilter::default(), 10).await.unwrap().remove(0);
    desk.replay(&entry).await.unwrap();
    assert_eq!(next(&intake).await.payload(), payload);
}

#[tokio::test]
async fn a_text_comes_back_from_the_dead() {
    buried_and_replayed("{\"text\":\"Gaza, 3 November \u{1F4F0}\"}".as_bytes()).await;
}

#[tokio::test]
async fn a_binary_payload_comes_back_byte_for_byte() {
    buried_and_replayed(&(0..=255).collect::<Vec<u8>>()).await;
}

#[tokio::test]
async fn a_payload_that_was_cut_is_not_replayed() {
    let rig = Rig::on(NatsServer::builder().max_payload(256 << 10).start(), |_| {}).await;
    let desk = rig.bus.dead_letters();
    let whole = vec![b'"'; 300 << 10];
    desk.keep(letter(Stage::Producer, DeadReason::TooLarge, "wire", &whole), "a").await.unwrap();
    let entry = desk.get(1).await.unwrap();
    let kept = entry.letter.payload.bytes().unwrap();
    assert!(!kept.is_empty() && whole.starts_with(&kept));
    assert_eq!(kept.len() as u64 + entry.letter.truncated_bytes, whole.len() as u64);
    let error = desk.replay(&entry).await.unwrap_err();
    assert!(matches!(error, BusError::NotReplayable { sequence: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("inbox/a.json:3:7"), "{error}");
    assert_eq!(desk.count().await.unwrap(), 1, "it stays on the desk");
}

#[tokio::test]
async fn a_server_of_small_messages_still_takes_letters() {
    let rig = Rig::on(NatsServer::builder().max_payload(16 << 10).start(), |_| {}).await;
    let desk = rig.bus.dead_letters();
    desk.keep(letter(Stage::Producer, DeadReason::Invalid, "wire", &[b'x'; 12 << 10]), "a").await.unwrap();
    desk.keep(letter(Stage::Producer, DeadReason::Invalid, "wire", &[0xff; 12 << 10]), "b").await.unwrap();
    assert_eq!(desk.get(1).await.unwrap().letter.truncated_bytes, 0);
    assert!(desk.get(2).await.unwrap().letter.truncated_bytes > 0);
}

#[tokio::test]
async fn a_delivery_stays_when_its_letter_cannot_be_kept() {
    let rig = Rig::start().await;
    rig.publish(1, 10).await;
    let intake = rig.intake().await;
    let delivery = next(&intake).await;
    rig.raw_context().await.delete_stream("DATELINE_DEAD").await.unwrap();
    let desk = rig.bus.dead_letters();
    let kept =
        desk.keep_delivery(delivery, Stage::Enricher, DeadReason::Panic, "why".into(), Timestamp::UNIX_EPOCH);
    kept.await.unwrap_err();
    let again = next(&intake).await;
    assert_eq!(again.attempt(), 2);
    again.ack().await.unwrap();
}

#[tokio::test]
async fn letters_are_chosen_by_time() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    let at = |seconds: i64| Timestamp::from_second(1_700_000_000 + seconds).unwrap();
    for seconds in [10, 20, 30] {
        let letter =
            DeadLetter { last_at: at(seconds), ..letter(Stage::Sink, DeadReason::Refused, "wire", b"1") };
        desk.keep(letter, &seconds.to_string()).await.unwrap();
    }
    let count = async |since, until| {
        let filter = DeadFilter { since, until, ..DeadFilter::default() };
        desk.list(&filter, 10).await.unwrap().len()
    };
    assert_eq!(count(None, None).await, 3);
    assert_eq!(count(Some(at(20)), None).await, 2);
    assert_eq!(count(Some(at(20)), Some(at(30))).await, 1);
    assert_eq!(count(None, Some(at(10))).await, 0);
}

#[tokio::test]
async fn a_letter_is_dropped_with_a_note_of_why() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    desk.keep(letter(Stage::Enricher, DeadReason::Invalid, "wire", b"12345"), "name").await.unwrap();
    let entry = desk.get(1).await.unwrap();
    desk.drop_with_note(&entry, "the sender corrected it", Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(desk.count().await.unwrap(), 0);
    let note = desk.dropped(10).await.unwrap().remove(0);
    assert_eq!((note.number, note.bytes, note.why.as_str()), (1, 5, "the sender corrected it"));
    assert_eq!(note.message_id.as_deref(), Some("id of wire"));
    let again = desk.drop_with_note(&entry, "", Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert!(matches!(again, BusError::NoSuchLetter(1)), "{again:?}");
}

#[tokio::test]
async fn a_mended_letter_comes_back_with_its_new_payload() {
    let rig = Rig::start().await;
    let desk = rig.bus.dead_letters();
    desk.keep(letter(Stage::Enricher, DeadReason::Invalid, "wire", b"bad"), "name").await.unwrap();
    desk.replay_as(&desk.get(1).await.unwrap(), "good".into()).await.unwrap();
    let delivery = next(&rig.intake().await).await;
    assert_eq!((delivery.payload().as_ref(), delivery.replay_of()), (&b"good"[..], Some("1")));
    delivery.ack().await.unwrap();
    assert_eq!(desk.count().await.unwrap(), 0);
}
