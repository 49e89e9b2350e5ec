//! What each operation answers, the same over both stores.

use crate::fixture::{Fixture, about, article, id};
use dateline_model::{Source, SourceKind};
use dateline_store::StoreKind;
use serde_json::{Value, json};

/// Runs a check over each store that can be read.
macro_rules! over_each_store {
    ($($check:ident),* $(,)?) => {
        mod sqlite { $(
            #[tokio::test]
            async fn $check() { super::$check(dateline_store::StoreKind::Sqlite).await; }
        )* }
        mod postgres { $(
            #[tokio::test]
            async fn $check() { super::$check(dateline_store::StoreKind::Postgres).await; }
        )* }
    };
}

over_each_store! {
    searches_find_page_by_page, whole_records_come_in_order_of_arrival, an_article_with_its_versions,
    dates_entities_sources_and_totals, every_listing_comes_page_by_page,
}

fn headlines(page: &Value) -> Vec<String> {
    let hits = page["hits"].as_array().unwrap();
    hits.iter().map(|hit| hit["headline"]["text"].as_str().unwrap().to_owned()).collect()
}

async fn searches_find_page_by_page(kind: StoreKind) {
    let records = (0..25).map(|n| article(&format!("a{n:02}"), "rain over Paris", n)).collect();
    let api = Fixture::with(kind, records).await;
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.json(&format!("/search?q=paris&order=oldest&limit=10{cursor}")).await;
        assert_eq!((&page["total"], &page["totalIsExact"]), (&json!(25), &json!(true)));
        found.extend(headlines(&page));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, (0..25).map(|n| format!("a{n:02}")).collect::<Vec<_>>());
    let page = api.json("/search?q=PARIS%20-snow&limit=1&order=newest").await;
    assert_eq!(headlines(&page), ["a24"]);
    assert_eq!(page["hits"][0]["snippet"], json!({ "text": "rain over Paris", "marks": [[10, 15]] }));
    assert_eq!(api.json("/search?q=snow").await["hits"], json!([]));
    assert_eq!(api.json("/search").await["hits"].as_array().unwrap().len(), 20);
}

