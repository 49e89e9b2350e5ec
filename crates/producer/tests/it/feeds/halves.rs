//! Answers that end inside of an item.

use super::site::eager;
use crate::support::Rig;
use dateline_testkit::{Reply, WebServer, eventually_true};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn feed() -> String {
    let item =
        |title: &str| format!("<item><title>{title}</title><link>https://n.example/{title}</link></item>");
    format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item("one"), item("two"))
}

/// The addresses that come of a feed whose first answers end inside of its last address.
async fn addresses(halves: usize, polls: usize) -> Vec<String> {
    let rig = Rig::start().await;
    let answered = Arc::new(AtomicUsize::new(0));
    let counter = answered.clone();
    let server = WebServer::start(move |_| {
        let whole = feed();
        let is_half = counter.fetch_add(1, Ordering::SeqCst) < halves;
        let end = if is_half { whole.find("/two").unwrap() + 2 } else { whole.len() };
        Reply::ok("text/xml", whole[..end].to_owned())
    })
    .await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("polls", async || answered.load(Ordering::SeqCst) >= polls).await;
    polling.end().await;
    let mut addresses: Vec<String> =
        rig.published().await.into_iter().filter_map(|one| one.raw.article.url).collect();
    addresses.sort();
    addresses
}

#[tokio::test]
async fn half_an_address_is_not_believed_though_it_comes_again() {
    assert_eq!(addresses(3, 6).await, ["https://n.example/one", "https://n.example/two"]);
}

#[tokio::test]
async fn a_feed_that_always_ends_so_gives_what_it_has() {
    assert_eq!(addresses(usize::MAX, 7).await, ["https://n.example/one", "https://n.example/t"]);
}
