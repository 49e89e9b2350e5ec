//! Words that are like another one: what a `~` behind a word of a query stands for.
//!
//! A store keeps a directory of the words of titles and names with a trigram index over it.
//! The index proposes words that hold one of some parts ([`parts`]); which of them are
//! alike is decided here ([`closest`]), so that it is the same over every store.
//!
//! A word is like another one of which it is a part, or from which it differs by a letter
//! (from four letters on) or two (from eight on): one too many, too few, another one, or
//! two that changed places.

use crate::{Clause, Condition, Query, words};
use std::collections::HashMap;

/// Letters of the words of a directory: shorter ones hold no trigram, longer ones are none
/// that a person would try to spell.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=40;
/// Most words that one stands for, the closest.
const MOST: usize = 100;

/// Whether a directory keeps a word.
pub(crate) fn is_kept(word: &str) -> bool {
    LETTERS.contains(&word.chars().count())
}

/// How many letters may be wrong in a word of this length.
fn slack(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// What words like this one hold, with a space before and behind them: at least one of these
/// texts, each of three letters or more. Empty for a word that is like no other.
///
/// The word is cut into one piece more than letters may be wrong, so that one piece is
/// right; only letters that changed places across a cut spoil two, so that neighbours with
/// such a change are pieces, too.
pub(crate) fn parts(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if !LETTERS.contains(&letters.len()) {
        return Vec::new();
    }
    let mut parts = vec![word.to_owned()];
    let cuts = slack(letters.len());
    if cuts > 0 {
        let padded: Vec<char> = [&[' '][..], &letters, &[' ']].concat();
        let cut = |number: usize| padded.len() * number / (cuts + 1);
        for first in 0..=cuts {
            for last in first..=cuts {
                let mut run = padded[cut(first)..cut(last + 1)].to_vec();
                for inner in first + 1..=last {
                    let place = cut(inner) - cut(first);
                    run.swap(place - 1, place);
                }
                parts.push(run.into_iter().collect());
            }
        }
    }
    parts
}

/// The proposed words that are like this one, the closest first.
pub(crate) fn closest(word: &str, proposed: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut ranked: Vec<_> =
        proposed.into_iter().filter_map(|other| Some((distance(word, &other)?, other))).collect();
    ranked.sort_unstable();
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, other)| other).collect()
}

/// Wrong letters, or one for a part of a longer word, and then letters more; `None` for
/// words that are not alike.
fn distance(word: &str, other: &str) -> Option<(usize, usize)> {
    let (left, right): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    if !LETTERS.contains(&left.len()) {
        return (word == other).then_some((0, 0));
    }
    let most = slack(left.len());
    if left.len().abs_diff(right.len()) <= most {
        let wrong = wrong_letters(&left, &right);
        if wrong <= most {
            return Some((wrong, 0));
        }
    }
    other.contains(word).then(|| (1, right.len() - left.len()))
}

/// Optimal string alignment (Damerau 1964): letters added, left out, replaced, and
/// neighbours that changed places.
fn wrong_letters(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

/// What the words with a `~` of one query stand for, as a store's directory has it.
#[derive(Debug, Default)]
pub(crate) struct Alike(HashMap<String, Vec<String>>);

impl Alike {
    /// Takes in what a word stands for: always for itself, too.
    pub(crate) fn put(&mut self, word: String, mut others: Vec<String>) {
        if !others.contains(&word) {
            others.insert(0, word.clone());
        }
        self.0.insert(word, others);
    }

    /// For each word of a text the words that it stands for: an article must hold one of each.
    pub(crate) fn groups(&self, text: &str) -> Vec<Vec<String>> {
        let group = |word: String| self.0.get(&word).cloned().unwrap_or_else(|| vec![word]);
        words::folded(text).into_iter().map(group).collect()
    }
}

/// The words of a query that stand for others, each once.
pub(crate) fn asked(query: &Query) -> Vec<String> {
    let text = |clause: &Clause| match &clause.condition {
        Condition::Like(text) | Condition::Entity { name: text, like: true, .. } => words::folded(text),
        _ => Vec::new(),
    };
    let mut asked: Vec<String> = query.clauses.iter().flat_map(text).collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_letter_or_two_may_be_wrong() {
        let check = |word: &str, other: &str, expected: Option<(usize, usize)>| {
            assert_eq!(distance(word, other), expected, "{word} {other}");
        };
        check("netanyaho", "netanyahu", Some((1, 0)));
        check("netanjaho", "netanyahu", Some((2, 0)));
        check("nitanjaho", "netanyahu", None);
        check("bidne", "biden", Some((1, 0)));
        check("iran", "iraq", Some((1, 0)));
        check("iran", "irak", Some((1, 0)));
        check("mali", "bali", Some((1, 0)));
        check("war", "was", None);
        check("war", "war", Some((0, 0)));
        check("war", "warner", Some((1, 3)));
        check("quake", "earthquakes", Some((1, 6)));
        check("earthquakes", "quake", None);
        check("un", "un", Some((0, 0)));
        check("un", "under", None);
        check("иерусалм", "иерусалим", Some((1, 0)));
    }

    #[test]
    fn the_closest_come_first_and_not_too_many() {
        let given = ["warmer", "war", "wart", "software", "award", "ward"].map(str::to_owned);
        assert_eq!(closest("ward", given.clone()), ["ward", "award", "war", "wart"]);
        assert_eq!(closest("war", given), ["war", "ward", "wart", "award", "warmer", "software"]);
        assert_eq!(closest("many", (0..500).map(|n| format!("many{n}"))).len(), MOST);
    }

    #[test]
    fn a_word_stands_for_itself_at_least() {
        let mut alike = Alike::default();
        alike.put("gasa".into(), vec!["gaza".into()]);
        assert_eq!(alike.groups("Gasa, x"), [vec!["gasa", "gaza"], vec!["x"]]);
    }

    /// A word and one that was made of it by as many mistakes as may be.
    fn mistaken() -> impl Strategy<Value = (String, String)> {
        let mistake = (0..4_u8, any::<prop::sample::Index>(), prop::char::range('a', 'e'));
        ("[a-e]{3,14}", prop::collection::vec(mistake, 0..=2)).prop_map(|(word, mistakes)| {
            let mut other: Vec<char> = word.chars().collect();
            for (kind, place, letter) in mistakes.into_iter().take(slack(word.len())) {
                let at = place.index(other.len());
                match kind {
                    0 => other.insert(at, letter),
                    1 => other[at] = letter,
                    2 if other.len() > 2 => drop(other.remove(at)),
                    3 if at > 0 => other.swap(at - 1, at),
                    _ => {}
                }
            }
            (word, other.into_iter().collect())
        })
    }

    proptest! {
        #[test]
        fn whatever_is_alike_holds_one_of_the_parts((word, other) in mistaken()) {
            if distance(&word, &other).is_some() {
                let padded = format!(" {other} ");
                prop_assert!(parts(&word).iter().any(|part| padded.contains(part.as_str())), "{word} {other}");
            }
        }

        #[test]
        fn parts_are_long_enough_for_a_trigram(word in "\\PC{0,45}") {
            prop_assert!(parts(&word).iter().all(|part| part.chars().count() >= 3));
        }
    }
}
