//! Points counted from publication or from what the story named last.

use super::amount;
use super::calendar::week;
use super::{Meaning, Resolved, Story, whole};
use crate::tagger::class::{PARTS, VAGUE};
use crate::tagger::frame::{Frame, Vague};
use crate::tagger::tense::Tense;
use crate::tagger::unit::Unit;
use crate::tagger::value::{Value, shift};
use crate::timex::{Modifier, TimexKind};
use jiff::civil::Date;

/// "this year", "last week", "the past decade", "the current quarter".
pub(super) fn deictic(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let unit = frame.units[0]?;
    // "the week before last"
    let count = i64::from(frame.shift.unwrap_or(0)) + i64::from(frame.beside.unwrap_or(0));
    // "the last day" is that of something else: yesterday has a name.
    if unit.is_clock() || (unit == Unit::Day && frame.shift == Some(-1) && count == -1) {
        return None;
    }
    let Some(today) = story.today else {
        return Some(Resolved::date(Meaning::Open(undated(unit).to_owned())));
    };
    let count = if unit == Unit::Weekend && frame.shift.is_none() && !tense.is_ahead() {
        // Until Thursday "the weekend" is the one gone by.
        -i64::from(today.weekday().to_monday_one_offset() < 5)
    } else {
        count
    };
    let value = stretch(unit, today, count)?;
    Some(Resolved::point(value, story.today_value()))
}

/// The stretch `count` units from the one around `today`.
fn stretch(unit: Unit, today: Date, count: i64) -> Option<Value> {
    match unit {
        Unit::Week | Unit::Fortnight => Some(Value::Week(week(today, count)?)),
        Unit::Weekend => Some(Value::Weekend(week(today, count)?)),
        _ => Value::around(unit, today).neighbour(count),
    }
}

fn undated(unit: Unit) -> &'static str {
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => "XXXX-XX-XX",
        Unit::Week | Unit::Fortnight => "XXXX-WXX",
        Unit::Weekend => "XXXX-WXX-WE",
        Unit::Month => "XXXX-XX",
        Unit::Quarter => "XXXX-QX",
        Unit::HalfYear => "XXXX-HX",
        Unit::Year => "XXXX",
        Unit::Decade => "XXX",
        Unit::Century | Unit::Millennium => "XX",
    }
}

/// "year end", "month's end".
pub(super) fn unit_end(frame: &Frame, story: &Story) -> Option<Resolved> {
    let mut resolved = deictic(frame, story, Tense::Unknown)?;
    resolved.modifier = Some(Modifier::End);
    Some(resolved)
}

/// "five years ago", "a month later".
pub(super) fn offset(frame: &Frame, story: &Story) -> Option<Resolved> {
    let unit = frame.units[0]?;
    // "a week from today"
    let from_now = (frame.today.is_some() || frame.vague == Some(Vague::Present)).then_some(1);
    // "a week before" ends its clause: it counts from the story, too.
    let from_story = frame.from_story.or(frame.beside);
    let direction = i64::from(frame.from_anchor.or(from_story).or(from_now)?);
    let count = amount::total(frame);
    if from_story.is_some() && unit <= Unit::Fortnight && !is_placed(story, unit, count) {
        return amount::duration(frame);
    }
    if count == VAGUE && from_story.is_some() {
        return amount::duration(frame);
    }
    if count == VAGUE {
        let vague = if direction < 0 { Vague::Past } else { Vague::Future };
        return Some(Resolved::date(Meaning::Vague(vague)));
    }
    let base = if from_story.is_none() { story.today_value() } else { story.story_day() };
    let quarter = story.quarter.filter(|_| unit == Unit::Year && count == 1000 && direction < 0);
    if let Some(value) = quarter.and_then(|quarter| quarter.years_later(-1)) {
        return Some(Resolved::point(value, quarter));
    }
    let Some(base) = base else {
        return Some(Resolved::date(Meaning::Open(undated(unit).to_owned())));
    };
    if unit.is_clock() {
        return clock_offset(unit, direction.checked_mul(count)?, base);
    }
    // "two and a half years ago" is known to the month.
    let months = count.checked_mul(12).filter(|_| unit == Unit::Year && whole(count).is_none());
    let (unit, count) = months.map_or((unit, count), |months| (Unit::Month, months));
    let units = direction.checked_mul(whole(count)?)?;
    let value = if frame.exact || frame.today.is_some() {
        Value::Day(shift(base.first_day()?, unit, units)?)
    } else {
        moved(base, unit, units)?
    };
    Some(Resolved::point(value, Some(base)))
}

/// Whether "three days later" has a day, and "two hours later" a time, to count
/// from. Without one they are lengths.
fn is_placed(story: &Story, unit: Unit, count: i64) -> bool {
    let exact = match story.reference {
        Some(Value::Clock(..)) => true,
        Some(Value::Day(_) | Value::Part(..)) => !unit.is_clock(),
        _ => false,
    };
    exact && count != VAGUE
}

