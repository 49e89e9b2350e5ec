//! One line a case: an English text, what is found in it, and its value.

mod common;

use common::{check_in, values};
use dateline_dates::Language;

/// Tags `text` as of Wednesday, 15 November 2023, and compares "words = value".
fn check(text: &str, expected: &[&str]) {
    check_in(Language::English, "2023-11-15", text, expected);
}

#[test]
fn full_dates_in_all_orders() {
    check("on May 3, 1998", &["May 3, 1998 = 1998-05-03"]);
    check("on 3 May 1998", &["3 May 1998 = 1998-05-03"]);
    check("on the 3rd of May 1998", &["the 3rd of May 1998 = 1998-05-03"]);
    check("on Friday, Nov. 3, 2023,", &["Friday, Nov. 3, 2023 = 2023-11-03"]);
    check("on Friday 3 November", &["Friday 3 November = 2023-11-03"]);
    check("on 2023-11-03.", &["2023-11-03 = 2023-11-03"]);
    check("since May 1998", &["May 1998 = 1998-05"]);
    check("LYON, SEPT. 3, 2021 - Two men", &["SEPT. 3, 2021 = 2021-09-03"]);
    check("dated 10/31/89", &["10/31/89 = 1989-10-31"]);
    check("dated 31/10/1989", &["31/10/1989 = 1989-10-31"]);
    check("Sept. 11, 2001, attacks", &["Sept. 11, 2001 = 2001-09-11"]);
    check("on February 29, 2024", &["February 29, 2024 = 2024-02-29"]);
    check("in January nineteen ninety-seven", &["January nineteen ninety-seven = 1997-01"]);
}

#[test]
fn days_that_do_not_exist_are_no_dates() {
    check("on February 29, 2023", &["2023 = 2023"]);
    check("the 2023-13-03 build", &[]);
}

#[test]
fn days_and_weeks_counted_in_their_month() {
    check("It met on the first Monday of March.", &["the first Monday of March = 2023-03-06"]);
    check("It met on the last Friday of October 2021.", &["the last Friday of October 2021 = 2021-10-29"]);
    check("It fell in the last week of October.", &["the last week of October = 2023-W44"]);
    check("the last day of June 2022", &["the last day of June 2022 = 2022-06-30"]);
    check("It was the last week of the campaign.", &[]);
}

#[test]
fn quarters_of_other_years_and_odd_quarters() {
    check("Sales rose in the third quarter of last year.", &["the third quarter of last year = 2022-Q3"]);
    check("in the first half of next year", &["the first half of next year = 2024-H1"]);
    check("last year's third quarter", &["last year's third quarter = 2022-Q3"]);
    check("In the quarter ended July 31, sales fell.", &["the quarter = 2023-Q2", "July 31 = 2023-07-31"]);
    check("In the quarter ended Sept. 30, sales fell.", &["the quarter = 2023-Q3", "Sept. 30 = 2023-09-30"]);
}

#[test]
fn halves_and_unnumbered_offsets() {
    check("A year and a half ago he left.", &["A year and a half ago = 2022-05"]);
    check("Two and a half years ago he left.", &["Two and a half years ago = 2021-05"]);
    check("Half an hour later, police arrived.", &["Half an hour later = PT30M"]);
    check("Decades ago he was here.", &["Decades ago = PAST_REF"]);
    check("Minutes later it exploded.", &["Minutes later = PTXM"]);
    check("The talks resume a week from today.", &["a week from today = 2023-11-22"]);
    check("two years from now", &["two years from now = 2025"]);
    check("over the past three summers", &["the past three summers = P3SU"]);
    check("in the summer of '69", &["the summer of '69 = 1969-SU"]);
    check("in FY 2022", &["FY 2022 = 2022"]);
    check("at dawn on Friday he was shot", &["dawn on Friday = 2023-11-10TMO"]);
    check(
        "He came on May 3, 1998. The following Monday he left.",
        &["May 3, 1998 = 1998-05-03", "The following Monday = 1998-05-04"],
    );
}

