//! Pages behind items: what robots.txt lets us have, and what is taken without them.

use super::site::eager;
use crate::support::Rig;
use dateline_producer::SourceDefinition;
use dateline_testkit::{Manner, Reply, WebServer, eventually_true};

const TEXT: &str = "A first sentence of some length that a reader would call news, with all that belongs to it. \
                    A second one follows it, and says at length what else the reader ought to know about this.";

fn page() -> Reply {
    let body = format!(
        "<!doctype html><html><head><title>T</title></head><body><nav><a href=/>Home</a></nav>\
         <article><h1>T</h1><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    );
    Reply::ok("text/html; charset=utf-8", body)
}

/// A feed of two items, one of them under `/private/`.
fn feed(port: u16) -> Reply {
    let item = |path: &str| {
        format!(
            "<item><title>{path}</title><link>http://127.0.0.1:{port}{path}</link><description>Teaser.</description></item>"
        )
    };
    let body =
        format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item("/open/a"), item("/private/b"));
    Reply::ok("text/xml", body)
}

/// The texts by title, with their warnings, of a site with this robots.txt.
async fn texts(robots: Reply) -> (WebServer, Vec<(String, String, usize)>) {
    let rig = Rig::start().await;
    let server = WebServer::start(move |request| match request.path.as_str() {
        "/feed" => feed(port_of(request.header("host"))),
        "/robots.txt" => robots.clone(),
        _ => page(),
    })
    .await;
    let source = SourceDefinition { pages: true, ..SourceDefinition::new("Wire", &server.url("/feed")) };
    rig.registry("test").await.add(&source).await.unwrap();
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("both items", async || rig.count().await == 2).await;
    polling.end().await;
    let read = |one: crate::support::Published| {
        let article = one.raw.article;
        (article.title.unwrap_or_default(), article.text, article.warnings.len())
    };
    let mut texts: Vec<_> = rig.published().await.into_iter().map(read).collect();
    texts.sort();
    (server, texts)
}

fn port_of(host: Option<&str>) -> u16 {
    host.and_then(|host| host.rsplit(':').next()?.parse().ok()).unwrap()
}

#[tokio::test]
async fn pages_are_read_where_robots_txt_lets_us() {
    let (server, texts) = texts(Reply::ok("text/plain", "User-agent: dateline\nDisallow: /private/\n")).await;
    let [open, private] = texts.try_into().unwrap();
    assert!(open.1.contains("A second one follows") && open.2 == 0, "{open:?}");
    assert_eq!((private.1.as_str(), private.2), ("Teaser.", 1));
    assert_eq!(server.count("/private/b"), 0, "never asked for");
    assert_eq!(server.count("/robots.txt"), 1, "asked once");
}

#[tokio::test]
async fn a_site_without_rules_forbids_nothing() {
    let (_, texts) = texts(Reply::status(404)).await;
    assert!(texts.iter().all(|(_, text, _)| text.contains("A second one follows")), "{texts:?}");
}

#[tokio::test]
async fn a_site_that_cannot_say_forbids_everything() {
    let silent = |manner| Reply::ok("text/plain", "User-agent: *\nAllow: /\n").manner(manner);
    for (what, robots) in [
        ("429", Reply::status(429)),
        ("500", Reply::status(500)),
        ("503", Reply::status(503)),
        ("no answer in time", silent(Manner::Hang)),
        ("half an answer", silent(Manner::Cut(5))),
        ("no answer", silent(Manner::Close)),
    ] {
        let (server, texts) = texts(robots).await;
        assert!(texts.iter().all(|(_, text, _)| text == "Teaser."), "{what}: {texts:?}");
        assert_eq!(server.count("/open/a") + server.count("/private/b"), 0, "{what}");
    }
}
