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

/// Bytes of a line in which a headline may stand before the dateline.
const MOST_BEFORE: usize = 200;

/// A dateline in the middle of a line that carries headline and body at once:
/// "Talks resume Shafaq News / The ...", "Talks resume KYIV, Nov 3 (AP) - The".
/// Only forms that running text never has.
pub(crate) fn find_within(line: &str) -> Option<(usize, Dateline)> {
    let blanks = memchr::memchr_iter(b' ', line.as_bytes()).map(|at| at + 1);
    let last_slash = memchr::memrchr(b'/', line.as_bytes());
    blanks.take_while(|&start| start <= MOST_BEFORE).find_map(|start| {
        let rest = &line[start..];
        // Most words are neither capitals nor before a slash: not worth parsing.
        let lower = rest.starts_with(char::is_lowercase);
        let before_slash = last_slash.is_some_and(|slash| slash >= start);
        if !before_slash && (lower || !place::is_all_capitals(word_at(rest))) {
            return None;
        }
        let found = parse(rest)?;
        // "AFP / Reuters" names two agencies and opens nothing.
        let slash = rest.split_once('/').is_some_and(|(name, body)| {
            let word = body.trim_start().split(' ').next().unwrap_or_default();
            name.split_whitespace().count() <= 2
                && word.starts_with(char::is_uppercase)
                && !agency::is_known(word)
        });
        let agency_first = found.agency.as_deref().is_some_and(|name| rest.starts_with(name)) && slash;
        let place = word_at(rest);
        let in_capitals = found.agency.is_some() && place::is_all_capitals(place) && !rest.starts_with('(');
        (agency_first || in_capitals && found.located.is_some()).then_some((start, found))
    })
}

