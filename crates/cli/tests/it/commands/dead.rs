//! `dateline dead`: the letters of the hostile seeds, listed, shown, replayed and dropped.

use dateline_testkit::eventually;
use serde_json::Value;

use crate::once::{Once, dateline, seeds};
use crate::pipeline::{PATIENCE, Pipeline, Service};

/// Raised for the two-megabyte line: at the command, which reads it again, and in the stages.
const LARGER: [(&str, &str); 2] =
    [("DATELINE_PRODUCER__MAX_ARTICLE", "8MiB"), ("DATELINE_ENRICHER__MAX_TEXT", "8MiB")];

fn number(letters: &[Value], reason: &str) -> String {
    let found: Vec<_> = letters.iter().filter(|letter| letter["reason"] == reason).collect();
    assert_eq!(found.len(), 1, "{reason}: {letters:#?}");
    found[0]["number"].to_string()
}

#[tokio::test]
async fn letters_are_listed_shown_replayed_and_dropped() {
    let pipeline = Pipeline::new();
    let mut service = Service::start(pipeline.up().arg("--seeds").arg(seeds()));
    service.summary().await;
    let dead =
        |arguments: &[&str]| -> Once { dateline([&["dead"], arguments].concat()).data(&pipeline.data()) };

    let letters = pipeline.dead_letters();
    assert_eq!(letters.len(), 2, "{letters:#?}");
    let (noise, long) = (number(&letters, "unreadable"), number(&letters, "too-large"));
    filters_choose(&dead);
    letters_are_shown(&dead, &noise);

    // What cannot be read still cannot: the letter stays.
    dead(&["replay", &noise]).fail(1, &["not replayed 1", "still cannot be read"]);
    assert_eq!(pipeline.dead_letters(), letters);
    dead(&["drop", &noise, "--reason", "noise of the line"]).succeed();
    let dropped = dead(&["list", "--dropped", "--json"]).succeed().json_lines();
    assert_eq!((dropped.len(), &dropped[0]["why"]), (1, &"noise of the line".into()));
    for verb in ["drop", "show", "replay"] {
        dead(&[verb, &noise]).fail(1, &[&format!("there is no dead letter {noise}")]);
    }
    dead(&["replay"]).fail(2, &["--all"]);

    let stored = pipeline.totals().await.expect("the seeds are stored").articles;
    service.stop().await;
    let up = pipeline.up().arg("--seeds").arg(seeds());
    let mut service = Service::start(LARGER.iter().fold(up, |up, (name, value)| up.env(name, value)));
    service.summary().await;
    let replay = dead(&["replay", &long]);
    let told = LARGER.iter().fold(replay, |replay, (name, value)| replay.env(name, value)).succeed();
    assert!(told.stderr.contains("replayed 1, not replayed 0"), "{told:#?}");
    pipeline.wait_stored(stored + 1, PATIENCE).await;
    assert_eq!(pipeline.dead_letters().len(), 0);
    service.stop().await;
}

fn filters_choose(dead: &impl Fn(&[&str]) -> Once) {
    let check = |filters: &[&str], expected: usize| {
        let done = dead(&[&["list", "--json"], filters].concat()).succeed();
        assert_eq!(done.json_lines().len(), expected, "{filters:?}: {done:#?}");
    };
    check(&[], 2);
    check(&["--stage", "producer"], 2);
    check(&["--stage", "sink"], 0);
    check(&["--reason", "too-large"], 1);
    check(&["--source", "seeds", "--reason", "unreadable"], 1);
    check(&["--source", "elsewhere"], 0);
    check(&["--limit", "1"], 1);
    check(&["--since", "2020-01-01"], 2);
    check(&["--until", "2020-01-01"], 0);
    dead(&["list", "--since", "lately"]).fail(2, &["lately", "2026-11-03"]);
    dead(&["list", "--stage", "typesetter"]).fail(2, &["typesetter", "producer, enricher, sink"]);
    dead(&["list", "--reason", "bad-luck"]).fail(2, &["bad-luck", "too-large"]);
    let told = dead(&["list"]).succeed();
    assert!(
        told.stdout.contains("hostile-binary-noise.txt") && told.stderr.contains("2 shown of 2"),
        "{told:#?}"
    );
}

fn letters_are_shown(dead: &impl Fn(&[&str]) -> Once, number: &str) {
    let told = dead(&["show", number]).succeed().stdout;
    for words in ["unreadable", "these bytes are not text", "hostile-binary-noise.txt", "dateline.raw.seeds"]
    {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
    let letter = dead(&["show", number, "--json"]).succeed().json();
    assert_eq!((&letter["stage"], &letter["reason"]), (&"producer".into(), &"unreadable".into()));
    let kept = letter["payload"]["hex"].as_str().expect("bytes that are no text are kept as digits");
    let given = std::fs::read(seeds().join("articles/hostile-binary-noise.txt")).unwrap();
    assert_eq!(kept.len(), 2 * given.len());
}

/// A file that is no article until somebody mends it.
#[tokio::test]
async fn a_letter_is_mended_and_replayed() {
    let pipeline = Pipeline::new();
    let mut service = Service::start_ready(pipeline.up()).await;
    service.push().await;
    let broken = r#"{"id": "mended", "title": "", "text": 7}"#;
    pipeline.drop_into_inbox("one.json", broken);
    pipeline.drop_into_inbox("two.json", "{\"id\": \"second");
    let letters = eventually("two letters", PATIENCE, || async {
        let letters = pipeline.dead_letters();
        (letters.len() == 2).then_some(letters)
    })
    .await;
    let number = |place: &str| {
        let letter = letters.iter().find(|letter| letter["place"].as_str().unwrap().contains(place));
        letter.unwrap_or_else(|| panic!("no letter of {place}: {letters:#?}"))["number"].to_string()
    };
    let (one, two) = (number("one.json"), number("two.json"));
    let dead =
        |arguments: &[&str]| -> Once { dateline([&["dead"], arguments].concat()).data(&pipeline.data()) };
    dead(&["replay", &one, &two, "--edit"]).fail(2, &["for one letter; 2 were chosen"]);
    dead(&["replay", &two, "--set", "/text=x"]).fail(1, &["no JSON", "not replayed 1"]);
    dead(&["replay", &one, "--set", "/title=A title", "--set", "/text=Words enough for an article."])
        .succeed();
    let mended = pipeline.data().join("mended.json");
    std::fs::write(&mended, r#"{"id": "second", "title": "Second", "text": "More words for a second one."}"#)
        .unwrap();
    dead(&["replay", &two, "--payload", mended.to_str().unwrap()]).succeed();
    pipeline.wait_stored(2, PATIENCE).await;
    assert_eq!(pipeline.dead_letters().len(), 0);
    service.stop().await;
}
