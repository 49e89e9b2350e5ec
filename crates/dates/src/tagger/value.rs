//! Points and stretches of the calendar: TIMEX3 spelling, borders, neighbours.

use super::class::{PARTS, SEASONS};
use super::unit::Unit;
use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};
use std::fmt;

/// A resolved point or stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// Minutes after the begin of a day (1440 is its end).
    Clock(Date, i16),
    /// Part of a day, index into [`PARTS`].
    Part(Date, usize),
    Day(Date),
    /// The ISO week of this Monday.
    Week(Date),
    /// The weekend of the ISO week of this Monday.
    Weekend(Date),
    Month(i16, i8),
    Quarter(i16, i8),
    Half(i16, i8),
    /// Index into [`SEASONS`].
    Season(i16, usize),
    Year(i16),
    /// The first three digits of its years.
    Decade(i16),
    /// The first two digits of its years.
    Century(i16),
}

impl Value {
    /// The stretch of this unit around `date`.
    pub(crate) fn around(unit: Unit, date: Date) -> Self {
        let (year, month) = (date.year(), date.month());
        match unit {
            Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => Self::Day(date),
            Unit::Week | Unit::Fortnight => Self::Week(monday(date)),
            Unit::Weekend => Self::Weekend(monday(date)),
            Unit::Month => Self::Month(year, month),
            Unit::Quarter => Self::Quarter(year, (month - 1) / 3 + 1),
            Unit::HalfYear => Self::Half(year, (month - 1) / 6 + 1),
            Unit::Year => Self::Year(year),
            Unit::Decade => Self::Decade(year.div_euclid(10)),
            Unit::Century | Unit::Millennium => Self::Century(year.div_euclid(100)),
        }
    }

    /// The unit that it is a stretch of.
    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Clock(..) => Unit::Minute,
            Self::Part(..) => Unit::Hour,
            Self::Day(_) => Unit::Day,
            Self::Week(_) => Unit::Week,
            Self::Weekend(_) => Unit::Weekend,
            Self::Month(..) => Unit::Month,
            Self::Quarter(..) | Self::Season(..) => Unit::Quarter,
            Self::Half(..) => Unit::HalfYear,
            Self::Year(_) => Unit::Year,
            Self::Decade(_) => Unit::Decade,
            Self::Century(_) => Unit::Century,
        }
    }

    /// Its first day.
    pub(crate) fn first_day(self) -> Option<Date> {
        let day = |year, month| Date::new(year, month, 1).ok();
        match self {
            Self::Clock(date, _) | Self::Part(date, _) | Self::Day(date) | Self::Week(date) => Some(date),
            Self::Weekend(monday) => monday.checked_add(5.days()).ok(),
            Self::Month(year, month) => day(year, month),
            Self::Quarter(year, quarter) => day(year, quarter * 3 - 2),
            Self::Half(year, half) => day(year, half * 6 - 5),
            // Meteorological seasons of the north, as news uses the names.
            Self::Season(year, season) => day(year, [3, 6, 9, 12].get(season).copied()?),
            Self::Year(year) => day(year, 1),
            Self::Decade(decade) => day(decade.checked_mul(10)?, 1),
            Self::Century(century) => day(century.checked_mul(100)?, 1),
        }
    }

    /// First local moment, and the first one after it.
    pub(crate) fn borders(self) -> Option<(DateTime, DateTime)> {
        let first = self.first_day()?.at(0, 0, 0, 0);
        let hours = |from: i64, to: i64| {
            Some((first.checked_add(from.hours()).ok()?, first.checked_add(to.hours()).ok()?))
        };
        let length: Span = match self {
            Self::Clock(_, minutes) => {
                let begin = first.checked_add(i64::from(minutes).minutes()).ok()?;
                return Some((begin, begin.checked_add(1.minute()).ok()?));
            }
            Self::Part(_, part) => {
                let (from, to) = [(6, 12), (12, 13), (12, 18), (18, 24), (20, 30)].get(part).copied()?;
                return hours(from, to);
            }
            Self::Day(_) => 1.day(),
            Self::Week(_) => 7.days(),
            Self::Weekend(_) => 2.days(),
            Self::Month(..) => 1.month(),
            Self::Quarter(..) | Self::Season(..) => 3.months(),
            Self::Half(..) => 6.months(),
            Self::Year(_) => 1.year(),
            Self::Decade(_) => 10.years(),
            Self::Century(_) => 100.years(),
        };
        Some((first, first.checked_add(length).ok()?))
    }

    /// The same kind of stretch, `count` of them later (or earlier).
    pub(crate) fn neighbour(self, count: i64) -> Option<Self> {
        let unit = self.unit();
        match self {
            Self::Season(year, season) => {
                // Four seasons make a year; December's winter counts by its begin.
                let index = i64::from(year) * 4 + i64::try_from(season).ok()? + count;
                let year = i16::try_from(index.div_euclid(4)).ok()?;
                Some(Self::Season(year, usize::try_from(index.rem_euclid(4)).ok()?))
            }
            Self::Clock(date, minutes) => Some(Self::Clock(shift(date, Unit::Day, count)?, minutes)),
            Self::Part(date, part) => Some(Self::Part(shift(date, Unit::Day, count)?, part)),
            _ => Some(Self::around(unit, shift(self.first_day()?, unit, count)?)),
        }
    }

    /// The same stretch, `years` later (or earlier).
    pub(crate) fn years_later(self, years: i64) -> Option<Self> {
        let year = |year: i16| i16::try_from(i64::from(year) + years).ok();
        Some(match self {
            Self::Month(y, month) => Self::Month(year(y)?, month),
            Self::Quarter(y, quarter) => Self::Quarter(year(y)?, quarter),
            Self::Half(y, half) => Self::Half(year(y)?, half),
            Self::Season(y, season) => Self::Season(year(y)?, season),
            Self::Year(y) => Self::Year(year(y)?),
            _ => Self::around(self.unit(), shift(self.first_day()?, Unit::Year, years)?),
        })
    }
}

