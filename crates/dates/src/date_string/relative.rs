//! Date strings that count from another moment: "2 hours ago", "yesterday".

use super::{DateStringError, ParsedDate};
use crate::anchor::{Precision, Zone};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

/// Reads `text` if it is relative; nothing if it is not.
pub(super) fn parse(
    text: &str,
    zone: Option<&TimeZone>,
    reference: Option<Timestamp>,
) -> Option<Result<ParsedDate, DateStringError>> {
    // All relative words begin with a letter or hold one after a short number.
    let span = distance(text)?;
    let Some(reference) = reference else {
        return Some(Err(DateStringError::NeedsReference));
    };
    Some(back(reference, span, zone).ok_or(DateStringError::Day))
}

/// How far back a relative string reaches, and how exactly it says so.
fn distance(text: &str) -> Option<(Span, Precision)> {
    let lower = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() };
    let days = |count: i64| Some((Span::new().days(count), Precision::Day));
    match lower.as_str() {
        "today" | "hoy" | "heute" | "aujourd'hui" | "oggi" | "hoje" => return days(0),
        "yesterday" | "ayer" | "gestern" | "hier" | "ieri" | "ontem" => return days(1),
        "day before yesterday"
        | "the day before yesterday"
        | "anteayer"
        | "antier"
        | "vorgestern"
        | "avant-hier"
        | "anteontem" => return days(2),
        "now" | "just now" => return Some((Span::new(), Precision::Minute)),
        _ => {}
    }
    let counted = lower
        .strip_suffix(" ago")
        .or_else(|| lower.strip_prefix("hace "))
        .or_else(|| lower.strip_prefix("vor "))
        .or_else(|| lower.strip_prefix("il y a "))
        .or_else(|| lower.strip_prefix("há "))
        .or_else(|| lower.strip_suffix(" fa"))?;
    let (count, unit) = counted.trim().split_once(' ')?;
    let count = match count {
        "a" | "an" | "one" | "un" | "una" | "une" | "ein" | "eine" | "einem" | "einer" | "um" | "uma" => 1,
        digits => digits.parse::<i32>().ok().filter(|&count| (0..100_000).contains(&count))?,
    };
    unit_span(unit, i64::from(count))
}

fn unit_span(unit: &str, count: i64) -> Option<(Span, Precision)> {
    let any = |names: &[&str]| names.contains(&unit);
    let span = Span::new();
    if any(&["second", "seconds", "sec", "secs", "segundos", "sekunden", "secondes", "secondi"]) {
        Some((span.seconds(count), Precision::Second))
    } else if any(&["minute", "minutes", "min", "mins", "minuto", "minutos", "minuten", "minuti"]) {
        Some((span.minutes(count), Precision::Minute))
    } else if any(&[
        "hour", "hours", "hr", "hrs", "hora", "horas", "stunde", "stunden", "heure", "heures", "ora", "ore",
    ]) {
        Some((span.hours(count), Precision::Minute))
    } else if any(&["day", "days", "día", "días", "dia", "dias", "tag", "tagen", "jour", "jours", "giorni"])
    {
        Some((span.days(count), Precision::Day))
    } else if any(&[
        "week",
        "weeks",
        "semana",
        "semanas",
        "woche",
        "wochen",
        "semaine",
        "semaines",
        "settimane",
    ]) {
        Some((span.days(count * 7), Precision::Day))
    } else if any(&["month", "months", "mes", "meses", "monat", "monaten", "mois", "mesi", "mês"]) {
        Some((span.months(count), Precision::Month))
    } else if any(&["year", "years", "año", "años", "jahr", "jahren", "an", "ans", "anni", "ano", "anos"]) {
        Some((span.years(count), Precision::Year))
    } else {
        None
    }
}

fn back(
    reference: Timestamp,
    (span, precision): (Span, Precision),
    zone: Option<&TimeZone>,
) -> Option<ParsedDate> {
    let zone = zone.cloned().unwrap_or(TimeZone::UTC);
    let moment = reference.to_zoned(zone).checked_sub(span).ok()?;
    let local = moment.datetime();
    let first = match precision {
        Precision::Year => local.date().first_of_year().at(0, 0, 0, 0),
        Precision::Month => local.date().first_of_month().at(0, 0, 0, 0),
        Precision::Day => local.date().at(0, 0, 0, 0),
        Precision::Minute => local.with().second(0).subsec_nanosecond(0).build().ok()?,
        Precision::Second => local.with().subsec_nanosecond(0).build().ok()?,
    };
    let timed = precision >= Precision::Minute;
    let (zone, offset) = if timed { (Zone::Assumed, moment.offset()) } else { (Zone::None, Offset::UTC) };
    Some(ParsedDate { local: first, precision, zone, offset })
}
