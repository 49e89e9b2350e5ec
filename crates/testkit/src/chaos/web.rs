//! Feeds on web servers that work badly now and then, as one kind of producer's input.
//!
//! An item stays in its feed once it is there, so that it is owed from then on: whatever
//! happens to the producer between two polls, it has to find it at the next one.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use crate::{Manner, Reply, Request, TestArticle, WebServer};

/// Feeds, each on a host of its own.
const FEEDS: u8 = 6;
/// Where a feed is on its host.
const PATH: &str = "/feed.json";

/// The items of each feed.
type Items = Arc<Mutex<Vec<Vec<TestArticle>>>>;

/// The web of one run. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    server: Arc<WebServer>,
    items: Items,
}

impl Web {
    pub(crate) async fn start() -> Self {
        let items: Items = Arc::new(Mutex::new(vec![Vec::new(); usize::from(FEEDS)]));
        let (shown, asked) = (items.clone(), AtomicUsize::new(0));
        let server = WebServer::start(move |request| {
            let turn = asked.fetch_add(1, Ordering::Relaxed);
            badly(answer(request, &shown), turn)
        })
        .await;
        Self { server: Arc::new(server), items }
    }

    /// The list of sources that a producer is to poll.
    pub(crate) fn list(&self) -> String {
        let mut list = String::new();
        for number in 0..FEEDS {
            let url = self.server.url_at(host(number), PATH);
            writeln!(list, "[[source]]\nname = \"web-{number}\"\nurl = \"{url}\"\n")
                .expect("a string takes any text");
        }
        list
    }

    /// Puts articles into one of the feeds.
    pub(crate) fn publish(&self, turn: usize, articles: &[TestArticle]) {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = turn % items.len();
        items[feed].extend_from_slice(articles);
    }
}

fn host(number: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(127, 0, 10, number + 1))
}

fn answer(request: &Request, items: &Items) -> Reply {
    let feed = (0..FEEDS).find(|number| host(*number) == request.host);
    let Some(feed) = feed.filter(|_| request.path == PATH) else { return Reply::status(404) };
    let items = &items.lock().unwrap_or_else(PoisonError::into_inner)[usize::from(feed)];
    let item = |article: &TestArticle| {
        let TestArticle { id, url, title, text, published } = article;
        json!({ "id": id, "url": url, "title": title, "content_text": text, "date_published": published })
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("web {feed}"),
        "items": items.iter().map(item).collect::<Vec<_>>(),
    });
    Reply::ok("application/feed+json", feed.to_string())
}

/// One answer in a few is an error, cut short or late.
fn badly(reply: Reply, turn: usize) -> Reply {
    match turn % 12 {
        2 => Reply::status(503),
        5 => reply.manner(Manner::Cut(2_000)),
        7 => reply.manner(Manner::Late(Duration::from_millis(700))),
        9 => reply.manner(Manner::Close),
        _ => reply,
    }
}
