//! Figures and times as a person reads them.

use jiff::{SpanRound, Timestamp, Unit, tz::TimeZone};

/// A count with thin spaces between thousands (SI style): `12 345`.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut shown = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// Bytes in binary units, three digits at most: `1.4 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 10.0);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A rate: `0.3/s`, `1 240/s`; a dash where it is not known yet.
pub(crate) fn rate(per_second: Option<f64>) -> String {
    match per_second {
        None => "–/s".to_owned(),
        Some(value) if value >= 9.95 => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "rates are small and positive"
            )]
            let whole = value.round() as u64;
            format!("{}/s", count(whole))
        }
        Some(value) => format!("{value:.1}/s"),
    }
}

/// An instant to the second, in UTC: `2023-11-07 10:00:05 UTC`.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The same to the minute, the midnight of a whole day left out.
pub(crate) fn short_instant(at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    let midnight = zoned.hour() == 0 && zoned.minute() == 0 && zoned.second() == 0;
    zoned.strftime(if midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// How long ago, in the largest unit that fits: `3 minutes ago`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    if seconds < 0 {
        return "just now".to_owned();
    }
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// How long something waits, short: `3 s`, `5 min`, `2 h`, `4 d`.
pub(crate) fn waited(seconds: u64) -> String {
    let (value, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3600 => (seconds / 60, "min"),
        3600..172_800 => (seconds / 3600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{value}\u{202f}{unit}")
}

/// The length of a half-open interval in words: `1 day`, `1 month`, `90 minutes`.
pub(crate) fn length(begin: Timestamp, end: Timestamp) -> Option<String> {
    let (begin, end) = (begin.to_zoned(TimeZone::UTC), end.to_zoned(TimeZone::UTC));
    let span = begin.until((Unit::Year, &end)).ok()?;
    let span =
        span.round(SpanRound::new().largest(Unit::Year).smallest(Unit::Second).relative(&begin)).ok()?;
    let parts = [
        (i64::from(span.get_years()), "year"),
        (i64::from(span.get_months()), "month"),
        (i64::from(span.get_days()), "day"),
        (i64::from(span.get_hours()), "hour"),
        (span.get_minutes(), "minute"),
        (span.get_seconds(), "second"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .take(2)
        .map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}

/// A share in percent: `97 %`.
pub(crate) fn percent(share: f32) -> String {
    format!("{:.0}\u{202f}%", share * 100.0)
}

/// A URL that a browser may be sent to: a foreign `javascript:` or `data:` is none.
pub(crate) fn web_link(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_sizes_and_rates_read_well() {
        for (value, expected) in [(0, "0"), (999, "999"), (1000, "1 000"), (1_234_567, "1 234 567")] {
            assert_eq!(count(value).replace('\u{202f}', " "), expected);
        }
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (20 << 10, "20 KiB"),
            (2 << 30, "2.0 GiB"),
            (u64::MAX, "16384 PiB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        for (value, expected) in
            [(None, "–/s"), (Some(0.0), "0.0/s"), (Some(9.94), "9.9/s"), (Some(12.4), "12/s")]
        {
            assert_eq!(rate(value), expected);
        }
    }

    #[test]
    fn times_read_well() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2023-11-07T10:00:00Z");
        for (then, expected) in [
            ("2023-11-07T10:00:00Z", "0 seconds ago"),
            ("2023-11-07T09:59:00Z", "1 minute ago"),
            ("2023-11-05T09:59:00Z", "2 days ago"),
            ("2023-11-08T10:00:00Z", "just now"),
        ] {
            assert_eq!(ago(at(then), now), expected);
        }
        assert_eq!(instant(now), "2023-11-07 10:00:00 UTC");
        assert_eq!(short_instant(now), "2023-11-07 10:00");
        assert_eq!(short_instant(at("2023-11-07T00:00:00Z")), "2023-11-07");
    }

    #[test]
    fn lengths_follow_the_calendar() {
        let check = |begin: &str, end: &str, expected: Option<&str>| {
            assert_eq!(
                length(begin.parse().unwrap(), end.parse().unwrap()).as_deref(),
                expected,
                "{begin}/{end}"
            );
        };
        check("2023-11-01T00:00:00Z", "2023-12-01T00:00:00Z", Some("1 month"));
        check("2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", Some("1 year"));
        check("2023-11-03T00:00:00Z", "2023-11-04T00:00:00Z", Some("1 day"));
        check("2023-11-03T06:00:00Z", "2023-11-03T12:30:00Z", Some("6 hours 30 minutes"));
        check("2023-11-03T00:00:00Z", "2023-11-03T00:00:00Z", None);
    }

    #[test]
    fn only_web_addresses_become_links() {
        for url in ["https://example.org/a", "HTTP://example.org"] {
            assert_eq!(web_link(url), Some(url));
        }
        for url in ["javascript:alert(1)", "javascript://%0aalert(1)", "data:text/html,x", "urn:x", "", "//x"]
        {
            assert_eq!(web_link(url), None, "{url}");
        }
    }
}
