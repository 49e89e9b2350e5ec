//! What relative expressions count from.

use crate::date_string::ParsedDate;
use crate::language::Language;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::fmt;

/// How exactly a point in time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The calendar day.
    Day,
    /// Hour and minute (or only the hour).
    Minute,
    /// To the second or better.
    Second,
}

impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        })
    }
}

/// Where the zone of a point in time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// It was written down ("+02:00", "EDT").
    Explicit,
    /// It was missing; the caller's default, or else UTC, was taken.
    Assumed,
    /// There is none: days, months and years have no zone of their own.
    None,
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Explicit => "explicit",
            Self::Assumed => "assumed",
            Self::None => "none",
        })
    }
}

/// The publication date of an article, as the reference of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// Wall-clock time in the article's own zone; midnight (and the first day
    /// or month) where `precision` does not reach further.
    pub local: DateTime,
    /// How much of `local` is known.
    pub precision: Precision,
    /// The article's own zone; [`None`] leaves intervals in UTC.
    pub zone: Option<TimeZone>,
}

impl Anchor {
    /// The anchor that a parsed publication date gives. Pass the zone of the
    /// publisher or place where it is known: "today" follows it. Otherwise a
    /// zone that was written in the date is taken.
    #[must_use]
    pub fn new(published: &ParsedDate, own_zone: Option<&TimeZone>) -> Self {
        let written = (published.zone == Zone::Explicit).then(|| TimeZone::fixed(published.offset));
        let zone = own_zone.cloned().or(written);
        // A time without a zone is taken for the place's own.
        let local = match (&zone, published.timestamp()) {
            (Some(zone), Some(instant)) if published.zone == Zone::Explicit => zone.to_datetime(instant),
            _ => published.local,
        };
        Self { local, precision: published.precision, zone }
    }
}

/// What the tagger knows beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// When the article was published; [`None`] leaves relative expressions
    /// underspecified ("Friday" is `XXXX-WXX-5`), never resolved against today.
    pub anchor: Option<&'a Anchor>,
    /// Language of the text.
    pub language: Language,
}
