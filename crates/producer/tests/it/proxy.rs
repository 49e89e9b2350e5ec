//! Fetching through a proxy: who resolves names, and what is never asked of it.

use dateline_producer::fetch::{FetchError, Fetched, Fetcher, HttpConfig, Lookup, Request};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{Reply, WebServer};
use futures::future::BoxFuture;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Whoever asks for an address of a source does so in vain: the proxy has to find it.
struct Nobody;

impl Lookup for Nobody {
    fn lookup(&self, host: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move { panic!("{host} was looked up here") })
    }
}

/// A server that is asked as proxies are, and answers by the whole address.
async fn proxy() -> WebServer {
    WebServer::start(|request| match request.path.as_str() {
        "http://feeds.example/feed" => Reply::ok("text/xml", "<rss/>"),
        "http://feeds.example/inside" => Reply::redirect(302, "http://10.0.0.1/secret"),
        "http://feeds.example/moved" => Reply::redirect(301, "http://other.example/feed"),
        "http://other.example/feed" => Reply::ok("text/xml", "<rss>moved</rss>"),
        _ => Reply::status(502),
    })
    .await
}

async fn get(proxy: &WebServer, url: &str) -> Result<Fetched, FetchError> {
    let config = HttpConfig {
        proxy: Some(proxy.url("/")),
        host_delay: HumanDuration(Duration::ZERO),
        ..HttpConfig::default()
    };
    let fetcher = Fetcher::with_lookup(&config, SystemClock::shared(), Arc::new(Nobody)).unwrap();
    let url = Url::parse(url).unwrap();
    fetcher.get(Request { url: &url, validators: None, accept: "*/*" }).await
}

fn asked(proxy: &WebServer) -> Vec<String> {
    proxy.visits().into_iter().map(|visit| visit.path).collect()
}

#[tokio::test]
async fn the_proxy_finds_names_and_gives_answers() {
    let proxy = proxy().await;
    let fetched = get(&proxy, "http://feeds.example/feed").await.unwrap();
    assert_eq!(fetched.body.unwrap().bytes, b"<rss/>");
    let moved = get(&proxy, "http://feeds.example/moved").await.unwrap();
    assert_eq!(moved.moved_to.map(String::from).as_deref(), Some("http://other.example/feed"));
    assert_eq!(
        asked(&proxy),
        ["http://feeds.example/feed", "http://feeds.example/moved", "http://other.example/feed"]
    );
}

#[tokio::test]
async fn private_addresses_are_refused_before_the_proxy_hears_of_them() {
    let proxy = proxy().await;
    for url in ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://127.0.0.1:1/"]
    {
        let error = get(&proxy, url).await.unwrap_err();
        assert_eq!(error.label(), "private-address", "{url}: {error}");
    }
    assert_eq!(asked(&proxy), Vec::<String>::new());
    let error = get(&proxy, "http://feeds.example/inside").await.unwrap_err();
    assert_eq!(error.label(), "private-address", "{error}");
    assert_eq!(asked(&proxy), ["http://feeds.example/inside"], "the redirect was not followed");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_an_error_and_no_way_around_it() {
    let address = {
        let gone = proxy().await;
        gone.url("/")
    };
    let config = HttpConfig { proxy: Some(address), ..HttpConfig::default() };
    let fetcher = Fetcher::with_lookup(&config, SystemClock::shared(), Arc::new(Nobody)).unwrap();
    let url = Url::parse("http://feeds.example/feed").unwrap();
    let error = fetcher.get(Request { url: &url, validators: None, accept: "*/*" }).await.unwrap_err();
    assert_eq!(error.label(), "connect", "{error}");
}
