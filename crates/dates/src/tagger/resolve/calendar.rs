//! Dates and times of which some parts are named and the rest is understood.

use super::{Meaning, Resolved, Story, ordinal_stretch};
use crate::tagger::class::{PARTS, SEASONS};
use crate::tagger::digits::twelve_hours;
use crate::tagger::frame::Frame;
use crate::tagger::holiday;
use crate::tagger::tense::Tense;
use crate::tagger::unit::Unit;
use crate::tagger::value::{Value, monday, shift};
use crate::timex::TimexKind;
use jiff::ToSpan;
use jiff::civil::Date;

/// The point that the parts of `frame` name together.
pub(super) fn resolve(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let date = date(frame, story, tense)?;
    let timed = frame.clock.is_some() || frame.part.is_some();
    if !timed {
        return Some(date);
    }
    match date.meaning {
        Meaning::Point(Value::Day(day)) => at_time(frame, day)
            .map(|value| Resolved { offset: frame.offset, ..Resolved::point(value, date.anchor) }),
        Meaning::Open(open) => Some(Resolved {
            kind: TimexKind::Time,
            meaning: Meaning::Open(open_time(frame, &open)),
            modifier: None,
            anchor: None,
            offset: None,
        }),
        _ => None,
    }
}

pub(super) fn at_time(frame: &Frame, day: Date) -> Option<Value> {
    match (frame.clock, frame.part) {
        (Some(minutes), _) => Some(Value::Clock(day, i16::try_from(minutes).ok()?)),
        (None, Some(part)) => Some(Value::Part(day, part)),
        (None, None) => None,
    }
}

fn open_time(frame: &Frame, day: &str) -> String {
    match (frame.clock, frame.part) {
        (Some(minutes), _) => format!("{day}T{:02}:{:02}", minutes / 60, minutes % 60),
        (None, Some(part)) => format!("{day}{}", PARTS[part]),
        (None, None) => day.to_owned(),
    }
}

/// The date part alone.
fn date(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let known = |value: Value| Some(Resolved::point(value, None));
    if let Some(iso) = frame.iso {
        return iso_value(iso).and_then(known);
    }
    if let Some(month) = frame.month {
        return month_date(frame, month, story, tense);
    }
    if let Some(name) = frame.holiday {
        return holiday_date(frame, name, story, tense);
    }
    if let (Some(ordinal), Some(unit)) =
        (frame.ordinal.or_else(|| final_ordinal(frame)), numbered_unit(frame))
    {
        return ordinal_date(frame, ordinal, unit, story);
    }
    if let Some(season) = frame.season {
        return season_date(frame, season, story, tense);
    }
    if let Some(today) = frame.today {
        return day_from_today(i64::from(today) + i64::from(frame.beside.unwrap_or(0)), story);
    }
    if let Some(weekday) = frame.weekday {
        return weekday_of_week(weekday, frame, story)
            .or_else(|| weekday_date(weekday, frame.shift, story, tense));
    }
    if let Some(year) = frame.year {
        return known(Value::Year(year));
    }
    if let Some(decade) = frame.decade {
        return known(Value::Decade(decade));
    }
    time_alone(frame, story)
}

/// The unit that an ordinal counts: the quarter in "the third quarter of last
/// year" and in "last year's third quarter".
fn numbered_unit(frame: &Frame) -> Option<Unit> {
    let counted = |unit: &&Unit| matches!(unit, Unit::Quarter | Unit::HalfYear | Unit::Century);
    let units = || frame.units.iter().flatten();
    units().find(counted).or_else(|| units().next_back()).copied()
}

/// "the last quarter of 2012" is its fourth one.
fn final_ordinal(frame: &Frame) -> Option<i8> {
    // "the final quarter of last year"
    let of_year = frame.year.is_some() || (frame.shift.is_some() && frame.units[1] == Some(Unit::Year));
    if !of_year || frame.season.is_some() {
        return None;
    }
    match frame.units[0]? {
        Unit::Quarter => Some(4),
        Unit::HalfYear => Some(2),
        _ => None,
    }
}

