//! One line a case: expressions that lean on what stands beside them or on what the
//! story named before, and words that only look like dates.

mod common;

use common::{check_in, timexes};
use dateline_dates::{Language, TimexKind};

/// Tags `text` as of Wednesday, 15 November 2023, and compares "words = value".
fn check(text: &str, expected: &[&str]) {
    check_in(Language::English, "2023-11-15", text, expected);
}

#[test]
fn parts_of_the_storys_day() {
    check("On May 3 it rained. That night he left.", &["May 3 = 2023-05-03", "That night = 2023-05-03TNI"]);
    check(
        "On May 3 he won. The next morning he left.",
        &["May 3 = 2023-05-03", "The next morning = 2023-05-04TMO"],
    );
    check(
        "On May 3 he won. He had slept badly the night before.",
        &["May 3 = 2023-05-03", "the night before = 2023-05-02TNI"],
    );
    check("The following evening they met.", &["The following evening = 2023-11-16TEV"]);
    check("The same afternoon it rained.", &["The same afternoon = 2023-11-15TAF"]);
    check("The storm struck overnight.", &["overnight = 2023-11-14TNI"]);
    check("Two men died overnight Saturday.", &["overnight Saturday = 2023-11-11TNI"]);
}

#[test]
fn offsets_that_end_their_clause() {
    check("In 1998 he left. He had come two years before.", &["1998 = 1998", "two years before = 1996"]);
    check("It broke a week before, police said.", &["a week before = P1W"]);
    check("He came two years before the war.", &["two years = P2Y"]);
    check("It happened the week before last.", &["the week before last = 2023-W44"]);
    check("They met this past weekend.", &["this past weekend = 2023-W45-WE"]);
    check("It opens the year after next.", &["the year after next = 2025"]);
    check("It fell the week before last week's vote.", &["the week = XXXX-WXX", "last week = 2023-W45"]);
}

#[test]
fn about_so_long_ago_is_a_point() {
    check("About two years ago he left.", &["About two years ago = 2021"]);
    check("He left nearly a decade ago.", &["nearly a decade ago = 2013"]);
    check("It was built some 3,000 years ago.", &["some 3,000 years ago = BC0978"]);
}

#[test]
fn both_ends_of_a_range() {
    check("He bought shares from Sept. 14 to Thursday.", &["Sept. 14 = 2023-09-14", "Thursday = 2023-11-09"]);
    check("From Monday to Friday it is open.", &["Monday = 2023-11-13", "Friday = 2023-11-17"]);
    check("It rained from Friday through Monday.", &["Friday = 2023-11-10", "Monday = 2023-11-13"]);
    check(
        "It lasted from Monday evening until Tuesday morning.",
        &["Monday evening = 2023-11-13TEV", "Tuesday morning = 2023-11-14TMO"],
    );
    check("It was shut between May and July.", &["May = 2023-05", "July = 2023-07"]);
    check("Sales fell from January through March.", &["January = 2023-01", "March = 2023-03"]);
    check("It was cold from November to February 2012.", &["November = 2011-11", "February 2012 = 2012-02"]);
    check("He came in June and November 2005.", &["June = 2005-06", "November 2005 = 2005-11"]);
    check("It ran from May 30 to June 2.", &["May 30 = 2023-05-30", "June 2 = 2023-06-02"]);
    check("They met on April 24 and 25 they left.", &["April 24 = 2023-04-24", "25 = 2023-04-25"]);
    check("It grew in the 1960s and 70s.", &["the 1960s = 196", "70s = 197"]);
    check("He is a man in his 70s.", &[]);
}

#[test]
fn verbs_decide_where_a_weekday_lies() {
    check("Officials say Monday the talks will go on.", &["Monday = 2023-11-13"]);
    check("The paper reports on Friday that he is due to leave.", &["Friday = 2023-11-10"]);
    check("The firm is due to report Friday.", &["Friday = 2023-11-17"]);
    check("The panel will release its report Friday.", &["Friday = 2023-11-17"]);
    check("Earlier Monday, the leader, who will visit Rome, spoke.", &["Monday = 2023-11-13"]);
    check("Following Monday's meeting he will fly home.", &["Monday = 2023-11-13"]);
    check("Rain will hit the coast Sunday.", &["Sunday = 2023-11-19"]);
    check("The storm hit the coast Sunday.", &["Sunday = 2023-11-12"]);
    check("They will likely decide Tuesday.", &["Tuesday = 2023-11-21"]);
    check("In Monday's trading, oil for May delivery rose.", &["Monday = 2023-11-13", "May = 2023-05"]);
    check("She arrives on Thursday for talks.", &["Thursday = 2023-11-16"]);
    check("The hearing is set for Jan. 14.", &["Jan. 14 = 2024-01-14"]);
    check("The fair takes place Saturday.", &["Saturday = 2023-11-18"]);
    check("The law takes effect Jan. 1.", &["Jan. 1 = 2024-01-01"]);
    check("The Monday deadline passed quietly.", &["Monday = 2023-11-13"]);
}

