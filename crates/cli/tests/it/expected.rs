//! The seeds against what a careful editor wants of them: `seeds/expected/`.
//!
//! Title, place, agency, language and publication date must be right. Temporal expressions and
//! entities are counted over all articles (micro F1 by text, type and value); the thresholds lie
//! a little under what is reached, so that a change that costs more than it gives is seen here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::once::{dateline, seed, seeds};

/// Micro F1 of (text, type, value).
const TIMEX: f64 = 0.93;
/// Micro F1 of (text, type).
const ENTITIES: f64 = 0.915;

/// How often each item stands in a text.
type Bag = BTreeMap<Vec<String>, usize>;

/// Right, spurious and missing items of all articles.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    found: usize,
    wanted: usize,
    misses: Vec<String>,
}

impl Score {
    fn add(&mut self, article: &str, found: &Bag, wanted: &Bag) {
        for (item, &count) in wanted {
            let right = found.get(item).copied().unwrap_or(0).min(count);
            self.right += right;
            if right < count {
                self.misses.push(format!("{article}: missing  {}", item.join(" | ")));
            }
        }
        for (item, &count) in found {
            if wanted.get(item).copied().unwrap_or(0) < count {
                self.misses.push(format!("{article}: spurious {}", item.join(" | ")));
            }
        }
        self.found += found.values().sum::<usize>();
        self.wanted += wanted.values().sum::<usize>();
    }

    fn f1(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).expect("a seed corpus is small"));
        2.0 * count(self.right) / count((self.found + self.wanted).max(1))
    }

    fn report(&self, name: &str) {
        let Self { right, found, wanted, misses } = self;
        println!("{name}: F1 {:.3} ({right} right of {found} found and {wanted} wanted)", self.f1());
        println!("{}", misses.join("\n"));
    }
}

/// An article with what is expected of it.
struct Pair {
    name: String,
    expected: Value,
    record: Value,
}

fn pairs() -> Vec<Pair> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(seeds().join("expected")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let pair = |file: PathBuf| {
        let expected: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let name = expected["article"].as_str().unwrap().to_owned();
        let (article, index) = name.split_once('#').unwrap_or((&name, "0"));
        let records = dateline(["enrich".as_ref(), seed(article).as_os_str()]).succeed().json_lines();
        let record = records[index.parse::<usize>().unwrap()].clone();
        Pair { name, expected, record }
    };
    files.into_iter().map(pair).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Each item once for each time that it is listed.
fn bag(items: &Value, key: impl Fn(&Value) -> Vec<String>) -> Bag {
    let mut bag = Bag::new();
    for item in items.as_array().into_iter().flatten() {
        *bag.entry(key(item)).or_default() += 1;
    }
    bag
}

fn timex_found(record: &Value) -> Bag {
    bag(&record["dateline"]["timex"], |timex| {
        vec![text(&timex["span"]["text"]), text(&timex["type"]), text(&timex["value"])]
    })
}

fn timex_wanted(expected: &Value) -> Bag {
    bag(&expected["timex"], |timex| vec![text(&timex["text"]), text(&timex["type"]), text(&timex["value"])])
}

/// A name counts once for each spelling and type, however often it stands there.
fn entities_found(record: &Value) -> Bag {
    let mut names = Bag::new();
    for entity in record["dateline"]["entities"].as_array().into_iter().flatten() {
        for mention in entity["mentions"].as_array().into_iter().flatten() {
            names.insert(vec![text(&mention["text"]), text(&entity["type"])], 1);
        }
    }
    names
}

fn entities_wanted(expected: &Value) -> Bag {
    let names = bag(&expected["entities"], |entity| vec![text(&entity["text"]), text(&entity["type"])]);
    names.into_keys().map(|name| (name, 1)).collect()
}

fn agency(record: &Value) -> Option<&str> {
    let sources = record["infoSources"].as_array()?;
    sources.iter().find(|source| source["role"] == "agency")?["name"].as_str()
}

/// What must be right, as name, found, wanted.
fn facts(pair: &Pair) -> Vec<(&'static str, String, String)> {
    let Pair { expected, record, .. } = pair;
    let published = &record["dateline"]["published"];
    let pairs = [
        ("title", record["headlines"][0]["value"].as_str(), &expected["title"]),
        ("located", record["located"].as_str(), &expected["located"]),
        ("agency", agency(record), &expected["agency"]),
        ("language", record["language"].as_str(), &expected["language"]),
        ("published", published["value"].as_str(), &expected["published"]["value"]),
        ("precision", published["precision"].as_str(), &expected["published"]["precision"]),
    ];
    pairs.map(|(name, found, wanted)| (name, in_utc(found.unwrap_or_default()), in_utc(&text(wanted)))).into()
}

/// An instant in UTC, for an editor writes it with the zone of the place; anything else as it is.
fn in_utc(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |instant: jiff::Timestamp| instant.to_string())
}

#[test]
fn an_editor_finds_what_an_editor_wants() {
    let pairs = pairs();
    assert!(pairs.len() >= 15, "{} expected readings", pairs.len());
    let (mut timex, mut entities, mut wrong) = (Score::default(), Score::default(), Vec::new());
    for pair in &pairs {
        for (name, found, wanted) in facts(pair) {
            if found != wanted {
                wrong.push(format!("{}: {name} is `{found}`, wanted `{wanted}`", pair.name));
            }
        }
        timex.add(&pair.name, &timex_found(&pair.record), &timex_wanted(&pair.expected));
        entities.add(&pair.name, &entities_found(&pair.record), &entities_wanted(&pair.expected));
    }
    timex.report("temporal expressions");
    entities.report("entities");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(timex.f1() >= TIMEX, "temporal expressions reach {:.3}, wanted {TIMEX}", timex.f1());
    assert!(entities.f1() >= ENTITIES, "entities reach {:.3}, wanted {ENTITIES}", entities.f1());
}
