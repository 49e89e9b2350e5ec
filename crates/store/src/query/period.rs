//! Periods of the calendar as people write them.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A half-open interval in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// First instant.
    pub begin: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
}

impl Period {
    /// Reads a year (`2023`), month (`2023-11`), ISO week (`2023-W44`), day,
    /// instant (RFC 3339; one second long), or a range `A..B` of those, both
    /// ends included. `None` for anything else, or where the end comes first.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (Self::parse_one(first)?, Self::parse_one(last)?);
            return (first.begin < last.end).then_some(Self { begin: first.begin, end: last.end });
        }
        Self::parse_one(text)
    }

    fn parse_one(text: &str) -> Option<Self> {
        let digits = |at: std::ops::Range<usize>| {
            let part = text.get(at)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok())?
        };
        let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        match text.len() {
            4 => Self::days(Date::new(digits(0..4)?, 1, 1).ok()?, 1.year()),
            7 if dash(4) => {
                Self::days(Date::new(digits(0..4)?, i8::try_from(digits(5..7)?).ok()?, 1).ok()?, 1.month())
            }
            8 if text.get(4..6) == Some("-W") => {
                let week = i8::try_from(digits(6..8)?).ok()?;
                Self::days(ISOWeekDate::new(digits(0..4)?, week, Weekday::Monday).ok()?.date(), 1.week())
            }
            10 if dash(4) && dash(7) => Self::days(text.parse().ok()?, 1.day()),
            _ if text.contains(['T', 't']) => Self::instant(text),
            _ => None,
        }
    }

    fn days(first: Date, length: jiff::Span) -> Option<Self> {
        let begin = first.to_zoned(TimeZone::UTC).ok()?;
        let end = begin.checked_add(length).ok()?;
        Some(Self { begin: begin.timestamp(), end: end.timestamp() })
    }

    /// A time without a zone counts as UTC.
    fn instant(text: &str) -> Option<Self> {
        let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
        let begin = text.parse::<Timestamp>().ok().or_else(|| Some(civil()?.timestamp()))?;
        Some(Self { begin, end: begin.checked_add(1.second()).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = Period::parse(text).map_or("none".to_owned(), |p| format!("{}/{}", p.begin, p.end));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn periods_of_every_size() {
        check("2023", "2023-01-01T00:00:00Z/2024-01-01T00:00:00Z");
        check("2023-02", "2023-02-01T00:00:00Z/2023-03-01T00:00:00Z");
        check("2023-12", "2023-12-01T00:00:00Z/2024-01-01T00:00:00Z");
        check("2023-W44", "2023-10-30T00:00:00Z/2023-11-06T00:00:00Z");
        check("2024-02-29", "2024-02-29T00:00:00Z/2024-03-01T00:00:00Z");
        check("2023-11-03T10:00:00+02:00", "2023-11-03T08:00:00Z/2023-11-03T08:00:01Z");
        check("2023-11-03T10:00", "2023-11-03T10:00:00Z/2023-11-03T10:00:01Z");
        check("2023-11-01..2023-11-03", "2023-11-01T00:00:00Z/2023-11-04T00:00:00Z");
        check("2023..2024-03", "2023-01-01T00:00:00Z/2024-04-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_period() {
        for text in [
            "",
            "23",
            "2023-13",
            "2023-00",
            "2023-W54",
            "2023-02-29",
            "2023/11",
            "2023-1-1",
            "20２3",
            "2023-11-03..2023-11-01",
            "2023..",
            "..",
            "XXXX-WXX-5",
            "PRESENT_REF",
            "2023-11-03T",
            "+202-11",
            "+023",
        ] {
            check(text, "none");
        }
    }
}
