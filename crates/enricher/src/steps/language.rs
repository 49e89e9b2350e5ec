//! The language of the text: what the text shows, else what the source says.

use super::function_words;
use dateline_model::Article;

/// Bytes of the text that are looked at; more does not make it surer.
const SAMPLE: usize = 1024;

/// Letters below which a guess is a toss.
const ENOUGH: usize = 24;

/// BCP 47 tag of the article's language, `und` when unknown. A text that
/// clearly is in another language than its source says is believed.
pub(crate) fn identify(article: &Article) -> String {
    let stated = article.language.as_deref().and_then(primary_tag);
    let sample = &article.text[..article.text.floor_char_boundary(SAMPLE)];
    let text = if sample.trim().len() < ENOUGH { article.title.as_deref().unwrap_or(sample) } else { sample };
    let detected = detect(text);
    match (detected, stated) {
        (Some((tag, true)), Some(stated)) if primary(&stated) != tag => tag.to_owned(),
        (_, Some(stated)) => stated,
        (Some((tag, _)), None) => tag.to_owned(),
        (None, None) => "und".to_owned(),
    }
}

/// A well-formed tag with its primary subtag in lower case.
fn primary_tag(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let (first, rest) = tag.split_once('-').map_or((tag.as_str(), None), |(first, rest)| (first, Some(rest)));
    let valid = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_valid = rest
        .is_none_or(|rest| rest.len() <= 32 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    if !valid || !rest_valid {
        return None;
    }
    let first = first.to_ascii_lowercase();
    Some(rest.map_or_else(|| first.clone(), |rest| format!("{first}-{rest}")))
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The most likely language as ISO 639-1 (or 639-3), and whether it is sure. Where the letters
/// are too few to be sure of, the words decide.
fn detect(text: &str) -> Option<(&'static str, bool)> {
    if function_words::is_clearly_english(text) {
        return Some(("en", true));
    }
    let by_letters = whatlang::detect(text);
    if let Some(info) = by_letters.as_ref().filter(|info| info.is_reliable()) {
        return Some((short_code(info.lang()), true));
    }
    let enough = text.chars().filter(|c| c.is_alphabetic()).count() >= ENOUGH;
    let by_letters = by_letters.filter(|_| enough).map(|info| short_code(info.lang()));
    function_words::language(text).or(by_letters).map(|tag| (tag, false))
}

/// BCP 47 wants the shortest code.
fn short_code(lang: whatlang::Lang) -> &'static str {
    SHORT_CODES.iter().find(|(long, _)| *long == lang.code()).map_or_else(|| lang.code(), |(_, short)| short)
}

/// ISO 639-3 to ISO 639-1, for what the detector knows.
const SHORT_CODES: [(&str, &str); 69] = [
    ("epo", "eo"),
    ("eng", "en"),
    ("rus", "ru"),
    ("cmn", "zh"),
    ("spa", "es"),
    ("por", "pt"),
    ("ita", "it"),
    ("ben", "bn"),
    ("fra", "fr"),
    ("deu", "de"),
    ("ukr", "uk"),
    ("kat", "ka"),
    ("ara", "ar"),
    ("hin", "hi"),
    ("jpn", "ja"),
    ("heb", "he"),
    ("yid", "yi"),
    ("pol", "pl"),
    ("amh", "am"),
    ("jav", "jv"),
    ("kor", "ko"),
    ("nob", "nb"),
    ("dan", "da"),
    ("swe", "sv"),
    ("fin", "fi"),
    ("tur", "tr"),
    ("nld", "nl"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("ell", "el"),
    ("bul", "bg"),
    ("bel", "be"),
    ("mar", "mr"),
    ("kan", "kn"),
    ("ron", "ro"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("tam", "ta"),
    ("vie", "vi"),
    ("urd", "ur"),
    ("tha", "th"),
    ("guj", "gu"),
    ("uzb", "uz"),
    ("pan", "pa"),
    ("aze", "az"),
    ("ind", "id"),
    ("tel", "te"),
    ("pes", "fa"),
    ("mal", "ml"),
    ("ori", "or"),
    ("mya", "my"),
    ("nep", "ne"),
    ("sin", "si"),
    ("khm", "km"),
    ("tuk", "tk"),
    ("aka", "ak"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("afr", "af"),
    ("lat", "la"),
    ("slk", "sk"),
    ("cat", "ca"),
    ("tgl", "tl"),
    ("hye", "hy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stated: Option<&str>, text: &str, expected: &str) {
        let article =
            Article { language: stated.map(str::to_owned), text: text.to_owned(), ..Article::default() };
        assert_eq!(identify(&article), expected, "{text}");
    }

    const ENGLISH: &str = "The government said on Tuesday that talks with the rebels would begin next week.";
    const SPANISH: &str =
        "El gobierno dijo el martes que las conversaciones con los rebeldes comenzarán la próxima semana.";

    #[test]
    fn text_and_statement() {
        check(None, ENGLISH, "en");
        check(None, SPANISH, "es");
        check(Some("en-GB"), ENGLISH, "en-GB");
        check(Some("EN_us"), ENGLISH, "en-us");
        check(Some("en"), SPANISH, "es");
        check(None, "Rain fell on Friday in Kyiv.", "en");
        check(Some("fr"), "Rain fell on Friday in Kyiv.", "fr");
        check(None, "Президент прибыл в Киев в пятницу вечером.", "ru");
        check(None, "2023", "und");
        check(Some("x y z"), "2023", "und");
        check(None, "", "und");
    }
}
