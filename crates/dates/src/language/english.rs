//! English: words, rules and the words that change an expression beside them.

use crate::rules::RuleInfo;
use crate::tagger::class::Class;
use crate::tagger::rule::{Applies, Build, Extension, LanguageData, Rule};
use crate::timex::Modifier;

/// English of any country.
pub(crate) const ENGLISH: LanguageData =
    LanguageData { words: WORDS, rules: RULES, before: BEFORE, after: AFTER, past_endings: &["ed"] };

const fn rule(
    name: &'static str,
    description: &'static str,
    build: Build,
    patterns: &'static [&'static str],
) -> Rule {
    Rule { info: RuleInfo { name, description }, build, patterns }
}

const fn extension(
    modifier: Option<Modifier>,
    applies: Applies,
    patterns: &'static [&'static str],
) -> Extension {
    Extension { modifier, applies, patterns }
}

const WORDS: &[(Class, &str)] = &[
    (
        Class::Month,
        "january|jan.=1 february|feb.=2 mar.=3 april|apr.=4 june|jun.=6 july|jul.=7 august|aug.=8 \
         september|sep.|sept.=9 october|oct.=10 november|nov.=11 december|dec.=12",
    ),
    (
        Class::MonthWord,
        "march|mar=3 may=5 jan=1 feb=2 apr=4 jun=6 jul=7 aug=8 sep|sept=9 oct=10 nov=11 dec=12",
    ),
    (
        Class::Weekday,
        "monday|mon.=1 tuesday|tue.|tues|tues.=2 wednesday|wed.=3 thursday|thu.|thurs|thurs.=4 \
         friday|fri.=5 saturday|sat.=6 sunday|sun.=7",
    ),
    (Class::Weekdays, "mondays=1 tuesdays=2 wednesdays=3 thursdays=4 fridays=5 saturdays=6 sundays=7"),
    (
        Class::Unit,
        "minute|min=1 hour|hr=2 day=3 week=4 weekend=5 fortnight=6 month=7 quarter=8 year|yr=10 \
         decade=11 century=12 millennium=13",
    ),
    (
        Class::Units,
        "seconds|secs=0 minutes|mins=1 hours|hrs=2 days=3 weeks=4 weekends=5 fortnights=6 months=7 quarters=8 \
         years|yrs=10 decades=11 centuries=12 millennia|millenniums=13",
    ),
    (Class::HalfYear, "half=9"),
    (Class::Period, "period=8"),
    (Class::Part, "morning|dawn=0 midday=1 afternoon=2 evening|dusk=3 night|overnight=4"),
    (Class::Parts, "mornings=0 afternoons=2 evenings=3 nights=4"),
    (Class::Season, "summer|summertime=1 autumn=2 winter|wintertime=3 springtime=0"),
    (Class::SeasonWord, "spring=0 fall=2"),
    (Class::Seasons, "summers=1 autumns=2 winters=3"),
    (
        Class::Number,
        "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 \
         thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 \
         thirty=30 forty|fourty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90",
    ),
    (Class::Factor, "hundred=100 thousand=1000 million=1000000 billion=1000000000"),
    (Class::Several, "several few many numerous dozens hundreds"),
    (Class::Group, "couple=2 dozen=12"),
    (Class::And, "and &"),
    (Class::Or, "or to - – through"),
    (Class::Half, "half|½=500"),
    (
        Class::Ordinal,
        "first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 eleventh=11 \
         twelfth=12 thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17 eighteenth=18 \
         nineteenth=19 twentieth=20",
    ),
    (
        Class::Decade,
        "twenties=1920 thirties=1930 forties=1940 fifties=1950 sixties=1960 seventies=1970 eighties=1980 \
         nineties=1990",
    ),
    (Class::Meridiem, "am|a.m|a.m.=0 pm|p.m|p.m.=12"),
    (Class::OClock, "o'clock o’clock"),
    (
        Class::Zone,
        "gmt utc est edt et cst cdt ct mst mdt mt pst pdt pt bst cet cest eet ist jst aest aedt hkt msk",
    ),
    (Class::ClockWord, "noon|noontime=720 midnight=1440"),
    (Class::A, "a an"),
    (Class::The, "the"),
    (Class::Its, "its their our his her my your"),
    (Class::This, "this|current=0"),
    (Class::Last, "last|past|previous=-1"),
    (Class::Next, "next|coming|upcoming=1"),
    (Class::Today, "today=0 yesterday=-1 tomorrow=1"),
    (Class::Tonight, "tonight=4"),
    (Class::Ago, "ago"),
    (Class::Hence, "hence"),
    (Class::Earlier, "earlier"),
    (Class::Later, "later afterwards afterward"),
    (Class::Every, "every each"),
    (Class::Frequency, "hourly=2 daily=3 weekly=4 monthly=7 quarterly=8 yearly|annually=10 nightly=3"),
    (Class::Times, "once twice times thrice"),
    (Class::Start, "early beginning start"),
    (Class::Mid, "mid middle"),
    (Class::End, "late end"),
    (Class::Fiscal, "fiscal"),
    (Class::Same, "same"),
    (Class::That, "that those"),
    (Class::Following, "following|ensuing=1 preceding|prior=-1"),
    (Class::Recent, "recent"),
    (Class::Latest, "latest"),
    (Class::Present, "now currently presently nowadays"),
    (Class::Past, "recently lately"),
    (Class::Future, "soon"),
    (Class::PresentNoun, "days"),
    (Class::PastNoun, "past"),
    (Class::FutureNoun, "future"),
    (
        Class::Preposition,
        "in on at since until till by from during of for before after between through throughout about around \
         toward towards as within over late early mid and to or",
    ),
    (Class::Sign, "$ £ € % ¥ percent pence cents dollars points no. number #"),
    (Class::Old, "old"),
    (Class::Long, "long"),
    (
        Class::Filler,
        "more full straight consecutive additional extra whole entire solid calendar trading business working fiscal",
    ),
    (
        Class::FutureCue,
        "will 'll ’ll shall won't won’t would could should may might must can scheduled expected due planned slated set \
         supposed planning expects anticipates upcoming tomorrow likely going unless deadline tentatively intends",
    ),
    (
        Class::PastCue,
        "was were had did said told went came took made gave saw got left began fell rose held met won lost \
         sent built bought sold thought found brought kept led fought struck hit shot broke spoke wrote \
         became ran grew knew put cut quit drew flew threw drove paid read felt stood has have been",
    ),
    (Class::PastGovernor, "failed began started continued managed used tried helped refused came went"),
    (Class::Infinitive, "to"),
    (Class::Holiday, "christmas|xmas=0 easter=4 thanksgiving=9 halloween=10 pentecost=26"),
    (
        Class::NamedDay,
        "christmas=0 new-year=2 year=2 valentine=11 labor|labour=12 memorial=13 independence=14 \
         veterans|armistice|remembrance=15 columbus=16 presidents=18 election=19 patrick=20 may=21 boxing=22 \
         bastille=23 thanksgiving=9",
    ),
    (Class::NamedEve, "christmas=1 year=3"),
    (Class::Feast, "friday=5 monday=6 sunday=7 wednesday=8 thursday=25 week=24"),
];

