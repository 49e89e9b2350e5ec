//! Plain measures of how hard the body is to read.

use dateline_model::Readability;
use dateline_text::{Document, TokenKind};

/// Words with more letters than this count as long (LIX).
const LONG_WORD: usize = 6;

/// Measures a body; `None` when it has no words.
#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24 or need no exact ratio")]
pub(crate) fn measure(document: &Document<'_>) -> Option<Readability> {
    let words = document.tokens().iter().filter(|token| token.kind != TokenKind::Mark);
    let (mut count, mut long) = (0_u32, 0_u32);
    for token in words {
        count += 1;
        long += u32::from(document.slice(token).chars().count() > LONG_WORD);
    }
    let sentences = u32::try_from(document.sentences().len()).unwrap_or(u32::MAX);
    (count > 0).then(|| {
        let words_per_sentence = count as f32 / sentences.max(1) as f32;
        let lix = words_per_sentence + 100.0 * long as f32 / count as f32;
        Readability { words: count, sentences, words_per_sentence, lix }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_words_not_marks() {
        let measured = measure(&Document::new("He left. They celebrated, loudly!")).unwrap();
        assert_eq!((measured.words, measured.sentences), (5, 2));
        assert!((measured.words_per_sentence - 2.5).abs() < 1e-6);
        // "celebrated" alone has more than six letters.
        assert!((measured.lix - 22.5).abs() < 1e-4);
        assert_eq!(measure(&Document::new("... !")), None);
    }
}
