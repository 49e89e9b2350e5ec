//! Credits of news agencies.

/// Agencies that sign with a name that nothing else in a text looks like.
/// Brackets at the place of a dateline name an agency even if it is not here.
const KNOWN: &[&str] = &[
    "AFP",
    "AP",
    "Reuters",
    "UPI",
    "dpa",
    "DPA",
    "EFE",
    "ANSA",
    "TASS",
    "RIA",
    "Interfax",
    "Xinhua",
    "Kyodo",
    "Jiji",
    "Yonhap",
    "Anadolu",
    "AA",
    "PTI",
    "ANI",
    "IANS",
    "UNI",
    "SPA",
    "WAM",
    "KUNA",
    "QNA",
    "MENA",
    "INA",
    "IRNA",
    "ISNA",
    "Fars",
    "Tasnim",
    "SANA",
    "NINA",
    "WAFA",
    "Petra",
    "NNA",
    "Belga",
    "APA",
    "ANP",
    "NTB",
    "TT",
    "Ritzau",
    "STT",
    "PAP",
    "CTK",
    "ČTK",
    "MTI",
    "Tanjug",
    "HINA",
    "Agerpres",
    "BTA",
    "BNS",
    "LETA",
    "Ukrinform",
    "Bernama",
    "Antara",
    "VNA",
    "APP",
    "BSS",
    "UNB",
    "NAN",
    "GNA",
    "KNA",
    "ANGOP",
    "Lusa",
    "Télam",
    "Andina",
    "Notimex",
    "Europa Press",
    "Bloomberg",
    "AAP",
    "The Canadian Press",
    "PA Media",
    "Associated Press",
    "The Associated Press",
    "Agence France-Presse",
    "Shafaq News",
    "Rudaw",
    "UNIAN",
    "KCNA",
    "CNA",
    "SDA",
    "Keystone-SDA",
    "SID",
    "epd",
    "KNA",
    "EPA",
    "Getty Images",
];

/// Last words of the names of agencies and outlets.
const CLASS_WORDS: [&str; 10] =
    ["News", "Agency", "Press", "Newswire", "Wire", "Media", "Network", "Service", "Presse", "Agencia"];

/// True for an agency of the list.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// True for a listed name or one that ends in "News", "Agency", "Press".
pub(crate) fn looks_like(name: &str) -> bool {
    /// Bytes of the longest name.
    const MOST: usize = 100;
    let class = |word: &str| CLASS_WORDS.contains(&word);
    let named = name.len() <= MOST
        && name.split_whitespace().next_back().is_some_and(class)
        && (2..=5).contains(&name.split_whitespace().count())
        && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase));
    named || is_known(name)
}

/// The content of brackets at the place of a dateline, if it can be an agency:
/// a few capitalised words, no sentence.
pub(crate) fn in_brackets(content: &str) -> Option<String> {
    let name = content.trim();
    let words = name.split_whitespace().count();
    let shaped = (1..=5).contains(&words) && name.chars().count() <= 50;
    let plain = name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '/' | '.' | '&' | '\''));
    let named = name.starts_with(char::is_uppercase) || is_known(name);
    (shaped && plain && named).then(|| name.to_owned())
}

/// The agency of a line that is only a credit, or a caption that ends in one:
/// "Rescuers search a collapsed house in Antakya. AFP".
pub(crate) fn of_credit_line(line: &str) -> Option<String> {
    let bare = line.trim_matches(MARKS);
    if looks_like(bare) { Some(bare.to_owned()) } else { ending(line) }
}

/// True for a line that is only a credit, or sentences that end in one; a
/// headline with its source behind a dash ("Talks resume - Reuters") is neither.
pub(crate) fn is_credit_or_caption(line: &str) -> bool {
    let credit = looks_like(line.trim_matches(MARKS));
    let caption = ending(line).is_some_and(|name| {
        let before = line.rfind(&name).map_or("", |at| &line[..at]);
        before.trim_end_matches(['(', '[', ' ', '/', '|', '©', '-', '–', '—']).ends_with('.')
    });
    credit || caption
}

