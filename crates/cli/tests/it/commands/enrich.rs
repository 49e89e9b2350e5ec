//! `dateline enrich`: articles in, one record a line out, in input order.

use std::path::Path;

use dateline_testkit::articles;
use serde_json::{Value, json};

use crate::once::{Done, dateline, seed};

const STORY: &str = "KYIV, Nov 3 (Northwind) - President Emmanuel Macron arrived in Kyiv on Friday.\r\n\r\n\
                     He will meet “Café” owners next week \u{1f600}, officials in Ukraine said yesterday.";

fn enrich(arguments: &[&str], input: &str) -> Done {
    dateline(["enrich"].iter().chain(arguments)).input(input).succeed()
}

fn body(record: &Value) -> &str {
    record["bodies"][0]["value"].as_str().expect("every record has a body")
}

fn input_id(record: &Value) -> Option<&str> {
    let ids = record["altIds"].as_array()?;
    ids.iter().find(|id| id["role"] == "input-id")?["value"].as_str()
}

/// The TIMEX3 value of the expression with this text.
fn timex<'a>(record: &'a Value, text: &str) -> &'a str {
    let all = record["dateline"]["timex"].as_array().expect("records list their dates");
    let found = all.iter().find(|timex| timex["span"]["text"] == text);
    found.unwrap_or_else(|| panic!("no {text} in {all:#?}"))["value"].as_str().expect("values are texts")
}

#[test]
fn simple_json_keeps_text_and_id() {
    let article = json!({"id": "a-1", "url": "https://news.example/a?utm_source=x", "title": "Macron in Kyiv",
        "text": STORY, "published": "2023-11-03T18:00:00+02:00"});
    for format in ["json", "jsonl", "auto"] {
        let records = enrich(&["--format", format, "-"], &article.to_string()).json_lines();
        let [record] = &records[..] else { panic!("{records:#?}") };
        assert_eq!(body(record), STORY);
        assert_eq!(input_id(record), Some("a-1"));
        assert_eq!(record["headlines"][0]["value"], "Macron in Kyiv");
        assert_eq!(record["standard"]["name"], "ninjs");
        assert_eq!(record["contentCreated"], "2023-11-03T16:00:00Z");
        assert_eq!(record["dateline"]["published"]["precision"], "second");
        assert_eq!(timex(record, "yesterday"), "2023-11-02");
    }
}

#[test]
fn text_comes_with_its_parts_told_apart() {
    let text = " date 2023-11-07 One month on\n\nTEL AVIV, Nov 7 (Northwind) - Talks went on late on Tuesday, \
                said the officials who took part in them.\n";
    let records = enrich(&["--format", "text"], text).json_lines();
    let [record] = &records[..] else { panic!("{records:#?}") };
    assert_eq!(record["headlines"][0]["value"], "One month on");
    assert_eq!(record["located"], "Tel Aviv");
    assert_eq!(record["dateline"]["published"]["value"], "2023-11-07");
    assert_eq!(record.get("contentCreated"), None, "a day is no instant");
    assert_eq!(timex(record, "Tuesday"), "2023-11-07");
}

#[test]
fn ninjs_and_arrays_are_read() {
    let simple =
        json!([{"text": "The first of two articles in one array."}, {"text": "And this is the second one."}]);
    let records = enrich(&["--format", "json"], &simple.to_string()).json_lines();
    assert_eq!(
        records.iter().map(body).collect::<Vec<_>>(),
        ["The first of two articles in one array.", "And this is the second one."]
    );
    let file = seed("2024-03-07-sweden-joins-nato.ninjs.json");
    let records = dateline(["enrich".as_ref(), file.as_os_str()]).succeed().json_lines();
    let given: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["headlines"][0]["value"], given["headlines"][0]["value"]);
}

#[test]
fn order_is_kept_whatever_is_done_at_once() {
    let load: Vec<_> = articles(300, 40).collect();
    let lines: String = load.iter().map(|article| article.json() + "\n").collect();
    let one = enrich(&["--format", "jsonl", "--jobs", "1", "-"], &lines).json_lines();
    let four = enrich(&["--format", "jsonl", "--jobs", "4", "-"], &lines).json_lines();
    for (records, jobs) in [(one, 1), (four, 4)] {
        let ids: Vec<_> = records.iter().map(|record| input_id(record).unwrap()).collect();
        assert_eq!(ids, load.iter().map(|article| article.id.as_str()).collect::<Vec<_>>(), "{jobs} jobs");
        assert!(records.iter().zip(&load).all(|(record, article)| body(record) == article.text));
    }
}

