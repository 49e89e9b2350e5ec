//! Publication-date strings of feeds and pages.
//!
//! A string is cut into pieces ([`scan`]), what they say is gathered in
//! whatever order it comes ([`read`]), and the numbers are given their places
//! ([`assemble`]). Nothing is guessed from words that are not understood: a
//! string with an unknown word is refused.

mod assemble;
mod read;
mod relative;
mod scan;
mod vocabulary;

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
    /// Longer than any date.
    #[error("longer than any date string ({MAX_BYTES} bytes at most)")]
    TooLong,
    /// A word that dates do not have.
    #[error("the word \"{0}\" is no part of a date in any known language")]
    Word(String),
    /// More numbers than a date has.
    #[error("more numbers than a date has parts")]
    TooManyNumbers,
    /// Day, month or year are missing.
    #[error("day, month or year are missing")]
    Incomplete,
    /// Two months are named.
    #[error("two different months are named")]
    TwoMonths,
    /// Two times of day are named.
    #[error("two times of day are named")]
    TwoTimes,
    /// No such day.
    #[error("there is no such day in the calendar")]
    Day,
    /// No such time of day.
    #[error("there is no such time of day")]
    Time,
    /// No such distance from UTC.
    #[error("the distance from UTC is malformed or beyond 15:59 hours")]
    Zone,
    /// Relative, and nothing to count from.
    #[error("a relative date needs a reference to count from")]
    NeedsReference,
}

/// Longest string that is read, in bytes.
const MAX_BYTES: usize = 200;

/// Reads a publication date. A missing zone is taken from `default_zone`, or
/// else UTC; relative strings ("2 hours ago") need a `reference`.
///
/// Read are RFC 822, 2822, 3339, W3CDTF, the C library's form, and what feeds
/// and pages make of them: any order, localised names, missing parts.
/// Day before month where the numbers force it or points part them, month
/// before day otherwise.
///
/// # Errors
/// Refuses what is not clearly a date, with the reason.
///
/// ```
/// let date = dateline_dates::parse_date_string("Fri, 3 Nov 2023 10:15 EST", None, None)?;
/// assert_eq!(date.to_string(), "2023-11-03T15:15:00Z");
/// # Ok::<(), dateline_dates::DateStringError>(())
/// ```
pub fn parse_date_string(
    input: &str,
    default_zone: Option<&TimeZone>,
    reference: Option<Timestamp>,
) -> Result<ParsedDate, DateStringError> {
    let text = input.trim();
    if text.is_empty() {
        return Err(DateStringError::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(DateStringError::TooLong);
    }
    if let Some(date) = relative::parse(text, default_zone, reference) {
        return date;
    }
    let pieces = scan::scan(text).ok_or(DateStringError::Unknown)?;
    assemble::assemble(&read::read(&pieces)?, default_zone)
}
