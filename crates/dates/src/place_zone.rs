//! The time zone of the place that an article was written in, as its dateline
//! names it ("BUFFALO, N.Y.", "Nairobi, Kenya").
//!
//! A small table of countries, states and cities, so that "today" needs no
//! gazetteer. Left out: places that a dateline names without their country and
//! that are too small for the table.

use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/zones.tsv");

/// Longest name of a place that is looked up, in bytes.
const MAX_PLACE: usize = 120;

/// A country or state: its code, and its zone if it has only one.
#[derive(Debug, Clone, Copy)]
struct Area {
    code: &'static str,
    zone: &'static str,
}

/// All places by their name in lower case.
#[derive(Debug, Default)]
struct Places {
    areas: HashMap<String, Area>,
    /// Cities of a name, the largest first; `code` is that of their state or country.
    cities: HashMap<String, Vec<Area>>,
}

/// The zone of `place`, a city with or without its state or country, or a
/// country or state of one zone. [`None`] where it is unknown or ambiguous.
///
/// ```
/// use dateline_dates::place_zone;
/// let zone = place_zone("PORTLAND, Maine").and_then(|zone| zone.iana_name().map(str::to_owned));
/// assert_eq!(zone.as_deref(), Some("America/New_York"));
/// assert!(place_zone("Atlantis").is_none());
/// ```
#[must_use]
pub fn place_zone(place: &str) -> Option<TimeZone> {
    static PLACES: LazyLock<Places> = LazyLock::new(Places::read);
    if place.len() > MAX_PLACE {
        return None;
    }
    // "GENEVA/PARIS" is written in the first.
    let lower = place.split('/').next().unwrap_or(place).to_lowercase();
    let mut parts = lower.split(',').map(str::trim).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let around = parts.find_map(|part| PLACES.areas.get(part).copied());
    let name = PLACES.zone(first, around)?;
    TimeZone::get(name).ok()
}

impl Places {
    fn read() -> Self {
        let mut places = Self::default();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(kind), Some(names), Some(code)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            let area = Area { code, zone: fields.next().unwrap_or_default() };
            for name in names.split('|').map(str::to_lowercase) {
                if kind == "area" {
                    places.areas.entry(name).or_insert(area);
                } else {
                    places.cities.entry(name).or_default().push(area);
                }
            }
        }
        places
    }

    fn zone(&self, first: &str, around: Option<Area>) -> Option<&'static str> {
        let cities = self.cities.get(first).map(Vec::as_slice).unwrap_or_default();
        let known = |zone: &'static str| (!zone.is_empty()).then_some(zone);
        match around {
            Some(around) => cities
                .iter()
                .find(|city| city.code == around.code || is_state_of(city.code, around.code))
                .map(|city| city.zone)
                .or_else(|| known(around.zone)),
            None => match cities.first() {
                Some(city) => Some(city.zone),
                None => self.areas.get(first).and_then(|area| known(area.zone)),
            },
        }
    }
}

/// "US-CA" lies in "US".
fn is_state_of(state: &str, country: &str) -> bool {
    state.strip_prefix(country).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: &str, expected: &str) {
        let zone = place_zone(place);
        assert_eq!(zone.as_ref().and_then(TimeZone::iana_name).unwrap_or("none"), expected, "{place}");
    }

    #[test]
    fn cities_alone_and_with_their_country() {
        check("NAIROBI, Kenya", "Africa/Nairobi");
        check("Washington", "America/New_York");
        check("BUFFALO, N.Y.", "America/New_York");
        check("Portland", "America/Los_Angeles");
        check("Portland, Maine", "America/New_York");
        check("Kiev", "Europe/Kyiv");
        check("Sao Paulo", "America/Sao_Paulo");
        check("GENEVA/PARIS", "Europe/Zurich");
    }

    #[test]
    fn a_country_of_one_zone_is_enough() {
        check("Antakya, Turkey", "Europe/Istanbul");
        check("Amatrice, Italy", "Europe/Rome");
        check("Germany", "Europe/Berlin");
        check("Oymyakon, Russia", "none");
        check("United States", "none");
        check("", "none");
    }

    #[test]
    fn every_zone_of_the_table_exists() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let zone = line.split('\t').nth(3).expect("a zone, perhaps empty");
            assert!(zone.is_empty() || TimeZone::get(zone).is_ok(), "{line}");
        }
    }
}
