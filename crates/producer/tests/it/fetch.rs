//! Answers of servers that mean no good, or do not know better.

use dateline_producer::fetch::{FetchError, Fetched, Fetcher, HttpConfig, Lookup, Request};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::{ByteSize, HumanDuration};
use dateline_testkit::{Manner, Manners, Reply, WebServer, rude_visits};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use futures::future::BoxFuture;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Impatient, and at home only at 127.0.0.1.
fn config() -> HttpConfig {
    let ms = |ms| HumanDuration(Duration::from_millis(ms));
    HttpConfig {
        host_delay: ms(0),
        first_byte_timeout: ms(1_000),
        connect_timeout: ms(1_000),
        timeout: ms(4_000),
        allow_networks: vec!["127.0.0.1".parse().unwrap()],
        ..HttpConfig::default()
    }
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    let url = Url::parse(url).unwrap();
    fetcher.get(Request { url: &url, validators: None, accept: "*/*" }).await
}

/// Fetches `/` from a server that always answers so.
async fn fetch(reply: Reply) -> Result<Fetched, FetchError> {
    fetch_within(config(), reply).await
}

async fn fetch_within(config: HttpConfig, reply: Reply) -> Result<Fetched, FetchError> {
    let server = WebServer::start(move |_| reply.clone()).await;
    let fetcher = Fetcher::new(&config, SystemClock::shared()).unwrap();
    get(&fetcher, &server.url("/")).await
}

async fn check(what: &str, reply: Reply, expected: &str) {
    check_within(config(), what, reply, expected).await;
}

async fn check_within(config: HttpConfig, what: &str, reply: Reply, expected: &str) {
    match fetch_within(config, reply).await {
        Err(error) => assert_eq!(error.label(), expected, "{what}: {error}"),
        Ok(fetched) => {
            panic!("{what}: {expected} was expected, not {} bytes", fetched.body.map_or(0, |b| b.bytes.len()))
        }
    }
}

fn zeros() -> Vec<u8> {
    vec![0; 30 << 20]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 1 << 16, 1, 20);
    encoder.write_all(bytes).unwrap();
    drop(encoder);
    packed
}

fn packed(coding: &str, body: Vec<u8>) -> Reply {
    Reply::ok("text/xml", body).header("Content-Encoding", coding)
}

#[tokio::test]
async fn what_is_packed_is_read_in_every_coding() {
    let text = b"<rss/>".repeat(1_000);
    for (coding, body) in [
        ("gzip", gzip(&text)),
        ("deflate", deflate(&text)),
        ("br", brotli(&text)),
        ("zstd", zstd::encode_all(&text[..], 3).unwrap()),
        ("identity", text.clone()),
    ] {
        let fetched = fetch(packed(coding, body)).await.unwrap();
        assert_eq!(fetched.body.unwrap().bytes, text, "{coding}");
    }
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    let zeros = zeros();
    check("gzip", packed("gzip", gzip(&zeros)), "bomb").await;
    check("deflate", packed("deflate", deflate(&zeros)), "bomb").await;
    check("brotli", packed("br", brotli(&zeros)), "bomb").await;
    check("zstd", packed("zstd", zstd::encode_all(&zeros[..], 3).unwrap()), "bomb").await;
    check("a packed file", Reply::ok("application/gzip", gzip(&zeros)), "bomb").await;
    check("gzip in gzip", packed("gzip", gzip(&gzip(&zeros))), "bomb").await;
    check("twice packed", packed("gzip, gzip", gzip(&gzip(b"x"))), "encoding").await;
    check("not asked for", packed("compress", b"x".to_vec()), "encoding").await;
}

#[tokio::test]
async fn nobody_is_listened_to_for_ever() {
    let ms = Duration::from_millis;
    let body = b"<rss>".repeat(1_000);
    let slowly = |manner| Reply::ok("text/xml", body.clone()).manner(manner);
    check("drops", slowly(Manner::Drip(5, ms(50))), "timeout").await;
    check("silence", slowly(Manner::Hang), "timeout").await;
    check("a late answer", slowly(Manner::Late(ms(30_000))), "timeout").await;
    let small = || HttpConfig { max_body: ByteSize(256 << 10), ..config() };
    check_within(small(), "an endless answer", slowly(Manner::Endless), "too-large").await;
    check_within(small(), "a large answer", Reply::ok("text/xml", vec![b' '; 257 << 10]), "too-large").await;
    check("half an answer", slowly(Manner::Cut(500)), "interrupted").await;
    check("no answer", slowly(Manner::Close), "connect").await;
    let endless_gzip = packed("gzip", gzip(&zeros()[..1 << 20])).manner(Manner::Endless);
    check("an endless packed answer", endless_gzip, "bomb").await;
}

