//! Processes that end while they work: in order, one after the other, or because of what they
//! were given to read.

use std::path::PathBuf;
use std::time::Duration;

use dateline_testkit::{DatelineBuilder, NatsServer, TestArticle, articles, eventually, http};

use crate::once::dateline;
use crate::pipeline::{PATIENCE, Pipeline, Service};

/// Articles a push.
const BATCH: usize = 50;
/// Articles under way at once in one process of each stage.
const IN_FLIGHT: u64 = 64;

/// The roles of a pipeline over one server, which are started again and again.
struct Newsroom {
    nats: NatsServer,
    pipeline: Pipeline,
    topology: PathBuf,
}

impl Newsroom {
    fn open() -> Self {
        let pipeline = Pipeline::new();
        std::fs::create_dir_all(pipeline.data()).unwrap();
        let topology = pipeline.data().join("streams.toml");
        let text = include_str!("../../../../config/streams.toml");
        let quick = text.replace("ack_wait = \"30s\"", "ack_wait = \"2s\"");
        std::fs::write(&topology, quick).unwrap();
        Self { nats: NatsServer::start(), pipeline, topology }
    }

    fn role(&self, name: &str) -> DatelineBuilder {
        self.pipeline
            .run(name, &self.nats.url())
            .env("DATELINE_NATS__TOPOLOGY", &self.topology)
            .env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0")
            .env("DATELINE_ENRICHER__IN_FLIGHT", IN_FLIGHT.to_string())
            .env("DATELINE_SINK__IN_FLIGHT", IN_FLIGHT.to_string())
            .env("DATELINE_SINK__BATCH", "16")
    }

    fn once(&self, arguments: &[&str]) -> crate::once::Done {
        let url = self.nats.url();
        dateline([arguments, &["--nats-url", &url]].concat()).data(&self.pipeline.data()).succeed()
    }

    fn letters(&self) -> Vec<serde_json::Value> {
        self.once(&["dead", "list", "--json"]).json_lines()
    }

    /// Deliveries of a consumer beyond the first of each message.
    fn redelivered(&self, consumer: &str) -> u64 {
        let status = self.once(&["status", "--json"]).json();
        let of = |key: &str| {
            let consumers = status["broker"]["consumers"].as_array().unwrap();
            consumers.iter().find(|one| one["name"] == consumer).unwrap()[key].as_u64().unwrap()
        };
        of("deliveries") - of("delivered_up_to")
    }
}

async fn push(service: &mut Service, load: &[TestArticle]) {
    for batch in load.chunks(BATCH) {
        let lines: String = batch.iter().map(|article| article.json() + "\n").collect();
        let address = service.push().await;
        let answer = http::post(address, "/articles", &[], lines.as_bytes()).await.unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_costs_no_article_and_little_work() {
    let newsroom = Newsroom::open();
    let load: Vec<TestArticle> = articles(1_200, 60).collect();
    let mut producer = Service::start_ready(newsroom.role("producer")).await;
    let mut enricher = Service::start_ready(newsroom.role("enricher")).await;
    let mut sink = Service::start_ready(newsroom.role("sink")).await;
    // Every role leaves while there is work, and a new one takes its place.
    push(&mut producer, &load[..400]).await;
    enricher.stop().await;
    enricher = Service::start_ready(newsroom.role("enricher")).await;
    push(&mut producer, &load[400..800]).await;
    sink.stop().await;
    sink = Service::start_ready(newsroom.role("sink")).await;
    producer.stop().await;
    producer = Service::start_ready(newsroom.role("producer")).await;
    push(&mut producer, &load[800..]).await;

    newsroom.pipeline.wait_stored(1_200, PATIENCE).await;
    newsroom.pipeline.assert_holds(&load).await;
    assert_eq!(newsroom.letters().len(), 0);
    for consumer in ["enricher", "sink"] {
        let again = newsroom.redelivered(consumer);
        assert!(again <= IN_FLIGHT, "{consumer}: {again} deliveries were made again");
    }
    for service in [producer, enricher, sink] {
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_kills_its_worker_is_a_letter_and_takes_nobody_with_it() {
    let newsroom = Newsroom::open();
    let mut load: Vec<TestArticle> = articles(60, 61).collect();
    let deadly = load[30].changed("This one is deadly-to-read.");
    load[30] = deadly.clone();
    let mut producer = Service::start_ready(newsroom.role("producer")).await;
    let sink = Service::start_ready(newsroom.role("sink")).await;
    push(&mut producer, &load).await;
    // A service manager starts the enricher again each time.
    let enricher = || newsroom.role("enricher").env("DATELINE_FAULTS", "abort-on=deadly-to-read");
    let mut ends = 0;
    let mut running = Service::start(enricher());
    let letter = eventually("the deadly article to be given up on", PATIENCE * 2, || {
        if running.has_ended() {
            ends += 1;
            running = Service::start(enricher());
        }
        let letters = newsroom.letters();
        async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            letters.into_iter().next()
        }
    })
    .await;
    assert_eq!(letter["reason"], "attempts-exhausted", "{letter:#}");
    assert!(letter["payload"]["text"].as_str().unwrap().contains(&deadly.id));
    assert!(ends >= 3, "it took {ends} workers with it");
    load.remove(30);
    newsroom.pipeline.wait_stored(load.len() as u64, PATIENCE).await;
    newsroom.pipeline.assert_holds(&load).await;
    assert_eq!(newsroom.letters().len(), 1);
    for service in [producer, running, sink] {
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_bad_input_costs_the_good_nothing() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    service.push().await;
    let load: Vec<TestArticle> = articles(600, 62).collect();
    for (number, batch) in load.chunks(100).enumerate() {
        // Every other line is none.
        let bad = |index: usize| format!("{{\"id\": \"bad {number} {index}\", \"text\": \n");
        let lines: String =
            batch.iter().enumerate().map(|(at, article)| article.json() + "\n" + &bad(at)).collect();
        pipeline.drop_into_inbox(&format!("{number}.jsonl"), lines);
    }
    pipeline.wait_stored(600, PATIENCE).await;
    pipeline.assert_holds(&load).await;
    let letters = dateline(["dead", "list", "--json", "--limit", "10000"]).data(&pipeline.data()).succeed();
    assert_eq!(letters.json_lines().len(), 600);
    let metrics = service.metrics().await;
    let producer = metrics.stage("producer");
    assert!(producer.is_conserved() && (producer.dead - producer.sent).abs() < 0.5, "{producer:?}");
    // The storm never reaches the stages behind.
    let enricher = metrics.stage("enricher");
    assert!(enricher.is_conserved() && (enricher.received - 600.0).abs() < 0.5, "{enricher:?}");
    service.stop().await;
}
