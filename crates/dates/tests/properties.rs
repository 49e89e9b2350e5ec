//! What holds for every text and every date.

mod common;

use common::timexes;
use dateline_dates::{Anchor, Context, Language, Precision, parse_date_string, tag};
use dateline_text::Document;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

const WORDS: [&str; 48] = [
    "on",
    "in",
    "the",
    "last",
    "next",
    "this",
    "May",
    "March",
    "Friday",
    "Mondays",
    "Nov.",
    "3",
    "25",
    "1998",
    "2023-11-03",
    "year",
    "years",
    "ago",
    "earlier",
    "a",
    "two",
    "hundred",
    "and",
    "half",
    "quarter",
    "ended",
    "third",
    "p.m.",
    "10:15",
    "0915",
    "GMT",
    "today",
    "tomorrow",
    "morning",
    "weekend",
    "century",
    "1990s",
    "every",
    "day",
    ",",
    "-",
    "/",
    "'s",
    "early",
    "end",
    "of",
    "fiscal",
    "Easter",
];

/// Texts that are made of what the rules look for.
fn temporal_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..40).prop_map(|words| words.join(" "))
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..60_000).prop_map(|days| date(1900, 1, 1).checked_add(days.days()).expect("within the calendar"))
}

fn anchor_at(local: Date, zone: Option<TimeZone>) -> Anchor {
    Anchor { local: local.at(0, 0, 0, 0), precision: Precision::Day, zone }
}

proptest! {
    #[test]
    fn spans_slice_the_text_in_order(text in prop_oneof![temporal_text(), "\\PC{0,120}"], day in any_day()) {
        for language in [Language::English, Language::Spanish, Language::Other] {
            let found = timexes(language, Some(&day.to_string()), &text);
            let mut end = 0;
            for timex in &found {
                prop_assert!(timex.start >= end && timex.end > timex.start);
                prop_assert!(text.get(timex.start..timex.end).is_some());
                prop_assert!(!timex.value.is_empty() && !timex.rule.is_empty());
                end = timex.end;
            }
        }
    }

    #[test]
    fn intervals_run_forward(text in temporal_text(), day in any_day()) {
        for timex in timexes(Language::English, Some(&day.to_string()), &text) {
            if let (Some(begin), Some(until)) = (timex.begin, timex.until) {
                prop_assert!(begin < until, "{timex:?}");
            }
        }
    }

    #[test]
    fn a_week_later_is_a_week_later(day in any_day(), at in 0_usize..6) {
        let text = ["He left yesterday.", "He left Friday.", "He will leave on Monday.", "two weeks ago", "last week", "this Sunday"][at];
        let find = |anchor: Date| {
            let anchor = anchor_at(anchor, None);
            let found = tag(&Document::new(text), &Context { anchor: Some(&anchor), language: Language::English });
            found[0].begin.expect("a resolved day")
        };
        let later = find(day.checked_add(7.days()).expect("within the calendar"));
        prop_assert_eq!(later.duration_since(find(day)).as_hours(), 7 * 24);
    }

    #[test]
    fn values_do_not_depend_on_the_zone(text in temporal_text(), day in any_day()) {
        let zone = TimeZone::get("Pacific/Auckland").expect("bundled");
        let tagged = |zone: Option<TimeZone>| -> Vec<String> {
            let anchor = anchor_at(day, zone);
            let context = Context { anchor: Some(&anchor), language: Language::English };
            tag(&Document::new(&text), &context).into_iter().map(|timex| timex.value).collect()
        };
        prop_assert_eq!(tagged(None), tagged(Some(zone)));
    }

    #[test]
    fn date_strings_never_panic(text in prop_oneof!["\\PC{0,60}", "[0-9a-zA-Z:+/., -]{0,40}"]) {
        if let Ok(date) = parse_date_string(&text, None, None) {
            prop_assert!(date.to_string().len() >= 10);
        }
    }

    #[test]
    fn what_is_written_is_read_again(day in any_day(), second in 0_i64..86_400) {
        let moment = day.at(0, 0, 0, 0).checked_add(second.seconds()).expect("within the calendar");
        let instant = TimeZone::UTC.to_timestamp(moment).expect("within the calendar");
        for written in [
            instant.to_string(),
            moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            moment.strftime("%B %d, %Y %I:%M:%S %p UTC").to_string(),
            moment.strftime("%Y%m%dT%H%M%SZ").to_string(),
        ] {
            let read = parse_date_string(&written, None, None).expect("a date");
            prop_assert_eq!(read.timestamp(), Some(instant), "{}", written);
        }
    }
}

#[test]
fn today_follows_the_articles_own_zone() {
    let published = parse_date_string("2023-11-03T02:00:00Z", None, None).expect("a date");
    let zone = TimeZone::get("America/Los_Angeles").expect("bundled");
    let anchor = Anchor::new(&published, Some(&zone));
    let found = tag(
        &Document::new("It fell today."),
        &Context { anchor: Some(&anchor), language: Language::English },
    );
    assert_eq!(found[0].value, "2023-11-02");
    assert_eq!(found[0].begin.map(|begin| begin.to_string()).as_deref(), Some("2023-11-02T07:00:00Z"));
}

#[test]
fn days_of_a_clock_change_have_23_and_25_hours() {
    let zone = TimeZone::get("Europe/Berlin").expect("bundled");
    for (day, hours) in [(date(2023, 3, 26), 23), (date(2023, 10, 29), 25), (date(2023, 11, 15), 24)] {
        let anchor = anchor_at(day, Some(zone.clone()));
        let found = tag(
            &Document::new("It fell today."),
            &Context { anchor: Some(&anchor), language: Language::English },
        );
        let (begin, until) = (found[0].begin.expect("resolved"), found[0].until.expect("resolved"));
        assert_eq!(until.duration_since(begin).as_hours(), hours, "{day}");
    }
}
