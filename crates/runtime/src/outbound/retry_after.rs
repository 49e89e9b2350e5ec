//! `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).

use jiff::Timestamp;
use std::time::Duration;

/// How long the value of a `Retry-After` header asks to wait.
#[must_use]
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = http_date(value)?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// The three forms of an HTTP date come down to one that is in use (RFC 9110, section 5.6.7).
fn http_date(value: &str) -> Option<Timestamp> {
    let value = value.strip_suffix("GMT").map_or_else(|| value.to_owned(), |rest| format!("{rest}+0000"));
    // A wrong day of the week is no reason to come back too early.
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let now: Timestamp = "2024-03-01T12:00:00Z".parse().unwrap();
        let check = |value: &str, seconds: Option<u64>| {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
        };
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Fri, 01 Mar 2024 12:05:00 GMT", Some(300));
        check("Mon, 01 Mar 2024 12:05:00 GMT", Some(300));
        check("Fri, 01 Mar 2024 11:00:00 GMT", Some(0));
        check("soon", None);
        check("-5", None);
        check("", None);
    }
}