fn iso_value(iso: i64) -> Option<Value> {
    if iso < 1_000_000 {
        return Some(Value::Month(i16::try_from(iso / 100).ok()?, i8::try_from(iso % 100).ok()?));
    }
    let (year, month, day) = (iso / 10_000, iso / 100 % 100, iso % 100);
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().map(Value::Day)
}

fn open(text: String) -> Resolved {
    Resolved::date(Meaning::Open(text))
}

/// "May 3", "May 3, 1998", "May 1998", "last May".
pub(super) fn month_date(frame: &Frame, month: i8, story: &Story, tense: Tense) -> Option<Resolved> {
    let day = frame.day.or(frame.ordinal);
    let value = |year: i16| match day {
        Some(day) => Date::new(year, month, day).ok().map(Value::Day),
        None => Some(Value::Month(year, month)),
    };
    if let Some(year) = frame.year {
        return value(year).map(|value| Resolved::point(value, None));
    }
    if let Some(base) = story.reference.filter(|_| frame.from_story == Some(0)) {
        return value(base.first_day()?.year()).map(|value| Resolved::point(value, Some(base)));
    }
    let Some(today) = story.today else {
        return Some(open(match day {
            Some(day) => format!("XXXX-{month:02}-{day:02}"),
            None => format!("XXXX-{month:02}"),
        }));
    };
    let year = year_of_month(month, day, frame, today, tense)?;
    value(year).map(|value| Resolved::point(value, story.today_value()))
}

/// The year of a month (and day) without one.
fn year_of_month(month: i8, day: Option<i8>, frame: &Frame, today: Date, tense: Tense) -> Option<i16> {
    let year = today.year();
    let now = (today.month(), today.day());
    let place = (month, day.unwrap_or(if month == now.0 { now.1 } else { 1 }));
    match (frame.shift, frame.units[0]) {
        (Some(shift), Some(Unit::Year)) => return year.checked_add(i16::from(shift)),
        (Some(-1), _) => return Some(if place < now && month != now.0 { year } else { year - 1 }),
        (Some(1), _) => return Some(if place > now { year } else { year + 1 }),
        (Some(_), _) => return Some(year),
        (None, _) => {}
    }
    if let (Some(weekday), Some(day)) = (frame.weekday, day) {
        return year_of_weekday(month, day, weekday, today);
    }
    let next = if place >= now { year } else { year + 1 };
    let previous = if place <= now { year } else { year - 1 };
    let date = Date::new(next, month, 1).ok()?.with().day(place.1.min(28)).build().ok()?;
    let ahead = today.until(date).ok()?.get_days();
    // How many days a reader looks ahead before looking back.
    let horizon = match tense {
        Tense::Past if day.is_none() => 0,
        Tense::Past => 75,
        Tense::Unknown if day.is_none() => 45,
        Tense::Unknown => 180,
        Tense::Likely => 330,
        Tense::Future => 340,
    };
    Some(if ahead <= horizon { next } else { previous })
}

/// The nearest year in which the day falls on that weekday.
fn year_of_weekday(month: i8, day: i8, weekday: i8, today: Date) -> Option<i16> {
    (0..=6_i16).flat_map(|distance| [today.year() - distance, today.year() + distance]).find(|&year| {
        Date::new(year, month, day).is_ok_and(|date| date.weekday().to_monday_one_offset() == weekday)
    })
}

/// "Friday of last week", "Monday next week".
fn weekday_of_week(weekday: i8, frame: &Frame, story: &Story) -> Option<Resolved> {
    let shifted = frame.shift.filter(|_| frame.units[0] == Some(Unit::Week))?;
    let monday = week(story.today?, i64::from(shifted))?;
    let day = shift(monday, Unit::Day, i64::from(weekday) - 1)?;
    Some(Resolved::point(Value::Day(day), story.today_value()))
}

