//! What a poll takes in, and what it leaves alone.

use super::site::eager;
use crate::support::{Rig, article};
use dateline_testkit::{Reply, WebServer, eventually_true};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) const JSON: &str = "application/json";

pub(super) fn list(titles: &[&str]) -> String {
    format!("[{}]", titles.iter().map(|title| article(title)).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn items_are_taken_in_once_and_in_their_order() {
    let rig = Rig::start().await;
    let server = WebServer::start(|_| Reply::ok(JSON, list(&["newest", "older", "oldest"]))).await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("a few polls", async || server.count("/feed") >= 4).await;
    polling.end().await;
    let published = rig.published().await;
    let mut titles: Vec<(jiff::Timestamp, String)> =
        published.iter().map(|one| (one.raw.ingested_at, one.raw.article.title.clone().unwrap())).collect();
    titles.sort();
    assert_eq!(
        titles.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>(),
        ["oldest", "older", "newest"]
    );
    assert_eq!(published[0].subject, "dateline.raw.wire");
    let visit = &server.visits()[0];
    let agent = &visit.headers["user-agent"];
    assert!(agent.starts_with("Dateline/") && agent.ends_with("(+test@dateline.example)"), "{agent}");
}

#[tokio::test]
async fn validators_are_sent_back_and_kept_over_a_restart() {
    let rig = Rig::start().await;
    let server = WebServer::start(|request| match request.header("if-none-match") {
        Some("\"1\"") => Reply::status(304),
        _ => Reply::ok(JSON, list(&["a"])).header("ETag", "\"1\""),
    })
    .await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    for holder in ["one", "two"] {
        let polling = rig.poll_as(holder, &eager()).await;
        let before = server.count("/feed");
        eventually_true("polls", async || server.count("/feed") >= before + 3).await;
        polling.end().await;
    }
    let visits = server.visits();
    assert_eq!(
        visits.iter().filter(|visit| visit.status == 200).count(),
        1,
        "asked for once, known ever after"
    );
    assert_eq!(rig.titles().await, ["a"]);
}

#[tokio::test]
async fn new_items_and_new_versions_follow() {
    let rig = Rig::start().await;
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = polls.clone();
    let server = WebServer::start(move |_| {
        let version = |text: &str| format!(r#"{{"url":"https://n.example/a","title":"A","text":"{text}"}}"#);
        let other = r#"{"url":"https://n.example/b?utm_source=x","title":"B","text":"b"}"#;
        Reply::ok(
            JSON,
            match counter.fetch_add(1, Ordering::SeqCst) {
                0 => format!("[{}]", version("one")),
                1 => format!("[{}]", version("two")),
                _ => format!("[{other},{}]", version("two")),
            },
        )
    })
    .await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("polls", async || polls.load(Ordering::SeqCst) >= 5).await;
    polling.end().await;
    let published = rig.published().await;
    let texts: Vec<&str> = published.iter().map(|one| one.raw.article.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "b"]);
    assert_eq!(published[0].raw.article_id, published[1].raw.article_id);
    assert_ne!(published[0].raw.content_hash, published[1].raw.content_hash);
}
