//! Hubs: asked, believed only with the right signature, and doubted when they fall silent.

use super::site::{Polling, eager};
use crate::support::Rig;
use dateline_producer::{FeedsConfig, HubStatus, SourceDefinition, SourceStatus, WebSubConfig};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{
    Hub, PATIENCE, Reply, Signature, WebServer, eventually, eventually_true, free_port, http,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const XML: &str = "text/xml";

/// A feed whose items the test decides on, its hub, and a producer that listens.
struct Newsroom {
    rig: Rig,
    hub: Hub,
    server: WebServer,
    titles: Arc<Mutex<Vec<String>>>,
    config: FeedsConfig,
}

/// Two items at least have dates a second apart: a source that is polled twice a second.
fn feed(hub: &str, titles: &[String]) -> String {
    let now = SystemClock::shared().now();
    let item = |(age, title): (i64, &str)| {
        let date = now - jiff::SignedDuration::from_secs(age + 1);
        format!(
            "<item><title>{title}</title><link>https://n.example/{title}</link><pubDate>{date}</pubDate></item>"
        )
    };
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Wire</title>\
         <atom:link rel=\"hub\" href=\"{hub}\"/>{}</channel></rss>",
        (0..).zip(titles.iter().map(String::as_str)).map(item).collect::<String>()
    )
}

impl Newsroom {
    async fn open(lease: Duration) -> Self {
        let (rig, hub) = (Rig::start().await, Hub::start(lease).await);
        let titles: Arc<Mutex<Vec<String>>> = Arc::new(Mutex::new(vec!["one".to_owned(), "zero".to_owned()]));
        let (shown, hub_url) = (titles.clone(), hub.url());
        let server = WebServer::start(move |_| Reply::ok(XML, feed(&hub_url, &shown.lock().unwrap()))).await;
        rig.add(&[("Wire", server.url("/feed"))]).await;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let websub = WebSubConfig {
            enabled: true,
            listen,
            callback: format!("http://{listen}"),
            ..WebSubConfig::default()
        };
        // Polls that a hub makes needless come much later than those by the source's rhythm.
        let config = FeedsConfig { max_interval: HumanDuration(Duration::from_mins(10)), websub, ..eager() };
        Self { rig, hub, server, titles, config }
    }

    fn publish(&self, title: &str) {
        self.titles.lock().unwrap().insert(0, title.to_owned());
    }

    /// What the hub would deliver now.
    fn body(&self) -> Vec<u8> {
        feed(&self.hub.url(), &self.titles.lock().unwrap()).into_bytes()
    }

    async fn deliver(&self, signature: Signature) -> u16 {
        self.hub.deliver(XML, &self.body(), signature).await
    }

    async fn confirmed(&self, times: usize) {
        let confirmed = || self.hub.asked().iter().filter(|asked| asked.confirmed).count();
        eventually("the hub to be believed", PATIENCE, async || (confirmed() >= times).then_some(())).await;
    }

    async fn producer(&self) -> Polling {
        self.rig.poll_as("one", &self.config).await
    }

    async fn status(&self) -> SourceStatus {
        let source = SourceDefinition::new("Wire", &self.server.url("/feed"));
        self.rig.registry("test").await.status(&source).await.unwrap()
    }

    async fn wait_until(&self, hub: HubStatus) {
        eventually_true("a word on the hub", async || self.status().await.hub == Some(hub)).await;
    }

    async fn wait_for(&self, articles: u64) {
        eventually_true("articles", async || self.rig.count().await == articles).await;
    }
}

#[tokio::test]
async fn a_hub_is_asked_and_what_it_delivers_is_taken_in() {
    let newsroom = Newsroom::open(Duration::from_hours(24)).await;
    let polling = newsroom.producer().await;
    newsroom.confirmed(1).await;
    newsroom.wait_for(2).await;
    let form = &newsroom.hub.asked()[0].form;
    assert_eq!((form["hub.mode"].as_str(), &form["hub.topic"]), ("subscribe", &newsroom.server.url("/feed")));
    assert!(form["hub.secret"].len() >= 32 && form["hub.callback"].contains("/websub/wire/"), "{form:?}");

    for (signature, status, articles) in [
        (Signature::None, 403, 2),
        (Signature::Forged, 403, 2),
        (Signature::Sha256, 202, 3),
        (Signature::Sha1, 202, 4),
    ] {
        newsroom.publish(&format!("{signature:?}"));
        if status == 403 {
            // Only forged news: no poll may find it either.
            newsroom.titles.lock().unwrap().remove(0);
        }
        assert_eq!(newsroom.deliver(signature).await, status, "{signature:?}");
        newsroom.wait_for(articles).await;
    }
    assert_eq!(newsroom.hub.deliver("text/plain", b"no feed", Signature::Sha256).await, 400);
    assert_eq!(newsroom.deliver(Signature::Sha256).await, 202, "again, which changes nothing");
    polling.end().await;
    assert_eq!(newsroom.rig.titles().await, ["zero", "one", "Sha256", "Sha1"]);
    assert_eq!(newsroom.hub.asked().len(), 1, "asked once");
}

