//! What is refused, and how it is said.

use crate::fixture::{Fixture, article, id};
use dateline_store::StoreKind;
use dateline_testkit::http::post;
use serde_json::json;

#[tokio::test]
async fn faults_are_named() {
    let api = Fixture::with(StoreKind::Sqlite, vec![article("a", "rain", 1)]).await;
    let check = async |path: &str, status: u16, kind: &str, word: &str| {
        let answer = api.get(path).await;
        let problem = answer.json();
        assert_eq!(answer.status, status, "{path}: {problem}");
        assert_eq!(problem["type"], format!("urn:dateline:problem:{kind}"), "{path}");
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{path}: {problem}");
    };
    for path in ["/search", "/articles", "/timeline"] {
        check(&format!("{path}?q=sorce:wire"), 422, "query", "sorce").await;
        check(&format!("{path}?limit=0"), 400, "parameter", "`limit` is 0").await;
        check(&format!("{path}?limit=70000"), 400, "parameter", "limit").await;
        check(&format!("{path}?limit=ten"), 400, "parameter", "give a whole number from 1 to 1").await;
        check(&format!("{path}?limit="), 400, "parameter", "limit").await;
        check(&format!("{path}?lmit=1"), 400, "parameter", "`lmit` is not known here; known are").await;
        check(&format!("{path}?q=a&q=b"), 400, "parameter", "q").await;
        check(&format!("{path}?q={}", "x".repeat(1_001)), 400, "parameter", "longer").await;
    }
    check("/search?order=best", 400, "parameter", "best").await;
    check("/search?limit=1001", 400, "parameter", "1 to 1000").await;
    check("/articles?limit=101", 400, "parameter", "1 to 100").await;
    for cursor in ["", "x", "o-1", "o99999999999999999999999", "%00"] {
        check(&format!("/search?cursor={cursor}"), 422, "query", "cursor").await;
        check(&format!("/articles?cursor={cursor}"), 422, "query", "cursor").await;
        check(&format!("/timeline?cursor={cursor}"), 422, "query", "cursor").await;
        check(&format!("/sources?cursor={cursor}"), 422, "query", "cursor").await;
        check(&format!("/articles/{}/versions?cursor={cursor}", id("a")), 422, "query", "cursor").await;
    }
    check("/timeline?about=yesterday", 422, "query", "yesterday").await;
    check("/timeline?about=2023-11-07..2023-11-01", 422, "query", "about").await;
    check("/entity", 400, "parameter", "`name` is missing").await;
    check("/entity?name=", 400, "parameter", "name").await;
    check("/entity?name=a&type=animal", 400, "parameter", "animal").await;
    check("/sources?limit=0", 400, "parameter", "limit").await;
    check("/totals?limit=1", 400, "parameter", "limit").await;
    check(&format!("/articles/{}/versions?limit=101", id("a")), 400, "parameter", "1 to 100").await;
    for path in ["/articles/1", "/articles/%FF", "/articles/urn:uuid:x/versions"] {
        check(path, 400, "parameter", "").await;
    }
    check(&format!("/articles/{}", id("a").to_string().to_uppercase()), 400, "parameter", "lower case").await;
    check("/nothing", 404, "not-found", "openapi.json").await;
    let place = &api.get("/search?q=rain%20sorce:wire").await.json()["place"];
    assert_eq!(*place, json!([5, 10]));
}

#[tokio::test]
async fn odd_but_sound_requests_are_answered() {
    for kind in [StoreKind::Sqlite, StoreKind::Postgres] {
        let api = Fixture::with(kind, vec![article("a", "rain", 1)]).await;
        let last = usize::MAX;
        for path in [
            "/search?q=%00".to_owned(),
            "/search?q=source:%00x".to_owned(),
            "/search?q=lang:%00x".to_owned(),
            "/search?q=entity:%00x%20-%00".to_owned(),
            "/entity?name=%00".to_owned(),
            "/entity?name=%F0%9F%98%80".to_owned(),
            "/search?q=%FF%FE".to_owned(),
            format!("/search?cursor=o{last}&limit=1000"),
            format!("/articles?cursor=a{}", i64::MAX),
            format!("/timeline?cursor=o{last}&limit=1000"),
            "/sources?cursor=s%00".to_owned(),
            format!("/articles/{}/versions?cursor=v{}.{}.1", id("a"), i64::MAX, "0".repeat(32)),
            "/timeline?about=0001..9998".to_owned(),
        ] {
            let answer = api.get(&path).await;
            assert!(matches!(answer.status, 200 | 422), "{kind:?} {path}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_store_that_is_not_there_yet_is_waited_for() {
    let api = Fixture::without_store(StoreKind::Sqlite).await;
    let answer = api.get("/totals").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert!(!answer.body.contains("articles.db"), "no path of this machine: {}", answer.body);
    drop(api.store().await);
    assert_eq!(api.json("/totals").await["articles"], 0);
}

#[tokio::test]
async fn nothing_can_be_written() {
    let api = Fixture::with(StoreKind::Sqlite, Vec::new()).await;
    for path in ["/search", "/articles", "/openapi.json"] {
        let path = format!("{}{path}", dateline_api::PREFIX);
        let answer = post(api.address(), &path, &[], b"{}").await.unwrap();
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{path}");
        assert_eq!(answer.json()["type"], "urn:dateline:problem:method");
    }
}

#[tokio::test]
async fn the_document_is_served_and_every_parameter_described() {
    let api = Fixture::without_store(StoreKind::Sqlite).await;
    let document = api.json("/openapi.json").await;
    assert_eq!(document, dateline_api::document());
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        for parameter in item["get"]["parameters"].as_array().unwrap() {
            assert!(
                parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{path}: {parameter}"
            );
            let schema = &parameter["schema"];
            assert!(schema.get("type").or(schema.get("oneOf")).is_some(), "{path}: {parameter}");
            let is_name = parameter["name"] == "name" || parameter["name"] == "id";
            assert_eq!(parameter["required"], is_name, "{path}: {parameter}");
        }
    }
    assert!(!document.to_string().contains("#/$defs/"), "every reference stays within the document");
}
