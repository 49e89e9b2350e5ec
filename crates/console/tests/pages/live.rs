//! Server-sent events, a broker that goes away, a clean stop.

use crate::check_page;
use crate::fixture::{Fixture, record};
use dateline_testkit::PATIENCE;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

/// An open event stream, line by line.
async fn events(address: SocketAddr) -> Lines<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /events HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    BufReader::new(stream).lines()
}

/// Reads until a line holds all of these.
async fn wait_for(lines: &mut Lines<BufReader<TcpStream>>, texts: &[&str]) -> String {
    let search = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if texts.iter().all(|text| line.contains(text)) {
                return line;
            }
        }
        panic!("the stream ended before {texts:?}");
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_and_new_articles_come_by_themselves() {
    let fixture = Fixture::start().await;
    let mut stream = events(fixture.address).await;
    wait_for(&mut stream, &["text/event-stream"]).await;
    wait_for(&mut stream, &["event: flow"]).await;
    wait_for(&mut stream, &["data: ", "\"articles.in\":\"0\"", "\"enricher\":\"absent\""]).await;
    let article = record("Fresh <news>", "Just in.");
    fixture.write(vec![article.clone()]).await;
    wait_for(&mut stream, &["data: ", "\"store.articles\":\"1\""]).await;
    fixture.notice(&article).await;
    wait_for(&mut stream, &["data: ", "Fresh &lt;news&gt;"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_goes_away_is_said() {
    let mut fixture = Fixture::start().await;
    fixture.get_with("/", "No enricher is running").await;
    fixture.broker.kill9();
    let page = fixture.get_with("/", "The broker does not answer").await;
    check_page(&page, 200, &["What was accepted is safe"]);
    check_page(&fixture.get("/articles").await, 200, &["No article matches"]);
    check_page(&fixture.get("/dead").await, 503, &["The broker does not answer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_with_the_console() {
    let fixture = Fixture::start().await;
    let mut stream = events(fixture.address).await;
    wait_for(&mut stream, &["event: flow"]).await;
    fixture.stop.cancel();
    let end = async { while stream.next_line().await.is_ok_and(|line| line.is_some()) {} };
    tokio::time::timeout(PATIENCE, end).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_others_are_refused() {
    let fixture = Fixture::start().await;
    let mut stream = TcpStream::connect(fixture.address).await.unwrap();
    stream
        .write_all(b"GET /articles HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut lines = BufReader::new(stream).lines();
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "HTTP/1.1 421 Misdirected Request");
}
