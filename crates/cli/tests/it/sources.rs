//! Polled sources from the command line to the stream, with real producers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use dateline_testkit::{Manner, Metrics, NatsServer, Reply, Signal, WebServer, eventually, http};
use serde_json::Value;
use tempfile::TempDir;

use crate::once::{Once, dateline};
use crate::pipeline::{PATIENCE, Pipeline, Service};

/// Polls often, and the test's own network.
const CONFIG: &str = "\
[producer.push]
enabled = false
[producer.feeds]
refresh = \"50ms\"
min_interval = \"100ms\"
max_interval = \"200ms\"
max_failure_interval = \"400ms\"
lease = \"3s\"
[producer.feeds.http]
contact = \"test@dateline.example\"
host_delay = \"0s\"
connect_timeout = \"1s\"
first_byte_timeout = \"2s\"
timeout = \"2500ms\"
allow_networks = [\"127.0.0.0/8\"]
";

/// A broker and the commands of a person.
struct Desk {
    nats: NatsServer,
    pipeline: Pipeline,
    folder: TempDir,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("dateline.toml"), CONFIG).unwrap();
        Self { nats: NatsServer::start(), pipeline: Pipeline::new(), folder }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("dateline.toml")
    }

    fn command(&self, arguments: &[&str]) -> Once {
        let config = self.config();
        let common = ["--config", config.to_str().unwrap(), "--nats-url", &self.nats.url()];
        dateline([arguments, &common].concat()).data(&self.pipeline.data())
    }

    fn sources(&self, arguments: &[&str]) -> Once {
        self.command(&[&["sources"], arguments].concat())
    }

    fn listed(&self) -> Vec<Value> {
        self.sources(&["list", "--json"]).succeed().json_lines()
    }

    /// The state of the only source.
    fn condition(&self) -> String {
        self.listed()[0]["condition"].as_str().unwrap().to_owned()
    }

    async fn producer(&self) -> Service {
        let builder = self.pipeline.run("producer", &self.nats.url()).arg("--config").arg(self.config());
        Service::start_ready(builder).await
    }

    /// Messages in the raw stream.
    fn taken_in(&self) -> u64 {
        let status = self.command(&["status", "--json"]).succeed().json();
        let streams = status["broker"]["streams"].as_array().unwrap().clone();
        streams.iter().find(|stream| stream["name"] == "DATELINE_RAW").unwrap()["messages"].as_u64().unwrap()
    }
}

