//! `dateline replay`: stored raw articles are enriched anew, and no article becomes two.

use dateline_testkit::{TestArticle, articles, eventually};

use crate::once::dateline;
use crate::pipeline::{PATIENCE, Pipeline, Service};

#[tokio::test]
async fn articles_are_enriched_anew_and_stored_once() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    service.push().await;
    let load: Vec<TestArticle> = articles(30, 50).collect();
    let lines: String = load.iter().map(|article| article.json() + "\n").collect();
    pipeline.drop_into_inbox("load.jsonl", lines);
    pipeline.wait_stored(30, PATIENCE).await;
    let replay =
        |arguments: &[&str]| dateline([&["replay", "--json"], arguments].concat()).data(&pipeline.data());

    let counted = replay(&["--from", "11", "--dry-run"]).succeed().json();
    assert_eq!((&counted["articles"], &counted["dryRun"]), (&20.into(), &true.into()));
    assert_eq!(replay(&["--from", "2020-01-01", "--dry-run"]).succeed().json()["articles"], 30);
    assert_eq!(replay(&["--from", "1", "--source", "nobody", "--dry-run"]).succeed().json()["articles"], 0);
    replay(&["--from", "once upon a time"]).fail(2, &["is no moment"]);
    replay(&["--resume"]).fail(2, &["no replay was stopped here"]);
    replay(&[]).fail(2, &["--from"]);

    let sent = replay(&["--from", "1", "--rate", "1000"]).succeed().json();
    assert_eq!((&sent["articles"], &sent["passedOver"]), (&30.into(), &0.into()));
    // The work is the newer one, and says what it repeats.
    eventually("every record to be enriched anew", PATIENCE, || async {
        let anew = load.iter().filter(|article| {
            let shown = dateline(["show", "--json", &article.article_id().uri()]).data(&pipeline.data());
            let record = shown.succeed().json();
            let origin = &record["dateline"]["provenance"][0]["replayOf"];
            origin.as_str().is_some_and(|origin| origin.starts_with("raw:"))
        });
        (anew.count() == load.len()).then_some(())
    })
    .await;
    pipeline.assert_holds(&load).await;
    assert_eq!(pipeline.dead_letters().len(), 0);
    service.stop().await;
}
