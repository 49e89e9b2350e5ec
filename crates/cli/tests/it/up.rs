//! `dateline up`: fresh start, feeding, stopping, going on, starting over.

use std::time::Duration;

use dateline_testkit::json_lines;
use dateline_testkit::{TestArticle, articles, eventually, http};
use serde_json::Value;

use crate::once::{DATELINE, dateline, seeds};
use crate::pipeline::{PATIENCE, Pipeline, Service, drop_into};

/// Articles in the seeds that can be read, and inputs that cannot.
fn seed_counts() -> (u64, usize) {
    let folder = seeds().join("articles");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().into_os_string()).collect();
    files.insert(0, "extract".into());
    let lines = dateline(files).run().json_lines();
    let bad = lines.iter().filter(|line| line.get("error").is_some()).count();
    ((lines.len() - bad) as u64, bad)
}

/// The number after these words in a summary.
fn told(summary: &str, words: &str) -> u64 {
    let line = summary.lines().find(|line| line.trim_start().starts_with(words));
    let number = line.and_then(|line| line.trim_start()[words.len()..].split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{words}? {summary}"))
}

fn with_seeds(pipeline: &Pipeline) -> dateline_testkit::DatelineBuilder {
    pipeline.up().arg("--seeds").arg(seeds())
}

#[tokio::test]
async fn seeds_are_stored_once_however_often_it_starts() {
    let (good, bad) = seed_counts();
    assert!(good >= 44 && bad == 2, "{good} good seeds, {bad} bad ones");
    let pipeline = Pipeline::new();
    let mut service = Service::start(with_seeds(&pipeline));
    let summary = service.summary().await;
    for (words, expected) in
        [("articles in", good), ("enriched", good), ("stored", good), ("dead letters", bad as u64)]
    {
        assert_eq!(told(&summary, words), expected, "{words} in {summary}");
    }
    assert!(summary.contains(&format!("{good} accepted, 0 known already, {bad} unreadable")), "{summary}");
    assert_eq!(pipeline.dead_letters().len(), bad);
    let totals = pipeline.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions), (good, good));
    service.stop().await;
    pipeline.wait_broker_gone().await;

    // Nothing is read again: the cursors know every file.
    let mut service = Service::start(with_seeds(&pipeline));
    let summary = service.summary().await;
    assert!(!summary.contains("accepted"), "{summary}");
    assert_eq!(told(&summary, "stored"), good, "{summary}");
    assert_eq!(pipeline.totals().await.unwrap(), totals);
    assert_eq!(pipeline.dead_letters().len(), bad);

    // A second one on the same folder is refused, and harms nobody.
    dateline(["up".as_ref(), "--seeds".as_ref(), seeds().as_os_str()])
        .data(&pipeline.data())
        .fail(1, &["another `dateline up` runs"]);
    let (ready, _) = service.ask("/readyz").await;
    assert_eq!(ready, 200);
    service.stop().await;
}

#[tokio::test]
async fn a_stop_while_seeds_are_fed_is_clean_and_the_rest_follows() {
    let (pipeline, seeds) = (Pipeline::new(), tempfile::tempdir().unwrap());
    let load: Vec<TestArticle> = articles(1_500, 66).collect();
    for (number, articles) in load.chunks(50).enumerate() {
        drop_into(seeds.path(), &format!("{number:02}.jsonl"), json_lines(articles.iter().cloned()));
    }
    let up = || pipeline.up().arg("--seeds").arg(seeds.path());
    let mut service = Service::start(up());
    service.admin().await;
    pipeline.wait_stored(1, PATIENCE).await;
    service.stop().await;
    let mut service = Service::start(up());
    service.summary().await;
    pipeline.assert_holds(&load).await;
    service.stop().await;
}

#[tokio::test]
async fn starting_over_wants_to_be_sure() {
    let pipeline = Pipeline::new();
    let service = Service::start_ready(pipeline.up()).await;
    let load: Vec<TestArticle> = articles(20, 60).collect();
    pipeline.drop_into_inbox("a.jsonl", json_lines(load.iter().cloned()));
    pipeline.wait_stored(20, PATIENCE).await;
    service.stop().await;

    dateline(["up", "--fresh"]).data(&pipeline.data()).fail(2, &["--fresh removes", "--yes"]);
    assert_eq!(pipeline.totals().await.unwrap().articles, 20);

    // Everything is forgotten but the inbox, which is read again.
    std::fs::remove_file(pipeline.inbox().join("a.jsonl")).unwrap();
    let mut service = Service::start(pipeline.up().args(["--fresh", "--yes"]));
    let summary = service.summary().await;
    assert_eq!((told(&summary, "articles in"), told(&summary, "stored")), (0, 0), "{summary}");
    pipeline.drop_into_inbox("a.jsonl", json_lines(load.iter().cloned()));
    pipeline.wait_stored(20, PATIENCE).await;
    pipeline.assert_holds(&load).await;
    service.stop().await;
}

#[tokio::test]
async fn files_in_the_inbox_are_stored_and_changes_become_versions() {
    let pipeline = Pipeline::new();
    let service = Service::start_ready(pipeline.up()).await;
    let article = articles(1, 61).next().unwrap();
    pipeline.drop_into_inbox("one.json", article.json());
    pipeline.drop_into_inbox(
        "two.txt",
        " date 2023-11-07 Rain in the north\n\nIt rained in the north on Monday.\n",
    );
    pipeline.wait_stored(2, PATIENCE).await;
    pipeline.drop_into_inbox("one.json", article.changed("It was changed later.").json());
    let uri = article.article_id().uri();
    let show =
        |extra: &[&str]| dateline([&["show", &uri, "--json"], extra].concat()).data(&pipeline.data()).run();
    eventually("the second version", PATIENCE, || {
        let versions = show(&["--versions"]).json_lines().len();
        async move { (versions == 2).then_some(()) }
    })
    .await;
    let text = show(&[]).json()["bodies"][0]["value"].as_str().unwrap().to_owned();
    assert!(text.ends_with("It was changed later."), "{text}");
    let totals = pipeline.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions), (2, 3));
    service.stop().await;
}

