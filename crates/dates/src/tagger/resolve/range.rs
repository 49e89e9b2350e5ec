//! Dates in digits, and two ends in one expression: an ISO 8601 interval.

use super::calendar;
use super::{Meaning, Resolved, Story};
use crate::tagger::frame::Frame;
use crate::tagger::tense::Tense;
use crate::tagger::unit::Unit;
use crate::tagger::value::{Value, shift};
use crate::timex::TimexKind;
use jiff::civil::Date;

/// "10/31/89": the American order, unless only the other one is a date.
pub(super) fn digits(frame: &Frame, story: &Story) -> Option<Resolved> {
    let (first, second) = (frame.day?, frame.second_day?);
    let Some(year) = frame.year else { return nine_eleven((first, second), story) };
    let date = Date::new(year, first, second).or_else(|_| Date::new(year, second, first)).ok()?;
    let value = calendar::at_time(frame, date).unwrap_or(Value::Day(date));
    Some(Resolved { offset: frame.offset, ..Resolved::point(value, None) })
}

/// "31/10/89": the day first, as most of the world writes it.
pub(super) fn day_first(frame: &Frame) -> Option<Resolved> {
    let date = Date::new(frame.year?, frame.second_day?, frame.day?).ok()?;
    Some(Resolved::point(calendar::at_time(frame, date).unwrap_or(Value::Day(date)), None))
}

/// Of dates in digits without a year, only the one that became a name.
fn nine_eleven(digits: (i8, i8), story: &Story) -> Option<Resolved> {
    let date = story.nine_eleven().filter(|_| digits == (9, 11))?;
    Some(Resolved::point(Value::Day(date), None))
}

/// "2019-21": an interval of years.
pub(super) fn years(frame: &Frame) -> Option<Resolved> {
    let (first, second) = match frame.iso {
        Some(iso) => (i16::try_from(iso / 100).ok()?, i16::try_from(iso % 100).ok()?),
        None => (frame.year?, frame.second_year?),
    };
    let last = if second < 100 { first - first % 100 + second } else { second };
    let last = if last <= first && second < 100 { last + 100 } else { last };
    (last - first <= 100).then(|| interval(Value::Year(first), Value::Year(last), None)).flatten()
}

/// "May 3-5", "May 30-June 2", "June-August 2012".
pub(super) fn days(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let (month, last_month) = (frame.month?, frame.second_month.or(frame.month)?);
    let first = point(frame, (month, frame.day), story, tense)?;
    let last_day = if frame.day.is_some() { Some(frame.second_day?) } else { None };
    let year = first.first_day()?.year() + i16::from(last_month < month);
    let last = match last_day {
        Some(day) => Value::Day(Date::new(year, last_month, day).ok()?),
        None => Value::Month(year, last_month),
    };
    // A year that is named stands behind the end.
    let first = if last_month < month && frame.year.is_some() { first.years_later(-1)? } else { first };
    let last = if last_month < month && frame.year.is_some() { last.years_later(-1)? } else { last };
    interval(first, last, story.today_value())
}

/// The first end, as a date of its own.
fn point(frame: &Frame, (month, day): (i8, Option<i8>), story: &Story, tense: Tense) -> Option<Value> {
    let alone = Frame { month: Some(month), day, year: frame.year, ..Frame::default() };
    match calendar::month_date(&alone, month, story, tense)?.meaning {
        Meaning::Point(value) => Some(value),
        _ => None,
    }
}

/// "8-10 p.m.", on the day that is named or that the story is at.
pub(super) fn times(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let begin = calendar::resolve(frame, story, tense)?;
    let end = calendar::resolve(&Frame { clock: frame.second_clock, ..*frame }, story, tense)?;
    let (Meaning::Point(first), Meaning::Point(last)) = (&begin.meaning, &end.meaning) else {
        return None;
    };
    let range = interval(*first, *last, begin.anchor)?;
    Some(Resolved { kind: TimexKind::Time, offset: frame.offset, ..range })
}

/// A second end that says too little moves to the first place after the begin.
pub(super) fn ended(resolved: &Resolved, frame: &Frame, begin: Value) -> Option<Resolved> {
    let Meaning::Point(end) = resolved.meaning else { return None };
    let bare = frame.year.is_none() && frame.shift.is_none() && frame.today.is_none();
    let moved = match (end, begin) {
        (Value::Day(end), _) if bare && frame.weekday.is_some() && frame.month.is_none() => {
            Value::Day(weekday_behind(begin, end)?)
        }
        (Value::Part(end, part), _) if bare && frame.weekday.is_some() && frame.month.is_none() => {
            Value::Part(weekday_behind(begin, end)?, part)
        }
        (Value::Month(_, month), Value::Month(year, first)) if bare => {
            Value::Month(year + i16::from(month < first), month)
        }
        (Value::Day(end), Value::Day(first)) if bare && frame.month.is_some() => {
            let year = first.year() + i16::from((end.month(), end.day()) < (first.month(), first.day()));
            Value::Day(Date::new(year, end.month(), end.day()).ok()?)
        }
        _ => return None,
    };
    Some(Resolved { meaning: Meaning::Point(moved), ..resolved.clone() })
}

/// The first day with the weekday of `end` after a begin that is known to the day.
fn weekday_behind(begin: Value, end: Date) -> Option<Date> {
    let (Value::Day(first) | Value::Part(first, _) | Value::Clock(first, _)) = begin else { return None };
    // "from Sept. 14 to Thursday" lies as it is.
    let days = i64::from(first.until(end).ok()?.get_days());
    let within = if days > 14 { days } else { (days - 1).rem_euclid(7) + 1 };
    shift(first, Unit::Day, within)
}

fn interval(first: Value, last: Value, anchor: Option<Value>) -> Option<Resolved> {
    let ((begin, _), (last_begin, end)) = (first.borders()?, last.borders()?);
    // A range of times ends at its end, one of days after its last day.
    let end = if matches!(last, Value::Clock(..)) { last_begin } else { end };
    let meaning = Meaning::Amount(format!("{first}/{last}"), Some((begin, end)));
    (last_begin > begin).then(|| Resolved { kind: TimexKind::Duration, anchor, ..Resolved::date(meaning) })
}
