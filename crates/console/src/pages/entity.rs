//! `/entities/one`: one entity over time, in whose company, where, and in which articles.

use super::articles::percent_encode;
use super::entities::entity_link;
use super::marked::hit;
use super::{Notice, Section, layout};
use crate::chart::{Bar, Spot, bars, map};
use crate::display::{count, web_link};
use crate::state::Console;
use axum::extract::{Query as Parameters, State};
use axum::response::Html;
use dateline_model::EntityType;
use dateline_store::{
    DayCount, EntityCount, EntityProfile, Order, ProfileRequest, RecordReader, SearchPage, SearchRequest,
    StoreError,
};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Articles that are looked at for places.
const LOOKED_AT: usize = 60;
/// Of them, those that are listed.
const LISTED: usize = 10;
/// Bars of the chart; longer times are drawn by month or year.
const BARS: usize = 90;

/// `?name=…&type=person`
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    name: String,
    #[serde(rename = "type")]
    kind: Option<EntityType>,
}

/// `GET /entities/one`.
pub(crate) async fn page(
    State(console): State<Console>,
    Parameters(asked): Parameters<Asked>,
) -> Result<Html<String>, Notice> {
    let reader = console.archive.reader().await?;
    let request = ProfileRequest { kind: asked.kind, ..ProfileRequest::new(asked.name.clone()) };
    let profile = reader.profile(request).await?;
    let unknown = || {
        Notice::not_found("Nobody is stored under this name", format!("No article names `{}`.", asked.name))
    };
    let entity = profile
        .entities
        .iter()
        .find(|entity| entity.name == asked.name)
        .or(profile.entities.first())
        .cloned()
        .ok_or_else(unknown)?;
    let found = articles(reader.as_ref(), &asked).await?;
    let spots = places(reader.as_ref(), &found, &entity.name).await?;
    let content = content(&entity, &profile, &found, &spots, &asked, console.clock.now());
    Ok(Html(layout(Section::Entities, &entity.name, &content).into_string()))
}

/// How it is written in a search.
fn query(asked: &Asked) -> String {
    let kind = match asked.kind {
        Some(EntityType::Person) => "person",
        Some(EntityType::Organisation) => "org",
        Some(EntityType::Place) => "place",
        Some(EntityType::Misc) => "misc",
        None => "entity",
    };
    format!("{kind}:\"{}\"", asked.name.replace('"', " "))
}

async fn articles(reader: &dyn RecordReader, asked: &Asked) -> Result<SearchPage, Notice> {
    let request = SearchRequest::parse(&query(asked))
        .map_err(|error| Notice::not_found("Nobody is stored under this name", error.to_string()))?;
    Ok(reader.search(SearchRequest { order: Order::Newest, limit: LOOKED_AT, ..request }).await?)
}

/// The places of these articles, by how many of them name each.
async fn places(reader: &dyn RecordReader, found: &SearchPage, name: &str) -> Result<Vec<Spot>, StoreError> {
    let mut places: BTreeMap<String, Spot> = BTreeMap::new();
    for hit in &found.hits {
        let Ok(id) = hit.uri.parse() else { continue };
        let Some(record) = reader.get(id).await? else { continue };
        for entity in &record.dateline.entities {
            let (EntityType::Place, Some(geo)) = (entity.kind, entity.geo) else { continue };
            let spot = places.entry(entity.name.to_string()).or_insert_with(|| Spot {
                title: entity.name.to_string(),
                lat: geo.lat,
                lon: geo.lon,
                weight: 0,
                main: entity.name == name,
            });
            spot.weight += 1;
        }
    }
    Ok(places.into_values().collect())
}