/// `base` moved by `count` units, as exactly as the unit speaks.
fn moved(base: Value, unit: Unit, count: i64) -> Option<Value> {
    let date = shift(base.first_day()?, unit, count)?;
    // "a decade ago" is a year, not a decade.
    Some(Value::around(unit.min(Unit::Year), date))
}

/// "two hours later", only from a known time of day.
fn clock_offset(unit: Unit, thousandths: i64, base: Value) -> Option<Resolved> {
    let Value::Clock(date, minutes) = base else {
        return Some(Resolved {
            kind: TimexKind::Time,
            meaning: Meaning::Open(format!("{}TXX:XX", base.first_day()?)),
            modifier: None,
            anchor: Some(base),
            offset: None,
        });
    };
    let factor = match unit {
        Unit::Hour => 60,
        Unit::Minute => 1,
        _ => 0,
    };
    let total = i64::from(minutes) + thousandths.checked_mul(factor)? / 1000;
    let date = shift(date, Unit::Day, total.div_euclid(1440))?;
    Some(Resolved::point(Value::Clock(date, i16::try_from(total.rem_euclid(1440)).ok()?), Some(base)))
}

/// "that day", "the same month", "the following year", "the latest quarter".
pub(super) fn anaphor(frame: &Frame, story: &Story) -> Option<Resolved> {
    if let (Some(weekday), Some(direction)) = (frame.weekday, frame.from_story) {
        return weekday_beside(weekday, direction, story);
    }
    if let Some(part) = frame.part {
        return part_beside(part, frame, story);
    }
    let unit = frame.units[0].unwrap_or(Unit::Quarter);
    let count = i64::from(frame.from_story.or(frame.beside).unwrap_or(0));
    let base = match unit {
        Unit::Quarter => story.quarter.or(story.reference),
        _ => story.reference,
    }
    // "The day before the vote" is not the day before publication.
    .or_else(|| story.today_value().filter(|_| frame.beside.is_none()));
    // After "in 1998", "that day" is some day.
    let base = base
        .filter(|base| base.unit() <= unit || unit.is_clock())
        .or_else(|| story.today_value().filter(|_| unit != Unit::Day && frame.beside.is_none()));
    let Some(base) = base else {
        return Some(Resolved::date(Meaning::Open(undated(unit).to_owned())));
    };
    // Reports come after their quarter has ended.
    let count = if frame.latest && story.quarter.is_none() { -1 } else { count };
    let value = Value::around(unit, base.first_day()?).neighbour(count)?;
    Some(Resolved::point(value, Some(base)))
}

/// "the following Monday": the nearest one on that side of where the story is.
fn weekday_beside(weekday: i8, direction: i8, story: &Story) -> Option<Resolved> {
    let Some(base) = story.story_day() else {
        return Some(Resolved::date(Meaning::Open(format!("XXXX-WXX-{weekday}"))));
    };
    let day = base.first_day()?;
    let ahead = i64::from((weekday - day.weekday().to_monday_one_offset()).rem_euclid(7));
    let days = match (direction, ahead) {
        (1, 0) => 7,
        (1, ahead) => ahead,
        (_, ahead) => ahead - 7,
    };
    Some(Resolved::point(Value::Day(shift(day, Unit::Day, days)?), Some(base)))
}

/// "that night", "the next morning", "the night before": of the day that the story is at.
fn part_beside(part: usize, frame: &Frame, story: &Story) -> Option<Resolved> {
    let Some(base) = story.day.map(Value::Day).or_else(|| story.today_value()) else {
        let meaning = Meaning::Open(format!("XXXX-XX-XX{}", PARTS[part]));
        return Some(Resolved { kind: TimexKind::Time, ..Resolved::date(meaning) });
    };
    let days = i64::from(frame.from_story.or(frame.beside).unwrap_or(0));
    let day = shift(base.first_day()?, Unit::Day, days)?;
    Some(Resolved::point(Value::Part(day, part), Some(base)))
}

/// "a year earlier" in a report: last year's counterpart.
pub(super) fn year_ago(frame: &Frame, story: &Story) -> Option<Resolved> {
    if let (Some(year), Some(Value::Quarter(_, quarter))) = (frame.year, story.quarter) {
        return Some(Resolved::point(Value::Quarter(year, quarter), story.quarter));
    }
    if let Some(year) = frame.year {
        return Some(Resolved::point(Value::Year(year), None));
    }
    let base = match (frame.ordinal, story.quarter, story.today) {
        (Some(quarter), _, Some(today)) => Some(Value::Quarter(today.year(), quarter)),
        (_, Some(quarter), _) => Some(quarter),
        (_, None, Some(today)) => Some(Value::Year(today.year())),
        (_, None, None) => None,
    };
    let Some(base) = base else {
        return Some(Resolved::date(Meaning::Open("XXXX".to_owned())));
    };
    Some(Resolved::point(base.years_later(-1)?, Some(base)))
}
