//! From a name to the one item of the gazetteer that it means, or to none.
//!
//! A candidate's score is its prior (the weight of its row) and what the rest
//! of the article says: its country or region named elsewhere, or its region
//! written right behind it ("Lebanon, Pennsylvania"). The best candidate wins
//! only if its score is enough by itself and clearly above the second.

use crate::article::ArticleText;
use crate::coreference::Cluster;
use crate::entity::{EntityKind, LinkReason};
use crate::gazetteer::row::{Class, Row};
use crate::gazetteer::{Gazetteer, ItemId};
use crate::spot::Spot;
use crate::word::Word;
use dateline_text::Document;
use std::collections::HashMap;

/// Least score of a link. A town of some 15,000 people does not reach it
/// without help from the article.
const ENOUGH: i32 = 50;
/// Least distance to the second candidate.
const CLEAR: i32 = 5;
/// What it is worth when the article names the candidate's country.
const SAME_COUNTRY: i32 = 8;
/// … or its first-level region.
const SAME_REGION: i32 = 16;
/// The region stands right behind the name, or the source says so.
const STATED: i32 = 40;
/// An institution of a country that the article never names, while it names
/// others.
const OTHER_COUNTRY: i32 = -12;
/// The same, where no other item has this name: companies and clubs act
/// abroad.
const OTHER_COUNTRY_ONLY: i32 = -4;
/// The same, where any country might have a body of this name ("Congress").
const OTHER_COUNTRY_GENERIC: i32 = -40;
/// Prior from which a bare surname may mean the best known bearer.
const FAMOUS: u8 = 64;

/// Words of which the names of state bodies and parties are made anywhere.
const GENERIC: [&str; 77] = [
    "Affairs",
    "Air",
    "Alliance",
    "Armed",
    "Army",
    "Assembly",
    "Bank",
    "Bureau",
    "Cabinet",
    "Central",
    "Chamber",
    "Commerce",
    "Commission",
    "Committee",
    "Communist",
    "Congress",
    "Conservative",
    "Constitutional",
    "Council",
    "Court",
    "Defense",
    "Democratic",
    "Democrats",
    "Department",
    "Education",
    "Election",
    "Electoral",
    "Energy",
    "External",
    "Federal",
    "Finance",
    "Force",
    "Forces",
    "Foreign",
    "Freedom",
    "Front",
    "Government",
    "Green",
    "Greens",
    "Guard",
    "Health",
    "High",
    "Home",
    "House",
    "Independence",
    "Intelligence",
    "Interior",
    "Justice",
    "Labor",
    "Labour",
    "Left",
    "Liberal",
    "Liberals",
    "Ministry",
    "Movement",
    "National",
    "Navy",
    "Office",
    "Parliament",
    "Party",
    "People's",
    "Police",
    "Popular",
    "Progress",
    "Reform",
    "Republican",
    "Reserve",
    "Secret",
    "Security",
    "Senate",
    "Service",
    "Social",
    "Socialist",
    "Supreme",
    "Transport",
    "Treasury",
    "Union",
];

/// What a cluster means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    /// The item; `None` when unknown or unsure.
    pub item: Option<ItemId>,
    /// Why.
    pub reason: LinkReason,
}

/// A candidate and what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    /// Weight of its row.
    pub prior: i32,
    /// What the article adds to it.
    pub context: i32,
    /// The item.
    pub item: ItemId,
}

impl Scored {
    fn total(self) -> i32 {
        self.prior + self.context
    }
}

/// Links every cluster of an article.
pub(crate) fn link(
    article: &ArticleText<'_>,
    spots: &[Spot],
    clusters: &[Cluster],
    gazetteer: &Gazetteer,
) -> Vec<Link> {
    scores(article, spots, clusters, gazetteer).iter().map(|scored| choose(scored)).collect()
}

/// The candidates of every cluster, the best first.
pub(crate) fn scores(
    article: &ArticleText<'_>,
    spots: &[Spot],
    clusters: &[Cluster],
    gazetteer: &Gazetteer,
) -> Vec<Vec<Scored>> {
    let candidates: Vec<Vec<ItemId>> =
        clusters.iter().map(|cluster| candidates(article, spots, cluster, gazetteer)).collect();
    let areas = Areas::of_article(&candidates, gazetteer);
    let stated: Vec<Option<&str>> =
        clusters.iter().map(|cluster| stated_region(article, spots, cluster, gazetteer)).collect();
    (0..clusters.len())
        .map(|own| {
            let written = spots[clusters[own].longest].text(article);
            score(article, &candidates[own], (own, written), &areas, stated[own], gazetteer)
        })
        .collect()
}

