//! A configuration that changes while the process runs (SIGHUP).

use dateline_testkit::{DatelineBuilder, NatsServer, Signal, TestArticle, articles, eventually, http};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use crate::pipeline::{PATIENCE, Pipeline, Service};

/// A pipeline whose processes read a file.
struct Configured {
    pipeline: Pipeline,
    file: PathBuf,
}

impl Configured {
    fn new(text: &str) -> Self {
        let pipeline = Pipeline::new();
        std::fs::create_dir_all(pipeline.data()).unwrap();
        let file = pipeline.data().join("dateline.toml");
        std::fs::write(&file, text).unwrap();
        Self { pipeline, file }
    }

    fn with_file(&self, builder: DatelineBuilder) -> DatelineBuilder {
        builder.arg("--config").arg(&self.file)
    }

    /// Writes the file and sends the signal.
    fn change(&self, service: &mut Service, text: &str) {
        std::fs::write(&self.file, text).unwrap();
        service.signal(Signal::HangUp);
    }
}

/// Waits until so many readings had this outcome.
async fn wait_reloads(service: &mut Service, outcome: &str, count: f64) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        // The port may be closed for a moment, and be another one afterwards.
        let admin = service.admin().await;
        if let Ok(answer) = http::get(admin, "/metrics").await {
            let metrics = dateline_testkit::Metrics::parse(&answer.body);
            if metrics.sum("dateline_config_reloads_total", &[("outcome", outcome)]) >= count {
                return;
            }
        }
        assert!(tokio::time::Instant::now() < deadline, "no {outcome} reload:\n{}", service.log());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn push(address: SocketAddr, load: &[TestArticle]) {
    let lines: String = load.iter().map(|article| article.json() + "\n").collect();
    eventually("a push to be taken", PATIENCE, || async {
        http::post(address, "/articles", &[], lines.as_bytes())
            .await
            .ok()
            .filter(|answer| answer.status == 202)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_key_is_taken_over_by_the_running_process() {
    let configured = Configured::new("");
    let mut up = Service::start_ready(configured.with_file(configured.pipeline.up())).await;
    let (process, broker) = (up.id(), configured.pipeline.broker_pid());
    let load: Vec<TestArticle> = articles(60, 71).collect();
    push(up.push().await, &load[..30]).await;
    configured.change(&mut up, "[enricher]\nin_flight = 8\n[producer.push]\nmax_requests = 3\n");
    wait_reloads(&mut up, "applied", 1.0).await;
    push(up.push().await, &load[30..]).await;
    configured.pipeline.wait_stored(60, PATIENCE).await;
    configured.pipeline.assert_holds(&load).await;
    assert!(up.log().contains("enricher.in_flight: 256 -> 8"), "{}", up.log());
    assert_eq!((up.id(), configured.pipeline.broker_pid()), (process, broker));
    up.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_configuration_is_refused_and_the_one_before_stays() {
    let (nats, configured) = (NatsServer::start(), Configured::new(""));
    let role = configured.pipeline.run("enricher", &nats.url());
    let mut enricher = Service::start_ready(configured.with_file(role)).await;
    configured.change(&mut enricher, "[enricher]\nin_flihgt = 8\n");
    wait_reloads(&mut enricher, "refused", 1.0).await;
    assert!(enricher.log().contains("in_flihgt"), "{}", enricher.log());
    // The wrong one does not stand in the way of the next.
    configured.change(&mut enricher, "[log]\nlevel = \"debug\"\n");
    wait_reloads(&mut enricher, "applied", 1.0).await;
    assert_eq!(enricher.ask("/log-level").await.1.trim(), "debug");
    enricher.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_level_alone_interrupts_nothing() {
    let (nats, configured) = (NatsServer::start(), Configured::new(""));
    let role = configured.pipeline.run("enricher", &nats.url());
    let mut enricher = Service::start_ready(configured.with_file(role)).await;
    let admin = enricher.admin().await;
    configured.change(&mut enricher, "[log]\nlevel = \"warn\"\n");
    wait_reloads(&mut enricher, "applied", 1.0).await;
    assert_eq!((enricher.admin().await, enricher.ask("/log-level").await.1.trim()), (admin, "warn"));
    enricher.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_started_with_gives_way_to_the_configuration_before() {
    let (nats, configured) = (NatsServer::start(), Configured::new(""));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let role = configured.pipeline.run("producer", &nats.url());
    let mut producer = Service::start_ready(configured.with_file(role)).await;
    let listen = taken.local_addr().unwrap();
    configured.change(&mut producer, &format!("[producer.push]\nlisten = \"{listen}\"\n"));
    wait_reloads(&mut producer, "refused", 1.0).await;
    // In force again: the process is as ready as it was.
    let admin = producer.admin().await;
    eventually("the producer to be ready again", PATIENCE, || async {
        http::get(admin, "/readyz").await.ok().filter(|answer| answer.status == 200)
    })
    .await;
    producer.stop().await;
}
