//! `POST /articles` on the real binary; the producer's own tests cover the rest.

use dateline_testkit::{TestArticle, articles, http};

use crate::once::dateline;
use crate::pipeline::{PATIENCE, Pipeline, Service};

const JSON: (&str, &str) = ("Content-Type", "application/json");

#[tokio::test]
async fn an_answer_tells_what_became_of_a_push() {
    let pipeline = Pipeline::new();
    let mut service =
        Service::start_ready(pipeline.up().env("DATELINE_PRODUCER__PUSH__MAX_BODY", "1MiB")).await;
    let address = service.push().await;
    let post = async |body: &str| http::post(address, "/articles", &[JSON], body.as_bytes()).await.unwrap();
    let load: Vec<TestArticle> = articles(3, 70).collect();

    let answer = post(&load[0].json()).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.json()["articles"][0]["uri"], load[0].article_id().uri());
    assert_eq!(answer.json()["articles"][0]["duplicate"], false);
    let batch = format!("[{},{},{}]", load[0].json(), load[1].json(), load[2].json());
    let answer = post(&batch).await;
    assert_eq!((answer.status, &answer.json()["accepted"]), (202, &3.into()), "{answer:?}");
    assert_eq!(answer.json()["articles"][0]["duplicate"], true);

    // The place of the fault, and nothing of the batch is taken in.
    let broken = format!("[{},\n{{\"text\": 7}}]", articles(1, 71).next().unwrap().json());
    let answer = post(&broken).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let fault = &answer.json()["faults"][0];
    assert_eq!((&fault["line"], &fault["key"]), (&2.into(), &"text".into()), "{answer:?}");
    assert_eq!(post("[").await.status, 400);

    let answer = post(&format!("{{\"text\": \"{}\"}}", "long ".repeat(300_000))).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(http::get(address, "/articles").await.unwrap().status, 405);

    pipeline.wait_stored(3, PATIENCE).await;
    pipeline.assert_holds(&load).await;
    assert_eq!(pipeline.dead_letters().len(), 0, "a refused push is the sender's, not ours");
    service.stop().await;
}

#[tokio::test]
async fn a_trace_goes_with_an_article_into_its_record() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    let address = service.push().await;
    let context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let load: Vec<TestArticle> = articles(2, 73).collect();
    for (article, headers) in load.iter().zip([&[JSON, ("traceparent", context)][..], &[JSON]]) {
        let answer = http::post(address, "/articles", headers, article.json().as_bytes()).await.unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    pipeline.wait_stored(2, PATIENCE).await;
    let trace = |article: &TestArticle| {
        let shown =
            dateline(["show", &article.article_id().uri(), "--json"]).data(&pipeline.data()).succeed();
        shown.json()["dateline"]["traceParent"].as_str().unwrap().to_owned()
    };
    assert_eq!(trace(&load[0]), context);
    // One of our own where the sender has none.
    let made = trace(&load[1]);
    assert!(made.len() == context.len() && made.starts_with("00-") && made != context, "{made}");
    service.stop().await;
}

#[tokio::test]
async fn a_configured_token_must_be_shown() {
    let pipeline = Pipeline::new();
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "correct horse\n").unwrap();
    let mut service =
        Service::start_ready(pipeline.up().env("DATELINE_PRODUCER__PUSH__TOKEN_FILE", &token)).await;
    let address = service.push().await;
    let article = articles(1, 72).next().unwrap();
    let post = async |shown: Option<&str>| {
        let header = shown.map(|shown| ("Authorization", shown));
        let headers: Vec<_> = header.into_iter().chain([JSON]).collect();
        http::post(address, "/articles", &headers, article.json().as_bytes()).await.unwrap()
    };
    for shown in [None, Some("Bearer wrong horse"), Some("Bearer "), Some("correct horse")] {
        let answer = post(shown).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{shown:?}");
    }
    assert_eq!(post(Some("Bearer correct horse")).await.status, 202);
    pipeline.wait_stored(1, PATIENCE).await;
    service.stop().await;
}
