//! The seed corpus, as a careful editor reads it.

use dateline_extract::{ExtractError, Input, Limits, extract};
use dateline_model::{Article, DeadReason};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(seeds().join(folder)).expect("the seeds lie in the repository");
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("seeds have plain names")
}

fn read(path: &Path) -> Vec<Result<Article, ExtractError>> {
    let bytes = std::fs::read(path).expect("a seed can be read");
    extract(&Input::new(name(path), &bytes), &Limits::default())
}

#[test]
fn every_article_is_read_and_the_hostile_ones_refused() {
    let mut articles = 0;
    for file in files("articles") {
        let hostile = name(&file).starts_with("hostile-");
        for read in read(&file) {
            match read {
                Ok(article) => {
                    assert!(!hostile, "{}", file.display());
                    assert!(article.text.len() > 400, "{}", file.display());
                    articles += 1;
                }
                Err(error) => assert!(hostile, "{error}"),
            }
        }
    }
    assert!(articles >= 44, "{articles}");
}

#[test]
fn hostile_articles_say_what_is_wrong_with_them() {
    let reason = |name: &str| {
        let read = read(&seeds().join("articles").join(name));
        read.into_iter().map(|one| one.unwrap_err().reason()).collect::<Vec<_>>()
    };
    assert_eq!(reason("hostile-binary-noise.txt"), [DeadReason::Unreadable]);
    assert_eq!(reason("hostile-one-line-of-two-megabytes.txt"), [DeadReason::TooLarge]);
}

#[test]
fn title_place_and_agency_are_what_an_editor_sees() {
    let mut misses = Vec::new();
    for file in files("expected") {
        let expected: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let (name, index) = match expected["article"].as_str().unwrap().split_once('#') {
            Some((name, index)) => (name.to_owned(), index.parse().unwrap()),
            None => (expected["article"].as_str().unwrap().to_owned(), 0),
        };
        let article = read(&seeds().join("articles").join(name)).swap_remove(index).unwrap();
        let found = [("title", &article.title), ("located", &article.located), ("agency", &article.agency)];
        for (key, value) in found {
            if expected[key].as_str() != value.as_deref() {
                misses.push(format!("{}: {key} {value:?}, expected {}", file.display(), expected[key]));
            }
        }
        assert_eq!(expected["published"].is_null(), article.claims.is_empty(), "{}", file.display());
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Everything but the text of every article: a change of any rule shows here.
#[test]
fn what_is_told_apart_in_every_article() {
    let mut report = Vec::new();
    for file in files("articles") {
        for read in read(&file) {
            match read {
                Ok(article) => report.push(summary(&article)),
                Err(error) => report.push(error.to_string()),
            }
        }
    }
    insta::assert_snapshot!(report.join("\n\n"));
}

fn summary(article: &Article) -> String {
    let mut lines = vec![format!("{} {}", article.origin.path, article.origin.index)];
    let fields = [
        ("id", &article.input_id),
        ("guid", &article.guid),
        ("url", &article.url),
        ("title", &article.title),
        ("byline", &article.byline),
        ("agency", &article.agency),
        ("located", &article.located),
        ("language", &article.language),
        ("source", &article.source_title),
    ];
    for (name, value) in fields {
        lines.extend(value.as_ref().map(|value| format!("  {name}: {value}")));
    }
    for claim in &article.claims {
        lines.push(format!("  {:?} {:?}: {}", claim.role, claim.from, claim.raw));
    }
    lines.extend(article.warnings.iter().map(|warning| format!("  warning: {warning}")));
    let opening: String = article.text.chars().take(60).collect();
    lines.push(format!("  text: {opening:?} ({} bytes)", article.text.len()));
    lines.join("\n")
}
