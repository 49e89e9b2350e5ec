//! One line a case: times of day, ranges, parts of days, and days beside others.

mod common;

use common::{check_in, timexes};
use dateline_dates::Language;

/// Tags `text` as of Wednesday, 15 November 2023, and compares "words = value".
fn check(text: &str, expected: &[&str]) {
    check_in(Language::English, "2023-11-15", text, expected);
}

/// The borders of the only expression in `text`, in UTC.
fn check_borders(text: &str, begin: &str, until: &str) {
    let found = timexes(Language::English, Some("2023-11-15"), text);
    let borders =
        [found[0].begin, found[0].until].map(|border| border.map(|at| at.to_string()).unwrap_or_default());
    assert_eq!(borders, [begin, until], "{text}");
}

#[test]
fn dates_with_times_are_one_expression() {
    check("on May 3, 2012 at 9:15 p.m.", &["May 3, 2012 at 9:15 p.m. = 2012-05-03T21:15"]);
    check("Sunday, March 17, 2013 | 5:00 PM", &["Sunday, March 17, 2013 | 5:00 PM = 2013-03-17T17:00"]);
    check("at 7.30pm on Saturday 8 June 2013", &["7.30pm on Saturday 8 June 2013 = 2013-06-08T19:30"]);
    check("at 7.30 p.m. on 8 June 2013", &["7.30 p.m. on 8 June 2013 = 2013-06-08T19:30"]);
    check("16:05 GMT, 9 June 2013", &["16:05 GMT, 9 June 2013 = 2013-06-09T16:05"]);
    check("05/03/2013 at 10:20 AM EDT", &["05/03/2013 at 10:20 AM EDT = 2013-05-03T10:20"]);
    check("2013-05-03 10:20 UTC", &["2013-05-03 10:20 UTC = 2013-05-03T10:20"]);
    check("on 4 November 02:00 GMT", &["4 November 02:00 GMT = 2023-11-04T02:00"]);
}

#[test]
fn clocks_of_all_kinds() {
    check("He left at 15:30.", &["15:30 = 2023-11-15T15:30"]);
    check("He left at 15:30 on Friday.", &["15:30 on Friday = 2023-11-10T15:30"]);
    check("at 0915 GMT", &["0915 GMT = 2023-11-15T09:15"]);
    check("at 8 p.m. Eastern time Friday", &["8 p.m. Eastern time Friday = 2023-11-10T20:00"]);
    check(
        "at 10:15 (02:15 UTC) on Sunday",
        &["10:15 = 2023-11-12T10:15", "02:15 UTC = 2023-11-12T02:15", "Sunday = 2023-11-12"],
    );
    check("at 5 o'clock", &["5 o'clock = 2023-11-15T05:00"]);
    check("He worked 5 hours in 1945 Pacific waters.", &["5 hours = PT5H", "1945 = 1945"]);
}

#[test]
fn zones_give_the_instant() {
    check_borders("at 8 p.m. EST", "2023-11-16T01:00:00Z", "2023-11-16T01:01:00Z");
    check_borders("on July 3, 2023 at 8 p.m. ET", "2023-07-04T00:00:00Z", "2023-07-04T00:01:00Z");
    check_borders("on Jan. 3, 2023 at 8 p.m. ET", "2023-01-04T01:00:00Z", "2023-01-04T01:01:00Z");
    check_borders("at 20:00 UTC+2", "2023-11-15T18:00:00Z", "2023-11-15T18:01:00Z");
    check_borders("at 20:00 UTC-5", "2023-11-16T01:00:00Z", "2023-11-16T01:01:00Z");
}

#[test]
fn ranges_are_one_expression() {
    check("from 3 to 5 May 2012", &["3 to 5 May 2012 = 2012-05-03/2012-05-05"]);
    check("on May 3-5, 2012", &["May 3-5, 2012 = 2012-05-03/2012-05-05"]);
    check("on May 3–5, 2012", &["May 3–5, 2012 = 2012-05-03/2012-05-05"]);
    check("May 30-June 2, 2012", &["May 30-June 2, 2012 = 2012-05-30/2012-06-02"]);
    check("from June-August 2012", &["June-August 2012 = 2012-06/2012-08"]);
    check("from December-February 2012", &["December-February 2012 = 2011-12/2012-02"]);
    check("the 2011-12 season", &["2011-12 = 2011/2012"]);
    check("in 2011/12", &["2011/12 = 2011/2012"]);
    check("in 1999-00", &["1999-00 = 1999/2000"]);
    check("8-10 p.m. Friday", &["8-10 p.m. Friday = 2023-11-10T20:00/2023-11-10T22:00"]);
    check("from 11 to 1 p.m.", &["11 to 1 p.m. = 2023-11-15T11:00/2023-11-15T13:00"]);
    check("won 5-3 in May", &["May = 2023-05"]);
    check_borders("on May 3-5, 2012", "2012-05-03T00:00:00Z", "2012-05-06T00:00:00Z");
    check_borders("from June-August 2012", "2012-06-01T00:00:00Z", "2012-09-01T00:00:00Z");
    check_borders("8-10 p.m.", "2023-11-15T20:00:00Z", "2023-11-15T22:00:00Z");
}

#[test]
fn parts_of_days() {
    check("on the night of May 3, 2012", &["the night of May 3, 2012 = 2012-05-03TNI"]);
    check("on the night of Friday", &["the night of Friday = 2023-11-10TNI"]);
    check("in the early hours of Friday", &["the early hours of Friday = 2023-11-10TMO"]);
    check("In the morning he left.", &["the morning = 2023-11-15TMO"]);
    check("By evening it was over.", &["evening = 2023-11-15TEV"]);
    check("He rode through the night of his life.", &[]);
    check(
        "On May 3, 1998, he came. He left tonight.",
        &["May 3, 1998 = 1998-05-03", "tonight = 2023-11-15TNI"],
    );
}

#[test]
fn days_beside_others() {
    check(
        "He left Friday. He had come the day before.",
        &["Friday = 2023-11-10", "the day before = 2023-11-09"],
    );
    check("He left the day before the vote.", &["the day = XXXX-XX-XX"]);
    check("on Nov. 3, the day before the vote", &["Nov. 3 = 2023-11-03", "the day = 2023-11-03"]);
    check("the day after tomorrow", &["the day after tomorrow = 2023-11-17"]);
    check("since 9/11", &["9/11 = 2001-09-11"]);
}
