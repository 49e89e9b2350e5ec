//! How a news text opens: a caption, a byline, a line with the date, the
//! dateline with its place, date and agency. Nothing here changes the text.

mod agency;
mod dateline;
mod place;

pub(crate) use dateline::{find_within, starts_dateline};

use crate::date_shape;
use crate::text::lines::lines;
use dateline_model::{ClaimOrigin, DateClaim};

/// Lines of the opening that are looked at.
const OPENING_LINES: usize = 4;
/// Bytes of a line that can still be a caption, a byline or a date.
const MOST_LINE_BYTES: usize = 500;

/// What the opening of a text tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lead {
    /// The place of the dateline, in mixed case.
    pub(crate) located: Option<String>,
    /// The credited agency.
    pub(crate) agency: Option<String>,
    /// The name of the byline.
    pub(crate) byline: Option<String>,
    /// The dates of date lines and of the dateline.
    pub(crate) claims: Vec<DateClaim>,
}

/// Reads the opening (and the credit that may close the text).
pub(crate) fn read(text: &str) -> Lead {
    let mut lead = Lead::default();
    let opening = lines(text).map(|line| line.text.trim()).filter(|line| !line.is_empty());
    for line in opening.take(OPENING_LINES) {
        let inside = || find_within(line).map(|(_, found)| found);
        if let Some(found) = dateline::parse(line).or_else(inside) {
            lead.located = found.located;
            lead.agency = found.agency.or(lead.agency);
            lead.claims.extend(found.date.map(|raw| DateClaim::published(ClaimOrigin::Dateline, raw)));
            break;
        }
        if !lead.takes(line) {
            break;
        }
    }
    if lead.agency.is_none() {
        lead.agency = agency::of_closing(text);
    }
    lead
}

impl Lead {
    /// Takes what a line before the dateline tells; false when it is none of those.
    fn takes(&mut self, line: &str) -> bool {
        if line.len() > MOST_LINE_BYTES {
            return false;
        }
        if let Some(agency) = agency::of_credit_line(line) {
            self.agency.get_or_insert(agency);
        } else if let Some(claim) = of_date_line(line) {
            self.claims.push(claim);
        } else if let Some(name) = of_byline(line) {
            self.byline.get_or_insert(name);
        } else {
            return false;
        }
        true
    }
}

/// True for a line that belongs to the opening but is no headline: a byline, a
/// date, a credit, a caption that closes with one.
pub(crate) fn is_furniture(line: &str) -> bool {
    let line = line.trim();
    of_date_line(line).is_some() || of_byline(line).is_some() || agency::is_credit_or_caption(line)
}

/// The date of a line with nothing else on it: "April 3, 2024", "Updated: ...".
fn of_date_line(line: &str) -> Option<DateClaim> {
    const UPDATED: [&str; 3] = ["updated", "last updated", "modified"];
    /// Bytes of the longest date with what it is called.
    const MOST: usize = 120;
    if line.len() > MOST || !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (label, rest) = match line.split_once(':') {
        Some((label, rest)) if label.len() <= 20 && !label.contains(|c: char| c.is_ascii_digit()) => {
            (label, rest)
        }
        _ => ("", line),
    };
    let date = rest.trim();
    let shape = date_shape::prefix(date).filter(|shape| shape.has_year && shape.length == date.len())?;
    let updated = UPDATED.contains(&label.trim().to_lowercase().as_str());
    let claim = if updated { DateClaim::updated } else { DateClaim::published };
    Some(claim(ClaimOrigin::HeaderLine, &date[..shape.length]))
}

