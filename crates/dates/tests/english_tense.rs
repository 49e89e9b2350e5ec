//! One line a case: which way a bare weekday or month lies, by the words around it.

mod common;

use common::check_in;
use dateline_dates::Language;

/// Tags `text` as of Wednesday, 15 November 2023, and compares "words = value".
fn check(text: &str, expected: &[&str]) {
    check_in(Language::English, "2023-11-15", text, expected);
}

#[test]
fn the_copula_and_what_is_to_be_look_ahead() {
    check("The final is on Sunday.", &["Sunday = 2023-11-19"]);
    check("A service for the crew is Saturday.", &["Saturday = 2023-11-18"]);
    check("The talks are to end Friday.", &["Friday = 2023-11-17"]);
    check("Kick-off is at 19:45 GMT on Sunday.", &["19:45 GMT on Sunday = 2023-11-19T19:45"]);
    check("The vote is in May.", &["May = 2024-05"]);
    check("The latest figures are from May.", &["May = 2023-05"]);
    check("The final was on Sunday.", &["Sunday = 2023-11-12"]);
    check("The storm is forecast to reach land on Saturday.", &["Saturday = 2023-11-18"]);
    check("He hopes to win Saturday.", &["Saturday = 2023-11-18"]);
}

#[test]
fn a_day_that_opens_a_clause_goes_with_the_verb_behind_it() {
    check("He told reporters that on Friday he will travel.", &["Friday = 2023-11-17"]);
    check("She said that Thursday the court would sit.", &["Thursday = 2023-11-16"]);
    check("He will tell them that on Friday he worked.", &["Friday = 2023-11-10"]);
}

#[test]
fn what_lies_before_an_event_looks_ahead_to_it() {
    check("They campaigned ahead of elections on Sunday.", &["Sunday = 2023-11-19"]);
    check("They met ahead of the vote, and on Sunday he left.", &["Sunday = 2023-11-12"]);
    check("She looks forward to Friday's debate.", &["Friday = 2023-11-17"]);
    check(
        "In the nine months through September, profit fell.",
        &["the nine months = P9M", "September = 2023-09"],
    );
    check(
        "He left in May 2019. In the year through June, sales rose.",
        &["May 2019 = 2019-05", "the year = P1Y", "June = 2023-06"],
    );
    check("The strike will last through March.", &["March = 2024-03"]);
    check("The shop closed this week through Friday.", &["this week = 2023-W46", "Friday = 2023-11-17"]);
    check("Much can change between now and Friday.", &["now = PRESENT_REF", "Friday = 2023-11-17"]);
    check("The union called a strike for Monday.", &["Monday = 2023-11-20"]);
    check("They gathered for Friday prayers.", &["Friday = 2023-11-10"]);
    check("Sales for March rose.", &["March = 2023-03"]);
    check("The match was postponed to Saturday.", &["Saturday = 2023-11-18"]);
}

#[test]
fn participles_before_a_noun_tell_no_time() {
    check("A Boston-based group on Thursday will open an office.", &["Thursday = 2023-11-16"]);
    check("In the newly built hall on Thursday the band will play.", &["Thursday = 2023-11-16"]);
    check("He was re-elected Sunday.", &["Sunday = 2023-11-12"]);
    check("The group quickly left Sunday.", &["Sunday = 2023-11-12"]);
}

#[test]
fn a_mishap_has_happened() {
    check("Officials will investigate Monday's plane crash.", &["Monday = 2023-11-13"]);
    check("They are searching for victims of Sunday's earthquake.", &["Sunday = 2023-11-12"]);
    check("A panel will look into the Monday attack.", &["Monday = 2023-11-13"]);
    check("He is expected to attend Friday's summit.", &["Friday = 2023-11-17"]);
    check("He is expected at Friday's summit on attacks.", &["Friday = 2023-11-17"]);
    check("On Friday raids will begin again.", &["Friday = 2023-11-17"]);
    check("The city saw ten attacks a day.", &["a day = P1D"]);
}

#[test]
fn a_month_takes_the_year_of_the_one_before_it_in_its_clause() {
    let parole = ["May 2015 = 2015-05", "July = 2015-07"];
    check("He was convicted in May 2015 and freed in July.", &parole);
    let turn = ["November 2015 = 2015-11", "March = 2016-03"];
    check("He was convicted in November 2015 and freed in March.", &turn);
    check("The firm, founded in May 2015, grew in July.", &["May 2015 = 2015-05", "July = 2023-07"]);
    check("He won in May 2023 and will leave in June.", &["May 2023 = 2023-05", "June = 2024-06"]);
}
