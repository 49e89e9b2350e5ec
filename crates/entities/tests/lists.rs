//! The shipped lists: every row well formed, one item an id, no common word that
//! links by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rows that share the id of another on purpose: followers of a faith and the
/// faith, two names of one gulf, a party before and after its renaming.
const SHARED: [&str; 7] = [
    "OPEC",
    "International Red Cross and Red Crescent Movement",
    "National Rally",
    "Persian Gulf",
    "Islam",
    "Christianity",
    "Buddhism",
];
/// From this weight on a name links without help from the article.
const ENOUGH: u8 = 50;
/// Words that open many sentences and headlines.
const COMMON: [&str; 40] = [
    "About",
    "After",
    "Before",
    "Best",
    "Big",
    "Books",
    "Business",
    "Citizens",
    "Discovery",
    "Focus",
    "Fortune",
    "Friends",
    "Gap",
    "Good",
    "Green",
    "Harmony",
    "Here",
    "Hope",
    "Life",
    "Memorial",
    "Mirror",
    "More",
    "Nature",
    "New",
    "News",
    "Next",
    "Nice",
    "People",
    "Progress",
    "Reading",
    "Sharp",
    "Shelter",
    "Square",
    "Stuff",
    "Target",
    "Time",
    "Today",
    "Variety",
    "World",
    "Youth",
];

/// Columns of every row of every list but the word lists and the places.
fn rows() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds/gazetteer");
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the lists are part of the repository") {
        let text = std::fs::read_to_string(entry.expect("a readable entry").path()).expect("a list is text");
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let mut columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
            assert!(columns.len() <= 8, "more than eight columns: {line}");
            columns.resize(8, String::new());
            rows.push(columns);
        }
    }
    rows
}

#[test]
fn an_id_belongs_to_one_item_of_a_kind() {
    let mut items: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows().into_iter().filter(|row| !row[4].is_empty() && row[1] != "demonym") {
        let id = if row[4] == "wikipedia:" { format!("wikipedia:{}", row[2]) } else { row[4].clone() };
        items.entry((row[0].clone(), id)).or_default().push(row[2].clone());
    }
    assert!(items.len() > 45_000, "{} items", items.len());
    let shared = |id: &str| SHARED.iter().any(|title| id.strip_prefix("wikipedia:") == Some(*title));
    let twice: Vec<_> = items.iter().filter(|((_, id), names)| names.len() > 1 && !shared(id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn countries_are_known_and_names_stand_once_in_a_row() {
    let rows = rows();
    let known: BTreeSet<&str> =
        rows.iter().filter(|row| row[1] == "country").map(|row| row[5].as_str()).collect();
    for row in &rows {
        let country = row[5].split('-').next().unwrap_or_default();
        assert!(country.is_empty() || known.contains(country), "unknown country in {row:?}");
        let names: Vec<&str> = std::iter::once(row[2].as_str()).chain(row[3].split('|')).collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(names.len(), different.len(), "a name twice in {row:?}");
    }
}

#[test]
fn common_words_do_not_link_by_themselves() {
    for row in rows().iter().filter(|row| matches!(row[0].as_str(), "person" | "organisation")) {
        let names = std::iter::once(row[2].as_str()).chain(row[3].split('|'));
        for name in names.filter(|name| COMMON.contains(name)) {
            let word_list = matches!(row[1].as_str(), "given-name" | "surname");
            let weight: u8 = row[7].parse().unwrap_or(ENOUGH);
            assert!(word_list || weight <= ENOUGH, "{name} of {row:?}");
        }
    }
}
