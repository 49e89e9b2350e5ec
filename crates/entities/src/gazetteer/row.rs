//! One row of a gazetteer list.
//!
//! Eight columns, separated by tabs; the last ones may be left out:
//! ```text
//! kind  class  name  aliases  id  country  latitude,longitude  weight
//! ```
//! `kind` is person, organisation, place or misc; `class` one of [`Class`];
//! `aliases` are separated by `|`; `id` is `wikipedia:TITLE`, `geonames:NUMBER`
//! or a URL; `country` an ISO 3166-1 code, or an ISO 3166-2 one for a region;
//! `weight` says how likely a bare mention of the name means this item, from 1
//! to 100 on a logarithmic scale (10 more is ten times likelier).

use crate::entity::EntityKind;

/// Weight of a row that gives none.
const DEFAULT_WEIGHT: u8 = 50;

/// What sort of thing an item is, finer than its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A sovereign state or a dependent territory.
    Country,
    /// A city of world news: a capital or over half a million people.
    City,
    /// Any smaller town.
    Town,
    /// A first-level region, sea, mountain range, river or building.
    Region,
    /// A person of public life.
    Person,
    /// A given name; known, but no item of its own.
    GivenName,
    /// A body, company, party, army, club.
    Organisation,
    /// Nationality or people; belongs to a country.
    Demonym,
    /// Anything else: events, ships, weapons, treaties.
    Thing,
    /// A family name; known, but no item of its own.
    Surname,
}

impl Class {
    /// Number of classes, each one bit of a list mark.
    pub(crate) const COUNT: u32 = 10;

    /// The bit of this class.
    pub(crate) fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The kind of entity that items of this class are.
    pub(crate) fn kind(self) -> EntityKind {
        match self {
            Self::Country | Self::City | Self::Town | Self::Region => EntityKind::Place,
            Self::Person | Self::GivenName | Self::Surname => EntityKind::Person,
            Self::Organisation => EntityKind::Organisation,
            Self::Demonym | Self::Thing => EntityKind::Misc,
        }
    }

    /// Whether the rows of this class are words for the model, many to a row.
    pub(crate) fn is_word_list(self) -> bool {
        matches!(self, Self::GivenName | Self::Surname)
    }

    /// Whether a mention can mean an item of this class.
    pub(crate) fn is_linkable(self) -> bool {
        !self.is_word_list()
    }

    fn parse(kind: &str, class: &str) -> Option<Self> {
        Some(match (kind, class) {
            ("place", "country") => Self::Country,
            ("place", "capital" | "city") => Self::City,
            ("place", "town") => Self::Town,
            ("place", _) => Self::Region,
            ("person", "given-name") => Self::GivenName,
            ("person", "surname") => Self::Surname,
            ("person", _) => Self::Person,
            ("organisation", _) => Self::Organisation,
            ("misc", "demonym") => Self::Demonym,
            ("misc", _) => Self::Thing,
            _ => return None,
        })
    }
}

/// A row, as slices of its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row<'l> {
    pub class: Class,
    /// Canonical name.
    pub name: &'l str,
    aliases: &'l str,
    id: &'l str,
    area: &'l str,
    geo: &'l str,
    /// Logarithm of the prior, 1 to 100.
    pub weight: u8,
}

impl<'l> Row<'l> {
    /// Reads one line; the error says what is wrong with it.
    pub(crate) fn parse(line: &'l str) -> Result<Self, &'static str> {
        let mut columns = line.trim_end_matches('\r').split('\t');
        let mut next = || columns.next().unwrap_or_default().trim();
        let (kind, class) = (next(), next());
        let class = Class::parse(kind, class).ok_or("want kind person, organisation, place or misc")?;
        let (name, aliases, id, area, geo, weight) = (next(), next(), next(), next(), next(), next());
        if name.is_empty() {
            return Err("want a name in the third column");
        }
        let weight = if weight.is_empty() { DEFAULT_WEIGHT } else { parse_weight(weight)? };
        let row = Self { class, name, aliases, id, area, geo, weight };
        if !geo.is_empty() && row.geo().is_none() {
            return Err("want latitude,longitude in degrees in the seventh column");
        }
        Ok(row)
    }

    /// Canonical name and aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'l str> + use<'l> {
        std::iter::once(self.name).chain(self.aliases.split('|').filter(|alias| !alias.is_empty()))
    }

    /// ISO 3166-1 alpha-2 code.
    pub(crate) fn country(&self) -> Option<&'l str> {
        let country = self.area.split('-').next().unwrap_or_default();
        (!country.is_empty()).then_some(country)
    }

    /// ISO 3166-2 code of the first-level region, where the row gives it.
    pub(crate) fn region(&self) -> Option<&'l str> {
        self.area.contains('-').then_some(self.area)
    }

    /// Latitude and longitude in degrees.
    pub(crate) fn geo(&self) -> Option<(f64, f64)> {
        let (latitude, longitude) = self.geo.split_once(',')?;
        let point = (latitude.parse().ok()?, longitude.parse().ok()?);
        (f64::abs(point.0) <= 90.0 && f64::abs(point.1) <= 180.0).then_some(point)
    }

    /// Stable URI; `None` where the row has no id.
    pub(crate) fn uri(&self) -> Option<String> {
        if let Some(title) = self.id.strip_prefix("wikipedia:") {
            let title = if title.is_empty() { self.name } else { title };
            return Some(format!("https://en.wikipedia.org/wiki/{}", title.replace(' ', "_")));
        }
        if let Some(number) = self.id.strip_prefix("geonames:") {
            return Some(format!("https://sws.geonames.org/{number}/"));
        }
        (!self.id.is_empty()).then(|| self.id.to_owned())
    }
}

fn parse_weight(text: &str) -> Result<u8, &'static str> {
    let weight = text.parse().map_err(|_| "want a weight from 1 to 100 in the eighth column")?;
    if (1..=100).contains(&weight) {
        Ok(weight)
    } else {
        Err("want a weight from 1 to 100 in the eighth column")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_row() {
        let line = "place\tcity\tPittsburgh\tPittsburg|Steel City\tgeonames:5206379\tUS-PA\t40.44,-79.99\t55";
        let row = Row::parse(line).unwrap();
        assert_eq!(row.names().collect::<Vec<_>>(), ["Pittsburgh", "Pittsburg", "Steel City"]);
        assert_eq!((row.country(), row.region()), (Some("US"), Some("US-PA")));
        assert_eq!(row.geo(), Some((40.44, -79.99)));
        assert_eq!(row.uri().as_deref(), Some("https://sws.geonames.org/5206379/"));
        assert_eq!((row.class, row.weight), (Class::City, 55));
    }

    #[test]
    fn a_short_row() {
        let row = Row::parse("organisation\tbody\tWorld Bank\t\twikipedia:").unwrap();
        assert_eq!(row.uri().as_deref(), Some("https://en.wikipedia.org/wiki/World_Bank"));
        assert_eq!((row.country(), row.geo(), row.weight), (None, None, DEFAULT_WEIGHT));
    }

    #[test]
    fn bad_rows_are_refused() {
        for line in
            ["planet\tx\tMars", "place\tcity", "place\tcity\tA\t\t\t\t99,0", "place\tcity\tA\t\t\t\t\t0"]
        {
            assert!(Row::parse(line).is_err(), "{line}");
        }
    }
}
