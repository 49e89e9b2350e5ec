//! `dateline extract`: foreign bytes in, one raw article a line out.

use std::path::Path;

use crate::once::{dateline, seed};

#[test]
fn articles_come_with_their_origin_in_document_order() {
    let file = seed("2024-elections-and-more.jsonl");
    let articles = dateline(["extract".as_ref(), file.as_os_str()]).succeed().json_lines();
    assert_eq!(articles.len(), 5);
    for (index, article) in articles.iter().enumerate() {
        assert_eq!(article["origin"]["index"], index, "{article}");
        assert_eq!(article["origin"]["path"].as_str(), file.to_str());
        assert!(article["title"].is_string() && article["text"].is_string(), "{article}");
        assert!(article["published"]["value"].is_string(), "{article}");
    }
}

#[test]
fn keys_are_those_of_the_contract() {
    let input = r#"{"id": "7", "guid": "g", "url": "https://news.example/7", "title": "T", "byline": "B",
        "summary": "S", "text": "The text of it.", "language": "en", "published": "2023-11-03T10:00:00Z"}"#;
    let article = dateline(["extract", "-"]).input(input).succeed().json();
    let expected = [
        ("/id", "7"),
        ("/url", "https://news.example/7"),
        ("/title", "T"),
        ("/byline", "B"),
        ("/text", "The text of it."),
        ("/language", "en"),
        ("/published/value", "2023-11-03T10:00:00Z"),
        ("/origin/path", "-"),
    ];
    for (pointer, value) in expected {
        assert_eq!(
            article.pointer(pointer).and_then(|value| value.as_str()),
            Some(value),
            "{pointer} of {article}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_a_line_too() {
    let (noise, missing) = (seed("hostile-binary-noise.txt"), Path::new("no-such-file.txt"));
    let good = seed("2023-04-16-fighting-in-sudan.txt");
    let arguments = ["extract".as_ref(), noise.as_os_str(), missing.as_os_str(), good.as_os_str()];
    let lines = dateline(arguments).fail(1, &[]).json_lines();
    let [noise_line, missing_line, good_line] = &lines[..] else { panic!("{lines:#?}") };
    assert!(noise_line["error"].as_str().unwrap().contains("not text"), "{noise_line}");
    assert!(missing_line["error"].as_str().unwrap().contains("no-such-file.txt"), "{missing_line}");
    assert_eq!(noise_line["origin"]["path"].as_str(), noise.to_str());
    assert_eq!((good_line["located"].as_str(), good_line.get("error")), (Some("Khartoum"), None));
}