/// Items whose name and kind fit the cluster.
fn candidates(
    article: &ArticleText<'_>,
    spots: &[Spot],
    cluster: &Cluster,
    gazetteer: &Gazetteer,
) -> Vec<ItemId> {
    let mut tried: Vec<&str> = Vec::new();
    for &index in std::iter::once(&cluster.longest).chain(&cluster.spots) {
        let spot = &spots[index];
        let text = spot.text(article);
        if tried.contains(&text) {
            continue;
        }
        tried.push(text);
        let words = words_of(article, spot);
        let mut found = gazetteer.find(&words);
        found.retain(|&id| gazetteer.kind(id) == cluster.kind && gazetteer.is_linkable(id));
        if found.is_empty() && cluster.kind == EntityKind::Person && words.len() == 1 {
            found = gazetteer.famous(&words[0], FAMOUS);
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn words_of(article: &ArticleText<'_>, spot: &Spot) -> Vec<Word> {
    (spot.first..spot.last).map(|index| Word::new(spot.token(article, index))).collect()
}

/// Countries and regions that the article speaks of, each with the clusters
/// that say so.
#[derive(Debug, Default)]
struct Areas<'g> {
    countries: HashMap<&'g str, Vec<usize>>,
    regions: HashMap<&'g str, Vec<usize>>,
}

impl<'g> Areas<'g> {
    /// Only names whose area is in no doubt count.
    fn of_article(candidates: &[Vec<ItemId>], gazetteer: &'g Gazetteer) -> Self {
        let mut areas = Self::default();
        for (cluster, ids) in candidates.iter().enumerate() {
            let mut rows: Vec<Row<'g>> = ids.iter().map(|&id| gazetteer.row(id)).collect();
            rows.sort_by_key(|row| std::cmp::Reverse(row.weight));
            let Some(best) = rows.first() else { continue };
            let rival = rows.iter().skip(1).find(|row| row.country() != best.country());
            if rival.is_some_and(|rival| i32::from(best.weight) - i32::from(rival.weight) < 2 * CLEAR) {
                continue;
            }
            if let Some(country) = best.country() {
                areas.countries.entry(country).or_default().push(cluster);
            }
            if let Some(region) = best.region() {
                areas.regions.entry(region).or_default().push(cluster);
            }
        }
        areas
    }

    fn says(clusters: Option<&Vec<usize>>, own: usize) -> bool {
        clusters.is_some_and(|clusters| clusters.iter().any(|&cluster| cluster != own))
    }
}

/// The region or country written right behind a mention: "Lebanon,
/// Pennsylvania", "Paris, Texas", "Athens, Ga.".
fn stated_region<'g>(
    article: &ArticleText<'_>,
    spots: &[Spot],
    cluster: &Cluster,
    gazetteer: &'g Gazetteer,
) -> Option<&'g str> {
    if cluster.kind != EntityKind::Place {
        return None;
    }
    cluster.spots.iter().find_map(|&index| {
        let spot = &spots[index];
        let next = spots.get(index + 1).filter(|next| next.field == spot.field)?;
        if spot.token(article, spot.last) != "," || next.first != spot.last + 1 {
            return None;
        }
        area_of(&words_of(article, next), gazetteer)
    })
}

/// Area code of the most important region or country of this name.
fn area_of<'g>(words: &[Word], gazetteer: &'g Gazetteer) -> Option<&'g str> {
    let rows = gazetteer.find(words).into_iter().map(|id| gazetteer.row(id));
    let areas = rows.filter(|row| matches!(row.class, Class::Region | Class::Country));
    let best = areas.max_by_key(|row| row.weight)?;
    best.region().or(best.country())
}

/// Scores of the candidates, the best first; items of one URI count once.
fn score(
    article: &ArticleText<'_>,
    candidates: &[ItemId],
    (own, written): (usize, &str),
    areas: &Areas<'_>,
    stated: Option<&str>,
    gazetteer: &Gazetteer,
) -> Vec<Scored> {
    let generic =
        written.split(' ').all(|word| GENERIC.contains(&word) || word.starts_with(char::is_lowercase));
    let hint = article.place_hint.and_then(|hint| {
        let document = Document::new(hint);
        let words: Vec<Word> =
            document.tokens().iter().map(|token| Word::new(document.slice(token))).collect();
        area_of(&words, gazetteer)
    });
    let mut scored: Vec<Scored> = candidates
        .iter()
        .map(|&id| {
            let row = gazetteer.row(id);
            let help = context(&row, own, areas, (generic, candidates.len() == 1))
                + says(&row, stated)
                + says(&row, hint) / 4;
            Scored { prior: i32::from(row.weight), context: help, item: id }
        })
        .collect();
    scored.sort_by_key(|scored| (std::cmp::Reverse(scored.total()), scored.item));
    let mut seen = Vec::new();
    scored.retain(|scored| {
        let uri = gazetteer.row(scored.item).uri();
        let new = !seen.contains(&uri);
        seen.push(uri);
        new
    });
    scored
}

fn says(row: &Row<'_>, area: Option<&str>) -> i32 {
    let Some(area) = area else { return 0 };
    if row.region() == Some(area) || (row.country() == Some(area) && row.class != Class::Country) {
        STATED
    } else {
        0
    }
}

fn context(row: &Row<'_>, own: usize, areas: &Areas<'_>, (generic, only): (bool, bool)) -> i32 {
    let Some(country) = row.country() else { return 0 };
    let region = row
        .region()
        .map_or(0, |region| if Areas::says(areas.regions.get(region), own) { SAME_REGION } else { 0 });
    if Areas::says(areas.countries.get(country), own) {
        return region + SAME_COUNTRY;
    }
    let others = areas.countries.keys().any(|&other| other != country);
    match row.class {
        Class::Organisation if others && generic => region + OTHER_COUNTRY_GENERIC,
        Class::Organisation if others && only => region + OTHER_COUNTRY_ONLY,
        Class::Organisation if others => region + OTHER_COUNTRY,
        _ => region,
    }
}

fn choose(scored: &[Scored]) -> Link {
    let Some(best) = scored.first() else {
        return Link { item: None, reason: LinkReason::Unknown };
    };
    let clear = scored.get(1).is_none_or(|second| best.total() - second.total() >= CLEAR);
    if best.total() < ENOUGH || !clear {
        return Link { item: None, reason: LinkReason::Ambiguous };
    }
    let reason = match (scored.len(), best.context) {
        (1, _) => LinkReason::OnlyCandidate,
        (_, 0) => LinkReason::Prior,
        _ => LinkReason::Context,
    };
    Link { item: Some(best.item), reason }
}
