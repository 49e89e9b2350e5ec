//! Publication-date strings of feeds and pages.

use crate::anchor::{Precision, Zone};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use std::fmt;

/// A date string, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedDate {
    /// Wall-clock time as written; the first month, day or minute where
    /// `precision` does not reach further.
    pub local: DateTime,
    /// How much of `local` was written.
    pub precision: Precision,
    /// Where `offset` comes from.
    pub zone: Zone,
    /// Distance from UTC; zero for [`Zone::None`].
    pub offset: Offset,
}

impl ParsedDate {
    /// The instant, where at least the minute is known.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        (self.precision >= Precision::Minute).then(|| self.offset.to_timestamp(self.local).ok()).flatten()
    }
}

/// RFC 3339 in UTC, or the plain (first) day for a day, month or year.
impl fmt::Display for ParsedDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.timestamp() {
            Some(instant) => write!(formatter, "{instant}"),
            None => write!(formatter, "{}", self.local.date()),
        }
    }
}

/// Why a string is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateStringError {
    /// Nothing but white space.
    #[error("the date string is empty")]
    Empty,
    /// No known form of date.
    #[error("not a date in any known form; give RFC 3339 (2023-11-03T10:15:00Z) where you can")]
    Unknown,
}

/// Reads a publication date. A missing zone is taken from `default_zone`, or
/// else UTC; relative strings ("2 hours ago") need a `reference`.
///
/// # Errors
/// Refuses what is not clearly a date, with the reason.
pub fn parse_date_string(
    input: &str,
    default_zone: Option<&TimeZone>,
    _reference: Option<Timestamp>,
) -> Result<ParsedDate, DateStringError> {
    let text = input.trim();
    if text.is_empty() {
        return Err(DateStringError::Empty);
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        let local = date.at(0, 0, 0, 0);
        return Ok(ParsedDate { local, precision: Precision::Day, zone: Zone::None, offset: Offset::UTC });
    }
    let instant =
        text.parse::<Timestamp>().or_else(|_| jiff::fmt::rfc2822::parse(text).map(|z| z.timestamp()));
    if let Ok(instant) = instant {
        let local = Offset::UTC.to_datetime(instant);
        return Ok(ParsedDate {
            local,
            precision: Precision::Second,
            zone: Zone::Explicit,
            offset: Offset::UTC,
        });
    }
    let local: DateTime = text.parse().map_err(|_| DateStringError::Unknown)?;
    let offset = default_zone.map_or(Offset::UTC, |zone| {
        zone.to_timestamp(local).map_or(Offset::UTC, |instant| zone.to_offset(instant))
    });
    Ok(ParsedDate { local, precision: Precision::Second, zone: Zone::Assumed, offset })
}
