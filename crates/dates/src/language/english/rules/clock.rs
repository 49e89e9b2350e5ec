//! Days of the week, parts of days and times.

use crate::tagger::rule::{Build, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "weekday",
        "A weekday: Friday.",
        Build::Calendar,
        &["Weekday", "Weekday Part", "Part on? Weekday", "Weekday ,? at? ClockWord"],
    ),
    Rule::new(
        "deictic-day",
        "A day counted from publication: yesterday morning.",
        Build::Calendar,
        &["Today Part?", "Tonight", "Part Today", "The day Beside Today", "The Part of Today"],
    ),
    Rule::new(
        "part-of-day",
        "A part of a day: this morning.",
        Build::Calendar,
        &[
            "This|Last Part",
            "The? Start|Mid|End Part",
            "Mid Part Today|Weekday",
            "The? early SmallHours of Weekday|Today Part?",
            "The? early SmallHours of The? Part",
            "The? Start|End? Part of Weekday",
            "The? Start|End? Part of [AnyWeekday ,?]? AnyMonth .? Day|Ordinal [,? Year]?",
            "The? Start|End? Part of Day|Ordinal of? AnyMonth Year?",
            "Start|End Part on Weekday [,? AnyMonth Day [,? Year]?]?",
        ],
    ),
    Rule::new(
        "part-alone",
        "A part of the day that the story is at: in the morning.",
        Build::Guarded,
        &["The? Part"],
    ),
    Rule::new(
        "clock",
        "A time of day: 8:30 p.m. Wednesday, 0915 GMT.",
        Build::Calendar,
        &[
            "Hour|Clock|PointClock Meridiem Zone|ZoneWord? time? [Plus|- Hour]? [local time]? [,? on? Weekday|Today Part?]?",
            "ClockMeridiem Zone|ZoneWord? time? [local time]? [,? on? Weekday|Today Part?]?",
            "Clock|Military ClockHours? Zone [Plus Hour]? [,? on? Weekday|Today Part?]?",
            "Clock|Military ClockHours? Zone ~Hour [,? on? Weekday|Today Part?]?",
            "Clock ClockHours",
            "Clock|Military ClockHours? local time [,? on? Weekday|Today Part?]?",
            "Clock ,? on? Weekday|Today Part?",
            "Hour OClock [,? on? Weekday|Today Part?]?",
            "Hour OClock? in The Part",
            "Clock in The Part",
            "ClockWord Zone? [local time]? [,? on? Weekday|Today]?",
            "Today|Weekday ,? at ClockWord Zone?",
            "Today|Weekday ,? at Hour|Clock|PointClock Meridiem Zone|ZoneWord? time? [local time]?",
            "Today|Weekday ,? at Clock|ClockMeridiem ClockHours? Zone|ZoneWord? [local time]?",
            "Today|Weekday ,? at Military ClockHours? Zone",
        ],
    ),
    Rule::new(
        "clock-alone",
        "A time on a 24-hour clock after a preposition of time: at 15:30.",
        Build::Guarded,
        &["Clock"],
    ),
    Rule::new(
        "spoken-clock",
        "A time of day in words: six o'clock in the morning.",
        Build::SpokenClock,
        &["Number OClock [,? on? Weekday|Today Part?]?", "Number OClock in The Part"],
    ),
];
