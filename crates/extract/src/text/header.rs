//! The header line of a news text: ` date 2023-11-07 Headline or body`.

use crate::date_shape;

/// Words that introduce the date of a header line.
const KEYWORDS: [&str; 6] = ["date", "published", "publication date", "pubdate", "dated", "posted"];

/// A header line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// The date string.
    pub(crate) date: &'a str,
    /// Offset of what follows on the same line.
    pub(crate) rest: usize,
}

/// Reads a line that begins with a date: after a keyword any date with a year,
/// without one a date in digits, year first, or a date alone on its line.
pub(crate) fn read(line: &str) -> Option<Header<'_>> {
    let start = line.len() - line.trim_start().len();
    let keyword = keyword_length(&line[start..]);
    let from = start + keyword.unwrap_or(0);
    let shape = date_shape::prefix(&line[from..]).filter(|shape| shape.has_year)?;
    let end = from + shape.length;
    let alone = line[end..].trim().is_empty();
    let year_first = line[from..].bytes().take(4).all(|byte| byte.is_ascii_digit());
    if keyword.is_none() && !alone && !year_first {
        return None;
    }
    let rest = &line[end..];
    let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\u{a0}', '-', '–', '—', ':', '|']).len();
    // "2023-11-07, a Tuesday, was ...": a sentence that begins with a date.
    if !alone && gap == 0 {
        return None;
    }
    Some(Header { date: &line[from..end], rest: end + gap })
}

/// The length of `date `, `Date: `, `PUBLISHED: ` at the start.
fn keyword_length(line: &str) -> Option<usize> {
    KEYWORDS.iter().find_map(|keyword| {
        let head = line.get(..keyword.len())?;
        let rest = &line[keyword.len()..];
        let gap = rest.len() - rest.trim_start_matches([' ', '\t', ':', '=']).len();
        (head.eq_ignore_ascii_case(keyword) && gap > 0).then_some(keyword.len() + gap)
    })
}

/// A header line with its keyword, or a date in digits: what parts the articles
/// of one file. A date alone on its line may be part of any text.
pub(crate) fn read_keyed(line: &str) -> Option<Header<'_>> {
    let start = line.len() - line.trim_start().len();
    keyword_length(&line[start..]).and_then(|_| read(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The date and what follows it on the line.
    fn check(line: &str, date: &str, rest: &str) {
        let header = read(line).unwrap_or_else(|| panic!("no header: {line}"));
        assert_eq!((header.date, &line[header.rest..]), (date, rest), "{line}");
    }

    #[test]
    fn header_lines() {
        check(" date 2023-11-07 Headline", "2023-11-07", "Headline");
        check("date 2023-11-07 Headline", "2023-11-07", "Headline");
        check("date 2023-11-07", "2023-11-07", "");
        check("date\t2023-11-07\tHeadline", "2023-11-07", "Headline");
        check("Date: 2023-11-07", "2023-11-07", "");
        check("DATE 2023-11-07 - Headline", "2023-11-07", "Headline");
        check("Published: 7 November 2023", "7 November 2023", "");
        check("date Nov 7, 2023 Headline", "Nov 7, 2023", "Headline");
        check("date 2023-11-07T08:30:00Z Headline", "2023-11-07T08:30:00Z", "Headline");
        check("2023-11-07 Headline", "2023-11-07", "Headline");
        check("2023-11-07: Headline", "2023-11-07", "Headline");
        check("2023-11-07", "2023-11-07", "");
        check("7 November 2023", "7 November 2023", "");
        check("Tuesday, November 7, 2023", "Tuesday, November 7, 2023", "");
        check("date 2023-11-07 2023 was a year", "2023-11-07", "2023 was a year");
    }

    #[test]
    fn no_header_lines() {
        for line in [
            "",
            "date",
            "Date palms grow in Basra",
            "dateline 2023-11-07",
            "date unknown",
            "2023-11-07, a Tuesday, was wet.",
            "November 7, 2023 was a Tuesday",
            "On 2023-11-07 it rained",
            "date Nov 7 Headline",
            "2023 was wet",
            "published by the ministry",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
