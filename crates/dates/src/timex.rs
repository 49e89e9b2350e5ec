//! A temporal expression as it is handed out.

use crate::tagger::Tense;
use jiff::Timestamp;
use std::fmt;

/// One temporal expression of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timex {
    /// First byte of the expression in the text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// TIMEX3 type.
    pub kind: TimexKind,
    /// TIMEX3 value: `2023-11-03`, `2023-W44`, `P2D`, `PRESENT_REF`,
    /// `2023-11-03TMO`, `XXXX-WXX-5`.
    pub value: String,
    /// First instant of the half-open interval that `value` stands for.
    pub begin: Option<Timestamp>,
    /// First instant after that interval.
    pub until: Option<Timestamp>,
    /// TIMEX3 `mod`.
    pub modifier: Option<Modifier>,
    /// The value that a relative expression was resolved against.
    pub anchor: Option<String>,
    /// Name of the rule that found it; see [`rules`](crate::rules()).
    pub rule: &'static str,
    /// Where the verb beside it points.
    pub(crate) tense: Tense,
}

/// TIMEX3 types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimexKind {
    /// A calendar day or anything longer.
    Date,
    /// A time of day.
    Time,
    /// A length of time.
    Duration,
    /// Something that recurs.
    Set,
}

impl TimexKind {
    /// The name in TIMEX3 (`DATE`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Duration => "DURATION",
            Self::Set => "SET",
        }
    }
}

impl fmt::Display for TimexKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// TIMEX3 modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// "before June".
    Before,
    /// "after June".
    After,
    /// "no later than June".
    OnOrBefore,
    /// "June and beyond".
    OnOrAfter,
    /// "less than two hours".
    LessThan,
    /// "more than two hours".
    MoreThan,
    /// "up to two hours".
    EqualOrLess,
    /// "at least two hours".
    EqualOrMore,
    /// "early June".
    Start,
    /// "mid-June".
    Mid,
    /// "late June".
    End,
    /// "about two hours".
    Approx,
}

impl Modifier {
    /// The name in TIMEX3 (`ON_OR_BEFORE`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "BEFORE",
            Self::After => "AFTER",
            Self::OnOrBefore => "ON_OR_BEFORE",
            Self::OnOrAfter => "ON_OR_AFTER",
            Self::LessThan => "LESS_THAN",
            Self::MoreThan => "MORE_THAN",
            Self::EqualOrLess => "EQUAL_OR_LESS",
            Self::EqualOrMore => "EQUAL_OR_MORE",
            Self::Start => "START",
            Self::Mid => "MID",
            Self::End => "END",
            Self::Approx => "APPROX",
        }
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