#[test]
fn several_files_come_in_their_order() {
    let files = [
        seed("2023-04-16-fighting-in-sudan.txt"),
        seed("2024-elections-and-more.jsonl"),
        seed("undated-suez-canal-blocked.json"),
    ];
    let arguments =
        ["enrich".into()].into_iter().chain(files.iter().map(|file| file.clone().into_os_string()));
    let records = dateline(arguments).succeed().json_lines();
    assert_eq!(records.len(), 7);
    assert!(body(&records[0]).starts_with("Meridian News / Khartoum"));
    assert_eq!(input_id(&records[6]), Some("suez-0"));
}

#[test]
fn an_undated_article_is_never_dated() {
    let undated =
        json!({"text": "The ministers of the two countries met on Friday and will meet again next week."});
    let records = enrich(&["--format", "json"], &undated.to_string()).json_lines();
    assert_eq!(records[0]["dateline"].get("published"), None);
    assert_eq!(records[0].get("contentCreated"), None);
    assert_eq!(timex(&records[0], "Friday"), "XXXX-WXX-5");
    let unresolved = records[0]["dateline"]["timex"].as_array().unwrap();
    assert!(unresolved.iter().all(|timex| timex.get("begin").is_none()), "{unresolved:#?}");
}

#[test]
fn published_dates_what_states_no_date() {
    let both = json!([
        {"text": "The ministers of the two countries met in the capital on Friday."},
        {"text": "The ministers of the two countries met in the capital on Friday.", "published": "2020-01-05"},
    ]);
    let done = enrich(&["--format", "json", "--published", "2023-11-05"], &both.to_string());
    let records = done.json_lines();
    assert_eq!(timex(&records[0], "Friday"), "2023-11-03");
    assert_eq!(timex(&records[1], "Friday"), "2020-01-03");
}

#[test]
fn what_cannot_be_read_fails_and_the_rest_is_printed() {
    let lines = "{\"id\": \"a\", \"text\": \"The first article is sound.\"}\nno json\n\
                 {\"id\": \"b\", \"text\": \"So is the last one.\"}\n";
    let done =
        dateline(["enrich", "--format", "jsonl", "-"]).input(lines).fail(1, &["-:2:1", "not valid JSON"]);
    let ids: Vec<_> = done.json_lines().iter().map(|record| input_id(record).unwrap().to_owned()).collect();
    assert_eq!(ids, ["a", "b"]);

    let missing = Path::new("no-such-file.txt");
    let (noise, good) = (seed("hostile-binary-noise.txt"), seed("2023-04-16-fighting-in-sudan.txt"));
    let arguments = ["enrich".as_ref(), noise.as_os_str(), missing.as_os_str(), good.as_os_str()];
    let done = dateline(arguments).fail(1, &["these bytes are not text", "could not open no-such-file.txt"]);
    assert_eq!(done.json_lines().len(), 1);
}

/// The words under a span, counted in code points.
fn slice(text: &str, span: &Value) -> String {
    let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
    text.chars().skip(at("start")).take(at("end") - at("start")).collect()
}

#[test]
fn every_span_is_the_exact_slice() {
    let mut arguments = vec!["enrich".into()];
    let mut files: Vec<_> =
        std::fs::read_dir(seed("")).unwrap().map(|entry| entry.unwrap().path().into_os_string()).collect();
    files.retain(|file| !file.to_string_lossy().contains("hostile-"));
    files.sort();
    arguments.extend(files);
    let mut records = dateline(arguments).succeed().json_lines();
    let story =
        json!({"title": "Café 😀 in Kyiv on Friday", "text": STORY, "published": "2023-11-03"}).to_string();
    records.extend(enrich(&["--format", "json"], &story).json_lines());
    let mut spans = 0;
    for record in &records {
        let extension = &record["dateline"];
        let timex = extension["timex"].as_array().unwrap().iter().map(|timex| &timex["span"]);
        let entities = extension["entities"].as_array().unwrap();
        let mentions = entities.iter().flat_map(|entity| entity["mentions"].as_array().unwrap());
        for span in timex.chain(mentions) {
            let field = match span["field"].as_str().unwrap() {
                "headlines/0" => record["headlines"][0]["value"].as_str().unwrap(),
                "bodies/0" => body(record),
                other => panic!("no such field: {other}"),
            };
            assert_eq!(slice(field, span), span["text"].as_str().unwrap(), "{span} of {}", record["uri"]);
            spans += 1;
        }
    }
    assert!(spans > 1_000, "{spans} spans in {} records", records.len());
}
