//! Sinks beside the first, with stores that are elsewhere.

use crate::support::{Rig, Running};
use dateline_model::NewsRecord;
use dateline_runtime::clock::SystemClock;
use dateline_store::{FileOptions, StoreConfig, StoreKind, WebhookOptions, WebhookStore, open};
use dateline_testkit::{Reply, TestArticle, WebServer, articles, eventually_true};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A receiver of webhooks that is away until it is told to come back.
struct Receiver {
    server: WebServer,
    is_there: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn away() -> Self {
        let (is_there, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (answers, notes) = (Arc::clone(&is_there), Arc::clone(&taken));
        let server = WebServer::start(move |request| {
            if !answers.load(Ordering::Relaxed) {
                return Reply::status(503);
            }
            let message: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            let record: NewsRecord = serde_json::from_value(message["data"].clone()).unwrap();
            notes.lock().unwrap().push(record.uri);
            Reply::status(204)
        })
        .await;
        Self { server, is_there, taken }
    }

    fn store(&self) -> Arc<WebhookStore> {
        let options = WebhookOptions {
            url: self.server.url("/articles"),
            allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..WebhookOptions::default()
        };
        Arc::new(WebhookStore::open(options, SystemClock::shared()).unwrap())
    }
}

fn uris(articles: &[TestArticle]) -> Vec<String> {
    let mut uris: Vec<String> = articles.iter().map(|article| article.article_id().uri()).collect();
    uris.sort();
    uris
}

#[tokio::test]
async fn a_dead_webhook_holds_back_nobody_and_catches_up() {
    let rig = Rig::start_beside("newsroom").await;
    let receiver = Receiver::away().await;
    let first = rig.sink(rig.store().await);
    let side = Running::beside("newsroom", &rig.bus, receiver.store());
    let sent: Vec<TestArticle> = articles(60, 20).collect();
    rig.publish_records("", &sent).await;
    rig.holds_exactly(&sent).await;
    eventually_true("the webhook to be tried", async || !receiver.server.visits().is_empty()).await;
    assert!(receiver.taken.lock().unwrap().is_empty());
    let waiting = rig.bus.consumer_status("sink-newsroom").await.unwrap().lag();
    assert_eq!(waiting, 60, "nothing was acknowledged that was not taken");

    receiver.is_there.store(true, Ordering::Relaxed);
    rig.drained_by("sink-newsroom").await;
    let mut taken = receiver.taken.lock().unwrap().clone();
    taken.sort();
    assert_eq!(taken, uris(&sent));
    assert!(rig.bus.dead_letters().list(&dateline_bus::DeadFilter::default(), 10).await.unwrap().is_empty());
    side.stop().await;
    first.stop().await;
}

#[tokio::test]
async fn a_clean_stop_leaves_whole_files() {
    let rig = Rig::start_beside("archive").await;
    let folder = tempfile::tempdir().unwrap();
    let config = StoreConfig {
        kind: StoreKind::JsonLines,
        path: folder.path().to_owned(),
        files: FileOptions { compression: dateline_store::Compression::None, ..FileOptions::default() },
        ..StoreConfig::default()
    };
    let side = Running::beside("archive", &rig.bus, open(&config).await.unwrap().records);
    let sent: Vec<TestArticle> = articles(35, 21).collect();
    rig.publish_records("", &sent).await;
    rig.drained_by("sink-archive").await;
    side.stop().await;
    let day = folder.path().join("date=1970-01-01/lang=en");
    let mut found = Vec::new();
    for file in std::fs::read_dir(day).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        found.extend(text.lines().map(|line| serde_json::from_str::<NewsRecord>(line).unwrap().uri));
    }
    found.sort();
    assert_eq!(found, uris(&sent));
}
