//! `dateline tap`: what passes by.

use dateline_testkit::{NatsServer, articles, http};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::once::{DATELINE, dateline};
use crate::pipeline::{Pipeline, Service};

#[tokio::test]
async fn messages_are_shown_as_they_pass() {
    let (server, pipeline) = (NatsServer::start(), Pipeline::new());
    let run = pipeline.run("producer", &server.url()).env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0");
    let mut producer = Service::start_ready(run).await;
    let mut tap = Command::new(DATELINE)
        .args([
            "tap",
            "dateline.raw.*",
            "--every",
            "2",
            "--limit",
            "2",
            "--json",
            "--nats-url",
            &server.url(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(tap.stderr.take().unwrap()).lines();
    assert!(told.next().unwrap().unwrap().contains("listening to dateline.raw.*"));
    let push = producer.push().await;
    let load: Vec<_> = articles(3, 5).collect();
    for article in &load {
        let answer = http::post(push, "/articles", &[], article.json().as_bytes()).await.unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    let output = tap.wait_with_output().unwrap();
    assert!(output.status.success());
    let shown: Vec<serde_json::Value> =
        output.stdout.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let titles: Vec<_> = shown.iter().map(|one| one["payload"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, [load[0].title.as_str(), load[2].title.as_str()], "every second one");
    assert_eq!(shown[0]["subject"], "dateline.raw.push");
    assert_eq!(told.next().unwrap().unwrap(), "2 shown of 3");
    producer.stop().await;
}

#[test]
fn what_is_no_subject_is_wrong_usage() {
    for wrong in ["", "a..b", "a b"] {
        dateline(["tap", wrong]).fail(2, &["is no subject", "dateline.enriched.en.>"]);
    }
}