#[test]
fn seasons_years_and_feasts() {
    check("Growth slowed in mid-2013.", &["mid-2013 = 2013"]);
    check("It has grown since mid-1995.", &["mid-1995 = 1995"]);
    check("It opened (1998) in Rome.", &["1998 = 1998"]);
    check("It rose (1998 feet) above the town.", &[]);
    check("In the weeks before the vote he was calm.", &["weeks = PXW"]);
    check("Over the years he grew calm.", &["the years = PXY"]);
    check("He was poor in the early years.", &["the early years = PXY"]);
    check("It opened in the spring.", &["the spring = 2023-SP"]);
    check("It was the spring of his life and the fall of Rome.", &[]);
    check("He is in spring training.", &[]);
    check("the spring of last year", &["the spring of last year = 2022-SP"]);
    check("He won at the 2012 Summer Olympics.", &["2012 = 2012"]);
    check("The Winter Games will open soon.", &["soon = FUTURE_REF"]);
    check("On Easter Sunday 2011 bells rang.", &["Easter Sunday 2011 = 2011-04-24"]);
    check("On Easter Monday they left.", &["Easter Monday = 2023-04-10"]);
    check("The week to 12 May, sales rose.", &["The week = 2023-W46", "12 May = 2023-05-12"]);
    check("Sales rose in 1Q 2013.", &["1Q 2013 = 2013-Q1"]);
    check("the last quarter of 2012", &["the last quarter of 2012 = 2012-Q4"]);
    check("the final quarter of last year", &["the final quarter of last year = 2022-Q4"]);
    check("On June 4 last year he left.", &["June 4 last year = 2022-06-04"]);
    check("on 4 June of last year", &["4 June of last year = 2022-06-04"]);
    check("by year-end 2012", &["year-end 2012 = 2012"]);
}

#[test]
fn names_and_ages_are_no_dates() {
    check("The China Daily and the Daily Mail reported it.", &[]);
    check("The Sunday Times and Britain's Sunday Mirror had it, and so had the Mail on Sunday.", &[]);
    check("He read the paper on Sunday.", &["Sunday = 2023-11-12"]);
    check("Climber Killed In Fall Monday", &["Monday = 2023-11-13"]);
    check("In Spring, schools open.", &["Spring = 2023-SP"]);
    check("It is printed daily.", &["daily = P1D"]);
    check("An 18 - year old man was held.", &[]);
    check("It was the last day before the vote.", &[]);
}

#[test]
fn lengths_and_sets() {
    check("It was extended for another year.", &["another year = P1Y"]);
    check("He stays another two weeks.", &["another two weeks = P2W"]);
    check("They met in 1998, two weeks later than planned.", &["1998 = 1998", "two weeks = P2W"]);
    check("It takes a day or two.", &["a day or two = P1D"]);
    check("in the next day or two", &["the next day or two = P1D"]);
    check("over the next decade", &["the next decade = P10Y"]);
    check("in the coming year", &["the coming year = P1Y"]);
    check("In the days ahead it will rain.", &["the days ahead = PXD"]);
    check("In past years it was colder.", &["past years = PAST_REF"]);
    check("He came three times a week.", &["three times a week = P1W"]);
    check("They meet every other week.", &["every other week = P2W"]);
    check("Twice weekly flights began.", &["Twice weekly = P1W"]);
    check("Friday marks a year since the vote.", &["Friday = 2023-11-10", "a year = P1Y"]);
    check("In the year to April, sales rose.", &["the year = P1Y", "April = 2023-04"]);
}

#[test]
fn what_lies_ahead_ends_after_publication() {
    let found = timexes(Language::English, Some("2023-11-15"), "It will happen in the coming week.");
    assert_eq!(found[0].kind, TimexKind::Duration);
    assert_eq!(found[0].begin.map(|begin| begin.to_string()).as_deref(), Some("2023-11-15T00:00:00Z"));
    assert_eq!(found[0].until.map(|until| until.to_string()).as_deref(), Some("2023-11-22T00:00:00Z"));
}

#[test]
fn hours_in_words_and_parts_of_days() {
    check("It opened at six o'clock in the morning.", &["six o'clock in the morning = 2023-11-15T06:00"]);
    check("It closed at 8 o'clock in the evening.", &["8 o'clock in the evening = 2023-11-15T20:00"]);
    check("The bell rang at 8 in the morning.", &["8 in the morning = 2023-11-15T08:00"]);
    check("By mid-afternoon it was over.", &["mid-afternoon = 2023-11-15TAF"]);
    check("He fled in the early morning.", &["the early morning = 2023-11-15TMO"]);
    check("No later than Friday it will end.", &["Friday = 2023-11-17"]);
}

