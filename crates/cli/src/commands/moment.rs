//! Moments on the command line.

use crate::output::Usage;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A time (RFC 3339), or a day, which begins at midnight UTC.
pub(crate) fn read(text: &str) -> Result<Timestamp, Usage> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
    text.parse::<Timestamp>().ok().or_else(day).ok_or_else(|| {
        Usage(format!("`{text}` is no moment; examples are 2026-11-03 and 2026-11-03T09:30:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn moments_are_read() {
        for (text, expected) in [
            ("2026-11-03", Some("2026-11-03T00:00:00Z")),
            ("2026-11-03T09:30:00Z", Some("2026-11-03T09:30:00Z")),
            ("2026-11-03T09:30:00+02:00", Some("2026-11-03T07:30:00Z")),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(read(text).ok().map(|moment| moment.to_string()).as_deref(), expected, "{text}");
        }
    }
}
