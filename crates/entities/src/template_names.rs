//! What each feature template looks at, in words: for explanations.
//!
//! In the order in which `features` writes them; a test holds the two
//! together.

use crate::features::{MEMORY, SHORT};

/// Templates of tokens near a capital, numbered from 1.
const FULL: [&str; 70] = [
    "any word near a capital",
    "the word",
    "the word in small letters",
    "the word before",
    "the word after",
    "the word two before",
    "the word two after",
    "the word and the one before",
    "the word and the one after",
    "the two words before",
    "the two words after",
    "the words on both sides",
    "first 2 letters",
    "first 3 letters",
    "first 4 letters",
    "last letter",
    "last 2 letters",
    "last 3 letters",
    "last 4 letters",
    "end of the word before",
    "end of the word after",
    "shape",
    "shape and place in the sentence",
    "word and place in the sentence",
    "shape and shape before",
    "shape and shape after",
    "shapes of three words",
    "shapes of this and two before",
    "shapes of this and two after",
    "word before and shape",
    "shape and word after",
    "end and shape",
    "coarse word class",
    "fine word class",
    "shape and coarse class",
    "fine class before",
    "fine class after",
    "coarse class two before",
    "coarse class two after",
    "fine class before and shape",
    "shape and fine class after",
    "coarse classes of this and before",
    "coarse classes of this and after",
    "classes on both sides and shape",
    "two classes before and shape",
    "gazetteer lists",
    "gazetteer lists and shape",
    "lists of this and before",
    "lists of this and after",
    "lists and class after",
    "class before and lists",
    "given or family name",
    "given or family name and lists",
    "given or family name before and here",
    "given or family name here and after",
    "given or family name and class before",
    "place in and length of the capitalised run",
    "word before the run",
    "word after the run",
    "class before the run",
    "class after the run",
    "last word of the run",
    "first word of the run",
    "class of the run's last word",
    "class of the run's first word",
    "lists of the run's ends",
    "words around the run",
    "end of the run's last word",
    "given and family names of the run",
    "given and family names of the run and class before",
];

/// Templates of what the rest of the text shows, numbered from [`MEMORY`] + 1.
const ELSEWHERE: [&str; 11] = [
    "how the word is written elsewhere and shape",
    "how the word is written elsewhere and class",
    "place in the longest run elsewhere and shape",
    "place in the longest run elsewhere and length here",
    "word before the run elsewhere",
    "word after the run elsewhere",
    "last word of the run elsewhere",
    "first word of the run elsewhere",
    "class of the last word of the run elsewhere",
    "lists elsewhere",
    "given and family names of the run elsewhere",
];

/// Templates of the other tokens, numbered from [`SHORT`] + 1.
const BRIEF: [&str; 7] = [
    "the word",
    "shape",
    "the word and the one before",
    "the word and the one after",
    "end of the word",
    "fine word class",
    "coarse word class",
];

/// What the template of this number looks at.
pub(crate) fn name(template: u64) -> &'static str {
    let (names, first): (&[&str], u64) = match template {
        template if template > SHORT => (&BRIEF, SHORT),
        template if template > MEMORY => (&ELSEWHERE, MEMORY),
        _ => (&FULL, 0),
    };
    let index = usize::try_from(template.saturating_sub(first + 1)).unwrap_or(usize::MAX);
    names.get(index).copied().unwrap_or("a feature without a name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::WordClasses;
    use crate::features::{Features, Sentence};
    use crate::{Gazetteer, reading};
    use dateline_text::Document;

    #[test]
    fn every_template_has_a_name_and_every_name_a_template() {
        let document =
            Document::new("Mr. Jane Smith of the World Bank went there with Smith slowly and quietly.");
        let looks = reading::looks(&document, &WordClasses::default(), &Gazetteer::built_in().unwrap());
        let sentence = Sentence::new(&looks, 0..looks.len());
        let mut features = Features::<true>::new();
        let mut seen: Vec<&str> = Vec::new();
        for index in 0..looks.len() {
            sentence.features(index, &mut features);
            seen.extend(features.named().map(|(_, name)| name));
        }
        assert!(!seen.contains(&"a feature without a name"));
        assert!(seen.contains(FULL.last().unwrap()), "the last template of the long list has the last name");
        assert!(seen.contains(ELSEWHERE.last().unwrap()), "and so it is with what stands elsewhere");
        assert_eq!(name(1), FULL[0]);
        assert_eq!(name(SHORT + 7), BRIEF[6]);
    }
}