#[test]
fn dates_without_a_year_take_the_nearest() {
    check("He spoke on Nov. 3 in Rome.", &["Nov. 3 = 2023-11-03"]);
    check("It will open on Dec. 1.", &["Dec. 1 = 2023-12-01"]);
    check("It closed on Sept. 30.", &["Sept. 30 = 2023-09-30"]);
    check("It will open on Jan. 15.", &["Jan. 15 = 2024-01-15"]);
    check("He will succeed her on Feb. 1.", &["Feb. 1 = 2024-02-01"]);
    check("a dividend payable Jan. 2", &["Jan. 2 = 2024-01-02"]);
    check("He spoke on April 24 and 25.", &["April 24 = 2023-04-24", "25 = 2023-04-25"]);
}

#[test]
fn weekdays_follow_the_tense() {
    check("He arrived Friday.", &["Friday = 2023-11-10"]);
    check("He will arrive Friday.", &["Friday = 2023-11-17"]);
    check("The trial is set to begin on Monday.", &["Monday = 2023-11-20"]);
    check("They agreed to meet on Friday.", &["Friday = 2023-11-17"]);
    check("He said Friday that he will leave.", &["Friday = 2023-11-10"]);
    check("He was killed Wednesday.", &["Wednesday = 2023-11-15"]);
    check("It is to be completed by Friday.", &["Friday = 2023-11-17"]);
    check("The talks began last Monday.", &["last Monday = 2023-11-13"]);
    check("last Wednesday", &["last Wednesday = 2023-11-08"]);
    check("next Wednesday", &["next Wednesday = 2023-11-22"]);
    check("He has been ill since Sunday.", &["Sunday = 2023-11-12"]);
    check("He flew home to meet his family Sunday.", &["Sunday = 2023-11-12"]);
    check("They told him to appear Friday.", &["Friday = 2023-11-17"]);
    check("It had been scheduled to expire Friday.", &["Friday = 2023-11-10"]);
    check("He could leave as early as Friday.", &["Friday = 2023-11-17"]);
    check("It fell ahead of Sunday's vote.", &["Sunday = 2023-11-19"]);
    check("They were killed by Monday's storm.", &["Monday = 2023-11-13"]);
    check("The president is meeting them on Friday.", &["Friday = 2023-11-17"]);
    check("The trial resumes Friday.", &["Friday = 2023-11-17"]);
    check("The vote will be held on Sunday.", &["Sunday = 2023-11-19"]);
    check("It may be decided Tuesday.", &["Tuesday = 2023-11-14"]);
    check("It will be decided Tuesday.", &["Tuesday = 2023-11-21"]);
    check("Rules take effect starting Monday.", &["Monday = 2023-11-20"]);
}

#[test]
fn months_and_seasons_with_direction() {
    check("It fell in March.", &["March = 2023-03"]);
    check("It has fallen since December.", &["December = 2022-12"]);
    check("It is expected in December.", &["December = 2023-12"]);
    check("last May", &["last May = 2023-05"]);
    check("last December", &["last December = 2022-12"]);
    check("next May", &["next May = 2024-05"]);
    check("He died last summer.", &["last summer = 2023-SU"]);
    check("this fall", &["this fall = 2023-FA"]);
    check("the summer of 1998", &["the summer of 1998 = 1998-SU"]);
    check("in early March", &["early March = 2023-03"]);
}

#[test]
fn everyday_words_are_no_dates() {
    check("You may march in the fall of an empire.", &[]);
    check("May I go? It may rain.", &[]);
    check("Jan Kavan and Mar Roxas met.", &[]);
    check("It cost $1,998 and 1998 dollars.", &[]);
    check("He paid $2000 for 1,000 shares.", &[]);
    check("The 44-year-old man and his 6-year-old son", &[]);
    check("as soon as possible", &[]);
    check("flight 1990 to Rome", &[]);
    check("He lives at 10 Downing Street.", &[]);
    check("a 1987 Chevrolet and his 2008 Bentley", &[]);
    check("He won 3:2 and ran it in 2:56.", &[]);
    check("Three-quarters, or 3/4, agreed.", &[]);
    check("the second man", &[]);
    check("He was on \"60 Minutes\".", &[]);
}

#[test]
fn days_from_publication() {
    check("today", &["today = 2023-11-15"]);
    check("Yesterday he left.", &["Yesterday = 2023-11-14"]);
    check("tomorrow morning", &["tomorrow morning = 2023-11-16TMO"]);
    check("He spoke tonight.", &["tonight = 2023-11-15TNI"]);
    check("this morning", &["this morning = 2023-11-15TMO"]);
    check("Monday night", &["Monday night = 2023-11-13TNI"]);
}