/// The name of "By Jane Doe", "Por Juan Pérez", "Von Max Muster".
fn of_byline(line: &str) -> Option<String> {
    let name = ["By ", "BY ", "Por ", "Par ", "Von "].iter().find_map(|word| line.strip_prefix(word))?;
    // Every word a name, so that "By Monday the talks had failed" is none.
    let small = ["and", "y", "et", "und", "de", "van", "von", "al", "bin", "der", "la"];
    let named = |word: &str| word.starts_with(char::is_uppercase) || small.contains(&word);
    let words = name.split_whitespace().count();
    let is_name =
        (1..=12).contains(&words) && name.split_whitespace().all(named) && !name.ends_with(['.', '!', '?']);
    is_name.then(|| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, located: &str, date: &str, agency: &str) {
        let lead = read(text);
        let dates: Vec<_> = lead.claims.iter().map(|claim| claim.raw.as_str()).collect();
        let found = [lead.located, lead.agency].map(Option::unwrap_or_default);
        assert_eq!(
            (found, dates.join("; ")),
            ([located.to_owned(), agency.to_owned()], date.to_owned()),
            "{text}"
        );
    }

    #[test]
    fn lines_that_are_no_headlines() {
        for line in
            ["By Jane Doe", "April 3, 2024", "Updated: 3 April 2024", "Reuters", "(AFP)", "A street. AFP"]
        {
            assert!(is_furniture(line), "{line}");
        }
        for line in
            ["Talks resume", "Talks resume - Reuters", "Talks by the sea", "April is cruel", "", "NATO"]
        {
            assert!(!is_furniture(line), "{line}");
        }
    }

    #[test]
    fn bylines() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(read(text).byline.as_deref(), expected, "{text}");
        check("By Jane Doe\n\nLONDON (AP) — Talks.", Some("Jane Doe"));
        check("By JANE DOE and Max Muster\nTalks.", Some("JANE DOE and Max Muster"));
        check("Por Juan de la Cruz\n\nEl", Some("Juan de la Cruz"));
        check("By Monday the talks had failed", None);
        check("By Jane.", None);
        check("Talks.", None);
    }

    #[test]
    fn updates_are_told_apart() {
        let lead = read("Published: 3 April 2024\nLast updated: 4 April 2024\n\nText.");
        let roles: Vec<_> = lead.claims.iter().map(|claim| claim.role).collect();
        assert_eq!(roles, [dateline_model::ClaimRole::Published, dateline_model::ClaimRole::Updated]);
    }

    #[test]
    fn the_opening_is_read_line_by_line() {
        check("TEL AVIV, Nov 3 (Agency) - Talks.\n", "Tel Aviv", "Nov 3", "Agency");
        check("\n\n  LONDON – Talks.", "London", "", "");
        check("By Jane Doe\n\nLONDON (AP) — Talks.", "London", "", "AP");
        check("A street in Beirut. AFP\n\nBEIRUT – Talks.", "Beirut", "", "AFP");
        check("A street in Beirut. AFP\n\nTalks went on.", "", "", "AFP");
        check("Shafaq News / Baghdad\n\nTalks went on.", "Baghdad", "", "Shafaq News");
        check("Talks went on. (AFP)\n", "", "", "AFP");
        check("Talks went on.\n\nLONDON – a dateline too late.", "", "", "");
        check("By Monday the talks had failed.\n\nLONDON – No.", "", "", "");
        check("April 3, 2024\n\nHUALIEN, Taiwan — The quake.", "Hualien, Taiwan", "April 3, 2024", "");
        check(
            "Published: 3 April 2024\nUpdated: 4 April 2024\n\nText.",
            "",
            "3 April 2024; 4 April 2024",
            "",
        );
        check("April 3, 2024 was a Wednesday.", "", "", "");
        check("Talks fail in Baghdad Shafaq News / The talks failed.", "", "", "Shafaq News");
        check("Talks fail TEL AVIV, Nov 3 (Reuters) - The talks", "Tel Aviv", "Nov 3", "Reuters");
        check("", "", "", "");
        check("\r\n\r\n", "", "", "");
        check("KYIV, Ukraine (AP) — Talks.\r\n\r\nMore.", "Kyiv, Ukraine", "", "AP");
    }
}
