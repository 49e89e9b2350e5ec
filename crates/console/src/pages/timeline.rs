//! `/timeline`: what the news says happened when.
//!
//! Dates that articles speak of, not when they were published. A stretch of the chart is
//! picked with the pointer, or with the two fields.

use super::articles::percent_encode;
use super::marked::address;
use super::{Notice, Section, layout};
use crate::chart::{Bar, bars};
use crate::display::{count, short_instant};
use crate::state::Console;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query as Parameters, State};
use axum::http::StatusCode;
use axum::response::Html;
use dateline_store::{Query, TimelineEntry, TimelineRequest};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;

/// Dates that are asked for.
const ASKED: usize = 1_000;
/// Dates that are listed.
const LISTED: usize = 60;
/// Bars of the chart.
const BARS: usize = 80;
/// A date that is longer than so many bars is left out of the chart: "last year" is no event.
const LONGEST: i64 = 12;

/// `?q=…&from=2023-11-01&to=2023-11-30`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Asked {
    /// The first and the last day, where both are there and in order.
    fn days(&self) -> Option<(Date, Date)> {
        let (from, to) = (self.from.parse().ok()?, self.to.parse().ok()?);
        (from <= to).then_some((from, to))
    }

    /// The query with the stretch that was picked.
    fn query(&self) -> String {
        self.days().map_or_else(|| self.q.clone(), |(from, to)| format!("{} about-date:{from}..{to}", self.q))
    }
}

/// `GET /timeline`.
pub(crate) async fn page(
    State(console): State<Console>,
    asked: Result<Parameters<Asked>, QueryRejection>,
) -> Result<Html<String>, Notice> {
    let wrong = |why: String| Notice::new(StatusCode::BAD_REQUEST, "This timeline cannot be read", why);
    let Parameters(asked) = asked.map_err(|rejection| wrong(rejection.body_text()))?;
    let query = Query::parse(&asked.query()).map_err(|error| wrong(error.to_string()))?;
    let request = TimelineRequest { limit: ASKED, ..TimelineRequest::new(query) };
    let entries = console.archive.reader().await?.timeline(request).await?.dates;
    let range = asked.days().or_else(|| range(&entries));
    let content = html! {
        div class="over" {
            h1 { "Timeline" }
            p class="aside" { "what the news says happened when" }
        }
        (form(&asked, range))
        @match range {
            Some(range) if !entries.is_empty() => {
                (chart(&entries, range))
                (list(&entries, range, &asked))
            },
            _ => p class="card empty" { "No article speaks of a date there." },
        }
    };
    Ok(Html(layout(Section::Timeline, "Timeline", &content).into_string()))
}

fn form(asked: &Asked, range: Option<(Date, Date)>) -> Markup {
    let (from, to) =
        range.map_or((String::new(), String::new()), |(from, to)| (from.to_string(), to.to_string()));
    html! {
        form class="search when" action="/timeline" role="search" {
            div class="row" {
                div class="field grow" { label for="q" { "Articles" } input id="q" type="search" name="q" value=(asked.q) autocomplete="off" placeholder="All, or as in the search: place:Japan …"; }
                div class="field" { label for="from" { "From" } input id="from" type="date" name="from" value=(from); }
                div class="field" { label for="to" { "To" } input id="to" type="date" name="to" value=(to); }
                button type="submit" { "Show" }
                @if asked.days().is_some() { a class="reset" href={ "/timeline?q=" (percent_encode(&asked.q)) } { "All times" } }
            }
        }
    }
}

/// The days between which most of what is spoken of lies: the far past is spoken of now and
/// then, and would take all the room.
fn range(entries: &[TimelineEntry]) -> Option<(Date, Date)> {
    let mut weighted: Vec<(Timestamp, u64)> =
        entries.iter().map(|entry| (entry.begin, entry.articles)).collect();
    weighted.sort_unstable();
    let all: u64 = weighted.iter().map(|(_, articles)| articles).sum();
    let at = |share: u64| {
        let mut passed = 0;
        weighted.iter().find(|(_, articles)| {
            passed += articles;
            passed * 100 >= all * share
        })
    };
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    Some((day(at(20)?.0), day(at(98)?.0)))
}

fn instants((from, to): (Date, Date)) -> (Timestamp, Timestamp) {
    let begin = |date: Date| date.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp());
    (begin(from), to.tomorrow().map_or_else(|_| begin(to), begin))
}

