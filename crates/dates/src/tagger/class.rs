//! What a word can mean to the grammar: classes with a small payload.

/// Declares the classes, each with the name that patterns and lexica use.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Meaning of a word; the payload that goes with each is told beside it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Class { $($(#[$doc])* $name,)* }

        impl Class {
            /// Every class, in the order of its number.
            const ALL: &[(&str, Self)] = &[$((stringify!($name), Self::$name),)*];
        }
    };
}

classes! {
    /// Only known by its spelling.
    Word,
    /// January = 1.
    Month,
    /// A month that is also an everyday word ("may", "march").
    MonthWord,
    /// A month cut short without a point, never alone ("Jan").
    MonthShort,
    /// Monday = 1.
    Weekday,
    /// A weekday cut short without a point, never alone ("Sat").
    WeekdayShort,
    /// "Mondays": Monday = 1.
    Weekdays,
    /// A unit in the singular, see `Unit`.
    Unit,
    /// A unit in the plural.
    Units,
    /// "half" as half a year, the number of its unit.
    HalfYear,
    /// A span that stands for another one in reports ("period").
    Period,
    /// Part of the day, index into [`PARTS`].
    Part,
    /// "mornings".
    Parts,
    /// Index into [`SEASONS`].
    Season,
    /// Plural of a season.
    Seasons,
    /// A season that is also an everyday word ("fall").
    SeasonWord,
    /// A feast or named day, see `Holiday`.
    Holiday,
    /// A name that makes a feast with "day" after it.
    NamedDay,
    /// A name that makes a feast with "eve" after it.
    NamedEve,
    /// A weekday or week that a word before it makes a feast ("Good Friday").
    Feast,
    /// A quantity, in thousandths; [`VAGUE`] for "several".
    Number,
    /// Hundred, thousand, million: the factor.
    Factor,
    /// "several", "few".
    Several,
    /// "couple" = 2, "dozen" = 12.
    Group,
    /// "and"; 1 where it joins tens and ones ("treinta y cinco").
    And,
    /// "or", "to" between two numbers.
    Or,
    /// "half", "quarter" as a fraction, in thousandths.
    Half,
    /// First = 1.
    Ordinal,
    /// 1 to 31 in digits.
    Day,
    /// 0 to 24 in digits.
    Hour,
    /// Four digits from 1000 to 2199.
    Year,
    /// Two digits that may be a year ('89).
    ShortYear,
    /// "1990s", "nineties": the year that it begins with.
    Decade,
    /// "90s": the year that it begins with; never alone.
    ShortDecade,
    /// "9:15": minutes since midnight.
    Clock,
    /// "0915": minutes since midnight.
    Military,
    /// "8pm" in one word: minutes since midnight.
    ClockMeridiem,
    /// a.m. = 0, p.m. = 12.
    Meridiem,
    /// "o'clock", "hours" after a clock time.
    OClock,
    /// "GMT", "EST": minutes east of UTC, or the number of a region from [`REGIONS`] on.
    Zone,
    /// "noon" = 720, "midnight" = 1440.
    ClockWord,
    /// A calendar day in digits: year * 10000 + month * 100 + day.
    Iso,
    /// A month in ISO form: year * 100 + month.
    IsoMonth,
    /// "a", "one".
    A,
    /// "the".
    The,
    /// "its", "their", "our".
    Its,
    /// "this", "current": 0.
    This,
    /// "last", "past", "previous": -1.
    Last,
    /// "next", "coming": 1.
    Next,
    /// "today" = 0, "yesterday" = -1.
    Today,
    /// "tonight": index into [`PARTS`], and ten times the days from today.
    Tonight,
    /// "ago": counts back from publication.
    Ago,
    /// "hence": counts on from publication.
    Hence,
    /// "earlier": counts back from what the story tells of.
    Earlier,
    /// "later": counts on from what the story tells of.
    Later,
    /// "every", "each".
    Every,
    /// "daily", "weekly": the unit that recurs.
    Frequency,
    /// "once", "twice", "times".
    Times,
    /// "early", "beginning".
    Start,
    /// "mid".
    Mid,
    /// "late", "end".
    End,
    /// "fiscal".
    Fiscal,
    /// "same".
    Same,
    /// "that", "those".
    That,
    /// "other" in "every other week": how many of the unit.
    Alternate,
    /// "following" = 1, "preceding" = -1 in the story.
    Following,
    /// "next" = 1, "previous" = -1 after "the", where they count from the story.
    Beyond,
    /// "next" = 1 in "the next day", which counts from the story.
    NextDay,
    /// "recent".
    Recent,
    /// "latest".
    Latest,
    /// Vague present ("now").
    Present,
    /// Vague past ("recently").
    Past,
    /// Vague future ("soon").
    Future,
    /// A noun of the vague present ("these days").
    PresentNoun,
    /// A noun of the vague past ("the past").
    PastNoun,
    /// A noun of the vague future ("the future").
    FutureNoun,
    /// A word before which a bare number or month is a date ("in", "since").
    Preposition,
    /// A sign or word that makes the number beside it a quantity ("$").
    Sign,
    /// A word after which a number is no year ("at", "flight").
    Counter,
    /// A mark or word between a date and a time (",", "at").
    Joint,
    /// The stroke between numbers of a date.
    Slash,
    /// "Q3": the number of the quarter, and its unit.
    QuarterName,
    /// "before" = -1, "after" = 1 beside today.
    Beside,
    /// "weeklong": the unit.
    Lasting,
    /// A lone hyphen.
    Hyphen,
    /// "old".
    Old,
    /// "long".
    Long,
    /// "more", "full", "straight": may stand between a number and its unit.
    Filler,
    /// A word that points to the future ("will", "scheduled").
    FutureCue,
    /// A verb that reports what was said, in whatever tense ("says Monday").
    Report,
    /// The auxiliary of the future itself.
    Will,
    /// A verb in a past tense.
    PastCue,
    /// "be" before a participle.
    Be,
    /// A preposition that points ahead of the verb ("by", "until").
    Until,
    /// A preposition before a length ("for", "within").
    For,
    /// A word before a past point ("since").
    Since,
    /// The particle of an infinitive ("to").
    Infinitive,
    /// A verb whose infinitive tells of what has happened ("began to").
    PastGovernor,
    /// A word whose infinitive tells of what is to come ("agreed to").
    FutureGovernor,
    /// An object that may stand between a governor and its infinitive ("him").
    Pronoun,
    /// The auxiliary of a past perfect ("had").
    Had,
    /// An auxiliary of a present progressive ("is").
    BePresent,
    /// An event that a text tells of only once it has happened ("Monday's crash").
    Mishap,
    /// "early", "ahead" before what is to come ("as early as Tuesday"): 1 where the day need
    /// not stand right behind it, 2 for what moves an event to a day.
    AheadFirst,
    /// The word between it and the date.
    AheadSecond,
    /// "starting", "beginning" before a point to come.
    Starting,
    /// The ending of a possessor ("'s").
    Possessive,
    /// "to", "through" and dashes between the two ends of a range.
    Through,
    /// "between" before two ends that "and" joins.
    Between,
    /// A dash that stands alone.
    Dash,
    /// "9.15": minutes since midnight, before a.m. or p.m. only.
    PointClock,
    /// What runs over the turn of a year ("the 2011-12 season").
    Spanning,
    /// The sign of an offset from UTC.
    Plus,
    /// "hours" in "the early hours": a part of the day.
    SmallHours,
    /// A mark that ends a clause.
    Stop,
    /// The marks of an aside.
    Open,
    Close,
    /// A comma.
    Comma,
    /// "on" before a day.
    OnDay,
    /// "exactly" before an offset.
    Exactly,
    /// A part of a unit, in thousandths ("quarter-century").
    Fraction,
    /// "coming" before units that have no number.
    Coming,
    /// A maker of things that are named by their year ("a 1987 Chevrolet").
    Make,
    /// A preposition before a time of day.
    AtTime,
    /// The preposition before a part of the day ("in").
    InPart,
    /// A preposition before a part of the day without an article ("by evening").
    PartBound,
    /// "hours" after a time on a 24-hour clock.
    ClockHours,
    /// "Eastern": a zone by its region, only after a.m. or p.m.
    ZoneWord,
}

/// The payload of an indefinite quantity.
pub(crate) const VAGUE: i64 = i64::MAX;

/// TIMEX3 names of the parts of a day.
pub(crate) const PARTS: [&str; 5] = ["TMO", "TMI", "TAF", "TEV", "TNI"];

/// The first payload of a zone that follows the clock of a region ("ET").
pub(crate) const REGION: i32 = 10_000;

/// Zones whose offset changes with the season, in the order of their payloads.
pub(crate) const REGIONS: [&str; 4] =
    ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"];

/// TIMEX3 names of the seasons.
pub(crate) const SEASONS: [&str; 4] = ["SP", "SU", "FA", "WI"];

impl Class {
    /// The class with this name, as patterns spell it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|&(_, class)| class)
    }
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClassSet(u128);

impl ClassSet {
    #[inline]
    pub(crate) const fn of(class: Class) -> Self {
        Self(1 << class as u8)
    }

    pub(crate) const fn with(self, class: Class) -> Self {
        Self(self.0 | 1 << class as u8)
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) const fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u8) != 0
    }

    #[inline]
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes as numbers, rising.
    #[inline]
    pub(crate) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let number = left.trailing_zeros() as usize;
                left &= left - 1;
                number
            })
        })
    }
}
