//! Measures linking, from raw text, on names that people linked to Wikipedia.
//!
//! Each name of the corpus is either found with the right id, found with a
//! wrong one, found without an id, or not found. The corpus says nothing of
//! names that Wikipedia does not know: a link of ours where it has no name is
//! counted as stray. Rows of the gazetteer with a `GeoNames` id are compared by
//! name, since nothing here knows which title belongs to which id: the title
//! without what stands in brackets or behind a comma must be one of the row's
//! names.

use crate::{corpus, eval};
use anyhow::{Context, Result};
use dateline_entities::{Entity, EntityKind, Gazetteer, Tagger};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io::BufRead;
use std::path::Path;

const WIKIPEDIA: &str = "https://en.wikipedia.org/wiki/";
const GEONAMES: &str = "https://sws.geonames.org/";

/// Which texts of a file are looked at, by their number from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Half {
    /// The first, the third and so on: for reading errors.
    Even,
    /// The others: for figures to report.
    Odd,
    /// All of them.
    Both,
}

#[derive(Deserialize)]
struct LinkedText {
    text: String,
    entities: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
    uri: String,
}

/// What became of a name of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Right,
    Wrong,
    Unlinked,
    Missed,
}

/// Counts of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    gold: u32,
    /// Of these, names whose meaning the gazetteer has a row for.
    known: u32,
    right: u32,
    wrong: u32,
    unlinked: u32,
    stray: u32,
}

/// What the gazetteer has.
struct Known {
    titles: HashSet<String>,
    /// Names of each `GeoNames` id.
    places: HashMap<String, Vec<String>>,
    place_names: HashSet<String>,
}

impl Known {
    fn new(gazetteer: &Gazetteer) -> Self {
        let mut known = Self { titles: HashSet::new(), places: HashMap::new(), place_names: HashSet::new() };
        for row in gazetteer.listed() {
            if let Some(title) = row.id.strip_prefix("wikipedia:") {
                let title = if title.is_empty() { row.names[0] } else { title };
                known.titles.insert(title.replace('_', " "));
            }
            if let Some(number) = row.id.strip_prefix("geonames:") {
                let names = row.names.iter().map(|&name| name.to_owned());
                known.place_names.extend(names.clone());
                known.places.entry(number.to_owned()).or_default().extend(names);
            }
        }
        known
    }

    fn has(&self, title: &str) -> bool {
        self.titles.contains(title) || self.place_names.contains(plain(title))
    }

    /// Whether `uri`, of ours, is what the title names.
    fn is(&self, uri: &str, title: &str) -> bool {
        if let Some(number) = uri.strip_prefix(GEONAMES) {
            let names = self.places.get(number.trim_end_matches('/'));
            return names.is_some_and(|names| names.iter().any(|name| name == plain(title)));
        }
        uri.strip_prefix(WIKIPEDIA).is_some_and(|ours| ours.replace('_', " ") == title)
    }
}

/// A title without what only tells it from others of its name.
fn plain(title: &str) -> &str {
    title.split([',', '(']).next().unwrap_or_default().trim()
}

