//! Names to put into text: by sort, and those of people by country, so that a
//! given name meets a family name of the same part of the world.

use crate::random::Random;
use dateline_entities::{Gazetteer, Listed};
use std::collections::BTreeMap;

/// Fewest names of a country that make a pool.
const ENOUGH: usize = 8;
/// Weight from which a place is well known.
const WELL_KNOWN: u8 = 62;

/// Names of the gazetteer, sorted for drawing.
#[derive(Debug)]
pub(crate) struct Pools<'g> {
    sorts: BTreeMap<&'static str, Vec<&'g str>>,
    /// Given and family names of each country.
    people: Vec<(Vec<&'g str>, Vec<&'g str>)>,
}

impl<'g> Pools<'g> {
    pub(crate) fn new(gazetteer: &'g Gazetteer) -> Self {
        let mut sorts: BTreeMap<&'static str, Vec<&'g str>> = BTreeMap::new();
        let mut people: BTreeMap<&'g str, (Vec<&'g str>, Vec<&'g str>)> = BTreeMap::new();
        for row in gazetteer.listed() {
            match row.class {
                "given-name" if !row.area.is_empty() => {
                    people.entry(row.area).or_default().0.extend(row.names);
                }
                "surname" => people.entry(row.area).or_default().1.extend(row.names),
                _ => {
                    for sort in sorts_of(&row) {
                        sorts.entry(sort).or_default().extend(written(&row));
                    }
                }
            }
        }
        let enough =
            |(given, family): &(Vec<&str>, Vec<&str>)| given.len() >= ENOUGH && family.len() >= ENOUGH;
        for names in sorts.values_mut() {
            names.sort_unstable();
            names.dedup();
        }
        Self { sorts, people: people.into_values().filter(enough).collect() }
    }

    /// A name of a sort; empty when there is none.
    pub(crate) fn draw(&self, sort: &str, random: &mut Random) -> &'g str {
        // Half of the places drawn are well known, half any.
        let sort = if sort == "city" && random.unit() < 0.5 { "town" } else { sort };
        self.sorts.get(sort).map_or("", |names| *pick(names, random))
    }

    /// Whether a name belongs to a sort.
    pub(crate) fn is(&self, sort: &str, name: &str) -> bool {
        self.sorts.get(sort).is_some_and(|names| names.binary_search(&name).is_ok())
    }

    /// A given and a family name that go together; now and then any two.
    pub(crate) fn person(&self, random: &mut Random) -> (&'g str, &'g str) {
        let one = pick(&self.people, random);
        let other = if random.unit() < 0.1 { pick(&self.people, random) } else { one };
        (*pick(&one.0, random), *pick(&other.1, random))
    }
}

fn pick<'a, T>(items: &'a [T], random: &mut Random) -> &'a T {
    &items[random.below(items.len())]
}

/// Name and aliases that an article may write without more ado.
fn written<'g>(row: &Listed<'g>) -> Vec<&'g str> {
    let plain = |name: &&str| name.chars().count() > 2 && !name.contains(['(', ')', '/']);
    row.names.iter().copied().filter(plain).take(3).collect()
}

/// The slots that the names of a row may fill.
fn sorts_of(row: &Listed<'_>) -> Vec<&'static str> {
    let name = row.names[0];
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let mut sorts = match (row.kind, row.class) {
        ("place", "country") if row.weight >= 70 => vec!["country"],
        ("place", "city" | "capital" | "town") if row.weight >= WELL_KNOWN => vec!["city", "town"],
        ("place", "city" | "capital" | "town") => vec!["town"],
        ("place", "region") => vec!["region"],
        ("misc", "demonym") => vec!["demonym"],
        ("misc", _) if has(&["Cup", "Open", "Championship", "Games", "Masters", "Olympics"]) => vec!["event"],
        ("organisation", "club") => vec!["club"],
        ("organisation", "company") => vec!["company"],
        ("organisation", "media") => vec!["media"],
        ("organisation", "party") => vec!["party"],
        ("organisation", "university") => vec!["uni"],
        ("organisation", "body" | "institution") => vec!["body"],
        ("person", "politician" | "celebrity") => vec!["known"],
        _ => Vec::new(),
    };
    if row.kind == "organisation" && has(&["University"]) {
        sorts = vec!["uni"];
    } else if row.kind == "organisation" && has(&["Party", "Alliance", "Democrats"]) {
        sorts = vec!["party"];
    }
    sorts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_has_names() {
        let gazetteer = Gazetteer::built_in().unwrap();
        let pools = Pools::new(&gazetteer);
        let mut random = Random::new(1);
        for sort in [
            "country", "city", "region", "demonym", "event", "club", "company", "media", "party", "uni",
            "body",
        ] {
            assert!(!pools.draw(sort, &mut random).is_empty(), "{sort}");
        }
        assert!(pools.people.len() > 20);
        assert!(pools.is("country", "France") && !pools.is("city", "France"));
    }
}
