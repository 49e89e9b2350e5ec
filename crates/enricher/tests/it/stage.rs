//! Raw articles in, records out; what cannot be enriched becomes a dead letter.

use crate::support::{Rig, Running, config, raw};
use dateline_bus::{BusError, Delivery, Topology};
use dateline_enricher::EnricherConfig;
use dateline_model::{ARTICLE_SCHEMA, ArticleId, DeadReason, RawArticle, Stage};
use dateline_runtime::units::ByteSize;
use dateline_testkit::{LocalMetrics, NatsServer, StageCounts, articles, eventually_true, oracle};
use futures::StreamExt;
use std::time::Duration;

#[tokio::test]
async fn every_article_becomes_one_record() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let sent: Vec<_> = articles(30, 1).collect();
    rig.publish_articles(sent.clone()).await;
    let enricher = rig.enricher(&config());
    rig.drained().await;
    enricher.stop().await;
    let records = rig.enriched().await;
    let found: Vec<ArticleId> = records.iter().map(|one| one.record.uri.parse().unwrap()).collect();
    let verdict = oracle::judge(sent.iter().map(dateline_testkit::TestArticle::article_id), &found);
    assert!(verdict.is_clean(), "{verdict:?}");
    for one in records {
        let article = sent.iter().find(|article| article.article_id().uri() == one.record.uri).unwrap();
        assert_eq!(one.record.body(), article.text, "the text stays verbatim");
        assert_eq!(one.subject, format!("dateline.enriched.{}.wire", one.record.language));
        assert_eq!(one.message_id, raw(article).message_id());
        assert!(one.is_packed);
        assert_eq!(one.record.dateline.provenance[0].stage, Stage::Enricher);
    }
    let counts = metrics.read().stage("enricher");
    assert_eq!(counts, StageCounts { received: 30.0, sent: 30.0, ..StageCounts::default() });
}

#[tokio::test]
async fn a_record_goes_as_json_where_that_is_wanted() {
    let rig = Rig::start().await;
    rig.publish_articles(articles(3, 70)).await;
    let enricher = rig.enricher(&EnricherConfig { compress: false, ..config() });
    rig.drained().await;
    enricher.stop().await;
    let packed: Vec<bool> = rig.enriched().await.iter().map(|one| one.is_packed).collect();
    assert_eq!(packed, [false; 3]);
}

#[tokio::test]
async fn what_cannot_be_enriched_is_a_letter_and_stops_nobody() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let enricher = rig.enricher(&EnricherConfig { max_text: ByteSize(5000), ..config() });
    let article = articles(1, 2).next().unwrap();
    let newer = RawArticle { schema: ARTICLE_SCHEMA + 1, ..raw(&article) };
    let large = raw(&article.changed(&"x".repeat(5000)));
    rig.publish("garbage", b"no JSON at all".to_vec()).await;
    rig.publish("binary", vec![0xff, 0xfe, 0, 1]).await;
    rig.publish("another object", b"{\"title\":\"no raw article\"}".to_vec()).await;
    rig.publish("newer", serde_json::to_vec(&newer).unwrap()).await;
    rig.publish("large", serde_json::to_vec(&large).unwrap()).await;
    rig.publish_articles([article]).await;

    let letters = rig.dead(5).await;
    let mut reasons: Vec<(String, DeadReason)> = letters
        .iter()
        .map(|entry| (entry.letter.headers["Nats-Msg-Id"].clone(), entry.letter.reason))
        .collect();
    reasons.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("another object", DeadReason::Unreadable),
        ("binary", DeadReason::Unreadable),
        ("garbage", DeadReason::Unreadable),
        ("large", DeadReason::TooLarge),
        ("newer", DeadReason::Invalid),
    ];
    assert_eq!(reasons, expected.map(|(id, reason)| (id.to_owned(), reason)));
    assert!(letters.iter().all(|entry| entry.letter.stage == Stage::Enricher && entry.letter.attempts == 1));
    rig.drained().await;
    enricher.stop().await;
    assert_eq!(rig.enriched().await.len(), 1);
    let counts = metrics.read().stage("enricher");
    assert_eq!(counts, StageCounts { received: 6.0, sent: 1.0, dead: 5.0, ..StageCounts::default() });
}

