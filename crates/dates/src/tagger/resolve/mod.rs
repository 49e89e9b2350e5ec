//! From the parts that were named to a value: against the publication date,
//! or against what the story spoke of last.

mod amount;
mod calendar;
mod range;
mod relative;

use super::frame::{Frame, Vague};
use super::rule::Build;
use super::tense::Tense;
use super::unit::Unit;
use super::value::Value;
use crate::timex::{Modifier, TimexKind};
use jiff::civil::{Date, DateTime};

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// A place on the calendar or clock.
    Point(Value),
    /// One that is not fully known: `XXXX-WXX-5`.
    Open(String),
    /// A length of time, with its borders where they are known.
    Amount(String, Option<(DateTime, DateTime)>),
    /// Something that recurs.
    Recurring(String),
    Vague(Vague),
}

/// A resolved expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    pub(crate) kind: TimexKind,
    pub(crate) meaning: Meaning,
    pub(crate) modifier: Option<Modifier>,
    /// What it was counted from.
    pub(crate) anchor: Option<Value>,
    /// Minutes east of UTC, where the expression names a zone.
    pub(crate) offset: Option<i32>,
}

impl Resolved {
    fn point(value: Value, anchor: Option<Value>) -> Self {
        let kind = match value {
            Value::Clock(..) | Value::Part(..) => TimexKind::Time,
            _ => TimexKind::Date,
        };
        Self { kind, meaning: Meaning::Point(value), modifier: None, anchor, offset: None }
    }

    fn date(meaning: Meaning) -> Self {
        Self { kind: TimexKind::Date, meaning, modifier: None, anchor: None, offset: None }
    }
}

/// What is known while a text is read from its begin to its end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Story {
    /// Local day of publication.
    pub(crate) today: Option<Date>,
    /// The last point that the text named.
    pub(crate) reference: Option<Value>,
    /// The day that the story is at: a year or decade named since is background.
    pub(crate) day: Option<Date>,
    /// The last quarter that the text named: reports count from it.
    pub(crate) quarter: Option<Value>,
}

impl Story {
    /// Takes note of a point that the text has named.
    pub(crate) fn remember(&mut self, resolved: &Resolved, build: Build, frame: &Frame) {
        if let Meaning::Point(value) = &resolved.meaning {
            self.day = match *value {
                Value::Clock(date, _) | Value::Part(date, _) | Value::Day(date) => Some(date),
                Value::Year(_) | Value::Decade(_) | Value::Century(_) => self.day,
                _ => None,
            };
        }
        match &resolved.meaning {
            Meaning::Point(value @ Value::Quarter(..))
                if matches!(build, Build::Calendar | Build::QuarterEnded) =>
            {
                self.remember_quarter(*value);
                self.reference = Some(*value);
            }
            // "against $5 million a year earlier" compares; the story does not go there.
            Meaning::Point(Value::Year(_) | Value::Quarter(..))
                if matches!(build, Build::Offset | Build::YearAgo) => {}
            Meaning::Point(value) => self.reference = Some(*value),
            // "for the nine months": the report has gone on to a longer period.
            Meaning::Amount(length, _)
                if frame.units[0] == Some(Unit::Month) && (length == "P9M" || length == "P6M") =>
            {
                self.quarter = None;
            }
            _ => {}
        }
    }

    /// A report is about a quarter that has ended, or the first one it names.
    fn remember_quarter(&mut self, quarter: Value) {
        let ended = quarter.borders().zip(self.today).is_some_and(|((_, end), today)| end.date() <= today);
        // An outlook at a quarter to come is no report about it.
        let begun = quarter.first_day().zip(self.today).is_none_or(|(first, today)| first <= today);
        if ended || (begun && self.quarter.is_none()) {
            self.quarter = Some(quarter);
        }
    }

    /// The day of September 2001 that became a name, unless publication lies before it.
    pub(crate) fn nine_eleven(&self) -> Option<Date> {
        let date = Date::new(2001, 9, 11).ok()?;
        self.today.is_none_or(|today| today >= date).then_some(date)
    }

    fn today_value(&self) -> Option<Value> {
        self.today.map(Value::Day)
    }

    /// The day that the story counts from: what it named last, or publication.
    fn story_day(&self) -> Option<Value> {
        self.reference.or_else(|| self.today_value())
    }
}

/// The value of a match, or nothing where its parts make no sense together.
pub(crate) fn resolve(build: Build, frame: &Frame, story: &Story, tense: Tense) -> Option<Resolved> {
    match build {
        Build::Guarded if frame.plural => amount::duration(frame),
        Build::Calendar | Build::Guarded => calendar::resolve(frame, story, tense),
        Build::Deictic => relative::deictic(frame, story, tense),
        Build::Window => amount::window(frame, story),
        Build::Offset => relative::offset(frame, story),
        Build::Duration => amount::duration(frame),
        Build::Set => amount::set(frame),
        // "They soon left": the past has no future of its own.
        Build::Vague if frame.vague == Some(Vague::Soon) && tense == Tense::Past => None,
        Build::Vague => frame.vague.map(|vague| Resolved::date(Meaning::Vague(vague))),
        Build::Anaphor => relative::anaphor(frame, story),
        Build::YearAgo => relative::year_ago(frame, story),
        Build::FurtherDay => calendar::further_day(frame, story),
        Build::NthOfMonth => calendar::nth_of_month(frame, story, tense),
        Build::Decade => calendar::decade_of_year(frame, story),
        Build::SpokenClock => calendar::spoken_clock(frame, story, tense),
        Build::DayFirst => range::day_first(frame),
        Build::QuarterEnded => calendar::quarter_ended(frame, story),
        Build::Digits => range::digits(frame, story),
        Build::Range => range::days(frame, story, tense),
        Build::ClockRange => range::times(frame, story, tense),
        Build::Years => range::years(frame),
        Build::UnitEnd => relative::unit_end(frame, story),
        Build::Nothing => None,
    }
}

/// The end of a range, which lies after its begin: "from Friday to Monday", "May through March".
pub(crate) fn ended(resolved: Resolved, frame: &Frame, begin: Value) -> Resolved {
    range::ended(&resolved, frame, begin).unwrap_or(resolved)
}

/// Whole units of an amount in thousandths.
fn whole(amount: i64) -> Option<i64> {
    (amount % 1000 == 0).then_some(amount / 1000)
}

/// Fiscal years have no calendar of their own in news text.
fn ordinal_stretch(unit: Unit, ordinal: i8, year: i16) -> Option<Value> {
    match unit {
        Unit::Quarter if (1..=4).contains(&ordinal) => Some(Value::Quarter(year, ordinal)),
        Unit::HalfYear if (1..=2).contains(&ordinal) => Some(Value::Half(year, ordinal)),
        Unit::Century => Some(Value::Century(i16::from(ordinal) - 1)),
        _ => None,
    }
}
