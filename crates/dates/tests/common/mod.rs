//! Helpers of the tagging tests.

use dateline_dates::{Anchor, Context, Language, Timex, parse_date_string, tag};
use dateline_text::Document;

/// The anchor that a publication date gives.
pub(crate) fn anchor(published: &str) -> Anchor {
    let date =
        parse_date_string(published, None, None).unwrap_or_else(|error| panic!("{published}: {error}"));
    Anchor::new(&date, None)
}

/// Everything found in `text`.
pub(crate) fn timexes(language: Language, published: Option<&str>, text: &str) -> Vec<Timex> {
    let anchor = published.map(anchor);
    tag(&Document::new(text), &Context { anchor: anchor.as_ref(), language })
}

/// The values found in `text`.
#[allow(dead_code, clippy::allow_attributes, reason = "not every test file compares bare values")]
pub(crate) fn values(language: Language, published: Option<&str>, text: &str) -> Vec<String> {
    timexes(language, published, text).into_iter().map(|timex| timex.value).collect()
}

/// Compares what is found with "words = value".
#[allow(dead_code, clippy::allow_attributes, reason = "not every test file compares words")]
pub(crate) fn check_in(language: Language, published: &str, text: &str, expected: &[&str]) {
    let found: Vec<String> = timexes(language, Some(published), text)
        .iter()
        .map(|timex| format!("{} = {}", &text[timex.start..timex.end], timex.value))
        .collect();
    assert_eq!(found, expected, "{text}");
}
