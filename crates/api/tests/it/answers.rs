//! What each operation answers, the same over both stores.

use crate::fixture::{Fixture, about, article, id};
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
    dates_entities_sources_and_totals,
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