/// Title of a Wikipedia address, with its escapes undone.
fn title(uri: &str) -> String {
    let escaped = uri.strip_prefix(WIKIPEDIA).unwrap_or(uri).as_bytes();
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(if first == b'_' { b' ' } else { first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Measures the built-in tagger on `half` of a file.
pub(crate) fn run(file: &Path, half: Half, errors: Option<&Path>, tell: &mut dyn FnMut(&str)) -> Result<()> {
    let tagger = Tagger::built_in()?;
    let known = Known::new(&Gazetteer::built_in()?);
    let mut counts: BTreeMap<EntityKind, Counts> = BTreeMap::new();
    let mut misses = String::new();
    for (number, line) in corpus::open(file)?.lines().enumerate() {
        if (half == Half::Even && number % 2 == 1) || (half == Half::Odd && number % 2 == 0) {
            continue;
        }
        let text: LinkedText = serde_json::from_str(&line?)
            .with_context(|| format!("read line {} of {}", number + 1, file.display()))?;
        measure(&text, &eval::entities(&tagger, &text.text), &known, &mut counts, &mut misses);
    }
    let mut all = Counts::default();
    for (kind, own) in &counts {
        tell(&format!("{:12} {}", kind.as_str(), table_row(own)));
        all.add(own);
    }
    tell(&format!("{:12} {}", "all", table_row(&all)));
    match errors {
        Some(path) => std::fs::write(path, misses).with_context(|| format!("write {}", path.display())),
        None => Ok(()),
    }
}

/// Adds one text.
fn measure(
    text: &LinkedText,
    found: &[Entity],
    known: &Known,
    counts: &mut BTreeMap<EntityKind, Counts>,
    misses: &mut String,
) {
    let offsets: Vec<usize> =
        text.text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.text.len())).collect();
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for gold in &text.entities {
        let (Some(&start), Some(&end)) = (offsets.get(gold.start), offsets.get(gold.end)) else { continue };
        let Some(kind) = corpus::kind_of(&gold.kind) else { continue };
        let title = title(&gold.uri);
        let is_it = |entity: &&Entity| entity.mentions.iter().any(|m| (m.start, m.end) == (start, end));
        let entity = found.iter().find(is_it);
        let outcome = match entity.map(|entity| entity.uri.as_deref()) {
            None => Outcome::Missed,
            Some(None) => Outcome::Unlinked,
            Some(Some(uri)) if known.is(uri, &title) => Outcome::Right,
            Some(Some(_)) => Outcome::Wrong,
        };
        counts.entry(kind).or_default().note(outcome, known.has(&title));
        taken.push((start, end));
        if outcome != Outcome::Right {
            let ours = entity.and_then(|entity| entity.uri.as_deref()).unwrap_or("-");
            let known = if known.has(&title) { "known" } else { "unknown" };
            let name = &text.text[start..end];
            // Writing to a string does not fail.
            writeln!(misses, "{outcome:?}\t{known}\t{}\t{name}\t{title}\t{ours}", gold.kind)
                .unwrap_or_default();
        }
    }
    for entity in found.iter().filter(|entity| entity.uri.is_some()) {
        let is_stray = |start, end| !taken.iter().any(|&(from, to)| from < end && start < to);
        let stray = entity.mentions.iter().filter(|mention| is_stray(mention.start, mention.end)).count();
        counts.entry(entity.kind).or_default().stray += u32::try_from(stray).unwrap_or(u32::MAX);
        if stray > 0 {
            let uri = entity.uri.as_deref().unwrap_or_default();
            writeln!(misses, "Stray\t\t{}\t{}\t\t{uri}", entity.kind.as_str(), entity.name)
                .unwrap_or_default();
        }
    }
}

impl Counts {
    fn note(&mut self, outcome: Outcome, known: bool) {
        self.gold += 1;
        self.known += u32::from(known);
        match outcome {
            Outcome::Right => self.right += 1,
            Outcome::Wrong => self.wrong += 1,
            Outcome::Unlinked => self.unlinked += 1,
            Outcome::Missed => {}
        }
    }

    fn add(&mut self, other: &Self) {
        self.gold += other.gold;
        self.known += other.known;
        self.right += other.right;
        self.wrong += other.wrong;
        self.unlinked += other.unlinked;
        self.stray += other.stray;
    }
}

fn table_row(counts: &Counts) -> String {
    let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    let linked = counts.right + counts.wrong;
    format!(
        "precision {:5.1} (strays wrong: {:5.1}), recall {:5.1} of all {:5}, {:5.1} of {:5} that the gazetteer knows; wrong {}, no id {}, not found {}, stray {}",
        percent(counts.right, linked),
        percent(counts.right, linked + counts.stray),
        percent(counts.right, counts.gold),
        counts.gold,
        percent(counts.right, counts.known),
        counts.known,
        counts.wrong,
        counts.unlinked,
        counts.gold - linked - counts.unlinked,
        counts.stray,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_compared_as_written() {
        assert_eq!(title("https://en.wikipedia.org/wiki/Berkeley%2C_California"), "Berkeley, California");
        assert_eq!(title("https://en.wikipedia.org/wiki/100%"), "100%");
        assert_eq!(plain("Berkeley, California"), "Berkeley");
        assert_eq!(plain("Georgia (country)"), "Georgia");
    }

    #[test]
    fn every_name_has_one_outcome() {
        let tagger = Tagger::built_in().unwrap();
        let known = Known::new(&Gazetteer::built_in().unwrap());
        let text = "Angela Merkel flew to Paris and met Jane Puttin. Israel was silent.".to_owned();
        let gold = |name: &str, kind: &str, uri: &str| {
            let start = text.find(name).unwrap();
            Gold { start, end: start + name.len(), kind: kind.to_owned(), uri: format!("{WIKIPEDIA}{uri}") }
        };
        let entities = vec![
            gold("Angela Merkel", "PER", "Angela_Merkel"),
            gold("Paris", "LOC", "Paris%2C_Texas"),
            gold("Jane Puttin", "PER", "Jane_Puttin"),
            gold("met", "MISC", "Meeting"),
        ];
        let found = eval::entities(&tagger, &text);
        let mut counts = BTreeMap::new();
        measure(&LinkedText { text, entities }, &found, &known, &mut counts, &mut String::new());
        let people = counts[&EntityKind::Person];
        assert_eq!((people.gold, people.known, people.right, people.unlinked), (2, 1, 1, 1));
        let places = counts[&EntityKind::Place];
        assert_eq!((places.right, places.stray), (1, 1), "compared by name; Israel is not in the corpus");
        assert_eq!(counts[&EntityKind::Misc].gold, 1);
    }
}