#[test]
fn units_from_publication() {
    check("this year", &["this year = 2023"]);
    check("last year", &["last year = 2022"]);
    check("next week", &["next week = 2023-W47"]);
    check("last week", &["last week = 2023-W45"]);
    check("this month", &["this month = 2023-11"]);
    check(
        "On May 3, 1998, he left. The next day he died.",
        &["May 3, 1998 = 1998-05-03", "The next day = 1998-05-04"],
    );
    check("the day before yesterday", &["the day before yesterday = 2023-11-13"]);
    check("in Q3 2019", &["Q3 2019 = 2019-Q3"]);
    check("the current quarter", &["the current quarter = 2023-Q4"]);
    check("Over the weekend, he left.", &["the weekend = 2023-W45-WE"]);
    check("the past decade", &["the past decade = P10Y"]);
    check("by year end", &["year end = 2023"]);
    check("earlier this year", &["earlier this year = 2023"]);
    check("Later yesterday he left.", &["Later yesterday = 2023-11-14"]);
    check("over the past year", &["the past year = P1Y"]);
    check("the week of Nov. 6", &["the week = 2023-W45", "Nov. 6 = 2023-11-06"]);
}

#[test]
fn offsets() {
    check("two years ago", &["two years ago = 2021"]);
    check("five months ago", &["five months ago = 2023-06"]);
    check("10 days ago", &["10 days ago = 2023-11-05"]);
    check("two weeks ago", &["two weeks ago = 2023-W44"]);
    check("several years ago", &["several years ago = PAST_REF"]);
    check(
        "On May 3, 1998, he left. A month later he died.",
        &["May 3, 1998 = 1998-05-03", "A month later = 1998-06"],
    );
    check("In 1998 he left. Two years earlier he came.", &["1998 = 1998", "Two years earlier = 1996"]);
    check(
        "On May 3, 1998, he left. Three days later he died.",
        &["May 3, 1998 = 1998-05-03", "Three days later = 1998-05-06"],
    );
    check("In 1998 he left. Three days later he died.", &["1998 = 1998", "Three days later = P3D"]);
    check(
        "He left at 9:15 a.m. and died two hours later.",
        &["9:15 a.m. = 2023-11-15T09:15", "two hours later = 2023-11-15T11:15"],
    );
    check("exactly two years ago", &["exactly two years ago = 2021-11-15"]);
    check("ten years ago today", &["ten years ago today = 2013-11-15"]);
}

#[test]
fn lengths() {
    check("for five years", &["five years = P5Y"]);
    check("a two-year plan", &["two-year = P2Y"]);
    check("a two-and-a-half-year war", &["two-and-a-half-year = P2Y6M"]);
    check("a year and a half", &["a year and a half = P1Y6M"]);
    check("for 2 1/2 years", &["2 1/2 years = P2Y6M"]);
    check("the next three quarters", &["the next three quarters = P9M"]);
    check("half an hour", &["half an hour = PT30M"]);
    check("for years", &["years = PXY"]);
    check("a few days", &["a few days = PXD"]);
    check("a couple of weeks", &["a couple of weeks = P2W"]);
    check("more than four hours", &["more than four hours = PT4H"]);
    check("twenty-four hours", &["twenty-four hours = PT24H"]);
    check("two to three weeks", &["two to three weeks = P2W"]);
    check("the last five years", &["the last five years = P5Y"]);
    check("over the next several days", &["the next several days = PXD"]);
    check("three decades", &["three decades = P30Y"]);
    check("half a century", &["half a century = P50Y"]);
    check("a half-century", &["a half-century = P50Y"]);
    check("a quarter-century", &["a quarter-century = P25Y"]);
    check("a quarter of a century", &["a quarter of a century = P25Y"]);
    check("during those eleven months", &["those eleven months = P11M"]);
    check("about five hours", &["five hours = PT5H"]);
    check("a 90 - day program", &["90 - day = P90D"]);
}

#[test]
fn absurd_amounts_do_not_overflow() {
    check("999999999999.5 hundred centuries", &["999999999999.5 hundred centuries = PXCE"]);
    check("4000000000 years ago", &[]);
    check("99999999999999999999 days", &[]);
}