/// "Friday", "last Friday".
fn weekday_date(weekday: i8, shifted: Option<i8>, story: &Story, tense: Tense) -> Option<Resolved> {
    let Some(today) = story.today else {
        return Some(open(format!("XXXX-WXX-{weekday}")));
    };
    let own = today.weekday().to_monday_one_offset();
    let back = i64::from((own - weekday).rem_euclid(7));
    let ahead = i64::from((weekday - own).rem_euclid(7));
    let days = match (shifted, tense) {
        (Some(-1), _) => -if back == 0 { 7 } else { back },
        (Some(1), _) => {
            if ahead == 0 {
                7
            } else {
                ahead
            }
        }
        (Some(_), Tense::Past) | (None, Tense::Past | Tense::Unknown) => -back,
        // Six days ahead is "next Monday": plans that name the day before are old ones.
        (None, Tense::Likely) if back == 1 => -1,
        (Some(_), _) | (None, Tense::Future | Tense::Likely) => ahead,
    };
    let date = shift(today, Unit::Day, days)?;
    Some(Resolved::point(Value::Day(date), story.today_value()))
}

fn day_from_today(days: i64, story: &Story) -> Option<Resolved> {
    let Some(today) = story.today else {
        return Some(open("XXXX-XX-XX".to_owned()));
    };
    Some(Resolved::point(Value::Day(shift(today, Unit::Day, days)?), story.today_value()))
}

/// "the third quarter of 1989", "this year's first half", "the 20th century".
fn ordinal_date(frame: &Frame, ordinal: i8, unit: Unit, story: &Story) -> Option<Resolved> {
    if unit == Unit::Century {
        return ordinal_stretch(unit, ordinal, 0).map(|value| Resolved::point(value, None));
    }
    if let Some(year) = frame.year {
        return ordinal_stretch(unit, ordinal, year).map(|value| Resolved::point(value, None));
    }
    let letter = if unit == Unit::Quarter { 'Q' } else { 'H' };
    let Some(today) = story.today else {
        return ordinal_stretch(unit, ordinal, 0).map(|_| open(format!("XXXX-{letter}{ordinal}")));
    };
    let shift = frame.shift.map(i16::from);
    let year = today.year() + shift.unwrap_or(0);
    let value = ordinal_stretch(unit, ordinal, year)?;
    let begun = value.first_day()? <= today;
    // A quarter that has not begun is last year's: reports look back.
    let far = value.first_day()?.checked_sub(100.days()).ok()? > today;
    let value = if shift.is_none() && !begun && far { value.years_later(-1)? } else { value };
    Some(Resolved::point(value, story.today_value()))
}

/// "this summer", "the summer of 1998", "last fall".
fn season_date(frame: &Frame, season: usize, story: &Story, tense: Tense) -> Option<Resolved> {
    if let Some(year) = frame.year {
        return Some(Resolved::point(Value::Season(year, season), None));
    }
    let Some(today) = story.today else {
        return Some(open(format!("XXXX-{}", SEASONS[season])));
    };
    let now = usize::try_from((today.month() % 12) / 3).ok()?;
    // Winter counts by the year in which it begins.
    let (current, year) = match (now, today.month()) {
        (0, 1 | 2) => (3, today.year() - 1),
        (0, _) => (3, today.year()),
        (now, _) => (now - 1, today.year()),
    };
    let year = match (frame.shift, tense) {
        // "the spring of last year"
        (Some(shift), _) if frame.units[0] == Some(Unit::Year) => today.year() + i16::from(shift),
        (Some(-1), _) => year - i16::from(season >= current),
        (Some(1), _) => year + i16::from(season <= current),
        (Some(_), _) => year,
        (None, tense) if tense.is_ahead() => year + i16::from(season < current),
        (None, _) => year - i16::from(season > current),
    };
    Some(Resolved::point(Value::Season(year, season), story.today_value()))
}

fn holiday_date(frame: &Frame, name: i64, story: &Story, tense: Tense) -> Option<Resolved> {
    if let Some(year) = frame.year {
        return holiday::date(name, year).map(|value| Resolved::point(value, None));
    }
    let Some(today) = story.today else {
        return Some(open(holiday::undated(name)));
    };
    let year = today.year();
    let this = holiday::date(name, year)?;
    let past = this.first_day()? <= today;
    let chosen = match (frame.shift, tense) {
        (Some(-1), _) | (None, Tense::Past) if !past => holiday::date(name, year - 1)?,
        (Some(1), _) | (None, Tense::Future | Tense::Likely) if past => holiday::date(name, year + 1)?,
        (None, Tense::Unknown) => nearest(name, year, today)?,
        _ => this,
    };
    Some(Resolved::point(chosen, story.today_value()))
}

