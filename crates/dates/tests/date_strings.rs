//! One line a case: a date string and what is read from it.

use dateline_dates::{DateStringError, Precision, Zone, parse_date_string};
use jiff::tz::TimeZone;

fn check(input: &str, expected: &str) {
    let found = parse_date_string(input, None, None).map(|date| date.to_string());
    assert_eq!(found.as_deref(), Ok(expected), "{input}");
}

fn refuse(input: &str) {
    let found = parse_date_string(input, None, None);
    assert!(found.is_err(), "{input} was read as {}", found.expect("checked"));
}

#[test]
fn standards() {
    check("Fri, 03 Nov 2023 10:15:00 GMT", "2023-11-03T10:15:00Z");
    check("Fri, 3 Nov 2023 10:15:00 +0200", "2023-11-03T08:15:00Z");
    check("03 Nov 23 10:15 EST", "2023-11-03T15:15:00Z");
    check("2023-11-03T10:15:00Z", "2023-11-03T10:15:00Z");
    check("2023-11-03T10:15:00.25+05:30", "2023-11-03T04:45:00.25Z");
    check("2023-11-03T10:15", "2023-11-03T10:15:00Z");
    check("20231103T101500Z", "2023-11-03T10:15:00Z");
    check("2023-11-03", "2023-11-03");
    check("2023-11", "2023-11-01");
    check("2023", "2023-01-01");
    check("2023-307", "2023-11-03");
    check("Fri Nov  3 10:15:00 2023", "2023-11-03T10:15:00Z");
    check("2023-11-03T24:00:00Z", "2023-11-04T00:00:00Z");
    check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
}

#[test]
fn broken_forms() {
    check("Thurs, 2 Nov 2023", "2023-11-02");
    check("Nov. 3rd, 2023 @ 10:15 p.m.", "2023-11-03T22:15:00Z");
    check("November 3, 2023 at noon", "2023-11-03T12:00:00Z");
    check("3/11/23 ", "2023-03-11");
    check("13/11/2023 10.15", "2023-11-13T10:15:00Z");
    check("3.11.2023", "2023-11-03");
    check("Published: 3 November 2023", "2023-11-03");
    check("Fri, 03 Nov 2023 10:15:00 GMT+02:00", "2023-11-03T08:15:00Z");
    check("Fri Nov 03 2023 10:15:00 GMT+0800 (CST)", "2023-11-03T02:15:00Z");
    check("2023-11-03 10:15:00 Etc/GMT", "2023-11-03T10:15:00Z");
    check("20231103", "2023-11-03");
    check("20231103101500", "2023-11-03T10:15:00Z");
    check("12:01 am, Nov 3 '23", "2023-11-03T00:01:00Z");
}

#[test]
fn languages() {
    check("3 de noviembre de 2023, 10:15", "2023-11-03T10:15:00Z");
    check("vendredi 3 novembre 2023 à 10h15", "2023-11-03T10:15:00Z");
    check("1er août 2023", "2023-08-01");
    check("Freitag, 3. März 2023 um 10:15 Uhr", "2023-03-03T10:15:00Z");
    check("sexta-feira, 3 de março de 2023", "2023-03-03");
    check("venerdì 3 febbraio 2023", "2023-02-03");
    check("vrijdag 3 maart 2023 om 10:15", "2023-03-03T10:15:00Z");
    check("3 ноября 2023 г. в 10:15", "2023-11-03T10:15:00Z");
    check("3 listopada 2023", "2023-11-03");
    check("3 Ağustos 2023", "2023-08-03");
    check("3 Νοεμβρίου 2023", "2023-11-03");
    check("2023. november 3.", "2023-11-03");
    check("3. maj 2023", "2023-05-03");
    check("3 augusti 2023", "2023-08-03");
    check("3. desember 2023", "2023-12-03");
    check("3 نوفمبر 2023", "2023-11-03");
    check("٣ نوفمبر ٢٠٢٣", "2023-11-03");
    check("2023年11月3日 10:15", "2023-11-03T10:15:00Z");
    check("2023年11月3日(金) 21時40分", "2023-11-03T21:40:00Z");
    check("2023년 11월 3일 오후 3:15", "2023-11-03T06:15:00Z");
}

#[test]
fn garbage_is_refused() {
    for input in [
        "",
        "   ",
        "soon",
        "n/a",
        "2023-13-01",
        "2023-02-30",
        "31 June 2023",
        "Sun, 16 zzz 2012 11:47:32 GMT",
        "2013-01-28T11:30:00-06:00Textra",
        "2023-11-03T25:00:00Z",
        "2023-11-03T10:61:00Z",
        "2023-11-03T10:15:00+zz:00",
        "2023-11-03T10:15:00+99:00",
        "1:2:3:4",
        "22013",
        "013",
        "2013-01-27-01",
        "1 2 3 4 5",
        "May",
        "3 May",
        "10:15",
        "¯\\_(ツ)_/¯",
        "99999999999999999999999",
    ] {
        refuse(input);
    }
    refuse(&"1 ".repeat(99));
}

#[test]
fn relative_strings_need_a_reference() {
    let reference = "2023-11-03T10:15:30Z".parse().ok();
    let check = |input: &str, expected: &str| {
        assert_eq!(parse_date_string(input, None, None), Err(DateStringError::NeedsReference), "{input}");
        let found = parse_date_string(input, None, reference).map(|date| date.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{input}");
    };
    check("2 hours ago", "2023-11-03T08:15:00Z");
    check("an hour ago", "2023-11-03T09:15:00Z");
    check("yesterday", "2023-11-02");
    check("3 weeks ago", "2023-10-13");
    check("hace 2 horas", "2023-11-03T08:15:00Z");
    check("vor 3 Tagen", "2023-10-31");
    check("il y a 5 minutes", "2023-11-03T10:10:00Z");
}

#[test]
fn precision_and_zone_say_what_was_written() {
    let check = |input: &str, precision: Precision, zone: Zone| {
        let date = parse_date_string(input, None, None).expect("a date");
        assert_eq!((date.precision, date.zone), (precision, zone), "{input}");
    };
    check("2023", Precision::Year, Zone::None);
    check("Nov 2023", Precision::Month, Zone::None);
    check("3 Nov 2023", Precision::Day, Zone::None);
    check("3 Nov 2023 10:15", Precision::Minute, Zone::Assumed);
    check("3 Nov 2023 10:15:00 EST", Precision::Second, Zone::Explicit);
}

#[test]
fn the_default_zone_knows_summer_time() {
    let zone = TimeZone::get("America/New_York").expect("bundled");
    let check = |input: &str, expected: &str| {
        let date = parse_date_string(input, Some(&zone), None).expect("a date");
        assert_eq!((date.to_string().as_str(), date.zone), (expected, Zone::Assumed), "{input}");
    };
    check("3 Nov 2023 10:15", "2023-11-03T14:15:00Z");
    check("6 Nov 2023 10:15", "2023-11-06T15:15:00Z");
    // The hour that summer time skips, and the one that it repeats.
    check("12 Mar 2023 02:30", "2023-03-12T07:30:00Z");
    check("5 Nov 2023 01:30", "2023-11-05T05:30:00Z");
}
