//! `dateline search`, `show`, `explain`, `status`: what a newcomer does with the seeds.

use serde_json::Value;

use crate::once::{Done, Once, dateline, seed, seeds};
use crate::pipeline::{Pipeline, Service};

/// A pipeline that holds the seeds.
struct Reading {
    pipeline: Pipeline,
}

impl Reading {
    fn command(&self, arguments: &[&str]) -> Once {
        dateline(arguments).data(&self.pipeline.data())
    }

    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> Done {
        self.command(arguments).succeed()
    }

    #[track_caller]
    fn hits(&self, arguments: &[&str]) -> Vec<Value> {
        let page = self.ask(&[&["search", "--json"], arguments].concat()).json();
        page["hits"].as_array().expect("a page has hits").clone()
    }

    /// The uri of the only article with this headline.
    #[track_caller]
    fn uri(&self, headline: &str) -> String {
        let hits = self.hits(&[&format!("\"{headline}\"")]);
        assert_eq!(hits.len(), 1, "{headline}: {hits:#?}");
        hits[0]["uri"].as_str().expect("a hit has a uri").to_owned()
    }
}

#[tokio::test]
async fn what_is_stored_is_found_shown_and_explained() {
    let pipeline = Pipeline::new();
    let mut service = Service::start(pipeline.up().arg("--seeds").arg(seeds()));
    service.summary().await;
    let reading = Reading { pipeline };
    searches_find(&reading);
    records_are_shown(&reading);
    dates_and_entities_are_explained(&reading);
    the_flow_is_told(&reading);
    service.stop().await;
    // The store can be read when nothing runs.
    searches_find(&reading);
    old_articles_go(&reading);
    reading.command(&["status"]).fail(2, &["no NATS server is known", "dateline up"]);
}

fn searches_find(reading: &Reading) {
    let headline = |hit: &Value| hit["headline"]["text"].as_str().unwrap_or_default().to_owned();
    let quakes = reading.hits(&["earthquake"]);
    assert!(quakes.len() >= 5, "{quakes:#?}");
    let haiti = reading.hits(&["earthquake", "--until", "2021-12-31"]);
    assert!(!haiti.is_empty() && haiti.iter().all(|hit| headline(hit).contains("Haiti")), "{haiti:#?}");
    let without = reading.hits(&["earthquake -haiti"]);
    assert!(!without.is_empty() && without.len() < quakes.len());
    assert!(!without.iter().any(|hit| headline(hit).contains("Haiti")), "{without:#?}");
    let data = reading.pipeline.data();
    let behind = ["--data-dir", data.to_str().unwrap(), "search", "--json", "--", "-haiti earthquake"];
    assert_eq!(dateline(behind).succeed().json()["hits"].as_array(), Some(&without));
    let swedish = reading.hits(&["--entity", "Sweden", "NATO"]);
    assert!(swedish.iter().any(|hit| headline(hit).contains("Sweden")), "{swedish:#?}");
    assert_eq!(reading.hits(&["earthquake", "--limit", "2"]).len(), 2);
    assert!(reading.hits(&["zzyzzx"]).is_empty());
    assert!(reading.hits(&["earthquake", "--source", "elsewhere"]).is_empty());
    assert_eq!(reading.hits(&["earthquake", "--source", "seeds", "--limit", "100"]).len(), quakes.len());
    let shown = reading.ask(&["search", "earthquake", "--limit", "1"]);
    assert!(shown.stdout.contains("urn:uuid:") && shown.stderr.contains("1 shown of"), "{shown:#?}");
    reading.command(&["search", "earthquake", "--since", "yesteryear"]).fail(2, &["yesteryear"]);
}