/// TIMEX3: a decade is the first three digits of its years, a century two.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = |f: &mut fmt::Formatter<'_>, monday: Date| {
            let week = monday.iso_week_date();
            write!(f, "{:04}-W{:02}", week.year(), week.week())
        };
        match *self {
            Self::Clock(date, minutes) => write!(f, "{date}T{:02}:{:02}", minutes / 60, minutes % 60),
            Self::Part(date, part) => write!(f, "{date}{}", PARTS[part]),
            Self::Day(date) => write!(f, "{date}"),
            Self::Week(monday) => week(f, monday),
            Self::Weekend(monday) => week(f, monday).and_then(|()| f.write_str("-WE")),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::Season(year, season) => write!(f, "{year:04}-{}", SEASONS[season]),
            // "3,000 years ago": the year before 1 is 1 BC.
            Self::Year(year) if year <= 0 => write!(f, "BC{:04}", 1 - i32::from(year)),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Decade(decade) => write!(f, "{decade:03}"),
            Self::Century(century) => write!(f, "{century:02}"),
        }
    }
}

/// The Monday of the week of `date`.
pub(crate) fn monday(date: Date) -> Date {
    let days = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(days.days()).unwrap_or(date)
}

/// `date` moved by `count` units; nothing beyond the calendar.
pub(crate) fn shift(date: Date, unit: Unit, count: i64) -> Option<Date> {
    // Far beyond any calendar, and beyond what a span may hold.
    if count.abs() > 4_000_000 {
        return None;
    }
    let span = |years: i64, months: i64, days: i64| {
        Span::new().try_years(years).ok()?.try_months(months).ok()?.try_days(days).ok()
    };
    let span = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => Some(Span::new()),
        Unit::Day => span(0, 0, count),
        Unit::Week | Unit::Weekend => span(0, 0, count * 7),
        Unit::Fortnight => span(0, 0, count * 14),
        Unit::Month => span(0, count, 0),
        Unit::Quarter => span(0, count * 3, 0),
        Unit::HalfYear => span(0, count * 6, 0),
        Unit::Year => span(count, 0, 0),
        Unit::Decade => span(count * 10, 0, 0),
        Unit::Century => span(count * 100, 0, 0),
        Unit::Millennium => span(count * 1000, 0, 0),
    }?;
    date.checked_add(span).ok()
}
