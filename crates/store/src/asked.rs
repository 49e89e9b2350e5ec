//! What a query asks of a store's word index: an expression in the index's own language, and,
//! where it has phrases of common words, one over their pairs that is faster but right only for
//! articles that came after these words were learnt ([`crate::common_words`]).

use crate::common_words::{CommonWord, term};
use std::ops::Range;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Right for every article.
    pub(crate) plain: String,
    paired: Option<Paired>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Paired {
    text: String,
    /// Key of the first article that it is right for.
    since: i64,
}

impl Asked {
    pub(crate) fn plain(plain: String) -> Self {
        Self { plain, paired: None }
    }

    /// A phrase of words, each as the directory of common words has it. `all` joins expressions,
    /// `quoted` makes one of a term.
    pub(crate) fn phrase(
        plain: String,
        words: &[Option<CommonWord>],
        all: impl Fn(&[&str]) -> String,
        quoted: impl Fn(&str) -> String,
    ) -> Self {
        let pairs: Vec<_> = words.windows(2).filter_map(|pair| pair[0].zip(pair[1])).collect();
        let since = pairs.iter().map(|(first, second)| first.since.max(second.since)).max();
        let mut terms: Vec<String> =
            pairs.iter().map(|(first, second)| quoted(&term(first.number, second.number))).collect();
        // Two words are their pair; more of them are a phrase only where their pairs meet.
        if words.len() > 2 {
            terms.push(plain.clone());
        }
        let text = all(&terms.iter().map(String::as_str).collect::<Vec<_>>());
        Self { plain, paired: since.map(|since| Paired { text, since }) }
    }

    /// All of these; `None` for none.
    pub(crate) fn all(asked: &[Self], all: impl Fn(&[&str]) -> String) -> Option<Self> {
        if asked.is_empty() {
            return None;
        }
        let fastest =
            |asked: &Self| asked.paired.as_ref().map_or(asked.plain.clone(), |paired| paired.text.clone());
        let join = |texts: Vec<String>| all(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let since = asked.iter().filter_map(|asked| Some(asked.paired.as_ref()?.since)).max();
        Some(Self {
            plain: join(asked.iter().map(|asked| asked.plain.clone()).collect()),
            paired: since.map(|since| Paired { text: join(asked.iter().map(fastest).collect()), since }),
        })
    }

    /// What to ask of the articles with which keys, the largest keys first.
    pub(crate) fn parts(&self) -> Vec<(Range<i64>, &str)> {
        match &self.paired {
            Some(paired) => {
                vec![(paired.since..i64::MAX, &paired.text), (i64::MIN..paired.since, &self.plain)]
            }
            None => vec![(i64::MIN..i64::MAX, &self.plain)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(words: &[Option<i64>]) -> Asked {
        let common = |since: &Option<i64>| since.map(|since| CommonWord { number: 0, since });
        let words: Vec<_> = words.iter().map(common).collect();
        Asked::phrase("phrase".to_owned(), &words, |texts| texts.join("+"), |_| "pair".to_owned())
    }

    #[track_caller]
    fn check(asked: &Asked, expected: &[(Range<i64>, &str)]) {
        assert_eq!(asked.parts(), expected);
    }

    #[test]
    fn a_phrase_is_asked_by_its_pairs_where_they_are_indexed() {
        check(&phrase(&[Some(1), Some(5)]), &[(5..i64::MAX, "pair"), (i64::MIN..5, "phrase")]);
        check(&phrase(&[Some(1), None]), &[(i64::MIN..i64::MAX, "phrase")]);
        check(&phrase(&[Some(1)]), &[(i64::MIN..i64::MAX, "phrase")]);
        let three = phrase(&[Some(1), Some(2), None]);
        check(&three, &[(2..i64::MAX, "pair+phrase"), (i64::MIN..2, "phrase")]);
    }

    #[test]
    fn all_are_asked_by_pairs_where_all_pairs_are_indexed() {
        let asked =
            [phrase(&[Some(1), Some(2)]), Asked::plain("word".to_owned()), phrase(&[Some(7), Some(3)])];
        let all = Asked::all(&asked, |texts| texts.join("&")).unwrap();
        check(&all, &[(7..i64::MAX, "pair&word&pair"), (i64::MIN..7, "phrase&word&phrase")]);
        assert_eq!(Asked::all(&[], |texts| texts.join("&")), None);
    }
}