/// Reads the dateline that a line begins with.
pub(crate) fn parse(line: &str) -> Option<Dateline> {
    let mut scanner = Scanner { rest: line, consumed: 0 };
    let leading_agency = scanner.leading_agency();
    if leading_agency.is_some() {
        let slash = line[..scanner.consumed].trim_end().ends_with('/');
        let alone = || if slash { scanner.only_a_place() } else { None };
        let inner = parse_place_first(&mut scanner.clone()).or_else(alone);
        return Some(Dateline { agency: leading_agency, ..inner.unwrap_or_default() });
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
        // No name is longer, most lines are.
        let most = self.rest.floor_char_boundary(64);
        let end = self.rest[..most].find(['/', '–', '—', '-', ':']).filter(|&end| end <= 60)?;
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

    /// After an agency and a slash: a line with nothing but a place ("Shafaq News / Baghdad").
    fn only_a_place(&self) -> Option<Dateline> {
        let mut probe = self.clone();
        let name = probe.place_name()?;
        let short = name.split(' ').count() <= 3 && probe.rest.trim().is_empty();
        short.then(|| Dateline { located: Some(place::in_mixed_case(name)), ..Dateline::default() })
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
        if [".-", ".–", ".—", "--", "—", "–", ":"].into_iter().any(|mark| self.eat(mark)) {
            return true;
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
    let joined = memchr::memchr(b'-', word.as_bytes()).is_none();
    let word = if joined { word } else { word.split("--").next().unwrap_or(word).trim_end_matches('-') };
    if !word.ends_with('.') {
        return word;
    }
    // A stop belongs to an abbreviation when the dateline goes on behind it
    // ("Fla. (AP)", "D.C.,"); before a dash or a new sentence it ends the name.
    let follows = &text[word.len()..];
    let goes_on = [",", " (", " —", " –", " -", " /"].iter().any(|mark| follows.starts_with(mark));
    let abbreviated = word.matches('.').count() > 1 || word.chars().count() <= 4;
    let inner = follows.starts_with(' ') && abbreviated;
    if !goes_on && !inner { word.trim_end_matches('.') } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Place, date and agency; empty where there is none.
    fn check(line: &str, located: &str, date: &str, agency: &str) {
        let found = parse(line).unwrap_or_else(|| panic!("no dateline: {line}"));
        let found = [found.located, found.date, found.agency].map(Option::unwrap_or_default);
        assert_eq!(found, [located, date, agency], "{line}");
    }

    fn refused(line: &str) {
        assert_eq!(parse(line), None, "{line}");
    }

    #[test]
    fn place_date_and_agency() {
        check("TEL AVIV, Nov 3 (Agency) - Talks", "Tel Aviv", "Nov 3", "Agency");
        check("BEIJING, Nov. 3 (Xinhua) -- Talks", "Beijing", "Nov. 3", "Xinhua");
        check("LONDON, November 3, 2023 (Reuters) - Talks", "London", "November 3, 2023", "Reuters");
        check("London, 3 November 2023 (Reuters) - Talks", "London", "3 November 2023", "Reuters");
        check("BERLIN/PARIS, Nov 3 (Reuters) - Talks", "Berlin/Paris", "Nov 3", "Reuters");
        check("Madrid, 3 nov (EFE).- El", "Madrid", "3 nov", "EFE");
        check("PARIS, 3 nov (AFP) – Le", "Paris", "3 nov", "AFP");
        check("MOSCOW, November 3. /TASS/. Talks", "Moscow", "November 3", "TASS");
        check("New Delhi, Nov 3 (PTI) Talks went on", "New Delhi", "Nov 3", "PTI");
        check("LONDON Nov 3 (Reuters) - Talks", "London", "Nov 3", "Reuters");
        check("PORT-AU-PRINCE, Aug 14 (NWA) - A", "Port-au-Prince", "Aug 14", "NWA");
        check("LES CAYES, Haiti, Aug 16 (NWA) - A", "Les Cayes, Haiti", "Aug 16", "NWA");
    }

    #[test]
    fn place_and_agency() {
        check("KYIV, Ukraine (AP) — Talks", "Kyiv, Ukraine", "", "AP");
        check("CAPE CANAVERAL, Fla. (AP) — A", "Cape Canaveral, Fla.", "", "AP");
        check("PASADENA, Calif. (AP) — A", "Pasadena, Calif.", "", "AP");
        check("WASHINGTON, D.C. (AP) — A", "Washington, D.C.", "", "AP");
        check("UNITED NATIONS (AP) — A", "United Nations", "", "AP");
        check("Berlin (dpa) - Die", "Berlin", "", "dpa");
        check("Paris (AFP) – Le", "Paris", "", "AFP");
        check("Rio de Janeiro (AFP) – O", "Rio de Janeiro", "", "AFP");
        check("Ciudad de México, 3 jun (EFE).- La", "Ciudad de México", "3 jun", "EFE");
        check("KYIV (AP)— Talks", "Kyiv", "", "AP");
        check("LONDON (The Canadian Press) - A", "London", "", "The Canadian Press");
    }

    #[test]
    fn place_alone_or_with_a_date() {
        check("LONDON – The", "London", "", "");
        check("LONDON — The", "London", "", "");
        check("LONDON - The", "London", "", "");
        check("LONDON -- The", "London", "", "");
        check("WASHINGTON: The", "Washington", "", "");
        check("HUALIEN, Taiwan — The", "Hualien, Taiwan", "", "");
        check("MADRID.- El", "Madrid", "", "");
        check("BEIRUT, Aug 5 - The", "Beirut", "Aug 5", "");
    }

    #[test]
    fn agency_first() {
        check("(Reuters) - Talks", "", "", "Reuters");
        check("(ANSA) - ROMA, 03 NOV - Il", "Roma", "03 NOV", "ANSA");
        check("Shafaq News / Iraqi forces said on Monday that", "", "", "Shafaq News");
        check("Shafaq News/ Iraqi forces", "", "", "Shafaq News");
        check("Shafaq News / Baghdad", "Baghdad", "", "Shafaq News");
        check("Reuters – Talks", "", "", "Reuters");
        check("AFP: Talks", "", "", "AFP");
    }

    #[test]
    fn a_dateline_behind_the_headline() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(find_within(line).map(|(at, _)| &line[at..]), expected, "{line}");
        };
        check("Talks fail in Baghdad Shafaq News / The", Some("Shafaq News / The"));
        check("Talks fail TEL AVIV, Nov 3 (Reuters) - The", Some("TEL AVIV, Nov 3 (Reuters) - The"));
        check("NATO talks fail KYIV, Ukraine (AP) — The", Some("KYIV, Ukraine (AP) — The"));
        check("The leader (Reuters) - said", None);
        check("Netanyahu tells AP: the war goes on", None);
        check("The talks of the EU / NATO group failed", None);
        check("as reported by AFP / Reuters on Monday", None);
        check("as reported by AFP / and others", None);
        check("Talks in LONDON - the first - failed", None);
        check("", None);
    }

    #[test]
    fn running_text_has_none() {
        for line in [
            "",
            "The talks went on.",
            "Talks - the first in years - went on.",
            "President Biden (left) - the host - smiled.",
            "BREAKING - A bridge fell.",
            "UPDATE 1 - A bridge fell.",
            "EXCLUSIVE: A bridge fell.",
            "Analysis: Why the bridge fell",
            "Explainer – why it fell",
            "France, Qatar and Iraq sent doctors.",
            "In Brussels, leaders met.",
            "NATO and Russia - old foes - met.",
            "London",
            "LONDON",
            "London, Nov 3",
            "- a list item",
            "(a remark) - and more",
            "COVID-19 cases rose.",
            "U.S.-led forces left.",
            "Paris – die Stadt der Liebe",
            "7 November – a day to remember",
            "He said: no.",
            "und/oder",
        ] {
            refused(line);
        }
    }
}
