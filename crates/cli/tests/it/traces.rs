//! Traces of articles at a collector: one story over all stages, told by OTLP over HTTP.

use crate::pipeline::{PATIENCE, Pipeline, Service};
use dateline_testkit::{Reply, WebServer, articles, eventually, http};
use serde_json::Value;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SENDER: &str = "00f067aa0ba902b7";

/// The spans of a trace, as the collector got them.
fn spans(collector: &WebServer, trace: &str) -> Vec<Value> {
    let requests = collector.visits();
    let bodies = requests.iter().filter(|visit| visit.path == "/v1/traces");
    let documents = bodies.map(|visit| serde_json::from_slice::<Value>(&visit.body).unwrap());
    let mut found = Vec::new();
    for document in documents {
        for resource in document["resourceSpans"].as_array().unwrap() {
            for scope in resource["scopeSpans"].as_array().unwrap() {
                let spans = scope["spans"].as_array().unwrap().iter();
                found.extend(spans.filter(|span| span["traceId"] == trace).cloned());
            }
        }
    }
    found
}

fn text<'a>(span: &'a Value, key: &str) -> &'a str {
    span[key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_way_of_an_article_is_one_trace() {
    let collector = WebServer::start(|_| Reply::ok("application/json", "{}")).await;
    let pipeline = Pipeline::new();
    let up = pipeline.up().env("DATELINE_TELEMETRY__OTLP__ENDPOINT", collector.url(""));
    let mut service = Service::start_ready(up).await;
    let address = service.push().await;
    let article = articles(1, 91).next().unwrap();
    let parent = format!("00-{TRACE}-{SENDER}-01");
    let headers = [("Content-Type", "application/json"), ("traceparent", parent.as_str())];
    let answer = http::post(address, "/articles", &headers, article.json().as_bytes()).await.unwrap();
    assert_eq!(answer.status, 202, "{answer:?}");

    let all = eventually("the spans of all stages", PATIENCE, || async {
        let all = spans(&collector, TRACE);
        let has = |name: &str| all.iter().any(|span| text(span, "name") == name);
        (has("intake") && has("enrich") && has("store")).then_some(all)
    })
    .await;
    for stage in ["intake", "enrich", "store"] {
        let span = all.iter().find(|span| text(span, "name") == stage).unwrap();
        assert_eq!(text(span, "parentSpanId"), SENDER, "{stage} stands below the sender's span");
        let (began, ended): (u128, u128) = (
            text(span, "startTimeUnixNano").parse().unwrap(),
            text(span, "endTimeUnixNano").parse().unwrap(),
        );
        assert!(began > 0 && began <= ended, "{span}");
    }
    // Steps stand below their stage.
    let id = |name: &str| text(all.iter().find(|span| text(span, "name") == name).unwrap(), "spanId");
    for (part, whole) in [("dates", "enrich"), ("entities", "enrich")] {
        let part = all.iter().find(|span| text(span, "name") == part).unwrap();
        assert_eq!(text(part, "parentSpanId"), id(whole));
    }
    let publishes: Vec<&str> = all
        .iter()
        .filter(|span| text(span, "name") == "publish")
        .map(|span| text(span, "parentSpanId"))
        .collect();
    assert!(publishes.contains(&id("intake")) && publishes.contains(&id("enrich")), "{publishes:?}");
    service.stop().await;
}

#[tokio::test]
async fn a_collector_that_is_away_holds_up_nothing() {
    let pipeline = Pipeline::new();
    let up = pipeline.up().env("DATELINE_TELEMETRY__OTLP__ENDPOINT", "http://127.0.0.1:1");
    let mut service = Service::start_ready(up).await;
    let address = service.push().await;
    let article = articles(1, 92).next().unwrap();
    let json = [("Content-Type", "application/json")];
    let answer = http::post(address, "/articles", &json, article.json().as_bytes()).await.unwrap();
    assert_eq!(answer.status, 202, "{answer:?}");
    pipeline.wait_stored(1, PATIENCE).await;
    service.stop().await;
}
