//! Strings that are said to be dates, and texts that speak of some.

use dateline_dates::{Anchor, Context, Language, parse_date_string, tag};
use dateline_text::Document;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// When the fuzzer's articles come in.
fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 53)
}

/// A string that claims to be a date.
///
/// # Panics
/// When what was read of it is written in a form that does not read back.
pub fn date_string(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (zone, now) in [(None, None), (Some(&TimeZone::UTC), Some(now()))] {
        if let Ok(date) = parse_date_string(&text, zone, now) {
            let written = date.to_string();
            let again = parse_date_string(&written, zone, now);
            assert!(again.is_ok(), "{text:?} was read as {written:?}, which does not read: {again:?}");
        }
    }
}

/// A text with temporal expressions. The first byte chooses language and anchor.
///
/// # Panics
/// When an expression stands outside of the text, before the one in front of it, or has no
/// value.
pub fn dates(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let document = Document::new(&text);
    let published = parse_date_string("Fri, 3 Nov 2023 10:15 EST", None, None).ok();
    let anchor = published.filter(|_| choice & 1 == 0).map(|published| Anchor::new(&published, None));
    let language = [Language::English, Language::Spanish, Language::Other][usize::from(choice >> 1) % 3];
    let mut before = 0;
    for timex in tag(&document, &Context { anchor: anchor.as_ref(), language }) {
        let slice = text.get(timex.start..timex.end);
        assert!(slice.is_some_and(|slice| !slice.is_empty()), "{timex:?} is no slice of the text");
        assert!(timex.start >= before, "{timex:?} begins before {before}");
        assert!(!timex.value.is_empty(), "{timex:?}");
        assert!(timex.begin.is_none_or(|begin| timex.until.is_none_or(|until| begin <= until)), "{timex:?}");
        before = timex.end;
    }
}