/// How many articles speak of each stretch, with the frame for picking one.
fn chart(entries: &[TimelineEntry], days: (Date, Date)) -> Markup {
    let (begin, end) = instants(days);
    html! {
        div class="card brush" data-brush-from=(begin.as_second()) data-brush-to=(end.as_second()) {
            (bars(&stretches(entries, begin, end), "Articles by the dates that they speak of"))
            p class="hint" { "Drag over the chart to pick a stretch, or use the two fields above." }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "weights on a screen")]
fn stretches(entries: &[TimelineEntry], begin: Timestamp, end: Timestamp) -> Vec<Bar> {
    let whole = (end.as_second() - begin.as_second()).max(1);
    let days = usize::try_from(whole / 86_400).unwrap_or(1);
    let number = days.clamp(1, BARS);
    let step = (whole / i64::try_from(number).unwrap_or(1)).max(1);
    let mut values = vec![0.0_f64; number];
    for entry in entries {
        let (from, to) =
            (entry.begin.as_second().max(begin.as_second()), entry.end.as_second().min(end.as_second()));
        if from >= to || entry.end.as_second() - entry.begin.as_second() > step.max(86_400) * LONGEST {
            continue;
        }
        let place = |at: i64| usize::try_from((at - begin.as_second()) / step).unwrap_or(0).min(number - 1);
        let (first, last) = (place(from), place(to - 1));
        for value in &mut values[first..=last] {
            *value += entry.articles as f64 / (last - first + 1) as f64;
        }
    }
    let bar = |(index, value): (usize, f64)| {
        let offset = SignedDuration::from_secs(step * i64::try_from(index).unwrap_or(0));
        let label = begin
            .checked_add(offset)
            .unwrap_or(begin)
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d")
            .to_string();
        Bar { title: format!("{label}: {value:.0} articles"), label, value }
    };
    values.into_iter().enumerate().map(bar).collect()
}

/// The dates that most articles speak of, in order.
fn list(entries: &[TimelineEntry], days: (Date, Date), asked: &Asked) -> Markup {
    let (begin, end) = instants(days);
    let mut shown: Vec<&TimelineEntry> =
        entries.iter().filter(|entry| entry.begin < end && entry.end > begin).collect();
    let all = shown.len();
    shown.sort_by_key(|entry| std::cmp::Reverse((entry.articles, entry.begin)));
    shown.truncate(LISTED);
    shown.sort_by_key(|entry| (entry.begin, entry.end));
    html! {
        section aria-labelledby="dates" {
            div class="over" {
                h2 id="dates" { "Dates" }
                p class="aside" { @if all > LISTED { "the " (LISTED) " that most articles speak of, out of " (count(all as u64)) } @else { (all) } }
            }
            ol class="dates card" {
                @for entry in shown {
                    li {
                        time datetime=(entry.begin) { (value(entry)) }
                        div {
                            a class="headline" href=(address(&entry.uri)) {
                                @match &entry.headline { Some(headline) => (headline), None => span class="none" { "(no headline)" } }
                            }
                            @if entry.articles > 1 {
                                p class="facts" { a href=(about(asked, entry)) { "and " (entry.articles - 1) " more" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The TIMEX3 value where a person can read it, else the first instant.
fn value(entry: &TimelineEntry) -> String {
    let plain = entry.value.len() <= 10 && entry.value.starts_with(|c: char| c.is_ascii_digit());
    if plain { entry.value.clone() } else { short_instant(entry.begin) }
}

/// All articles that speak of a date.
fn about(asked: &Asked, entry: &TimelineEntry) -> String {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let last = entry.end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(entry.end);
    let query = format!("{} about-date:{}..{}", asked.q, day(entry.begin), day(last));
    format!("/articles?q={}", percent_encode(query.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(begin: &str, end: &str, articles: u64) -> TimelineEntry {
        TimelineEntry {
            value: begin[..10].to_owned(),
            begin: begin.parse().unwrap(),
            end: end.parse().unwrap(),
            articles,
            uri: String::new(),
            headline: None,
        }
    }

    #[test]
    fn an_article_counts_where_its_date_is() {
        let entries = [
            entry("2023-11-03T00:00:00Z", "2023-11-04T00:00:00Z", 4),
            entry("2023-11-01T00:00:00Z", "2023-11-03T00:00:00Z", 6),
            entry("2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", 9),
        ];
        let bars = stretches(
            &entries,
            "2023-11-01T00:00:00Z".parse().unwrap(),
            "2023-11-05T00:00:00Z".parse().unwrap(),
        );
        let values: Vec<f64> = bars.iter().map(|bar| bar.value).collect();
        assert_eq!(values, [3.0, 3.0, 4.0, 0.0]);
        assert_eq!(bars[3].label, "2023-11-04");
    }

    #[test]
    fn far_off_dates_do_not_stretch_the_chart() {
        let mut entries = vec![entry("1066-10-14T00:00:00Z", "1066-10-15T00:00:00Z", 1)];
        entries.extend((1..=28).map(|day| {
            entry(&format!("2023-02-{day:02}T00:00:00Z"), &format!("2023-02-{day:02}T23:00:00Z"), 5)
        }));
        let (from, to) = range(&entries).unwrap();
        assert!(
            from.to_string().starts_with("2023-02-0") && to.to_string().starts_with("2023-02-2"),
            "{from} {to}"
        );
        assert_eq!(range(&[]), None);
    }

    #[test]
    fn only_whole_stretches_are_picked() {
        let asked =
            |from: &str, to: &str| Asked { q: "storm".into(), from: from.into(), to: to.into() }.query();
        assert_eq!(asked("2023-11-01", "2023-11-05"), "storm about-date:2023-11-01..2023-11-05");
        for (from, to) in [("", ""), ("2023-11-01", ""), ("2023-11-05", "2023-11-01"), ("x", "y")] {
            assert_eq!(asked(from, to), "storm");
        }
    }
}
