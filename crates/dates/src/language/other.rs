//! Any language without rules of its own: only what ISO 8601 writes.

use crate::rules::RuleInfo;
use crate::tagger::rule::{Build, LanguageData, Rule};

/// Rules that hold in every language.
pub(crate) const OTHER: LanguageData = LanguageData {
    words: &[],
    rules: &[&[Rule {
        info: RuleInfo { name: "iso-date", description: "A calendar day or month in digits: 2023-11-03." },
        build: Build::Calendar,
        patterns: &["Iso", "IsoMonth"],
    }]],
    before: &[],
    after: &[],
    past_endings: &[],
    other_endings: &[],
    progressive_endings: &[],
    adverb_endings: &[],
    future_endings: &[],
    articled_days: false,
    decimal_comma: false,
    plural_endings: &[],
};
