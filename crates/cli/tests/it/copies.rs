//! Copies of a role share the work; nobody does it twice.

use std::time::Duration;

use dateline_testkit::{NatsServer, TestArticle, articles, eventually, http};

use crate::pipeline::{Pipeline, Service, drop_into};

const ARTICLES: usize = 2_000;
const FILE: usize = 100;
const BATCH: usize = 50;
const PATIENCE: Duration = Duration::from_mins(4);

/// Three enrichers, two sinks and two producers over one server and one database.
struct Newsroom {
    nats: NatsServer,
    pipeline: Pipeline,
    enrichers: Vec<Service>,
    sinks: Vec<Service>,
    producers: Vec<Service>,
}

impl Newsroom {
    async fn open() -> Self {
        let (nats, pipeline) = (NatsServer::start(), Pipeline::new());
        let config = pipeline.data().join("dateline.toml");
        std::fs::create_dir_all(pipeline.data()).unwrap();
        let folder = pipeline.inbox();
        std::fs::write(
            &config,
            format!("[[producer.files.folder]]\npath = {folder:?}\nsource = \"folder\"\n"),
        )
        .unwrap();
        let run = |role: &str| pipeline.run(role, &nats.url());
        let quiet = ("DATELINE_PRODUCER__PUSH__ENABLED", "false");
        let commands = [
            run("enricher"),
            run("enricher"),
            run("enricher"),
            run("sink"),
            run("sink"),
            run("producer").env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0"),
            run("producer").env(quiet.0, quiet.1).arg("--config").arg(&config),
        ];
        let mut services = Vec::new();
        for command in commands {
            services.push(Service::start_ready(command).await);
        }
        let producers = services.split_off(5);
        let sinks = services.split_off(3);
        Self { enrichers: services, sinks, producers, nats, pipeline }
    }

    /// Half of the articles through the folder, half by push.
    async fn feed(&mut self, load: &[TestArticle]) {
        let (filed, pushed) = load.split_at(load.len() / 2);
        for articles in filed.chunks(FILE) {
            let name = format!("{}.jsonl", articles[0].id);
            drop_into(&self.pipeline.inbox(), &name, lines(articles));
        }
        let address = self.producers[0].push().await;
        for batch in pushed.chunks(BATCH) {
            let answer = http::post(address, "/articles", &[], lines(batch).as_bytes()).await.unwrap();
            assert_eq!(answer.status, 202, "{answer:?}");
        }
    }
}

fn lines(articles: &[TestArticle]) -> String {
    articles.iter().map(|article| article.json() + "\n").collect()
}

/// What each copy of a stage sent on, when together they have sent `expected`.
async fn sent(copies: &mut [Service], stage: &str, expected: usize) -> Vec<f64> {
    let counts = async |copies: &mut [Service]| {
        let mut counts = Vec::new();
        for copy in copies {
            counts.push(copy.metrics().await.stage(stage));
        }
        counts
    };
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let counted = counts(copies).await;
        let settled = counted.iter().all(|count| count.in_flight < 0.5 && count.is_conserved());
        let sum: f64 = counted.iter().map(|count| count.sent).sum();
        let all = sum + 0.5 >= f64::from(u32::try_from(expected).unwrap());
        if settled && all {
            return counted.iter().map(|count| count.sent).collect();
        }
        assert!(tokio::time::Instant::now() < deadline, "{stage}: {counted:?}, expected {expected}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[track_caller]
fn assert_shared(stage: &str, sent: &[f64], articles: usize) {
    assert!(sent.iter().all(|&count| count > 0.5), "a copy of the {stage} did nothing: {sent:?}");
    let sum: f64 = sent.iter().sum();
    let expected = f64::from(u32::try_from(articles).unwrap());
    assert!((sum - expected).abs() < 0.5, "the {stage}s sent on {sum} of {articles}: {sent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_share_the_work_and_none_does_it_twice() {
    let mut newsroom = Newsroom::open().await;
    let load: Vec<TestArticle> = articles(ARTICLES, 30).collect();
    newsroom.feed(&load).await;
    newsroom.pipeline.wait_stored(ARTICLES as u64, PATIENCE).await;

    let enriched = sent(&mut newsroom.enrichers, "enricher", ARTICLES).await;
    let stored = sent(&mut newsroom.sinks, "sink", ARTICLES).await;
    assert_shared("enricher", &enriched, ARTICLES);
    assert_shared("sink", &stored, ARTICLES);
    let taken_in = sent(&mut newsroom.producers, "producer", ARTICLES).await;
    assert_shared("producer", &taken_in, ARTICLES);
    newsroom.pipeline.assert_holds(&load).await;
    stop_all(newsroom).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_that_leave_under_load_take_nothing_with_them() {
    let mut newsroom = Newsroom::open().await;
    let load: Vec<TestArticle> = articles(ARTICLES, 31).collect();
    newsroom.feed(&load).await;
    let pipeline = &newsroom.pipeline;
    eventually("the first stored articles", PATIENCE, || async {
        (pipeline.totals().await?.articles > 0).then_some(())
    })
    .await;
    // One in order, one by force, of each stage that works.
    let mut killed = newsroom.enrichers.remove(0);
    killed.kill9();
    newsroom.enrichers.remove(0).stop().await;
    newsroom.sinks.remove(0).stop().await;
    newsroom.pipeline.wait_stored(ARTICLES as u64, PATIENCE).await;
    newsroom.pipeline.assert_holds(&load).await;
    stop_all(newsroom).await;
}

async fn stop_all(newsroom: Newsroom) {
    let Newsroom { nats, pipeline, enrichers, sinks, producers } = newsroom;
    for service in producers.into_iter().chain(enrichers).chain(sinks) {
        service.stop().await;
    }
    drop((nats, pipeline));
}
