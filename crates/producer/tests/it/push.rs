//! `POST /articles` over real HTTP.

use crate::support::{Rig, article};
use dateline_bus::Gate;
use dateline_extract::Limits;
use dateline_producer::{Acceptor, ProducerError, PushConfig, PushServer};
use dateline_runtime::units::ByteSize;
use dateline_testkit::http::{self, Answer};
use dateline_testkit::{LocalMetrics, Signal, StageCounts, eventually_true};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A push server that answers.
struct Push {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<Result<(), ProducerError>>,
}

fn config() -> PushConfig {
    PushConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..PushConfig::default() }
}

impl Push {
    async fn start(rig: &Rig) -> Self {
        Self::with(&config(), rig.acceptor()).await
    }

    async fn with(config: &PushConfig, acceptor: Acceptor) -> Self {
        let stop = CancellationToken::new();
        let server = PushServer::bind(config, acceptor, stop.clone()).await.unwrap();
        Self { address: server.address(), stop, task: tokio::spawn(server.serve()) }
    }

    async fn post(&self, body: impl AsRef<[u8]>) -> Answer {
        self.post_with(&[], body).await
    }

    async fn post_with(&self, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        self.post_to("/articles", headers, body).await
    }

    async fn post_to(&self, path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        http::post(self.address, path, headers, body.as_ref()).await.unwrap()
    }
}

#[tokio::test]
async fn accepted_is_in_the_stream_when_the_answer_comes() {
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    let answer = push.post(article("a")).await;
    assert_eq!(rig.count().await, 1);
    assert_eq!(answer.status, 202, "{}", answer.body);
    let again = push.post(article("a")).await;
    assert_eq!((again.status, rig.count().await), (202, 1));
    let published = rig.published().await.remove(0);
    assert_eq!(published.subject, "dateline.raw.push");
    let uri = published.raw.article_id.uri();
    assert_eq!(answer.json()["accepted"], 1);
    assert_eq!(answer.json()["articles"][0]["uri"], uri);
    assert_eq!(answer.json()["articles"][0]["duplicate"], false);
    assert_eq!(again.json()["articles"][0]["duplicate"], true);
}

#[tokio::test]
async fn batches_and_texts_are_taken_too() {
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    let check = async |content_type: &str, body: String, count: u64| {
        let before = rig.count().await;
        let answer = push.post_with(&[("Content-Type", content_type)], body).await;
        assert_eq!((answer.status, &answer.json()["accepted"]), (202, &count.into()), "{}", answer.body);
        assert_eq!(rig.count().await, before + count);
    };
    check("application/json", format!("[{},{}]", article("a"), article("b")), 2).await;
    check("application/x-ndjson", format!("{}\n{}\n{}\n", article("c"), article("d"), article("e")), 3).await;
    check("text/plain; charset=utf-8", " date 2023-11-07 A headline\n\nAnd its text.\n".into(), 1).await;
}

#[tokio::test]
async fn a_batch_with_a_fault_is_refused_as_a_whole_with_its_place() {
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    let answer = push.post(format!("[{},\n {{\"title\": 5}},\n {}]", article("a"), article("b"))).await;
    assert_eq!(answer.status, 400);
    let fault = &answer.json()["faults"][0];
    assert_eq!((&fault["article"], &fault["line"], &fault["column"]), (&1.into(), &2.into(), &12.into()));
    assert_eq!(fault["key"], "title");
    assert!(fault["message"].as_str().unwrap().contains("must be a string"), "{fault}");

    let answer = push.post("{\"title\": \"a\",\n \"text\" \"b\"}").await;
    assert_eq!((answer.status, &answer.json()["faults"][0]["line"]), (400, &2.into()), "{}", answer.body);
    assert_eq!(push.post("").await.status, 400);
    assert_eq!(push.post("{}").await.status, 400);
    assert_eq!(rig.count().await, 0, "nothing of it was accepted");
    assert!(rig.dead().await.is_empty(), "a sender who was told needs no dead letter");
}

#[tokio::test]
async fn too_large_is_413() {
    let rig = Rig::start().await;
    let small = PushConfig { max_body: ByteSize(4096), ..config() };
    let limits = Limits { max_article_bytes: 1000, ..Limits::default() };
    let push = Push::with(&small, rig.acceptor_with(Gate::always_open(), limits)).await;
    assert_eq!(push.post(vec![b' '; 4097]).await.status, 413);
    assert_eq!(push.post(article(&"long ".repeat(300))).await.status, 413);
    assert_eq!(push.post(article("short")).await.status, 202);
    assert_eq!(rig.count().await, 1);
}

#[tokio::test]
async fn a_token_is_asked_for() {
    let rig = Rig::start().await;
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, "s3cret\n").unwrap();
    let with_token = PushConfig { token_file: Some(token_file.clone()), ..config() };
    let push = Push::with(&with_token, rig.acceptor()).await;
    for wrong in ["Bearer guess", "Bearer ", "Bearer s3cre", "Basic s3cret", "s3cret"] {
        let answer = push.post_with(&[("Authorization", wrong)], article("a")).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{wrong}");
    }
    assert_eq!(push.post(article("a")).await.status, 401);
    assert_eq!(rig.count().await, 0);
    assert_eq!(push.post_with(&[("Authorization", "Bearer s3cret")], article("a")).await.status, 202);

    std::fs::write(&token_file, " \n").unwrap();
    let bind = PushServer::bind(&with_token, rig.acceptor(), CancellationToken::new());
    assert!(matches!(bind.await, Err(ProducerError::EmptyToken(_))));
}