#[test]
fn what_recurs() {
    check("every day", &["every day = P1D"]);
    check("each July", &["each July = XXXX-07"]);
    check("on Mondays", &["Mondays = XXXX-WXX-1"]);
    check("every morning", &["every morning = XXXX-XX-XXTMO"]);
    check("twice a week", &["twice a week = P1W"]);
    check("It meets weekly.", &["weekly = P1W"]);
    check("50,000 visits a year", &["a year = P1Y"]);
}

#[test]
fn times_of_day() {
    check("at 8 p.m. Wednesday", &["8 p.m. Wednesday = 2023-11-15T20:00"]);
    check("at 9:15 a.m.", &["9:15 a.m. = 2023-11-15T09:15"]);
    check("at 0915 GMT Saturday", &["0915 GMT Saturday = 2023-11-11T09:15"]);
    check("at 8 p.m. local time", &["8 p.m. local time = 2023-11-15T20:00"]);
    check("at noon Thursday", &["noon Thursday = 2023-11-09T12:00"]);
    check("at 12 a.m. today", &["12 a.m. today = 2023-11-15T00:00"]);
    check("at 8:30pm", &["8:30pm = 2023-11-15T20:30"]);
    check("May 2, 2013 1:35 pm", &["May 2, 2013 1:35 pm = 2013-05-02T13:35"]);
}

#[test]
fn long_stretches() {
    check("in 1989", &["1989 = 1989"]);
    check("in the 1990s", &["the 1990s = 199"]);
    check("in the nineties", &["the nineties = 199"]);
    check("the 20th century", &["the 20th century = 19"]);
    check("in fiscal 1989", &["fiscal 1989 = 1989"]);
    check("the third quarter of 1989", &["the third quarter of 1989 = 1989-Q3"]);
    check("last year's first half", &["last year's first half = 2022-H1"]);
    check("from 2019-21", &["2019-21 = 2019/2021"]);
}

#[test]
fn named_days() {
    check("on Thanksgiving Day 2022", &["Thanksgiving Day 2022 = 2022-11-24"]);
    check("He died on Christmas Eve.", &["Christmas Eve = 2022-12-24"]);
    check("Election Day", &["Election Day = 2023-11-07"]);
    check("He was killed on Good Friday.", &["Good Friday = 2023-04-07"]);
    check("on New Year's Eve", &["New Year's Eve = 2023-12-31"]);
}

#[test]
fn vague_references() {
    check("He is now ill.", &["now = PRESENT_REF"]);
    check("He recently left.", &["recently = PAST_REF"]);
    check("in the past", &["the past = PAST_REF"]);
    check("in the near future", &["the near future = FUTURE_REF"]);
    check("in coming weeks", &["coming weeks = FUTURE_REF"]);
    check("He will soon leave.", &["soon = FUTURE_REF"]);
    check("The bridge may one day carry trains.", &["one day = FUTURE_REF"]);
    check("It takes one day longer.", &["one day = P1D"]);
    check("He soon left.", &[]);
}

#[test]
fn what_the_story_named_last() {
    check("In 1998 he left. That day it rained.", &["1998 = 1998", "That day = XXXX-XX-XX"]);
    check(
        "On May 3, 1998, he left. That day it rained.",
        &["May 3, 1998 = 1998-05-03", "That day = 1998-05-03"],
    );
    check(
        "In May 1998 he left. The same month it rained.",
        &["May 1998 = 1998-05", "The same month = 1998-05"],
    );
    check("In 1998 he left. The following year he died.", &["1998 = 1998", "The following year = 1999"]);
}

#[test]
fn reports_count_from_their_quarter() {
    check(
        "In the third quarter it earned $5 million, against $4 million in the year-ago quarter.",
        &["the third quarter = 2023-Q3", "the year-ago quarter = 2022-Q3"],
    );
    check("for the quarter ended Sept. 30", &["the quarter = 2023-Q3", "Sept. 30 = 2023-09-30"]);
}

#[test]
fn without_publication_date_values_stay_open() {
    for (text, value) in [
        ("He left Friday.", "XXXX-WXX-5"),
        ("He left on May 3.", "XXXX-05-03"),
        ("He left in March.", "XXXX-03"),
        ("He left yesterday.", "XXXX-XX-XX"),
        ("He left last year.", "XXXX"),
        ("He left on May 3, 1998.", "1998-05-03"),
        ("He left two years ago.", "XXXX"),
        ("He left at 8 p.m.", "XXXX-XX-XXT20:00"),
    ] {
        assert_eq!(values(Language::English, None, text), [value], "{text}");
    }
}
