//! The place of a dateline, as it is written and as a reader writes it.

/// Small words inside place names.
const CONNECTORS: [&str; 16] =
    ["de", "del", "la", "las", "los", "el", "do", "da", "des", "du", "sur", "of", "and", "au", "am", "an"];

/// Words in capitals before a dash that are labels, not places.
const LABELS: [&str; 3] = [
    "ANALYSIS BREAKING CORRECTED CORRECTION EDITORIAL EXCLUSIVE EXPLAINED EXPLAINER FACTBOX FEATURE FOCUS INTERVIEW LIVE",
    "NEWS NOTE OPINION PHOTOS PREVIEW PROFILE RECAP REFILE REPORT REVIEW SCOREBOARD SPORT SPORTS SUMMARY TIMELINE UPDATE",
    "UPDATED URGENT VIDEO WATCH WEATHER WRAPUP BUSINESS WORLD ALERT ADVISORY TIPS",
];

/// True for a word that can stand in the name of a place: capitalised, or a
/// small connecting word that is not the first.
pub(crate) fn is_place_word(word: &str, first: bool) -> bool {
    let word = word.trim_start_matches(['\'', '’']);
    let connector = !first && CONNECTORS.contains(&word.to_lowercase().as_str());
    let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.' | '/' | 'º'));
    letters && (connector || word.starts_with(char::is_uppercase))
}

/// True for a name in capitals that is no editor's label.
pub(crate) fn is_all_capitals(name: &str) -> bool {
    let capital = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
    capital && name.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// True for "BREAKING", "UPDATE", "WATCH LIVE".
pub(crate) fn is_label(name: &str) -> bool {
    let is_one = |word: &str| {
        LABELS.iter().any(|labels| labels.split(' ').any(|label| label.eq_ignore_ascii_case(word)))
    };
    name.split_whitespace().any(is_one)
}

/// "TEL AVIV" as "Tel Aviv"; a name in mixed case stays as it is.
pub(crate) fn in_mixed_case(name: &str) -> String {
    if !is_all_capitals(name) {
        return name.to_owned();
    }
    let words = name.split(' ').enumerate().map(|(at, word)| word_in_mixed_case(word, at == 0));
    words.collect::<Vec<_>>().join(" ")
}

fn word_in_mixed_case(word: &str, first: bool) -> String {
    let lower = word.to_lowercase();
    // Initials keep their capitals: "D.C.", "U.N.".
    let initials = word.matches('.').count() > 1;
    if initials || (!first && CONNECTORS.contains(&lower.as_str())) {
        return if initials { word.to_owned() } else { lower };
    }
    let mut mixed = String::with_capacity(word.len());
    let parts: Vec<&str> = lower.split('-').collect();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            mixed.push('-');
        }
        if at > 0 && at + 1 < parts.len() && CONNECTORS.contains(part) {
            mixed.push_str(part);
            continue;
        }
        push_capitalised(&mut mixed, part);
    }
    mixed
}

/// Adds a part with capitals at its start, after a slash ("Berlin/Paris") and
/// after a one-letter elision ("N'Djamena", but "Sana'a").
fn push_capitalised(mixed: &mut String, part: &str) {
    let mut capital = true;
    for (at, character) in part.chars().enumerate() {
        if capital {
            mixed.extend(character.to_uppercase());
        } else {
            mixed.push(character);
        }
        capital = character == '/' || (at == 1 && matches!(character, '\'' | '’'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_become_mixed_case() {
        let check = |name: &str, expected: &str| assert_eq!(in_mixed_case(name), expected);
        check("TEL AVIV", "Tel Aviv");
        check("LONDON", "London");
        check("PORT-AU-PRINCE", "Port-au-Prince");
        check("RIO DE JANEIRO", "Rio de Janeiro");
        check("N'DJAMENA", "N'Djamena");
        check("SANA'A", "Sana'a");
        check("BERLIN/PARIS", "Berlin/Paris");
        check("D.C.", "D.C.");
        check("ST. PETERSBURG", "St. Petersburg");
        check("ZÜRICH", "Zürich");
        check("BERLÍN", "Berlín");
        check("LA PAZ", "La Paz");
        check("Kyiv", "Kyiv");
        check("Ukraine", "Ukraine");
        check("", "");
    }

    #[test]
    fn labels_are_no_places() {
        for label in ["BREAKING", "UPDATE", "WATCH LIVE", "EXCLUSIVE", "Analysis"] {
            assert!(is_label(label), "{label}");
        }
        assert!(!is_label("NEW YORK"));
    }
}