async fn whole_records_come_in_order_of_arrival(kind: StoreKind) {
    let records: Vec<_> = (0..7).map(|n| article(&n.to_string(), "rain", n)).collect();
    let api = Fixture::with(kind, records.clone()).await;
    let first = api.json("/articles?limit=5").await;
    let rest = api.json(&format!("/articles?limit=5&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(rest.get("next"), None);
    let both = [first, rest].map(|page| page["records"].as_array().unwrap().clone()).concat();
    assert_eq!(json!(both), serde_json::to_value(records).unwrap());
    assert_eq!(api.json("/articles?q=source:elsewhere").await, json!({ "records": [] }));
}

async fn an_article_with_its_versions(kind: StoreKind) {
    let (old, new) = (article("a", "old text", 1), article("a", "new text", 2));
    let mut gone = article("b", "text", 3);
    gone.pub_status = "canceled".into();
    let api = Fixture::with(kind, vec![old, new, gone]).await;
    let of = |name: &str| id(name).to_string();
    let found = api.json(&format!("/articles/{}", of("a"))).await;
    assert_eq!(found["bodies"][0]["value"], "new text");
    assert_eq!(api.json(&format!("/articles/urn:uuid:{}", of("a"))).await, found);
    assert_eq!(api.json(&format!("/articles/{}", of("b"))).await["pubStatus"], "canceled");
    let versions = api.json(&format!("/articles/{}/versions", of("a"))).await;
    let told = |at: usize| {
        (
            versions["versions"][at]["current"].clone(),
            versions["versions"][at]["record"]["bodies"][0]["value"].clone(),
        )
    };
    assert_eq!([told(0), told(1)], [(json!(true), json!("new text")), (json!(false), json!("old text"))]);
    for path in ["", "/versions"] {
        let answer = api.get(&format!("/articles/{}{path}", of("nobody"))).await;
        assert_eq!((answer.status, &answer.json()["type"]), (404, &json!("urn:dateline:problem:not-found")));
    }
}

async fn dates_entities_sources_and_totals(kind: StoreKind) {
    let records = vec![
        about(article("a", "Ada Lovelace spoke", 1), "Ada Lovelace", "2023-11-03"),
        about(article("b", "Ada Lovelace again", 2), "Ada Lovelace", "2023-12-24"),
        article("c", "nobody", 3),
    ];
    let api = Fixture::with(kind, records).await;
    let dates = |page: Value| {
        let dates = page["dates"].as_array().unwrap().clone();
        dates.iter().map(|date| date["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(dates(api.json("/timeline").await), ["2023-11-03", "2023-12-24"]);
    assert_eq!(dates(api.json("/timeline?q=again&limit=5").await), ["2023-12-24"]);
    assert_eq!(dates(api.json("/timeline?about=2023-11-01..2023-11-30").await), ["2023-11-03"]);
    let profile = api.json("/entity?name=lovelace&type=person").await;
    assert_eq!(profile["entities"][0]["articles"], 2);
    assert_eq!(api.json("/entity?name=lovelace&type=place").await["entities"], json!([]));
    let sources = api.json("/sources").await;
    assert_eq!(
        (&sources["sources"][0]["source"], &sources["sources"][0]["articles"]),
        (&json!("wire"), &json!(3))
    );
    assert_eq!(api.json("/totals").await["articles"], 3);
}

/// What `list` of all pages of `path` holds under `key`, and how many pages there were.
async fn all_pages(api: &Fixture, path: &str, list: &str, key: &str) -> (Vec<String>, usize) {
    let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = api.json(&format!("{path}{cursor}")).await;
        let items = page[list].as_array().unwrap();
        found.extend(items.iter().map(|item| item[key].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { return (found, pages) };
        cursor = format!("&cursor={next}");
    }
}

async fn every_listing_comes_page_by_page(kind: StoreKind) {
    let mut records: Vec<_> = (0..5).map(|n| article("a", &format!("text {n}"), n)).collect();
    for (name, day) in [("b", "2023-11-03"), ("c", "2023-11-03"), ("d", "2023-12-24"), ("e", "2022-01-01")] {
        let mut record = about(article(name, "Ada spoke", 9), "Ada", day);
        record.dateline.source = Source::new(name, SourceKind::Feed);
        records.push(record);
    }
    let api = Fixture::with(kind, records).await;
    let check = async |path: &str, list: &str, key: &str, expected: &[&str], pages: usize| {
        let (found, count) = all_pages(&api, path, list, key).await;
        assert_eq!(
            (found.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), count),
            (expected, pages),
            "{path}"
        );
    };
    let seconds = ["04", "03", "02", "01", "00"].map(|at| format!("2024-01-01T00:00:{at}Z"));
    let seconds = seconds.each_ref().map(String::as_str);
    let versions = format!("/articles/{}/versions?limit", id("a"));
    check(&format!("{versions}=2"), "versions", "lastSeen", &seconds, 3).await;
    check(&format!("{versions}=5"), "versions", "lastSeen", &seconds, 1).await;
    check("/sources?limit=2", "sources", "source", &["b", "c", "d", "e", "wire"], 3).await;
    check("/timeline?limit=1", "dates", "value", &["2023-11-03", "2023-12-24", "2022-01-01"], 3).await;
    check("/timeline?limit=2", "dates", "value", &["2023-11-03", "2023-12-24", "2022-01-01"], 2).await;
    check("/timeline?limit=9", "dates", "value", &["2022-01-01", "2023-11-03", "2023-12-24"], 1).await;
    let past = format!("v0.{}.0", "0".repeat(32));
    let answer = api.get(&format!("{versions}=1&cursor={past}")).await;
    assert!(matches!(answer.status, 200 | 422), "{}", answer.body);
    let nobody = format!("/articles/{}/versions?limit=1", id("nobody"));
    assert_eq!(api.get(&nobody).await.status, 404);
}
