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
    let words: Vec<&str> = name.split_whitespace().collect();
    let capitalised = words.iter().all(|word| word.starts_with(char::is_uppercase));
    let class = words.len() > 1 && words.last().is_some_and(|word| CLASS_WORDS.contains(word));
    is_known(name) || (words.len() <= 5 && capitalised && class)
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
    let bare = line.trim_matches(['(', ')', '[', ']', '.', '/', '-', '–', '—', '|', '©', ' ']);
    if looks_like(bare) {
        return Some(bare.to_owned());
    }
    ending(line)
}

/// The agency that closes a text: a last line "(AFP)", or "... he said. – AFP".
pub(crate) fn of_closing(text: &str) -> Option<String> {
    let last = text.trim_end().rsplit(['\n', '\r']).next()?.trim();
    let bare = last.trim_matches(['(', ')', '[', ']', '-', '–', '—', '/', '©', ' ']);
    if is_known(bare) { Some(bare.to_owned()) } else { ending(last) }
}

/// A known agency at the end of a line, set off by a mark.
fn ending(line: &str) -> Option<String> {
    let line = line.trim_end_matches(['.', ' ', ')', ']', '/']);
    let name = KNOWN.iter().filter(|name| line.ends_with(**name)).max_by_key(|name| name.len())?;
    let before = line[..line.len() - name.len()].trim_end_matches(' ');
    let set_off = before.ends_with(['.', '(', '[', '/', '|', '©', '–', '—', '"', '”', '!', '?']);
    let dashed = before.ends_with('-') && before[..before.len() - 1].ends_with(' ');
    (set_off || dashed).then(|| (*name).to_owned())
}
