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
