//! Units of time, as the lexica number them.

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Weekend,
    Fortnight,
    Month,
    Quarter,
    HalfYear,
    Year,
    Decade,
    Century,
    Millennium,
}

impl Unit {
    const ALL: [Self; 14] = [
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Weekend,
        Self::Fortnight,
        Self::Month,
        Self::Quarter,
        Self::HalfYear,
        Self::Year,
        Self::Decade,
        Self::Century,
        Self::Millennium,
    ];

    /// The unit with this number in a lexicon.
    pub(crate) fn numbered(payload: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(payload).ok()?).copied()
    }

    /// Whether it is shorter than a day.
    pub(crate) fn is_clock(self) -> bool {
        self < Self::Day
    }

    /// Its TIMEX3 letter and how many of that letter one of it is.
    pub(crate) fn letter(self) -> (char, i64) {
        match self {
            Self::Second => ('S', 1),
            Self::Minute | Self::Month => ('M', 1),
            Self::Hour => ('H', 1),
            Self::Day => ('D', 1),
            Self::Week => ('W', 1),
            Self::Weekend => ('D', 2),
            Self::Fortnight => ('W', 2),
            Self::Quarter => ('M', 3),
            Self::HalfYear => ('M', 6),
            Self::Year => ('Y', 1),
            Self::Decade => ('Y', 10),
            Self::Century => ('Y', 100),
            Self::Millennium => ('Y', 1000),
        }
    }
}