#[test]
fn one_year_is_no_rate_without_a_count() {
    let found = timexes(Language::English, Some("2023-11-15"), "Friday marks a year since the vote.");
    assert_eq!(found[1].kind, TimexKind::Duration);
}

#[test]
fn a_report_keeps_its_quarter_past_an_outlook() {
    let report = "Third-quarter profit fell. Losses may last through the first two quarters of 2024 and the \
                  first quarter of 2025. Profit was $2 million in the year-ago quarter.";
    let found = timexes(Language::English, Some("2023-11-15"), report);
    assert_eq!(found.last().map(|timex| timex.value.as_str()), Some("2022-Q3"));
}

#[test]
fn pronouns_and_conjunctions_are_no_part_of_a_time() {
    check("The two face each other Saturday.", &["Saturday = 2023-11-11"]);
    check("It fell every other Saturday.", &["every other Saturday = XXXX-WXX-6"]);
    check("He said that four days were lost.", &["four days = P4D"]);
    check("Those four days were hard.", &["Those four days = P4D"]);
    check("The ship is presently in port.", &[]);
}

#[test]
fn a_month_of_the_year_that_the_story_is_in() {
    check(
        "In 1969 he left. In August of that year he died.",
        &["1969 = 1969", "August of that year = 1969-08"],
    );
    check(
        "In 1969 he left. He died on August 4 of the same year.",
        &["1969 = 1969", "August 4 of the same year = 1969-08-04"],
    );
    check("He left in August of that year.", &["August of that year = 2023-08"]);
}

#[test]
fn the_day_of_2001_by_what_happened() {
    check("He enlisted after the Sept. 11 attacks.", &["Sept. 11 = 2001-09-11"]);
    check("It recalls the Sept. 11 terrorist attacks.", &["Sept. 11 = 2001-09-11"]);
    check("He was born on Sept. 11.", &["Sept. 11 = 2023-09-11"]);
}

#[test]
fn lengths_that_end_their_clause() {
    check("It was the worst storm in years.", &["years = PXY"]);
    check("They are measured in years of service.", &[]);
}

#[test]
fn a_date_in_an_aside_says_which_weekday() {
    check("It was mended by Friday (3 November).", &["Friday = 2023-11-03", "3 November = 2023-11-03"]);
    check("He left on Monday [May 1, 2023].", &["Monday = 2023-05-01", "May 1, 2023 = 2023-05-01"]);
    check("He left on Monday (as he had said).", &["Monday = 2023-11-13"]);
}

#[test]
fn weekdays_of_a_week() {
    check("He will leave on Friday next week.", &["Friday next week = 2023-11-24"]);
    check("He left on Monday of last week.", &["Monday of last week = 2023-11-06"]);
    check("Sunday of this week is free.", &["Sunday of this week = 2023-11-19"]);
}

#[test]
fn decades_with_an_apostrophe() {
    check("In the 1980's it rained.", &["the 1980's = 198"]);
    check("In the early 1980’s it rained.", &["the early 1980’s = 198"]);
    check("The 1987's best seller", &["1987 = 1987"]);
}

#[test]
fn rough_lengths_and_rulings_to_get_around() {
    check("It will grow over the next two years or so.", &["the next two years or so = P2Y"]);
    check("They want to get around Monday's ruling.", &["Monday = 2023-11-13"]);
    check("It happened around Monday.", &["around Monday = 2023-11-13"]);
}

#[test]
fn a_year_in_the_background_leaves_times_their_day() {
    check(
        "A fire on Monday destroyed a hall built in the 1930s. It was seen at 3:33 a.m.",
        &["Monday = 2023-11-13", "the 1930s = 193", "3:33 a.m. = 2023-11-13T03:33"],
    );
    check(
        "It burned on Monday as in 1931. That night it rained.",
        &["Monday = 2023-11-13", "1931 = 1931", "That night = 2023-11-13TNI"],
    );
    check("In 1998 he left. That day it rained.", &["1998 = 1998", "That day = XXXX-XX-XX"]);
}

#[test]
fn ages_in_decades_and_two_centuries() {
    check("A man in his late eighties was found.", &[]);
    check("It rained in the late eighties.", &["the late eighties = 198"]);
    check("It grew in the 19th and 20th centuries.", &["the 19th = 18", "20th centuries = 19"]);
    check("It grew from the 16th to the 18th century.", &["the 16th = 15", "the 18th century = 17"]);
}