#[tokio::test]
async fn a_killed_broker_is_started_again_and_the_flow_goes_on() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    let load: Vec<TestArticle> = articles(60, 62).collect();
    for (round, articles) in load.chunks(20).enumerate() {
        pipeline.drop_into_inbox(&format!("{round}.jsonl"), json_lines(articles.iter().cloned()));
        if round < 2 {
            let broker = pipeline.kill_broker();
            eventually("another broker", PATIENCE, || async {
                pipeline.broker_pid().filter(|&pid| pid != broker)
            })
            .await;
        }
    }
    pipeline.wait_stored(60, PATIENCE).await;
    pipeline.assert_holds(&load).await;
    let restarts = service.metrics().await.sum("dateline_broker_restarts_total", &[]);
    assert!((restarts - 2.0).abs() < 0.5, "{restarts} restarts");
    service.stop().await;
    pipeline.wait_broker_gone().await;
}

#[tokio::test]
async fn the_admin_port_tells_how_it_is() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    for (path, said) in [("/livez", "alive"), ("/readyz", "ready"), ("/startupz", "started")] {
        let (status, body) = service.ask(path).await;
        assert_eq!((status, body.trim()), (200, said), "{path}");
    }
    pipeline.drop_into_inbox("a.json", articles(1, 63).next().unwrap().json());
    pipeline.wait_stored(1, PATIENCE).await;
    let admin = service.admin().await;
    settled(&mut service).await;
    let metrics = service.metrics().await;
    for stage in ["producer", "enricher", "sink"] {
        let counts = metrics.stage(stage);
        assert!(counts.received > 0.5 && counts.is_conserved(), "{stage}: {counts:?}");
    }
    assert_eq!(http::get(admin, "/nothing").await.unwrap().status, 404);
    service.stop().await;
    assert!(http::get(admin, "/livez").await.is_err(), "the admin port is closed last, but closed");
}

/// Waits until lags are measured and nothing is in flight.
async fn settled(service: &mut Service) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let metrics = service.metrics().await;
        let in_flight = ["producer", "enricher", "sink"].map(|stage| metrics.stage(stage).in_flight);
        let measured =
            metrics.samples().keys().any(|series| series.starts_with("dateline_consumer_pending{"));
        if measured && in_flight.iter().all(|&count| count < 0.5) {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "in flight {in_flight:?}, lags measured: {measured}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// With work that takes a while in flight, the stop is long enough to look at.
#[tokio::test]
async fn it_says_that_it_is_not_ready_while_it_stops() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up().env("DATELINE_SINK__LINGER", "3s")).await;
    let admin = service.admin().await;
    pipeline.drop_into_inbox("a.json", articles(1, 64).next().unwrap().json());
    let enriched = async |service: &mut Service| service.metrics().await.stage("enricher").sent > 0.5;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !enriched(&mut service).await {
        assert!(tokio::time::Instant::now() < deadline, "nothing was enriched");
    }
    service.terminate();
    // Until the port closes, it never says that it is ready once it said that it is not.
    let mut refused = 0;
    let mut last = 200;
    while let Ok(answer) = http::get(admin, "/readyz").await {
        assert!(last == 200 || answer.status == 503, "ready again while it stops");
        refused += u32::from(answer.status == 503);
        last = answer.status;
        // Asked more often than the port allows one sender, it would say that.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(refused > 0, "it was never seen not to be ready");
    service.wait_clean_end().await;
    assert_eq!(pipeline.totals().await.unwrap().articles, 1, "a clean stop stores what is in flight");
}

#[tokio::test]
async fn a_role_of_its_own_waits_for_its_server_and_stops_when_told() {
    let pipeline = Pipeline::new();
    let nats = dateline_testkit::NatsServer::start();
    let url = nats.url();
    for role in ["producer", "enricher", "sink"] {
        let builder = pipeline.run(role, &url).env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0");
        let mut service = Service::start_ready(builder).await;
        assert_eq!(service.ask("/startupz").await.0, 200, "{role}");
        service.stop().await;
    }
    // Nobody there: it waits, and can be stopped.
    let nowhere = format!("nats://127.0.0.1:{}", dateline_testkit::free_port());
    let mut waiting = Service::start(pipeline.run("enricher", &nowhere));
    waiting.said("broker is not there yet").await;
    waiting.stop().await;
}

/// The roles of other processes find the broker of an `up` on the same folder.
#[tokio::test]
async fn standard_input_is_a_source_and_its_end_the_end() {
    let pipeline = Pipeline::new();
    let service = Service::start_ready(pipeline.up()).await;
    let load: Vec<TestArticle> = articles(30, 65).collect();
    let lines = json_lines(load.iter().cloned());
    let done = dateline(["run", "producer", "--stdin", "--source", "wire"])
        .data(&pipeline.data())
        .env("DATELINE_ADMIN__ENABLED", "false")
        .env("DATELINE_PRODUCER__PUSH__ENABLED", "false")
        .input(lines)
        .succeed();
    assert!(done.stderr.contains("accepted 30, duplicates 0, dead letters 0"), "{done:#?}");
    pipeline.wait_stored(30, PATIENCE).await;
    let found =
        dateline(["search", "--json", "--source", "wire", "--limit", "100", "report"]).data(&pipeline.data());
    let page: Value = found.succeed().json();
    assert_eq!(page["total"], 30, "{DATELINE}: {page:#?}");
    service.stop().await;
}