fn content(
    entity: &EntityCount,
    profile: &EntityProfile,
    found: &SearchPage,
    spots: &[Spot],
    asked: &Asked,
    now: Timestamp,
) -> Markup {
    html! {
        p class="crumb" { a href="/entities" { "Entities" } " / " (entity.kind) }
        h1 class={ "entity " (entity.kind) } { span class={ "dot " (entity.kind) } aria-hidden="true" {} (entity.name) }
        p class="facts" {
            span { (entity.kind) }
            span { "named " (count(entity.mentions)) " times in " (count(entity.articles)) " articles" }
            @if let Some(uri) = &entity.uri {
                @match web_link(uri) {
                    Some(link) => a href=(link) rel="noreferrer noopener nofollow external" { (link) },
                    None => code { (uri) },
                }
            }
        }
        section class="card over-time" aria-labelledby="time" {
            h2 id="time" { "Articles over time" }
            (bars(&by_time(&profile.days), "Articles that name it, by date of publication"))
        }
        div class="columns" {
            section aria-labelledby="company" {
                h2 id="company" { "Named together with" }
                (company(&profile.together_with))
            }
            @if !spots.is_empty() {
                section aria-labelledby="places" {
                    h2 id="places" { "Places in the same articles" }
                    div class="card map-card" {
                        (map(spots))
                        p class="source" { "Outline: Natural Earth. Coordinates: GeoNames, CC BY 4.0." }
                    }
                }
            }
        }
        section aria-labelledby="articles" {
            div class="over" {
                h2 id="articles" { "Latest articles" }
                p class="aside" { a href={ "/articles?order=newest&q=" (percent_encode(&query(asked))) } { "All " (count(found.total)) } }
            }
            @for each in found.hits.iter().take(LISTED) { (hit(each, now)) }
        }
    }
}

fn company(others: &[EntityCount]) -> Markup {
    html! {
        @if others.is_empty() { p class="card empty" { "Nobody else." } }
        ol class="card company" {
            @for other in others {
                li {
                    span class={ "dot " (other.kind) } aria-hidden="true" {}
                    a href=(entity_link(&other.kind, &other.name)) { (other.name) }
                    span class="kind" { (other.kind) }
                    span class="number" { (count(other.articles)) }
                }
            }
        }
    }
}

/// Days as bars, or months or years where there are too many.
fn by_time(days: &[DayCount]) -> Vec<Bar> {
    let read = |day: &DayCount| day.day.parse::<Date>().ok().map(|date| (date, day.articles));
    let days: Vec<(Date, u64)> = days.iter().filter_map(read).collect();
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else { return Vec::new() };
    let span = last.since(*first).map_or(0, |span| usize::try_from(span.get_days()).unwrap_or(0));
    let step = if span < BARS {
        Step::Day
    } else if span < BARS * 31 {
        Step::Month
    } else {
        Step::Year
    };
    let mut bars: BTreeMap<Date, u64> = BTreeMap::new();
    let mut at = step.begin(*first);
    while at <= *last && bars.len() < BARS * 4 {
        bars.insert(at, 0);
        match step.next(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    for (date, articles) in days {
        *bars.entry(step.begin(date)).or_default() += articles;
    }
    bars.into_iter().map(|(date, articles)| step.bar(date, articles)).collect()
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Day,
    Month,
    Year,
}

impl Step {
    fn begin(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
        }
    }

    fn next(self, date: Date) -> Option<Date> {
        let span = match self {
            Self::Day => jiff::Span::new().days(1),
            Self::Month => jiff::Span::new().months(1),
            Self::Year => jiff::Span::new().years(1),
        };
        date.checked_add(span).ok()
    }

    fn bar(self, date: Date, articles: u64) -> Bar {
        let label = match self {
            Self::Day => date.strftime("%Y-%m-%d"),
            Self::Month => date.strftime("%Y-%m"),
            Self::Year => date.strftime("%Y"),
        }
        .to_string();
        #[expect(clippy::cast_precision_loss, reason = "counts of articles")]
        let value = articles as f64;
        Bar { title: format!("{label}: {articles} articles"), label, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_drawn_by_month_or_year() {
        let check = |days: &[&str], bars: usize, first: &str| {
            let days: Vec<DayCount> = days
                .iter()
                .map(|day| DayCount { day: (*day).to_owned(), articles: 1, mentions: 1 })
                .collect();
            let drawn = by_time(&days);
            assert_eq!((drawn.len(), drawn.first().map_or("", |bar| bar.label.as_str())), (bars, first));
            let all: f64 = drawn.iter().map(|bar| bar.value).sum();
            assert!((all - f64::from(u32::try_from(days.len()).unwrap())).abs() < 0.5);
        };
        check(&[], 0, "");
        check(&["2023-11-07"], 1, "2023-11-07");
        check(&["2023-11-01", "2023-11-07"], 7, "2023-11-01");
        check(&["2023-01-15", "2023-11-07"], 11, "2023-01");
        check(&["1990-01-15", "2023-11-07"], 34, "1990");
    }
}