fn feed(titles: &[&str]) -> String {
    let item =
        |title: &&str| format!("<item><title>{title}</title><link>https://n.example/{title}</link></item>");
    format!(
        "<rss version=\"2.0\"><channel><title>The Wire</title>{}</channel></rss>",
        titles.iter().map(item).collect::<String>()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sources_are_tested_added_paused_listed_and_taken_out() {
    let desk = Desk::open();
    let server = WebServer::start(|request| match request.path.as_str() {
        "/feed" => Reply::ok("text/xml", feed(&["one", "two"])).header("ETag", "\"1\""),
        "/" => Reply::ok(
            "text/html",
            "<!doctype html><head><title>N</title><link rel=alternate type=application/rss+xml title=All href=/feed>\
             </head><body><p>News.</p></body>",
        ),
        "/bare" => Reply::ok("text/html", "<!doctype html><html><body><p>News.</p></body></html>"),
        _ => Reply::status(404),
    })
    .await;
    let url = server.url("/feed");

    let tried = desk.sources(&["test", &url, "--json", "--limit", "1"]).succeed().json_lines();
    assert_eq!((tried.len(), &tried[0]["title"]), (1, &Value::from("one")));
    let told = desk.sources(&["test", &url]).succeed().stdout;
    for words in ["RSS", "The Wire", "\"1\"", "items      2"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    desk.sources(&["test", &server.url("/nothing")]).fail(1, &["404"]);
    desk.sources(&["test", "http://10.0.0.1/feed"]).fail(1, &["private address"]);
    desk.sources(&["test", "ftp://n.example/"]).fail(2, &["no http or https address"]);
    let page = desk.sources(&["test", &server.url("/"), "--json"]).succeed();
    assert!(page.json_lines().len() == 2 && page.stderr.contains("/feed  All"), "{page:#?}");
    desk.sources(&["test", &server.url("/bare")]).fail(1, &["is a web page, not a feed"]);
    assert_eq!(desk.listed(), Vec::<Value>::new(), "a test keeps nothing");

    desk.sources(&["add", "Bare", &server.url("/bare")]).fail(1, &["is a web page, not a feed"]);
    desk.sources(&["add", "Wire", &server.url("/"), "--language", "en"]).succeed();
    assert_eq!(desk.listed()[0]["url"], url.as_str(), "the feed of the page");
    let away = desk.sources(&["add", "Away", &server.url("/nothing")]).succeed();
    assert!(away.stderr.contains("added as it stands"), "{away:#?}");
    desk.sources(&["remove", "Away"]).succeed();
    desk.sources(&["add", "Bad", "n.example"]).fail(2, &["no http or https address"]);
    assert_eq!(desk.condition(), "new");
    let producer = desk.producer().await;
    eventually("both items", PATIENCE, async || (desk.taken_in() == 2).then_some(())).await;
    eventually("a good word", PATIENCE, async || (desk.condition() == "fine").then_some(())).await;
    let listed = desk.listed();
    assert_eq!((listed.len(), &listed[0]["id"], &listed[0]["articles"]), (1, &"wire".into(), &2.into()));

    desk.sources(&["pause", "Wire"]).succeed();
    assert_eq!(desk.condition(), "paused");
    let quiet = async || {
        let before = server.visits().len();
        tokio::time::sleep(Duration::from_secs(1)).await;
        (server.visits().len() == before).then_some(())
    };
    eventually("it to be left alone", PATIENCE, quiet).await;
    let paused = server.visits().len();
    desk.sources(&["resume", "Wire"]).succeed();
    eventually("polls again", PATIENCE, async || (server.visits().len() > paused).then_some(())).await;

    desk.sources(&["pause", "Nobody"]).fail(2, &["there is no source `Nobody`"]);
    desk.sources(&["remove", "Wire"]).succeed();
    desk.sources(&["remove", "Wire"]).fail(2, &["no source of this name"]);
    assert_eq!(desk.listed(), Vec::<Value>::new());
    assert_eq!(desk.taken_in(), 2);
    producer.stop().await;
}

#[test]
fn lists_travel_as_opml() {
    let desk = Desk::open();
    let list = "<?xml version=\"1.0\"?><opml version=\"2.0\"><head><title>Mine</title></head><body>\
        <outline text=\"Europe\"><outline type=\"rss\" text=\"A &amp; B\" xmlUrl=\"https://a.example/rss\" language=\"de\"/>\
        <outline type=\"rss\" text=\"A &amp; B\" xmlUrl=\"https://b.example/rss\"/></outline>\
        <outline type=\"rss\" text=\"Bad\" xmlUrl=\"gopher://c.example/\"/></body></opml>";
    let path = desk.folder.path().join("list.opml");
    std::fs::write(&path, list).unwrap();
    let done = desk.sources(&["import", path.to_str().unwrap()]).succeed();
    assert!(done.stderr.contains("added 2, there already 0, left out 1"), "{}", done.stderr);
    let names: Vec<Value> = desk.listed().iter().map(|source| source["name"].clone()).collect();
    assert_eq!(names, ["A & B", "A & B 2"]);

    let again = desk.sources(&["import", path.to_str().unwrap()]).succeed();
    assert!(again.stderr.contains("added 0, there already 2, left out 1"), "{}", again.stderr);
    assert_eq!(desk.listed().len(), 2, "a list that is taken in twice makes no source twice");

    let exported = desk.sources(&["export"]).succeed().stdout;
    let other = Desk::open();
    let copy = other.folder.path().join("copy.opml");
    std::fs::write(&copy, &exported).unwrap();
    other.sources(&["import", copy.to_str().unwrap()]).succeed();
    assert_eq!(other.sources(&["export"]).succeed().stdout, exported, "nothing is lost on the way");
    assert!(exported.contains("https://b.example/rss") && exported.contains("Europe"), "{exported}");
}

/// What an admin port shows of lost leases.
async fn leases_lost(admin: SocketAddr) -> f64 {
    let answer = http::get(admin, "/metrics").await.unwrap();
    Metrics::parse(&answer.body).sum("dateline_source_leases_lost_total", &[])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_producer_cannot_undo_what_its_successor_did() {
    let desk = Desk::open();
    // The first answer is old and takes a while; every later one has an item more.
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = WebServer::start(move |_| match asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => Reply::ok("text/xml", feed(&["old"])).manner(Manner::Late(Duration::from_millis(1_500))),
        _ => Reply::ok("text/xml", feed(&["new", "old"])).header("ETag", "\"2\""),
    })
    .await;
    desk.sources(&["add", "Wire", &server.url("/feed"), "--unchecked"]).succeed();
    let mut frozen = desk.producer().await;
    eventually("the source to be polled", PATIENCE, async || (desk.condition() == "polled").then_some(()))
        .await;
    let admin = frozen.admin().await;
    frozen.signal(Signal::Stop);
    let mut successor = desk.producer().await;
    eventually("the successor", PATIENCE, async || (desk.taken_in() == 2).then_some(())).await;
    let articles = || desk.listed()[0]["articles"].as_u64();
    eventually("its notes", PATIENCE, async || (articles() == Some(2)).then_some(())).await;

    frozen.signal(Signal::Continue);
    eventually("the loss to be seen", PATIENCE, async || (leases_lost(admin).await > 0.5).then_some(()))
        .await;
    frozen.stop().await;
    assert_eq!((desk.taken_in(), articles()), (2, Some(2)), "nothing comes twice, nothing is undone");
    assert!(leases_lost(successor.admin().await).await < 0.5);
    successor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_source_moves_to_another_producer() {
    let desk = Desk::open();
    let server = WebServer::start(|request| match request.header("if-none-match") {
        Some("\"1\"") => Reply::status(304),
        _ => Reply::ok("text/xml", feed(&["one"])).header("ETag", "\"1\""),
    })
    .await;
    desk.sources(&["add", "Wire", &server.url("/feed"), "--unchecked"]).succeed();
    for killed in [true, false] {
        let mut producer = desk.producer().await;
        let before = server.visits().len();
        eventually("polls", PATIENCE, async || (server.visits().len() >= before + 4).then_some(())).await;
        if killed {
            producer.kill9();
        } else {
            producer.stop().await;
        }
    }
    let whole = server.visits().iter().filter(|visit| visit.status == 200).count();
    assert_eq!((whole, desk.taken_in()), (1, 1), "read once, known ever after");
}