fn old_articles_go(reading: &Reading) {
    let retention = |arguments: &[&str], keep: &str| {
        let command = reading.command(&[&["retention", "--json"], arguments].concat());
        command.env("DATELINE_RETENTION__KEEP", keep).env("DATELINE_RETENTION__FROM", "published").succeed()
    };
    let all = reading.hits(&["the", "--limit", "1000"]).len();
    let kept = reading.ask(&["retention"]);
    assert!(kept.stderr.contains("everything is kept") && kept.stderr.contains("0 articles"), "{kept:#?}");
    let dry = retention(&["--dry-run"], "1d").json();
    let old = dry["articles"]["seeds"].as_u64().unwrap();
    assert!(dry["dryRun"] == true && old > 30, "{dry}");
    assert_eq!(reading.hits(&["the", "--limit", "1000"]).len(), all, "a dry run removes nothing");
    let done = retention(&[], "1d").json();
    assert_eq!(
        (&done["dryRun"], &done["articles"], &done["versions"]),
        (&false.into(), &dry["articles"], &dry["versions"])
    );
    assert!(reading.hits(&["the", "--limit", "1000"]).len() < all - 20);
    assert_eq!(retention(&[], "1d").json()["versions"], 0);
    let space = reading.ask(&["vacuum"]).stderr;
    assert!(space.contains("bytes before"), "{space}");
}

fn records_are_shown(reading: &Reading) {
    let uri = reading.uri("Strong earthquake kills hundreds in Haiti");
    let shown = reading.ask(&["show", &uri]).stdout;
    for words in
        ["Strong earthquake kills hundreds in Haiti", "2021-08-14", "Port-au-Prince", "Meridian News", &uri]
    {
        assert!(shown.contains(words), "`{words}` is not in {shown}");
    }
    let record = reading.ask(&["show", &uri, "--json"]).json();
    assert_eq!(record["uri"], uri.as_str());
    let bare = uri.trim_start_matches("urn:uuid:");
    assert_eq!(reading.ask(&["show", bare, "--json"]).json(), record);
    let versions = reading.ask(&["show", &uri, "--versions", "--json"]).json_lines();
    assert_eq!(versions.len(), 1);
    assert_eq!((&versions[0]["current"], &versions[0]["record"]), (&Value::Bool(true), &record));
    let unknown = "urn:uuid:00000000-0000-5000-8000-000000000000";
    for verb in ["show", "explain"] {
        reading.command(&[verb, unknown]).fail(1, &["nothing is stored", unknown]);
    }
}

fn dates_and_entities_are_explained(reading: &Reading) {
    let uri = reading.uri("Strong earthquake kills hundreds in Haiti");
    let told = reading.ask(&["explain", &uri]).stdout;
    for words in
        ["2021-08-14: the header line says", "“Saturday” DATE 2021-08-14", "Haiti place", "confidence"]
    {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
    // A file is explained without any store, and comes to the same.
    let file = seed("2021-08-14-haiti-earthquake.txt");
    let of_file = dateline(["explain".as_ref(), file.as_os_str(), "--json".as_ref()]).succeed().json();
    let of_store = reading.ask(&["explain", &uri, "--json"]).json();
    for part in ["headline", "published", "timex", "entities"] {
        assert_eq!(of_file[part], of_store[part], "{part}");
    }
    let undated = seed("undated-aid-convoy-enters-gaza.txt");
    let told = dateline(["explain".as_ref(), undated.as_os_str()]).succeed().stdout;
    assert!(told.contains("none is stated") && told.contains("XXXX-WXX-6"), "{told}");
}

fn the_flow_is_told(reading: &Reading) {
    let status = reading.pipeline.status();
    assert!(status["stored"]["articles"].as_u64() >= Some(44), "{status}");
    for consumer in status["broker"]["consumers"].as_array().unwrap() {
        assert_eq!((&consumer["pending"], &consumer["ack_pending"]), (&0.into(), &0.into()), "{status}");
    }
    let glance = reading.ask(&["top", "--once", "--json"]).json();
    assert_eq!((&glance["state"], &glance["deadLetters"]), (&"idle".into(), &2.into()), "{glance}");
    assert_eq!(glance["stored"]["articles"], status["stored"]["articles"], "{glance}");
    assert!(glance["rates"]["accepted"].is_number() && glance["stages"][1]["name"] == "sink", "{glance}");
    let drawn = reading.ask(&["top", "--once"]).stdout;
    for words in ["everything accepted is stored", "enricher     idle", "DATELINE_RAW", "dead letters 2"] {
        assert!(drawn.contains(words), "`{words}` is not in {drawn}");
    }
    let told = reading.ask(&["status"]).stdout;
    for words in ["DATELINE_RAW", "DATELINE_ENRICHED", "DATELINE_DEAD", "enricher", "sink", "articles"] {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
}
