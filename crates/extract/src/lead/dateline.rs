//! Datelines: "TEL AVIV, Nov 3 (Agency) - ", "KYIV, Ukraine (AP) —",
//! "LONDON – ", "Madrid, 3 nov (EFE).- ", "MOSCOW, November 3. /TASS/. ".

use super::{agency, place};
use crate::date_shape;

/// Longest opening, in bytes, that can be a dateline.
const MOST_BYTES: usize = 160;
/// Words of one part of the place.
const MOST_WORDS: usize = 6;

/// The parts of a dateline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dateline {
    /// The place, in mixed case.
    pub(crate) located: Option<String>,
    /// The date string.
    pub(crate) date: Option<String>,
    /// The agency.
    pub(crate) agency: Option<String>,
}

/// True when the line begins with a dateline or an agency's credit, so that it
/// is running text and no headline.
pub(crate) fn starts_dateline(line: &str) -> bool {
    parse(line.trim()).is_some()
}

/// Reads the dateline that a line begins with.
pub(crate) fn parse(line: &str) -> Option<Dateline> {
    let mut scanner = Scanner { rest: line, consumed: 0 };
    let leading_agency = scanner.leading_agency();
    if leading_agency.is_some() {
        let inner = parse_place_first(&mut scanner.clone()).unwrap_or_default();
        return Some(Dateline { agency: leading_agency, ..inner });
    }
    parse_place_first(&mut scanner)
}

fn parse_place_first(scanner: &mut Scanner<'_>) -> Option<Dateline> {
    let mut names = vec![scanner.place_name()?];
    let mut date = scanner.date_after_blank();
    while date.is_none() && scanner.eat(",") {
        date = scanner.date_after_blank();
        if date.is_none() {
            names.push(scanner.place_name()?);
            date = scanner.date_after_blank();
        }
    }
    let agency = scanner.bracketed_agency();
    let separated = scanner.separator();
    let capitals = place::is_all_capitals(names[0]);
    let closed = separated || (agency.is_some() && date.is_some());
    let credible = agency.is_some() || (capitals && !place::is_label(names[0]));
    if !closed || !credible || scanner.consumed > MOST_BYTES {
        return None;
    }
    let located: Vec<String> = names.into_iter().map(place::in_mixed_case).collect();
    Some(Dateline { located: Some(located.join(", ")), date: date.map(str::to_owned), agency })
}

#[derive(Clone)]
struct Scanner<'a> {
    rest: &'a str,
    consumed: usize,
}

impl<'a> Scanner<'a> {
    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        self.consumed += bytes;
        taken
    }

    fn blanks(&mut self) {
        let blanks = self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\u{a0}']).len();
        self.advance(blanks);
    }

    fn eat(&mut self, mark: &str) -> bool {
        let here = self.rest.starts_with(mark);
        if here {
            self.advance(mark.len());
        }
        here
    }

    /// "Shafaq News / ", "(Reuters) - ", "AFP - ".
    fn leading_agency(&mut self) -> Option<String> {
        let mut probe = self.clone();
        let bracketed = probe.bracketed_agency();
        if bracketed.is_some() && probe.separator() {
            *self = probe;
            self.blanks();
            return bracketed;
        }
        let end = self.rest.find(['/', '–', '—', '-', ':']).filter(|&end| end <= 60)?;
        let name = self.rest[..end].trim();
        let mark = self.rest[end..].chars().next()?;
        let spaced = self.rest[..end].ends_with(' ');
        let credited = match mark {
            '/' => agency::looks_like(name),
            '-' => spaced && agency::looks_like(name),
            _ => agency::is_known(name),
        };
        if !credited {
            return None;
        }
        self.advance(end + mark.len_utf8());
        self.blanks();
        Some(name.to_owned())
    }

    /// Capitalised words up to a comma, a bracket, a date or a separator.
    fn place_name(&mut self) -> Option<&'a str> {
        self.blanks();
        let (mut end, mut words) = (0, 0);
        while words < MOST_WORDS {
            let blanks = self.rest[end..].len() - self.rest[end..].trim_start_matches(' ').len();
            let from = end + blanks;
            let word = word_at(&self.rest[from..]);
            let begins_date = words > 0 && date_shape::prefix(&self.rest[from..]).is_some();
            if word.is_empty() || begins_date || !place::is_place_word(word, words == 0) {
                break;
            }
            end = from + word.len();
            words += 1;
        }
        (words > 0).then(|| self.advance(end))
    }

    fn date_after_blank(&mut self) -> Option<&'a str> {
        let mut probe = self.clone();
        probe.blanks();
        let shape = date_shape::prefix(probe.rest)?;
        let date = probe.advance(shape.length);
        *self = probe;
        Some(date)
    }

    /// "(Reuters)", "[AFP]", ". /TASS/", and the city of "New Delhi [India]" never.
    fn bracketed_agency(&mut self) -> Option<String> {
        let mut probe = self.clone();
        probe.eat(".");
        probe.eat(",");
        probe.blanks();
        let close = match probe.rest.chars().next()? {
            '(' => ')',
            '[' => ']',
            '/' => '/',
            _ => return None,
        };
        let end = 1 + probe.rest[1..].find(close).filter(|&end| end <= 60)?;
        let name = agency::in_brackets(&probe.rest[1..end])?;
        probe.advance(end + 1);
        *self = probe;
        Some(name)
    }

    /// A dash with blanks around it (a long one needs none), a colon, ".-".
    fn separator(&mut self) -> bool {
        let before = self.rest.len();
        self.blanks();
        let spaced = self.rest.len() < before;
        for mark in [".-", ".–", ".—", "--", "—", "–", ":", ". "] {
            let full_stop = mark == ". ";
            if self.rest.starts_with(mark) && !full_stop {
                self.advance(mark.len());
                return true;
            }
        }
        let hyphen = self.rest.starts_with("- ") || (self.rest.starts_with('-') && spaced);
        hyphen && self.eat("-")
    }
}

/// The word at the start: up to a blank or a mark that ends a name.
fn word_at(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | '[' | ':' | '—' | '–'))
        .unwrap_or(text.len());
    let word = &text[..end];
    // A hyphen at the end, or "--", separates; inside it joins.
    let word = word.split("--").next().unwrap_or(word).trim_end_matches('-');
    // A stop ends a name but for abbreviations: "Fla.", "D.C.", "St.".
    if word.ends_with('.') && word.chars().count() > 5 { word.trim_end_matches('.') } else { word }
}
