//! From a tokenised text to what the feature templates look at.

use crate::classes::WordClasses;
use crate::features::{Look, Run, mark_runs};
use crate::gazetteer::Gazetteer;
use crate::memory;
use crate::word::Word;
use dateline_text::Document;

/// Small words that join the parts of one name.
const JOINING: [&str; 22] = [
    "of", "for", "the", "and", "&", "de", "del", "la", "le", "du", "des", "von", "van", "der", "den", "bin",
    "al", "el", "da", "dos", "di", "'s",
];

/// Looks at every token of `document`.
pub(crate) fn looks(document: &Document<'_>, classes: &WordClasses, gazetteer: &Gazetteer) -> Vec<Look> {
    let mut looks: Vec<Look> = document
        .tokens()
        .iter()
        .map(|token| {
            let word = Word::new(document.slice(token));
            Look {
                word,
                classes: classes.of(word.lower),
                lists: 0,
                run: Run::default(),
                elsewhere: 0,
                seen: 0,
            }
        })
        .collect();
    for sentence in document.sentences() {
        let range = sentence.start as usize..sentence.end as usize;
        let joins = |index: usize| JOINING.contains(&document.slice(&document.tokens()[index]));
        mark_runs(&mut looks, range.clone(), joins);
        gazetteer.mark_lists(&mut looks[range]);
    }
    memory::note(&mut looks, document);
    looks
}