const RULES: &[Rule] = &[
    rule("iso-date", "A calendar day or month in digits: 2023-11-03.", Build::Calendar, &["Iso", "IsoMonth"]),
    rule(
        "full-date",
        "A day with its month and perhaps its year, in any order: May 3, 1998; Friday, 3 May; 3rd of May.",
        Build::Calendar,
        &[
            "[Weekday ,? Part? ,? the?]? Month|MonthWord Day|Ordinal [,? Year]?",
            "[Weekday ,? Part? ,?]? The? Day|Ordinal of? Month|MonthWord ,? Year?",
            "[Weekday ,?]? Month|MonthWord ,? Year",
            "[Weekday ,?]? Month|MonthWord of Year",
            "Month|MonthWord '|’ ShortYear",
            "Day - Month|MonthWord - Year|ShortYear",
        ],
    ),
    rule("slash-date", "Month, day and year in digits: 10/31/89.", Build::Calendar, &[]),
    rule("month", "A month alone: in March.", Build::Calendar, &["Month"]),
    rule("month-word", "A month that is also an everyday word: by May.", Build::Guarded, &["MonthWord"]),
    rule(
        "relative-month",
        "A month, season or weekday beside this, last or next: last May.",
        Build::Calendar,
        &[
            "The? Last|Next|This Month|MonthWord|Season|SeasonWord|Weekday",
            "The? Last|Next|This Weekday Part",
            "The? Last|Next|This Month|MonthWord Day",
            "The? Last|Next|This Unit 's|’s Season|SeasonWord|Month|MonthWord",
            "Month|MonthWord|Season|SeasonWord of? Last|Next|This Unit",
            "Season|SeasonWord of? Year",
            "the Season|SeasonWord of Year",
            "Weekday Last|Next Unit",
        ],
    ),
    rule(
        "holiday",
        "A feast or named day: Thanksgiving Day, Christmas 1998.",
        Build::Calendar,
        &[
            "[Last|Next|This]? Holiday day? [of? Year]?",
            "new? NamedDay|NamedEve ['s|’s]? day|eve [,? Year]?",
            "good|palm|ash|easter|maundy|holy Feast",
        ],
    ),
    rule("season", "A season: the summer.", Build::Calendar, &["The? Season"]),
    rule("year", "A year in digits: 1989.", Build::Guarded, &["Year"]),
    rule(
        "named-year",
        "A year that says so: the year 2000, fiscal 1989.",
        Build::Calendar,
        &["the? year Year", "The? Fiscal Unit? Year"],
    ),
    rule("short-year", "A year of two digits: '89.", Build::Calendar, &["'|’ ShortYear"]),
    rule(
        "decade",
        "A decade: the 1990s.",
        Build::Calendar,
        &["The? Mid|Start|End? Decade", "The? '|’ Decade"],
    ),
    rule("century", "A century: the 20th century.", Build::Calendar, &["The? Ordinal century"]),
    rule(
        "weekday",
        "A weekday: Friday.",
        Build::Calendar,
        &["Weekday", "Weekday Part", "Weekday ,? at? ClockWord"],
    ),
    rule(
        "deictic-day",
        "A day counted from publication: yesterday morning.",
        Build::Calendar,
        &["Today Part?", "Tonight", "Part Today"],
    ),
    rule(
        "part-of-day",
        "A part of a day: this morning.",
        Build::Calendar,
        &["This|Last Part", "Mid Part Today|Weekday"],
    ),
    rule(
        "clock",
        "A time of day: 8:30 p.m. Wednesday.",
        Build::Calendar,
        &[
            "Hour|Clock Meridiem Zone? [,? on? Weekday|Today]?",
            "Hour|Clock Meridiem Zone? ,? on? [Weekday ,?]? Month|MonthWord Day [,? Year]?",
            "ClockMeridiem Zone? [,? on? Weekday|Today]?",
            "Clock|Military hours? Zone [,? on? Weekday|Today]?",
            "ClockWord [,? on? Weekday|Today]?",
            "Today|Weekday at ClockWord",
        ],
    ),
    rule(
        "ordinal-quarter",
        "A quarter or half of a year: the third quarter of 1989.",
        Build::Calendar,
        &[
            "The? Fiscal? Year? Fiscal? Ordinal quarter [of? Year]?",
            "Ordinal Fiscal quarter",
            "The|Its? quarter / ended|ending Month|MonthWord",
            "The? Last|This|Next Unit 's|’s Fiscal? Ordinal quarter|HalfYear",
            "The? Ordinal quarter|HalfYear of Year",
            "The? Ordinal quarter|HalfYear of? Last|This|Next Unit",
            "Its Fiscal? Ordinal quarter",
        ],
    ),
    rule(
        "deictic-unit",
        "A unit counted from publication: this year, last week, the past decade.",
        Build::Deictic,
        &["The? Last|Next|This fiscal? Unit", "The|Its fiscal? weekend", "The full? year"],
    ),
    rule(
        "window",
        "A length that ends or begins at publication: the last five years.",
        Build::Window,
        &[
            "The? Last|Next|This Filler? Number Filler? Units|Unit",
            "The? Last|Next Units",
            "Recent Units",
            "The? past decade|century",
        ],
    ),
    rule(
        "ago",
        "An offset from publication: five years ago.",
        Build::Offset,
        &["Number|A Filler? Units|Unit Ago", "Number|A Units|Unit Hence", "Number|A Units|Unit from now"],
    ),
    rule(
        "later",
        "An offset from what the story named last: a month earlier.",
        Build::Offset,
        &["Number|A Units|Unit Earlier|Later"],
    ),
    rule(
        "year-ago",
        "Last year's counterpart of the period that a report is about: the year-ago quarter.",
        Build::YearAgo,
        &[
            "The? Unit ~Ago|Earlier Ordinal? quarter|period|Unit|Period",
            "Unit ~Ago|Earlier",
            "The corresponding|comparable|same|Same quarter|period|Unit Last Unit",
            "The quarter|period A Unit Ago|Earlier",
            "Last Unit 's|’s quarter|period",
            "The? Year quarter|period",
        ],
    ),
    rule(
        "duration",
        "A length of time: five years, a two-year plan.",
        Build::Duration,
        &[
            "Number|A Filler? Units|Unit",
            "Number Or Number Filler? Units",
            "Number|A Units|Unit Long",
            "Number month|week|day ~Old",
            "The year / ended|ending",
            "The fiscal year / ended|ending",
            "A Unit And A Half",
            "The? Number Filler? Units",
            "The Ordinal Number Units",
            "Half A Unit",
            "Unit Long",
        ],
    ),
    rule("indefinite-duration", "A length of unknown number: for years.", Build::Guarded, &["Units"]),
    rule(
        "no-date",
        "Words that only look temporal: ages, 24 hours a day, as soon as.",
        Build::Nothing,
        &[
            "Number|A year|Units Old",
            "Number Units A|Every Unit",
            "as soon as",
            "Ordinal Half",
            "Number|A Half Factor",
            "Number Times",
        ],
    ),
    rule(
        "set",
        "What recurs: every day, Mondays.",
        Build::Set,
        &[
            "Every Unit|Weekday|Part|Month|MonthWord|Season|SeasonWord",
            "Every Number Units",
            "Every Weekday Part",
            "Weekdays",
            "Weekday Parts",
            "Frequency",
            "Times A|Every Unit",
            "Number Times A|Every Unit",
        ],
    ),
    rule(
        "vague",
        "A vague reference: now, recently, the future.",
        Build::Vague,
        &[
            "Present|Past|Future",
            "more Past",
            "The PastNoun|FutureNoun",
            "The near|foreseeable|distant|immediate|recent PastNoun|FutureNoun",
            "these PresentNoun",
            "right Present",
        ],
    ),
    rule(
        "anaphor",
        "What the story named last: that day, the same month.",
        Build::Anaphor,
        &[
            "That|Same Unit",
            "The Same Unit",
            "The Following Unit",
            "the end|beginning|middle|start of The Unit",
            "The Latest quarter|Period|Unit",
            "The quarter",
        ],
    ),
];

const BEFORE: &[Extension] = &[
    extension(
        Some(Modifier::Start),
        Applies::Points,
        &["early", "earlier", "the beginning of", "the start of", "beginning of", "early in"],
    ),
    extension(Some(Modifier::Mid), Applies::Points, &["mid", "the middle of", "middle of"]),
    extension(Some(Modifier::End), Applies::Points, &["late", "later", "the end of", "end of"]),
    extension(
        Some(Modifier::Approx),
        Applies::Any,
        &["about", "around", "approximately", "roughly", "some", "nearly", "almost"],
    ),
    extension(Some(Modifier::MoreThan), Applies::Amounts, &["more than"]),
    extension(Some(Modifier::MoreThan), Applies::Exact, &["over"]),
    extension(Some(Modifier::LessThan), Applies::Amounts, &["less than", "under"]),
    extension(Some(Modifier::EqualOrMore), Applies::Amounts, &["at least", "no less than"]),
    extension(Some(Modifier::EqualOrLess), Applies::Amounts, &["up to", "at most", "no more than"]),
];

const AFTER: &[Extension] = &[
    extension(Some(Modifier::Approx), Applies::Any, &["or so"]),
    extension(Some(Modifier::OnOrAfter), Applies::Points, &["and beyond"]),
];