#[tokio::test]
async fn a_source_whose_hub_delivers_is_polled_less() {
    let newsroom = Newsroom::open(Duration::from_hours(24)).await;
    let polling = newsroom.producer().await;
    newsroom.confirmed(1).await;
    eventually_true("polls by its rhythm", async || newsroom.server.count("/feed") >= 4).await;
    newsroom.publish("two");
    assert_eq!(newsroom.deliver(Signature::Sha256).await, 202);
    let later = SystemClock::shared().now() + jiff::SignedDuration::from_mins(5);
    let next_at = async || newsroom.status().await.next_at.unwrap();
    eventually_true("it to be left to the hub", async || next_at().await > later).await;
    assert_eq!(newsroom.status().await.hub, Some(HubStatus::Delivers));
    polling.end().await;
}

#[tokio::test]
async fn a_hub_that_misses_something_is_doubted_until_it_delivers() {
    let mut newsroom = Newsroom::open(Duration::from_hours(24)).await;
    newsroom.config.max_interval = HumanDuration(Duration::from_millis(300));
    let polling = newsroom.producer().await;
    newsroom.confirmed(1).await;
    newsroom.wait_until(HubStatus::Confirmed).await;
    assert_eq!(newsroom.deliver(Signature::Sha256).await, 202);
    newsroom.wait_until(HubStatus::Delivers).await;
    newsroom.publish("found by a poll");
    newsroom.wait_until(HubStatus::Confirmed).await;
    newsroom.wait_for(3).await;
    assert_eq!(newsroom.deliver(Signature::Sha256).await, 202);
    newsroom.wait_until(HubStatus::Delivers).await;
    polling.end().await;
    assert_eq!(newsroom.rig.count().await, 3);
}

#[tokio::test]
async fn a_subscription_is_renewed_before_it_ends() {
    let newsroom = Newsroom::open(Duration::from_secs(3)).await;
    let polling = newsroom.producer().await;
    newsroom.confirmed(3).await;
    polling.end().await;
    let asked = newsroom.hub.asked();
    let callbacks: Vec<&String> = asked.iter().map(|asked| &asked.form["hub.callback"]).collect();
    assert!(callbacks.windows(2).all(|pair| pair[0] == pair[1]), "the same subscription: {callbacks:?}");
}

#[tokio::test]
async fn strangers_learn_nothing_at_the_port() {
    let newsroom = Newsroom::open(Duration::from_hours(24)).await;
    let polling = newsroom.producer().await;
    newsroom.confirmed(1).await;
    let form = newsroom.hub.asked()[0].form.clone();
    let path = form["hub.callback"].split_once("/websub").map(|(_, path)| format!("/websub{path}")).unwrap();
    let wrong = path.replace("/wire/", "/wire/0");
    let listen = newsroom.config.websub.listen;
    let ask =
        async |path: &str, query: &str| http::get(listen, &format!("{path}?{query}")).await.unwrap().status;
    let topic = form["hub.topic"].replace(':', "%3A").replace('/', "%2F");
    let meant = format!("hub.mode=subscribe&hub.topic={topic}&hub.challenge=x&hub.lease_seconds=60");
    assert_eq!(ask(&path, &meant).await, 200);
    assert_eq!(ask(&wrong, &meant).await, 404, "a wrong token");
    assert_eq!(ask(&path.replace("wire", "other"), &meant).await, 404, "another source");
    assert_eq!(ask(&path, &meant.replace("subscribe", "unsubscribe")).await, 404, "we never leave");
    assert_eq!(ask(&path, &meant.replace("%2Ffeed", "%2Fother")).await, 404, "another topic");
    assert_eq!(http::post(listen, &wrong, &[], b"x").await.unwrap().status, 410);
    polling.end().await;
}
