//! What English puts together from its words, by kind.

mod calendar;
mod clock;
mod length;
mod relative;
mod vague;

use crate::tagger::rule::{Applies, Extension, Rule};
use crate::timex::Modifier;

/// Among equally long matches the first rule wins, so their order counts.
pub(super) const RULES: &[&[Rule]] =
    &[calendar::RULES, clock::RULES, relative::RULES, length::RULES, vague::RULES];

pub(super) const BEFORE: &[Extension] = &[
    Extension::bare(Applies::Units, &["Earlier", "later"]),
    Extension::new(Modifier::Start, Applies::Points, &["the? early", "the? beginning of", "the start of"]),
    Extension::new(Modifier::Mid, Applies::Points, &["mid", "the? middle of"]),
    Extension::new(Modifier::End, Applies::Points, &["late", "the? end of"]),
    Extension::outside(Modifier::Approx, Applies::Lengths, &["about"]),
    Extension::new(
        Modifier::Approx,
        Applies::Any,
        &["about", "around", "approximately", "roughly", "some", "nearly", "almost"],
    ),
    Extension::new(Modifier::MoreThan, Applies::Amounts, &["more than"]),
    Extension::new(Modifier::MoreThan, Applies::Exact, &["over"]),
    Extension::new(Modifier::LessThan, Applies::Amounts, &["less than", "under"]),
    Extension::new(Modifier::EqualOrMore, Applies::Amounts, &["at least", "no less than"]),
    Extension::new(Modifier::EqualOrLess, Applies::Amounts, &["up to", "at most", "no more than"]),
];

pub(super) const AFTER: &[Extension] = &[
    Extension::new(Modifier::Approx, Applies::Any, &["or so"]),
    Extension::new(Modifier::OnOrAfter, Applies::Points, &["and beyond"]),
];
