//! Publication dates that the text itself contradicts.

use crate::date_string::ParsedDate;
use crate::timex::Timex;
use dateline_text::Document;

/// An expression of the text that cannot agree with the publication date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// First byte of the expression in the text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// What does not fit, as a sentence for the reader of the record.
    pub message: String,
}

/// Finds where `document`, tagged as `timexes`, contradicts `published`.
#[must_use]
pub fn contradictions(
    _published: &ParsedDate,
    _document: &Document<'_>,
    _timexes: &[Timex],
) -> Vec<Contradiction> {
    Vec::new()
}
