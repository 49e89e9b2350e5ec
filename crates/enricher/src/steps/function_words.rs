//! The language of a short text by its closed-class words.
//!
//! Letter statistics need a paragraph; a headline or a single sentence full of foreign names
//! leads them astray. Articles, prepositions and the names of days are few, frequent and seldom
//! borrowed, so a handful of words tells what language holds them together.

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

/// The language whose words hold the text together; `None` when hardly any stand in it.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let count =
        |known: &str| words.iter().filter(|word| known.split(' ').any(|known| known == *word)).count();
    // Of equals `min_by_key` gives the first.
    let (language, hits) = LANGUAGES
        .iter()
        .map(|&(language, known)| (language, count(known)))
        .min_by_key(|&(_, hits)| std::cmp::Reverse(hits))?;
    (hits > 0 && hits * SHARE >= words.len()).then_some(language)
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
}