#[tokio::test]
async fn a_closed_gate_is_429() {
    let rig = Rig::start().await;
    let stop = CancellationToken::new();
    let (gate, turning) = Gate::new(&rig.bus, "enricher", 0, 1, stop.clone());
    let turning = tokio::spawn(turning);
    let push = Push::with(&config(), rig.acceptor_with(gate.clone(), Limits::default())).await;
    assert_eq!(push.post(article("a")).await.status, 202);
    eventually_true("the gate to close", async || !gate.is_open()).await;
    let answer = push.post(article("b")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
    assert_eq!(rig.published().await.len(), 1);
    eventually_true("the gate to open", async || gate.is_open()).await;
    assert_eq!(push.post(article("b")).await.status, 202);
    stop.cancel();
    turning.await.unwrap();
}

#[tokio::test]
async fn more_requests_than_allowed_are_429() {
    let rig = Rig::start().await;
    let none = PushConfig { max_requests: 0, ..config() };
    let push = Push::with(&none, rig.acceptor()).await;
    let answer = push.post(article("a")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
}

#[tokio::test]
async fn a_sender_who_asks_too_often_is_429() {
    let rig = Rig::start().await;
    let slow = PushConfig { max_rate: NonZeroU32::MIN, ..config() };
    let push = Push::with(&slow, rig.acceptor()).await;
    let mut answer = push.post(article("a")).await;
    while answer.status == 202 {
        answer = push.post(article("a")).await;
    }
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "{}", answer.body);
    assert_eq!(rig.count().await, 1);
}

#[tokio::test]
async fn a_broker_that_is_away_is_503_and_comes_back() {
    let mut rig = Rig::start().await;
    let push = Push::start(&rig).await;
    rig.lose_broker().await;
    let answer = push.post(article("a")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.body);
    rig.server.restart();
    eventually_true("pushes to be accepted again", async || push.post(article("a")).await.status == 202)
        .await;
    assert_eq!(rig.count().await, 1);
}

#[tokio::test]
async fn the_senders_source_and_trace_are_kept_but_never_believed() {
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    push.post_to("/articles?source=Kyiv%20Wire", &[("traceparent", trace)], article("a")).await;
    push.post_to("/articles?source=a.%3E.*", &[("traceparent", "nonsense")], article("b")).await;
    let [first, second] = rig.published().await.try_into().ok().unwrap();
    assert_eq!((first.subject.as_str(), first.trace_parent.as_str()), ("dateline.raw.kyiv-wire", trace));
    assert_eq!(second.subject, "dateline.raw.a");
    assert!(second.trace_parent.starts_with("00-") && second.trace_parent.len() == 55);
}

#[tokio::test]
async fn a_stop_ends_it_and_the_counts_add_up() {
    let metrics = LocalMetrics::record();
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    push.post(format!("[{},{}]", article("a"), article("b"))).await;
    push.post(article("a")).await;
    // Also a body whose type is not stated: what begins like JSON is meant as JSON.
    push.post("{broken").await;
    let expected = StageCounts { received: 3.0, sent: 2.0, duplicate: 1.0, ..StageCounts::default() };
    assert_eq!(metrics.read().stage("producer"), expected);
    assert!((metrics.read().sum("dateline_push_requests_total", &[("status", "400")]) - 1.0).abs() < 0.5);
    let address = push.address;
    push.stop.cancel();
    push.task.await.unwrap().unwrap();
    assert!(http::post(address, "/articles", &[], b"{}").await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let rig = Rig::start().await;
    let push = Push::start(&rig).await;
    let taken = PushConfig { listen: push.address, ..config() };
    let error = PushServer::bind(&taken, rig.acceptor(), CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("producer.push.listen"), "{error}");
}

#[tokio::test]
async fn a_push_that_is_given_up_leaves_nothing_in_flight() {
    let metrics = LocalMetrics::record();
    let mut rig = Rig::start().await;
    let push = Push::start(&rig).await;
    rig.server.signal(Signal::Stop);
    let (address, body) = (push.address, article("a"));
    let pushing = tokio::spawn(async move { http::post(address, "/articles", &[], body.as_bytes()).await });
    let in_flight = |count: f64| (metrics.read().stage("producer").in_flight - count).abs() < 0.5;
    eventually_true("the article to be in flight", async || in_flight(1.0)).await;
    // Whoever pushes hangs up.
    pushing.abort();
    eventually_true("nothing to be in flight", async || in_flight(0.0)).await;
    let counts = metrics.read().stage("producer");
    assert_eq!(counts, StageCounts { received: 1.0, retried: 1.0, ..StageCounts::default() });
    rig.server.signal(Signal::Continue);
}
