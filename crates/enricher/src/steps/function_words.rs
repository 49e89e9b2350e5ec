//! The language of a short text by its closed-class words.
//!
//! Letter statistics need a paragraph; a headline or a single sentence full of foreign names
//! leads them astray. Articles, prepositions and the names of days are few, frequent and seldom
//! borrowed, so a handful of words tells what language holds them together.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Frequent closed-class words and the names of days and months, in lower case. The first of
/// two languages that fit equally well is taken.
const LANGUAGES: [(&str, &str); 6] = [
    (
        "en",
        "the of to and in a for on with that by at from is was were are be been has have had his her their \
         its an as it will would after before who not but which said says into over about against under \
         monday tuesday wednesday thursday friday saturday sunday january february march june july august \
         october december yesterday today tomorrow",
    ),
    (
        "es",
        "el la los las de del que en y un una por con para se su al es fue ha han más sobre entre como \
         lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio \
         agosto septiembre octubre noviembre diciembre ayer hoy",
    ),
    (
        "fr",
        "le la les de des du et un une dans est que qui pour sur par au aux en il elle ont été avec ne pas \
         lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet \
         août septembre octobre novembre décembre hier",
    ),
    (
        "de",
        "der die das und den dem des von zu zum zur mit im in am ist ein eine einen auf für nicht sich wurde \
         hat haben nach bei aus montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar \
         märz juni juli oktober dezember gestern heute",
    ),
    (
        "pt",
        "o a os as de do da dos das que em no na e um uma por com para se foi ao não mais segunda terça \
         quarta quinta sexta sábado domingo janeiro fevereiro março maio junho julho setembro outubro \
         novembro dezembro ontem hoje",
    ),
    (
        "it",
        "il lo la i gli le di del della dei che e in un una per con su da è sono ha non più al alla nel \
         lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio \
         giugno luglio settembre ottobre dicembre ieri oggi",
    ),
];

/// One word in so many must be a known one.
const SHARE: usize = 8;

/// English words from which a text can be clearly English, and the share of them: about a third
/// of any English prose, at most a tenth of that of another language.
const CLEAR_HITS: usize = 24;
const CLEAR_SHARE: usize = 4;

/// How often the words of each language stand in a text.
struct Hits {
    words: usize,
    of: [usize; LANGUAGES.len()],
}

/// Each known word with the languages that have it, one bit each.
static KNOWN: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (number, (_, words)) in LANGUAGES.iter().enumerate() {
        for word in words.split(' ') {
            *known.entry(word).or_default() |= 1 << number;
        }
    }
    known
});

impl Hits {
    fn count(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut hits = Self { words: 0, of: [0; LANGUAGES.len()] };
        for word in lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            hits.words += 1;
            let mut languages = KNOWN.get(word).copied().unwrap_or(0);
            while languages != 0 {
                hits.of[languages.trailing_zeros() as usize] += 1;
                languages &= languages - 1;
            }
        }
        hits
    }
}

/// The language whose words hold the text together; `None` when hardly any stand in it.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let found = Hits::count(text);
    // Of equals `min_by_key` gives the first.
    let (language, hits) = LANGUAGES
        .iter()
        .zip(found.of)
        .map(|(&(language, _), hits)| (language, hits))
        .min_by_key(|&(_, hits)| std::cmp::Reverse(hits))?;
    (hits > 0 && hits * SHARE >= found.words).then_some(language)
}

/// Whether a text is English beyond doubt, so that its letters need not be looked at: that
/// costs as much as all other steps but the names. Only of English can words alone say so;
/// languages closer to each other (Spanish and Catalan) share too many.
pub(super) fn is_clearly_english(text: &str) -> bool {
    let Hits { words, of: [english, others @ ..] } = Hits::count(text);
    let rival = others.into_iter().max().unwrap_or(0);
    english >= CLEAR_HITS && english * CLEAR_SHARE >= words && english >= 2 * rival
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_enough() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(language(text), expected, "{text}");
        check("Rain fell on Friday in Kyiv.", Some("en"));
        check("Biden met Zelensky in Warsaw on Friday.", Some("en"));
        check(
            "President Emmanuel Macron visited Kyiv on 3 November 2023 and met Volodymyr Zelensky.",
            Some("en"),
        );
        check("La reunión fue el viernes pasado.", Some("es"));
        check("Le président est arrivé vendredi.", Some("fr"));
        check("Der Präsident kam am Freitag nach Kiew.", Some("de"));
        check("O presidente chegou na sexta.", Some("pt"));
        check("Il presidente è arrivato venerdì.", Some("it"));
        check("Президент прибыл в пятницу.", None);
        check("Volodymyr Zelensky, Emmanuel Macron", None);
        check("2023", None);
        check("", None);
    }

    #[test]
    fn only_plain_english_prose_is_clear() {
        let check = |text: &str, expected| assert_eq!(is_clearly_english(text), expected, "{text}");
        let english = "The ministers of the two countries met on Friday in the capital, and it was said that \
                       they had agreed to a plan for the border which has been at the heart of the dispute. ";
        check(&english.repeat(2), true);
        check("The minister left.", false);
        check(
            &"El ministro de la ciudad dijo que en el país se vive una crisis por el precio. ".repeat(8),
            false,
        );
        check(
            &"De minister was in Den Haag en zei dat het kabinet over de begroting had gesproken. ".repeat(8),
            false,
        );
        check(
            &"Die minister was in die stad en het gesê dat hulle die begroting bespreek het. ".repeat(8),
            false,
        );
        check(&"Volodymyr Zelensky, Emmanuel Macron, Kyiv, Paris. ".repeat(20), false);
        check("", false);
    }
}
