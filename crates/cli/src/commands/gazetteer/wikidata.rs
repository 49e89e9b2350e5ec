//! A JSON dump of Wikidata: an array with one item a line, read as a stream.
//!
//! Taken are items with an English label whose class is one of [`CLASSES`] and
//! that enough Wikipedias describe; the others are passed over and counted.
//! Countries are resolved at the end: an item names its country by number, and
//! the country's own item tells the ISO code.

use super::Lines;
use super::row::Parts;
use anyhow::Result;
use dateline_entities::Gazetteer;
use serde_json::Value;
use std::collections::HashMap;

/// "Instance of" and what that makes an item.
const CLASSES: [(&str, &str, &str); 31] = [
    ("Q5", "person", "person"),
    ("Q6256", "place", "country"),
    ("Q3624078", "place", "country"),
    ("Q5119", "place", "capital"),
    ("Q515", "place", "city"),
    ("Q1549591", "place", "city"),
    ("Q3957", "place", "town"),
    ("Q532", "place", "town"),
    ("Q486972", "place", "town"),
    ("Q10864048", "place", "region"),
    ("Q4022", "place", "region"),
    ("Q8502", "place", "region"),
    ("Q165", "place", "region"),
    ("Q23442", "place", "region"),
    ("Q43229", "organisation", "body"),
    ("Q484652", "organisation", "body"),
    ("Q327333", "organisation", "body"),
    ("Q192350", "organisation", "body"),
    ("Q7278", "organisation", "party"),
    ("Q4830453", "organisation", "company"),
    ("Q783794", "organisation", "company"),
    ("Q891723", "organisation", "company"),
    ("Q476028", "organisation", "club"),
    ("Q3918", "organisation", "university"),
    ("Q11032", "organisation", "media"),
    ("Q192283", "organisation", "media"),
    ("Q198", "misc", "event"),
    ("Q40231", "misc", "event"),
    ("Q1190554", "misc", "event"),
    ("Q131569", "misc", "treaty"),
    ("Q11446", "misc", "thing"),
];
/// Other names taken of an item, at most.
const ALIASES: usize = 12;

/// The rows of the dump that starts with the line `first`.
pub(super) fn rows(first: String, lines: &mut Lines, least_links: usize) -> Result<Vec<String>> {
    let mut items = Vec::new();
    let mut codes: HashMap<String, String> = HashMap::new();
    let mut passed = 0_u64;
    let mut line = Some(first);
    while let Some(text) = line {
        let text = text.trim().trim_end_matches(',');
        if text.starts_with('{') {
            match serde_json::from_str::<Value>(text) {
                Ok(item) => {
                    if let (Some(id), Some(code)) =
                        (item["id"].as_str(), claim(&item, "P297").and_then(Value::as_str))
                    {
                        codes.insert(id.to_owned(), code.to_owned());
                    }
                    match taken(&item, least_links) {
                        Some(parts) => items.push(parts),
                        None => passed += 1,
                    }
                }
                Err(error) => tracing::warn!(line = lines.number, %error, "this line of the dump is no item"),
            }
        }
        line = lines.next_line()?;
    }
    tracing::info!(taken = items.len(), passed, "the dump was read");
    let resolved = items.into_iter().map(|(mut parts, country)| {
        parts.area = country.and_then(|id| codes.get(&id).cloned()).unwrap_or_default();
        parts.line()
    });
    Ok(resolved.filter(|row| Gazetteer::check_row(row).is_ok()).collect())
}

/// The parts of an item worth taking, and the number of its country.
fn taken(item: &Value, least_links: usize) -> Option<(Parts, Option<String>)> {
    let links = item["sitelinks"].as_object().map_or(0, serde_json::Map::len);
    let name = item["labels"]["en"]["value"].as_str()?;
    if links < least_links.max(1) {
        return None;
    }
    let classes: Vec<&str> = claims(item, "P31").filter_map(|value| value["id"].as_str()).collect();
    let (_, kind, class) = CLASSES.iter().find(|(id, ..)| classes.contains(id))?;
    let aliases = item["aliases"]["en"].as_array().into_iter().flatten();
    let aliases = aliases.filter_map(|alias| alias["value"].as_str()).take(ALIASES).map(str::to_owned);
    let id = match (item["sitelinks"]["enwiki"]["title"].as_str(), item["id"].as_str()) {
        (Some(title), _) => format!("wikipedia:{title}"),
        (None, Some(number)) => format!("http://www.wikidata.org/entity/{number}"),
        (None, None) => return None,
    };
    let country = ["P17", "P27"].iter().find_map(|property| claim(item, property)?["id"].as_str());
    let country = if *class == "country" { item["id"].as_str() } else { country };
    let point = claim(item, "P625");
    let geo = point.and_then(|point| Some((point["latitude"].as_f64()?, point["longitude"].as_f64()?)));
    let parts = Parts {
        kind: (*kind).to_owned(),
        class: (*class).to_owned(),
        name: name.to_owned(),
        aliases: aliases.collect(),
        id,
        area: String::new(),
        geo,
        weight: Some(weight(links)),
    };
    Some((parts, country.map(str::to_owned)))
}

/// Values of a property of an item.
fn claims<'v>(item: &'v Value, property: &str) -> impl Iterator<Item = &'v Value> {
    let statements = item["claims"][property].as_array().into_iter().flatten();
    statements.map(|statement| &statement["mainsnak"]["datavalue"]["value"])
}

fn claim<'v>(item: &'v Value, property: &str) -> Option<&'v Value> {
    claims(item, property).find(|value| !value.is_null())
}

/// Well known is what many Wikipedias describe.
fn weight(links: usize) -> u8 {
    match links {
        0..=2 => 42,
        3..=5 => 48,
        6..=11 => 54,
        12..=24 => 58,
        25..=49 => 62,
        50..=99 => 67,
        100..=199 => 72,
        _ => 78,
    }
}
