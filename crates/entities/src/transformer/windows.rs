//! Long texts in windows: each word is read in one window in which it has
//! enough text on both sides, as far as the text has it.

use std::ops::Range;

/// Words that are read together, and those of them whose scores are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) words: Range<usize>,
    pub(super) kept: Range<usize>,
}

/// Windows of at most `capacity` pieces over words of `counts` pieces; every
/// word is kept once, with at least `context` pieces before and behind it in
/// its window, or the end of the text. No word has more than a quarter of
/// `capacity`, nor has `context`.
pub(super) fn windows(counts: &[usize], capacity: usize, context: usize) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut kept = 0;
    while kept < counts.len() {
        let start = back(counts, 0, kept, context);
        let end = start + fitting(&counts[start..], capacity);
        let last = if end == counts.len() { end } else { back(counts, kept + 1, end, context) };
        windows.push(Window { words: start..end, kept: kept..last });
        kept = last;
    }
    windows
}

/// The last word, not before `least`, from which to `end` there are `context`
/// pieces.
fn back(counts: &[usize], least: usize, end: usize, context: usize) -> usize {
    let (mut word, mut pieces) = (end, 0);
    while word > least && pieces < context {
        word -= 1;
        pieces += counts[word];
    }
    word
}

/// Words from the first on that fit into `capacity` pieces.
fn fitting(counts: &[usize], capacity: usize) -> usize {
    let mut pieces = 0;
    let fits = |&&count: &&usize| {
        pieces += count;
        pieces <= capacity
    };
    counts.iter().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_text_is_one_window() {
        assert_eq!(windows(&[], 20, 5), []);
        assert_eq!(windows(&[1, 2, 3], 20, 5), [Window { words: 0..3, kept: 0..3 }]);
    }

    proptest! {
        #[test]
        fn every_word_is_kept_once_in_context(
            counts in prop::collection::vec(0_usize..=5, 0..300),
            context in 0_usize..=5,
        ) {
            let windows = windows(&counts, 20, context);
            let mut next = 0;
            for Window { words, kept } in windows {
                prop_assert_eq!(kept.start, next);
                prop_assert!(kept.end > kept.start && words.start <= kept.start && kept.end <= words.end);
                let sum = |range: Range<usize>| counts[range].iter().sum::<usize>();
                prop_assert!(sum(words.clone()) <= 20);
                prop_assert!(words.start == 0 || sum(words.start..kept.start) >= context);
                // The word that had to be kept, for the windows to go on, may have less behind it.
                let alone = kept.len() == 1;
                prop_assert!(alone || words.end == counts.len() || sum(kept.end..words.end) >= context);
                next = kept.end;
            }
            prop_assert_eq!(next, counts.len());
        }
    }
}
