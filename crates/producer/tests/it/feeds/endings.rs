//! Sources that move, end, ask for time or fall silent.

use super::polling::{JSON, list};
use super::site::eager;
use crate::support::Rig;
use dateline_producer::{FeedsConfig, SourceCondition, SourceDefinition, SourceStatus};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{LocalMetrics, Reply, WebServer, eventually, eventually_true};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn ms(ms: u64) -> HumanDuration {
    HumanDuration(Duration::from_millis(ms))
}

/// Believes what has held for so long.
fn believing_after(hold: HumanDuration) -> FeedsConfig {
    FeedsConfig { believe_redirect_after: hold, ..eager() }
}

async fn status(rig: &Rig, url: &str) -> SourceStatus {
    rig.registry("test").await.status(&SourceDefinition::new("Wire", url)).await.unwrap()
}

async fn wait_for(rig: &Rig, url: &str, condition: SourceCondition) -> SourceStatus {
    eventually(condition.as_str(), dateline_testkit::PATIENCE, || async {
        let status = status(rig, url).await;
        (status.condition == condition).then_some(status)
    })
    .await
}

#[tokio::test]
async fn an_end_is_believed_late_and_taken_back_by_command() {
    let rig = Rig::start().await;
    let server = WebServer::start(|_| Reply::status(410)).await;
    let url = server.url("/feed");
    rig.add(&[("Wire", url.clone())]).await;
    let polling = rig.poll_as("one", &believing_after(HumanDuration(Duration::from_hours(1)))).await;
    eventually_true("polls", async || server.count("/feed") >= 5).await;
    polling.end().await;
    assert_eq!(status(&rig, &url).await.condition, SourceCondition::Failing, "not believed yet");

    let polling = rig.poll_as("two", &believing_after(ms(1))).await;
    let gone = wait_for(&rig, &url, SourceCondition::Gone).await;
    assert!(gone.last_error.is_some_and(|error| error.contains("410")));
    let asked = server.count("/feed");
    rig.add(&[("Other", server.url("/other"))]).await;
    eventually_true("another source to be polled", async || server.count("/other") >= 3).await;
    assert_eq!(server.count("/feed"), asked, "left alone");
    polling.end().await;

    let id = SourceDefinition::new("Wire", &url).id();
    rig.registry("test").await.resume(&id).await.unwrap();
    let polling = rig.poll_as("three", &eager()).await;
    eventually_true("polls again", async || server.count("/feed") > asked).await;
    polling.end().await;
}

#[tokio::test]
async fn a_permanent_redirect_is_believed_late() {
    let rig = Rig::start().await;
    let server = WebServer::start(|request| match request.path.as_str() {
        "/old" => Reply::redirect(301, "/new"),
        _ => Reply::ok(JSON, list(&["a"])).header("ETag", "\"1\""),
    })
    .await;
    let url = server.url("/old");
    rig.add(&[("Wire", url.clone())]).await;
    let polling = rig.poll_as("one", &believing_after(HumanDuration(Duration::from_hours(1)))).await;
    eventually_true("polls", async || server.count("/new") >= 5).await;
    polling.end().await;
    assert_eq!(status(&rig, &url).await.moved_to, None);
    assert!(server.count("/old") >= server.count("/new"), "asked by its old address every time");

    let polling = rig.poll_as("two", &believing_after(ms(1))).await;
    eventually_true("it to be believed", async || status(&rig, &url).await.moved_to.is_some()).await;
    let (old, new) = (server.count("/old"), server.count("/new"));
    eventually_true("polls of the new address", async || server.count("/new") >= new + 3).await;
    polling.end().await;
    // The poll that was believed may have been noted before its last visit was.
    assert!(server.count("/old") <= old + 1);
    assert_eq!(rig.titles().await, ["a"]);
}

#[tokio::test]
async fn a_server_that_asks_for_time_gets_it() {
    fn seconds() -> String {
        "1".to_owned()
    }
    fn date() -> String {
        let date = SystemClock::shared().now() + jiff::SignedDuration::from_secs(4);
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap()
    }
    for (status, wait) in [(429, seconds as fn() -> String), (503, seconds), (503, date)] {
        let rig = Rig::start().await;
        let polls = Arc::new(AtomicUsize::new(0));
        let counter = polls.clone();
        let server = WebServer::start(move |_| match counter.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::status(status).header("Retry-After", &wait()),
            _ => Reply::ok(JSON, list(&["a"])),
        })
        .await;
        rig.add(&[("Wire", server.url("/feed")), ("Neighbour", server.url("/neighbour"))]).await;
        let polling = rig.poll_as("one", &FeedsConfig { max_failure_interval: ms(5_000), ..eager() }).await;
        eventually_true("polls", async || polls.load(Ordering::SeqCst) >= 4).await;
        polling.end().await;
        let mut visits = server.visits();
        visits.sort_by_key(|visit| visit.began);
        let refused = visits.iter().position(|visit| visit.status == status).unwrap();
        let pause = visits[refused + 1].began.duration_since(visits[refused].began);
        // A date is rounded down to its second, and read some time after it was written.
        assert!(pause >= Duration::from_secs(1), "{status} {}: {pause:?}, for the whole host", wait());
    }
}

