//! Publication dates that the text itself contradicts.
//!
//! A stamp can be the day of a crawl or a migration, weeks after the story. A day
//! that the text equates with "today" or a near weekday gives it away ("today
//! (3 March)", "on Tuesday, March 14"), and so does one that the text looks forward
//! to ("will be held on 3 March 2023") though it was over. Left out: days after
//! publication that the text tells of as past; plans are told in the past tense, too.

use crate::anchor::Precision;
use crate::date_string::ParsedDate;
use crate::tagger::Tense;
use crate::timex::{Timex, TimexKind};
use dateline_text::Document;
use jiff::civil::Date;

/// An expression of the text that cannot agree with the publication date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// First byte of the expression in the text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// What does not fit, as a sentence for the reader of the record.
    pub message: String,
}

/// Most bytes between "today" and the date that it is equated with.
const NEAR: usize = 12;

/// Finds where `document`, tagged as `timexes` against `published`,
/// contradicts it.
#[must_use]
pub fn contradictions(
    published: &ParsedDate,
    document: &Document<'_>,
    timexes: &[Timex],
) -> Vec<Contradiction> {
    if published.precision < Precision::Day {
        return Vec::new();
    }
    let day = published.local.date();
    let equated = timexes.windows(2).filter_map(|pair| equated(day, document.text(), &pair[0], &pair[1]));
    let outlooks = timexes.iter().filter_map(|timex| outlook(day, document.text(), timex));
    let weekdays = timexes.iter().filter_map(|timex| weekday(day, document.text(), timex));
    equated.chain(weekdays).chain(outlooks).collect()
}

/// "today, March 3": the day that the text itself calls today.
fn equated(published: Date, text: &str, one: &Timex, other: &Timex) -> Option<Contradiction> {
    let between = text.get(one.end..other.start)?;
    let apposed =
        between.len() <= NEAR && between.trim_matches([' ', ',', '(', '–', '-', '—', '\u{a0}']).is_empty();
    if !apposed {
        return None;
    }
    let (deictic, stated) = match (is_deictic(one), is_deictic(other)) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return None,
    };
    let (meant, stated_day) = (day(deictic)?, day(stated)?);
    (meant != stated_day).then(|| Contradiction {
        start: stated.start,
        end: stated.end,
        message: format!(
            "the text calls {stated_day} \"{}\", which on {published} was {meant}",
            &text[deictic.start..deictic.end]
        ),
    })
}

fn is_deictic(timex: &Timex) -> bool {
    timex.rule == "deictic-day" && timex.kind == TimexKind::Date
}

fn day(timex: &Timex) -> Option<Date> {
    timex.value.get(..10)?.parse().ok()
}

/// "Tuesday, March 14" without a year, in a year in which it was no Tuesday:
/// the tagger looks for the nearest year that fits, and finds it far away.
fn weekday(published: Date, text: &str, timex: &Timex) -> Option<Contradiction> {
    let stated = day(timex).filter(|_| timex.rule == "full-date")?;
    let words = &text[timex.start..timex.end];
    let yearless = !words.contains(&format!("{:04}", stated.year()));
    let years = (i32::from(stated.year()) - i32::from(published.year())).abs();
    (yearless && years > 1).then(|| Contradiction {
        start: timex.start,
        end: timex.end,
        message: format!("\"{words}\" fits {stated}, not the years around {published}"),
    })
}

/// Longest time, in days, for which a text keeps an outlook: what lies further
/// back is a quotation from an old one.
const OUTLOOK: i32 = 400;

/// "will be held on 3 March 2023" in a text that is said to be younger than that.
fn outlook(published: Date, text: &str, timex: &Timex) -> Option<Contradiction> {
    let stated = day(timex).filter(|_| timex.kind == TimexKind::Date && timex.tense == Tense::Future)?;
    let words = &text[timex.start..timex.end];
    let explicit = timex.rule == "full-date" && words.contains(&format!("{:04}", stated.year()));
    let past = stated.until(published).ok()?.get_days();
    (explicit && (2..=OUTLOOK).contains(&past)).then(|| Contradiction {
        start: timex.start,
        end: timex.end,
        message: format!("the text looks forward to {stated} (\"{words}\"), which was over on {published}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Anchor, Context, Language, parse_date_string, tag};

    fn check(published: &str, text: &str, expected: usize) {
        let published = parse_date_string(published, None, None).expect("a date");
        let anchor = Anchor::new(&published, None);
        let document = Document::new(text);
        let context = Context { anchor: Some(&anchor), language: Language::English };
        let timexes = tag(&document, &context);
        let found = contradictions(&published, &document, &timexes);
        assert_eq!(found.len(), expected, "{text} {timexes:?} {found:?}");
    }

    #[test]
    fn stamps_weeks_after_the_story() {
        check("2023-11-20", "The bridge fell today (3 November 2023), police said.", 1);
        check("2023-11-03", "The bridge fell today (3 November 2023), police said.", 0);
        check("2023-11-20", "On Tuesday, March 14, he left. He came back yesterday.", 0);
        check("2022-11-20", "It opened on Tuesday, March 17.", 1);
    }

    #[test]
    fn outlooks_on_days_gone_by() {
        check("2023-11-20", "The vote will be held on 3 November 2023, officials said.", 1);
        check("2023-11-01", "The vote will be held on 3 November 2023, officials said.", 0);
        check("2023-11-20", "The vote was held on 3 November 2023, officials said.", 0);
        check("2023-11-20", "\"It will be over on 3 May 1998,\" he had said.", 0);
    }

    #[test]
    fn stories_about_other_days_are_no_contradiction() {
        check("2023-11-20", "The war began in 1914. Today it is forgotten.", 0);
        check("2023-11", "The bridge fell today (3 October 2023), police said.", 0);
    }
}