/// Takes the only message so often that it is suspected.
async fn suspected(rig: &Rig) -> Delivery {
    let intake = rig.bus.intake("enricher").await.unwrap();
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

/// Leaves trials of the only message unfinished, as workers do that it kills.
async fn die_with_it(rig: &Rig) {
    for _ in 0..3 {
        let delivery = suspected(rig).await;
        let dying = rig.bus.quarantine().alone(&rig.bus, &delivery, std::future::pending::<()>());
        let noted = async {
            eventually_true("the trial to be noted", async || {
                rig.bus.status().await.unwrap().stream("DATELINE_TRIALS").unwrap().messages == 1
            })
            .await;
            // The note of a later trial replaces that of the earlier one.
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        tokio::select! {
            _ = dying => unreachable!("it works for ever"),
            () = noted => {}
        }
        delivery.retry(Duration::from_millis(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_message_that_was_handed_back_often_is_enriched_nevertheless() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    rig.publish_articles(articles(1, 3)).await;
    suspected(&rig).await.retry(Duration::from_millis(1)).await.unwrap();
    let enricher = rig.enricher(&config());
    rig.drained().await;
    enricher.stop().await;
    assert_eq!(rig.enriched().await.len(), 1);
    let counts = metrics.read().stage("enricher");
    assert_eq!(counts, StageCounts { received: 1.0, sent: 1.0, ..StageCounts::default() });
}

#[tokio::test]
async fn a_message_that_kills_its_workers_is_a_letter_and_its_replay_passes() {
    let rig = Rig::start().await;
    let article = articles(1, 3).next().unwrap();
    rig.publish_articles([article.clone()]).await;
    die_with_it(&rig).await;
    let enricher = rig.enricher(&config());
    let entry = rig.dead(1).await.remove(0);
    assert_eq!(entry.letter.reason, DeadReason::AttemptsExhausted);
    assert!(entry.letter.attempts > rig.bus.config().max_attempts, "{}", entry.letter.attempts);
    assert!(entry.letter.detail.contains("3 workers in a row"), "{}", entry.letter.detail);

    rig.bus.dead_letters().replay(&entry).await.unwrap();
    rig.dead(0).await;
    rig.drained().await;
    enricher.stop().await;
    let records = rig.enriched().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].record.uri, article.article_id().uri());
    assert!(records[0].message_id.contains(":replay:"), "{}", records[0].message_id);
}

#[tokio::test]
async fn a_record_that_was_published_before_comes_again_after_a_replay() {
    let rig = Rig::start().await;
    let article = articles(1, 4).next().unwrap();
    let enricher = rig.enricher(&config());
    rig.publish_articles([article.clone()]).await;
    rig.drained().await;
    assert_eq!(rig.enriched().await.len(), 1);
    enricher.stop().await;
    // The same version as a dead letter: its record must not be swallowed as a repetition.
    rig.publish("again", serde_json::to_vec(&raw(&article)).unwrap()).await;
    die_with_it(&rig).await;
    let enricher = rig.enricher(&config());
    let entry = rig.dead(1).await.remove(0);
    rig.bus.dead_letters().replay(&entry).await.unwrap();
    rig.drained().await;
    enricher.stop().await;
    assert_eq!(rig.enriched().await.len(), 1);
}

#[tokio::test]
async fn a_record_too_large_for_the_broker_is_a_letter() {
    let rig = Rig::on(NatsServer::builder().max_payload(64 << 10).start()).await;
    let enricher = rig.enricher(&EnricherConfig { compress: false, ..config() });
    let article = articles(1, 5).next().unwrap();
    // It fits as a raw article; with every date tagged and nothing packed it does not.
    let dated = article.changed(&"On 3 November 2023. ".repeat(2500));
    rig.publish_articles([dated]).await;
    let letter = rig.dead(1).await.remove(0).letter;
    assert_eq!((letter.stage, letter.reason), (Stage::Enricher, DeadReason::TooLarge));
    rig.drained().await;
    enricher.stop().await;
}

#[tokio::test]
async fn two_enrichers_share_the_work_and_none_does_it_twice() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let other_bus = rig.other_bus().await;
    let (one, other) = (rig.enricher(&config()), Running::start(&other_bus, &config()));
    rig.publish_articles(articles(60, 6)).await;
    rig.drained().await;
    one.stop().await;
    other.stop().await;
    assert_eq!(rig.enriched().await.len(), 60);
    let counts = metrics.read().stage("enricher");
    assert_eq!(counts, StageCounts { received: 60.0, sent: 60.0, ..StageCounts::default() });
}

#[tokio::test]
async fn a_broker_that_is_killed_costs_nothing() {
    let mut rig = Rig::start().await;
    let sent: Vec<_> = articles(40, 7).collect();
    let enricher = rig.enricher(&config());
    rig.publish_articles(sent[..20].to_vec()).await;
    rig.server.kill9();
    rig.server.restart();
    rig.publish_articles(sent[20..].to_vec()).await;
    rig.drained().await;
    enricher.stop().await;
    let mut found: Vec<ArticleId> =
        rig.enriched().await.iter().map(|one| one.record.uri.parse().unwrap()).collect();
    // A repetition after a crash is the sink's to find.
    found.sort();
    found.dedup();
    let verdict = oracle::judge(sent.iter().map(dateline_testkit::TestArticle::article_id), &found);
    assert!(verdict.is_clean(), "{verdict:?}");
}

#[tokio::test]
async fn a_consumer_that_is_missing_is_told_at_the_start() {
    let server = NatsServer::start();
    let bus = crate::support::connect(&server, Topology::built_in()).await;
    let error = Running::start(&bus, &config()).ended().await.unwrap_err();
    assert!(matches!(error, BusError::Topology { .. }), "{error:?}");
}