fn nearest(name: i64, year: i16, today: Date) -> Option<Value> {
    (year - 1..=year + 1)
        .filter_map(|year| holiday::date(name, year))
        .min_by_key(|value| value.first_day().map(|day| today.until(day).map_or(0, |s| s.get_days().abs())))
}

/// "10 p.m.", "this morning", "the night": the day that the story is at.
fn time_alone(frame: &Frame, story: &Story) -> Option<Resolved> {
    if frame.clock.is_none() && frame.part.is_none() {
        return None;
    }
    let Some(day) = story.day.filter(|_| frame.shift.is_none()).or(story.today) else {
        return Some(open("XXXX-XX-XX".to_owned()));
    };
    let day = shift(day, Unit::Day, i64::from(frame.shift.unwrap_or(0)))?;
    Some(Resolved::point(Value::Day(day), Some(Value::Day(day))))
}

/// The second day of "April 24 and 25".
pub(super) fn further_day(frame: &Frame, story: &Story) -> Option<Resolved> {
    let Some(Value::Day(first)) = story.reference else { return None };
    let day = frame.day?;
    let date = Date::new(first.year(), first.month(), day).ok()?;
    (date > first).then(|| Resolved::point(Value::Day(date), None))
}

/// The quarter in which a reported quarter ended, the week of a day.
pub(super) fn quarter_ended(frame: &Frame, story: &Story) -> Option<Resolved> {
    let month = frame.month?;
    let ended = Frame { month: Some(month), day: frame.day, year: frame.year, ..Frame::default() };
    let Meaning::Point(value) = month_date(&ended, month, story, Tense::Past)?.meaning else { return None };
    let (unit, day) = (frame.units[0]?, value.first_day()?);
    // A quarter that ends in July is mostly the second one of the year.
    let within = if unit == Unit::Quarter { shift(day, Unit::Month, -1)? } else { day };
    Some(Resolved::point(Value::around(unit, within), story.today_value()))
}

/// "the first Monday of March", "the last week of October", "the last day of June".
pub(super) fn nth_of_month(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let month = frame.month?;
    let alone = Frame { month: Some(month), year: frame.year, ..Frame::default() };
    let Meaning::Point(found) = month_date(&alone, month, story, tense)?.meaning else { return None };
    let first = found.first_day()?;
    let nth = if frame.shift == Some(-1) { -1 } else { frame.ordinal? };
    let value = match (frame.weekday, frame.units[0]) {
        (Some(weekday), _) => {
            let weekday = jiff::civil::Weekday::from_monday_one_offset(weekday).ok()?;
            Value::Day(first.nth_weekday_of_month(nth, weekday).ok()?)
        }
        (None, Some(Unit::Day)) if nth == -1 => Value::Day(first.last_of_month()),
        (None, Some(Unit::Day)) => Value::Day(first.with().day(nth).build().ok()?),
        (None, Some(Unit::Week)) if nth == -1 => Value::Week(monday(first.last_of_month())),
        (None, Some(Unit::Week)) => Value::Week(week(first, i64::from(nth) - 1)?),
        _ => return None,
    };
    Some(Resolved::point(value, story.today_value()))
}

/// "los años 90", "la década de 1990".
pub(super) fn decade_of_year(frame: &Frame, story: &Story) -> Option<Resolved> {
    let year = frame.year?;
    // "Los años 40" are none to come.
    let ahead = story.today.is_some_and(|today| year > today.year());
    let year = if ahead { year - 100 } else { year };
    (year % 10 == 0).then(|| Resolved::point(Value::Decade(year / 10), None))
}

/// A time whose hour is a number phrase: "las ocho y media de la noche".
pub(super) fn spoken_clock(frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    let minutes = frame.amounts[0].filter(|&hours| hours <= 24_000)? * 60 / 1000;
    let clock = match frame.meridiem {
        Some(meridiem) => twelve_hours(minutes, meridiem)?,
        None => frame.by_part(minutes),
    };
    resolve(&Frame { clock: Some(clock), amounts: [None; 2], ..*frame }, story, tense)
}

/// The Monday of the week that is `count` weeks from `today`.
pub(super) fn week(today: Date, count: i64) -> Option<Date> {
    shift(monday(today), Unit::Week, count)
}