#[tokio::test]
async fn validators_count_also_when_the_content_is_the_same() {
    let rig = Rig::start().await;
    let polls = Arc::new(AtomicUsize::new(0));
    let counter = polls.clone();
    // The same body under a new tag each time, strong or weak.
    let server = WebServer::start(move |_| {
        let poll = counter.fetch_add(1, Ordering::SeqCst);
        let weak = if poll.is_multiple_of(2) { "" } else { "W/" };
        Reply::ok(JSON, list(&["a"])).header("ETag", &format!("{weak}\"{poll}\""))
    })
    .await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("polls", async || server.visits().len() >= 5).await;
    polling.end().await;
    let sent: Vec<String> = server
        .visits()
        .iter()
        .skip(1)
        .filter_map(|visit| visit.headers.get("if-none-match").cloned())
        .collect();
    assert_eq!(sent[..4], ["\"0\"", "W/\"1\"", "\"2\"", "W/\"3\""]);
    assert_eq!(rig.titles().await, ["a"]);
}

#[tokio::test]
async fn letters_survive_a_wrong_statement_of_their_encoding() {
    let rig = Rig::start().await;
    let feed = |title: &[u8]| {
        let (start, end) =
            ("<rss version=\"2.0\"><channel><item><title>", "</title><link>https://n.example/");
        [
            start.as_bytes(),
            title,
            end.as_bytes(),
            title.len().to_string().as_bytes(),
            b"</link></item></channel></rss>",
        ]
        .concat()
    };
    let (latin, utf8) = (feed(b"Caf\xe9 in Z\xfcrich"), feed("Crème brûlée".as_bytes()));
    let server = WebServer::start(move |request| match request.path.as_str() {
        "/latin" => Reply::ok("text/xml; charset=utf-8", latin.clone()),
        _ => Reply::ok("text/xml; charset=iso-8859-1", utf8.clone()),
    })
    .await;
    rig.add(&[("Latin", server.url("/latin")), ("Utf", server.url("/utf8"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("both", async || rig.count().await == 2).await;
    polling.end().await;
    let mut titles = rig.titles().await;
    titles.sort();
    assert_eq!(titles, ["Café in Zürich", "Crème brûlée"]);
}

#[tokio::test]
async fn a_source_that_falls_silent_is_told() {
    let metrics = LocalMetrics::record();
    let silent = || metrics.read().sum("dateline_source_silent", &[("source", "wire")]);
    let rig = Rig::start().await;
    let version = Arc::new(AtomicUsize::new(0));
    let current = version.clone();
    let server = WebServer::start(move |_| {
        Reply::ok(JSON, list(&[&format!("news {}", current.load(Ordering::SeqCst))]))
    })
    .await;
    let url = server.url("/feed");
    rig.add(&[("Wire", url.clone())]).await;
    let impatient = FeedsConfig { silence_factor: 1, silence_min: ms(300), ..eager() };
    let polling = rig.poll_as("one", &impatient).await;
    wait_for(&rig, &url, SourceCondition::Silent).await;
    eventually_true("the metric", async || silent() > 0.5).await;
    version.fetch_add(1, Ordering::SeqCst);
    eventually_true("it to be back", async || rig.count().await == 2).await;
    polling.end().await;
    assert!(metrics.read().sum("dateline_source_items_total", &[]) > 1.5);
}

#[tokio::test]
async fn an_item_that_says_nothing_is_kept_as_a_letter() {
    let rig = Rig::start().await;
    let feed = "<rss version=\"2.0\"><channel><item><link>https://n.example/a</link></item>\
                <item><title>B</title></item><item><description>only a text</description></item></channel></rss>";
    let server = WebServer::start(move |_| Reply::ok("text/xml", feed)).await;
    rig.add(&[("Wire", server.url("/feed"))]).await;
    let polling = rig.poll_as("one", &eager()).await;
    eventually_true("polls", async || server.count("/feed") >= 4).await;
    polling.end().await;
    assert_eq!(rig.count().await, 2);
    let [letter] = rig.dead().await.try_into().unwrap();
    assert_eq!(letter.letter.reason, dateline_model::DeadReason::Invalid);
    assert!(letter.letter.detail.contains("neither a title nor text"), "{}", letter.letter.detail);
}
