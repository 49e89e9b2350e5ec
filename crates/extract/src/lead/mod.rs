//! How a news text opens: a caption, a byline, the dateline with its place,
//! date and agency. Nothing here changes the text.

mod agency;
mod dateline;
mod place;

pub(crate) use dateline::starts_dateline;

use crate::text::lines::lines;
use dateline_model::{ClaimOrigin, DateClaim};

/// Lines of the opening that are looked at.
const OPENING_LINES: usize = 4;

/// What the opening of a text tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lead {
    /// The place of the dateline, in mixed case.
    pub(crate) located: Option<String>,
    /// The credited agency.
    pub(crate) agency: Option<String>,
    /// The date string of the dateline.
    pub(crate) date: Option<String>,
}

impl Lead {
    /// The dateline's date as a claim.
    pub(crate) fn date_claim(&self) -> Option<DateClaim> {
        self.date.as_deref().map(|raw| DateClaim::published(ClaimOrigin::Dateline, raw))
    }
}

/// Reads the opening (and the credit that may close the text).
pub(crate) fn read(text: &str) -> Lead {
    let mut lead = Lead::default();
    let opening = lines(text).map(|line| line.text.trim()).filter(|line| !line.is_empty());
    for line in opening.take(OPENING_LINES) {
        if let Some(found) = dateline::parse(line) {
            let agency = lead.agency.take();
            lead = Lead { located: found.located, agency: found.agency.or(agency), date: found.date };
            break;
        }
        if let Some(agency) = agency::of_credit_line(line) {
            lead.agency.get_or_insert(agency);
        } else if !is_byline(line) {
            break;
        }
    }
    if lead.agency.is_none() {
        lead.agency = agency::of_closing(text);
    }
    lead
}

/// True for "By Jane Doe", "Por Juan Pérez", "Von Max Muster".
fn is_byline(line: &str) -> bool {
    let name = ["By ", "BY ", "Por ", "Par ", "Von "].iter().find_map(|word| line.strip_prefix(word));
    name.is_some_and(|name| {
        name.len() <= 120 && !name.ends_with(['.', '!', '?']) && name.starts_with(char::is_uppercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, located: &str, date: &str, agency: &str) {
        let lead = read(text);
        let found = [lead.located, lead.date, lead.agency].map(Option::unwrap_or_default);
        assert_eq!(found, [located, date, agency], "{text}");
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
        check("", "", "", "");
        check("\r\n\r\n", "", "", "");
        check("KYIV, Ukraine (AP) — Talks.\r\n\r\nMore.", "Kyiv, Ukraine", "", "AP");
    }
}