#[tokio::test]
async fn redirects_lead_only_where_they_may() {
    for (to, expected) in [
        ("/", "redirects"),
        ("/deeper/", "redirects"),
        ("http://10.0.0.1/", "private-address"),
        ("http://169.254.169.254/latest/meta-data/", "private-address"),
        ("http://[::ffff:7f00:2]/", "private-address"),
        ("http://0x7f000002/", "private-address"),
        ("http://localhost.:1/", "connect"),
        ("file:///etc/passwd", "address"),
        ("http://", "redirects"),
    ] {
        // Each hop leads one deeper, so that nothing is visited twice.
        let server = WebServer::start(move |request| {
            let deeper = format!("{}x/", request.path);
            Reply::redirect(302, if to == "/deeper/" { &deeper } else { to })
        })
        .await;
        let fetcher = Fetcher::new(&config(), SystemClock::shared()).unwrap();
        let error = get(&fetcher, &server.url("/")).await.unwrap_err();
        assert_eq!(error.label(), expected, "{to}: {error}");
        assert!(server.visits().len() <= 6, "{to}: {}", server.visits().len());
    }
}

#[tokio::test]
async fn a_server_may_ask_for_time() {
    let date = SystemClock::shared().now() + jiff::SignedDuration::from_secs(300);
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
    for (status, value, label, seconds) in [
        (429, "120", "too-many-requests", Some(118..=120)),
        (503, date.as_str(), "server-error", Some(200..=300)),
        (503, "later", "server-error", None),
        (404, "7", "client-error", Some(5..=7)),
    ] {
        let error = fetch(Reply::status(status).header("Retry-After", value)).await.unwrap_err();
        assert_eq!(error.label(), label, "{value}");
        let asked = error.retry_after().map(|asked| asked.as_secs());
        assert_eq!(asked.is_some(), seconds.is_some(), "{value}");
        if let (Some(asked), Some(seconds)) = (asked, seconds) {
            assert!(seconds.contains(&asked), "{value}: {asked}");
        }
    }
    check("gone", Reply::status(410), "gone").await;
}

/// Gives other addresses with every look.
struct Rebinding {
    answers: Vec<Vec<IpAddr>>,
    looks: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

impl Lookup for Rebinding {
    fn lookup(&self, host: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        self.asked.lock().unwrap().push(host);
        let look = self.looks.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[look.min(self.answers.len() - 1)].clone();
        Box::pin(async move { Ok(answer) })
    }
}

#[tokio::test]
async fn a_name_that_turns_private_is_not_followed() {
    let inside = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9));
    let server = WebServer::start(|_| {
        Reply::ok("text/xml", "<rss/>").header("Connection", "close").manner(Manner::Cut(6))
    })
    .await;
    // Public, then both, then private only.
    let lookup = Arc::new(Rebinding {
        answers: vec![vec![HOME], vec![inside, HOME], vec![inside]],
        looks: AtomicUsize::new(0),
        asked: Mutex::default(),
    });
    let fetcher = Fetcher::with_lookup(&config(), SystemClock::shared(), lookup.clone()).unwrap();
    let url = format!("http://feeds.example:{}/", server.port());
    get(&fetcher, &url).await.unwrap();
    get(&fetcher, &url).await.unwrap();
    let error = get(&fetcher, &url).await.unwrap_err();
    assert_eq!(error.label(), "private-address", "{error}");
    let hosts: Vec<IpAddr> = server.visits().iter().map(|visit| visit.host).collect();
    assert_eq!(hosts, [HOME, HOME], "nobody came to the private address");
    assert_eq!(lookup.asked.lock().unwrap().len(), 3, "every connection is judged");
}

#[tokio::test]
async fn a_host_is_asked_as_often_as_it_bears() {
    let delay = Duration::from_millis(60);
    for per_host in [1, 2] {
        let server = WebServer::start(|_| {
            Reply::ok("text/xml", "<rss/>").manner(Manner::Late(Duration::from_millis(100)))
        })
        .await;
        let config = HttpConfig {
            per_host,
            host_delay: HumanDuration(delay),
            allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..config()
        };
        let fetcher = Fetcher::new(&config, SystemClock::shared()).unwrap();
        let asks = (0..10_u8).map(|number| {
            let host = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1 + number % 2));
            let (fetcher, url) = (fetcher.clone(), server.url_at(host, &format!("/{number}")));
            async move { get(&fetcher, &url).await.unwrap() }
        });
        futures::future::join_all(asks).await;
        let visits = server.visits();
        assert_eq!(visits.len(), 10);
        // With two at once, a pause lies between beginnings, not only behind an end.
        let rude = rude_visits(&visits, Manners { per_host, delay });
        assert_eq!(rude, Vec::<String>::new(), "{per_host}");
    }
}