/// The agency that closes a text: a last line "(AFP)", or "... he said. – AFP".
pub(crate) fn of_closing(text: &str) -> Option<String> {
    let text = text.trim_end();
    let last = memchr::memrchr2(b'\n', b'\r', text.as_bytes()).map_or(text, |end| &text[end + 1..]).trim();
    let bare = last.trim_matches(MARKS);
    if is_known(bare) { Some(bare.to_owned()) } else { ending(last) }
}

/// Marks around a credit.
const MARKS: [char; 12] = ['(', ')', '[', ']', '.', '/', '-', '–', '—', '|', '©', ' '];

/// An agency that ends a line, behind the end of a sentence or a mark: a known
/// name, or an acronym that nobody spelt out ("... the second day. NWA").
fn ending(line: &str) -> Option<String> {
    let line = line.trim_end_matches([')', ']', '/', ' ']);
    // Most lines end with a full stop, and no name does.
    if !line.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let last = line.rsplit([' ', '(', '[', '/', '|', '©', '—', '–']).next()?;
    let known = KNOWN.iter().copied().filter(|name| line.ends_with(name)).max_by_key(|name| name.len());
    let name = known.unwrap_or(last);
    let before = line[..line.len() - name.len()].trim_end_matches(['(', '[', ' ']);
    let sentence_ends = before.ends_with(['.', '!', '?', '"', '”', '»']);
    let marked = before.ends_with(['/', '|', '©', '–', '—']) || before.ends_with(" -");
    let named = known.is_some() || is_acronym(last);
    (named && (sentence_ends || marked)).then(|| name.to_owned())
}

/// Two to five capital letters and nothing else.
fn is_acronym(word: &str) -> bool {
    (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_and_credit_lines() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(of_credit_line(line).as_deref(), expected, "{line}");
        };
        check("Rescuers search a collapsed house in Antakya. AFP", Some("AFP"));
        check("Rescuers search a collapsed house. NWA", Some("NWA"));
        check("A street in Gaza City / AFP", Some("AFP"));
        check("A street in Gaza City - Reuters", Some("Reuters"));
        check("A street in Gaza City. (Reuters)", Some("Reuters"));
        check("File photo: a street. © Getty Images", Some("Getty Images"));
        check("(AFP)", Some("AFP"));
        check("Reuters", Some("Reuters"));
        check("Shafaq News", Some("Shafaq News"));
        check("Shafaq News/", Some("Shafaq News"));
        check("Anadolu Agency", Some("Anadolu Agency"));
        check("He lives in the EU", None);
        check("The bank left the EU.", None);
        check("Plain words of a first paragraph.", None);
        check("Good News", Some("Good News"));
        check("good news", None);
        check("", None);
        check("- - -", None);
    }

    #[test]
    fn closing_credits() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(of_closing(text).as_deref(), expected, "{text}");
        };
        check("He left.\n\n(AFP)", Some("AFP"));
        check("He left. (AFP)", Some("AFP"));
        check("He left. – AFP\n", Some("AFP"));
        check("He left. — Reuters", Some("Reuters"));
        check("He left.\nReuters\n\n", Some("Reuters"));
        check("\"I left.\" AP", Some("AP"));
        check("He left the European Union (EU).", None);
        check("He left the European Union (EU)", None);
        check("He spoke to Reuters", None);
        check("He left.", None);
        check("", None);
    }

    #[test]
    fn brackets() {
        assert!(in_brackets("Reuters").is_some());
        assert!(in_brackets("dpa").is_some());
        assert!(in_brackets("The Associated Press").is_some());
        assert!(in_brackets("APA/dpa").is_some());
        assert!(in_brackets("who had left the country").is_none());
        assert!(in_brackets("2023").is_none());
        assert!(in_brackets("").is_none());
    }
}
