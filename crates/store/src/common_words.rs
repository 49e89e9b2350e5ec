//! Words that stand in many articles, and the pairs of them that stand side by side.
//!
//! A phrase of such words is dear to look for: their lists are as long as the store. So a
//! store keeps a short directory of them, learnt from its own articles in whatever language,
//! and indexes each pair of neighbours as one more term ([`CommonWords::pairs`]); a phrase of
//! two of them is then one short list. (Williams, Zobel and Bahle 2004, "Fast phrase querying
//! with combined indexes".)
//!
//! A pair is indexed of the articles that came after both words were learnt; [`Learner`]
//! finds the words in a sample of what is written.

use crate::rows::RecordRows;
use dateline_model::SmolStr;
use foldhash::quality::RandomState;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Articles that are looked at before words are learnt, and how many of them have a word that is
/// just common: with fewer it would be a matter of chance.
const SAMPLE: u32 = 400;
const OFTEN: u32 = 10;
/// Once there is a directory, one of so many new articles is looked at: it changes slowly, and
/// looking takes time. Before, all are: phrases are dear in the articles that come before.
const ONE_OF: i64 = 40;
/// Different words of a sample at most: those that come later are rare ones.
const SAMPLE_WORDS: usize = 100_000;
/// Words of one article that are looked at.
const ARTICLE_WORDS: usize = 5_000;
/// Most words of a directory, and of its first sample: there may be more languages to come.
/// Their numbers are letters of the private use areas, see [`term`].
pub(crate) const MOST: usize = 12_000;
const FIRST: usize = 6_000;
/// What stands for the word of number 0. The letters before it are free for others, see
/// [`entity_term`].
const FIRST_LETTER: u32 = 0xe010;
/// From this number on letters are those of the next such area, a byte longer.
const FURTHER: u16 = 6_000;
const FURTHER_LETTER: u32 = 0xf_0000;

/// A word of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CommonWord {
    pub(crate) number: u16,
    /// Key of the first article whose pairs with it are indexed.
    pub(crate) since: i64,
}

/// The directory of one store.
#[derive(Debug, Default)]
pub(crate) struct CommonWords {
    words: HashMap<SmolStr, CommonWord, RandomState>,
    /// Key of the first article that has the pairs of all of them.
    newest: i64,
}

impl CommonWords {
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn put(&mut self, word: String, common: CommonWord) {
        self.newest = self.newest.max(common.since);
        self.words.insert(word.into(), common);
    }

    pub(crate) fn get(&self, word: &str) -> Option<CommonWord> {
        self.words.get(word).copied()
    }

    /// The terms of the pairs in the folded texts (a line each) of the article with this key,
    /// each once, with a space between them.
    fn pairs(&self, folded: &str, article: i64) -> String {
        if self.words.is_empty() {
            return String::new();
        }
        let mut pairs = Vec::new();
        for text in folded.lines() {
            let mut before = None;
            for word in text.split(' ') {
                let common = self.get(word).filter(|common| common.since <= article);
                let number = common.map(|common| common.number);
                pairs.extend(before.zip(number));
                before = number;
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut terms = String::with_capacity(pairs.len() * 7);
        for (first, second) in pairs {
            if !terms.is_empty() {
                terms.push(' ');
            }
            terms.extend(letters(first, second));
        }
        terms
    }
}

/// The pairs of an article that has no key yet, found away from the thread that writes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairs {
    /// Of all words of this directory.
    by: Option<Arc<CommonWords>>,
    terms: String,
}

impl Pairs {
    pub(crate) fn of(folded: &str, common: Arc<CommonWords>) -> Self {
        Self { terms: common.pairs(folded, i64::MAX), by: Some(common) }
    }

    /// Whether they are what the directory says of the article with this key.
    fn hold(&self, common: &Arc<CommonWords>, article: i64) -> bool {
        common.newest <= article && self.by.as_ref().is_some_and(|by| Arc::ptr_eq(by, common))
    }
}

/// The term of two neighbours: a letter of the private use area for each, so that it is short
/// and no tokeniser takes it apart.
pub(crate) fn term(first: u16, second: u16) -> String {
    letters(first, second).collect()
}

fn letters(first: u16, second: u16) -> impl Iterator<Item = char> {
    [first, second].into_iter().filter_map(letter)
}

fn letter(number: u16) -> Option<char> {
    let letter = match number.checked_sub(FURTHER) {
        Some(further) => FURTHER_LETTER + u32::from(further),
        None => FIRST_LETTER + u32::from(number),
    };
    char::from_u32(letter)
}

/// The term of an entity: a letter that stands for no word, and the entity's key in the store.
pub(crate) fn entity_term(entity: i64) -> String {
    format!("\u{e000}{entity}")
}

/// Learns which words are common from a sample of the articles that are written.
#[derive(Debug)]
pub(crate) struct Learner {
    /// A word is common that stands in one of so many articles.
    share: u32,
    /// In how many articles a word stood, and the last of them.
    seen: HashMap<String, (u32, u32), RandomState>,
    articles: u32,
}

impl Learner {
    pub(crate) fn new(share: u32) -> Self {
        Self { share, seen: HashMap::default(), articles: 0 }
    }

    /// Looks at an article, unless it has looked at enough.
    fn look(&mut self, folded: &str) {
        if self.is_done() {
            return;
        }
        self.articles += 1;
        for word in folded.split([' ', '\n']).filter(|word| !word.is_empty()).take(ARTICLE_WORDS) {
            let has_room = self.seen.len() < SAMPLE_WORDS;
            match self.seen.get_mut(word) {
                Some((count, last)) if *last < self.articles => (*count, *last) = (*count + 1, self.articles),
                None if has_room => {
                    self.seen.insert(word.to_owned(), (1, self.articles));
                }
                Some(_) | None => {}
            }
        }
    }

    /// Whether enough articles were looked at.
    pub(crate) fn is_done(&self) -> bool {
        self.articles >= SAMPLE.max(OFTEN * self.share)
    }

    /// The common words of the sample that the directory does not have, the most frequent
    /// first; the next sample begins. Once there is a directory, words have to be twice as
    /// common to come into it.
    pub(crate) fn learn(&mut self, known: &CommonWords) -> Vec<String> {
        // Later samples would bring ever more words that are common now and then.
        let times = if known.len() == 0 { 1 } else { 2 };
        let least = times * self.articles / self.share;
        let seen = std::mem::replace(self, Self::new(self.share)).seen;
        let common =
            seen.into_iter().filter(|(word, (count, _))| *count >= least && known.get(word).is_none());
        let mut words: Vec<(u32, String)> = common.map(|(word, (count, _))| (count, word)).collect();
        words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        words.truncate(if known.len() == 0 { FIRST } else { MOST.saturating_sub(known.len()) });
        words.into_iter().map(|(_, word)| word).collect()
    }
}

/// What a writer knows of common words, and what it is about to learn.
#[derive(Debug)]
pub(crate) struct Learning {
    common: watch::Sender<Arc<CommonWords>>,
    pub(crate) learner: Learner,
}

impl Learning {
    /// A word is common that stands in one of so many articles.
    pub(crate) fn new(share: u32) -> Self {
        Self { common: watch::Sender::default(), learner: Learner::new(share) }
    }

    /// The directory as it is known here, for who makes records ready.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<CommonWords>> {
        self.common.subscribe()
    }

    pub(crate) fn len(&self) -> usize {
        self.common.borrow().len()
    }

    /// The directory changed.
    pub(crate) fn take_up(&mut self, common: CommonWords) {
        self.common.send_replace(Arc::new(common));
    }

    /// What the sample brought that is new.
    pub(crate) fn learn(&mut self) -> Vec<String> {
        self.learner.learn(&self.common.borrow())
    }

    /// The terms of the pairs of an article that is made findable.
    pub(crate) fn pairs<'r>(&mut self, rows: &'r RecordRows, article: i64) -> Cow<'r, str> {
        let common = self.common.borrow();
        if is_sampled(&common, article) {
            self.learner.look(&rows.folded);
        }
        if rows.pairs.hold(&common, article) {
            Cow::Borrowed(&rows.pairs.terms)
        } else {
            Cow::Owned(common.pairs(&rows.folded, article))
        }
    }
}

/// Whether the article with this key is looked at.
fn is_sampled(known: &CommonWords, article: i64) -> bool {
    known.len() == 0 || article % ONE_OF == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(words: &[(&str, i64)]) -> CommonWords {
        let mut directory = CommonWords::default();
        for (number, (word, since)) in (0..).zip(words) {
            directory.put((*word).to_owned(), CommonWord { number, since: *since });
        }
        directory
    }

    #[track_caller]
    fn check(folded: &str, article: i64, expected: &[(u16, u16)]) {
        let common = directory(&[("the", 1), ("of", 1), ("prime", 10)]);
        let expected: Vec<String> = expected.iter().map(|(first, second)| term(*first, *second)).collect();
        assert_eq!(common.pairs(folded, article), expected.join(" "), "{folded}");
    }

    #[test]
    fn neighbours_are_pairs() {
        check("out of the house\n", 1, &[(1, 0)]);
        check("of the of the\n", 1, &[(0, 1), (1, 0)]);
        check("of house the\n", 1, &[]);
        check("the the the\n", 1, &[(0, 0)]);
        check("", 1, &[]);
    }

    #[test]
    fn no_pair_runs_from_one_text_into_the_next() {
        check("of\nthe\n", 1, &[]);
    }

    #[test]
    fn articles_from_before_a_word_was_learnt_have_no_pairs_with_it() {
        check("the prime of\n", 9, &[]);
        check("the prime of\n", 10, &[(0, 2), (2, 1)]);
    }

    #[test]
    fn pairs_found_before_hold_for_articles_that_came_after_all_words() {
        let common = Arc::new(directory(&[("the", 1), ("prime", 10)]));
        let pairs = Pairs::of("the prime\n", Arc::clone(&common));
        assert_eq!(pairs.terms, common.pairs("the prime\n", 10));
        assert!(pairs.hold(&common, 10));
        assert!(!pairs.hold(&common, 9));
        assert!(!pairs.hold(&Arc::default(), 10));
        assert!(!Pairs::default().hold(&Arc::default(), 10));
    }

    #[test]
    fn every_number_has_a_letter_of_its_own_that_stands_for_itself() {
        let last = u16::try_from(MOST - 1).unwrap();
        let numbers = [0, 1, FURTHER - 1, FURTHER, last];
        assert_eq!(numbers.map(letter).iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
        for number in numbers {
            let term = term(number, last);
            assert_eq!(term.chars().count(), 2);
            assert_eq!(crate::words::folded(&term), [term]);
        }
    }

    /// A learner that looked at enough articles.
    fn full() -> Learner {
        let mut learner = Learner::new(5);
        for number in 1..=SAMPLE {
            assert!(!learner.is_done());
            let fifth = if number % 5 == 0 { "prime prime" } else { "rare" };
            let sixth = if number % 6 == 0 { "minister" } else { "" };
            learner.look(&format!("the {fifth}\n{sixth}\n"));
        }
        assert!(learner.is_done());
        learner
    }

    #[test]
    fn words_of_a_fifth_of_the_articles_are_learnt() {
        let mut learner = full();
        assert_eq!(learner.learn(&CommonWords::default()), ["the", "rare", "prime"]);
        assert!(!learner.is_done());
    }

    #[test]
    fn every_article_is_looked_at_until_words_are_known() {
        let sampled = |known: &CommonWords| (1..=80).filter(|article| is_sampled(known, *article)).count();
        assert_eq!(sampled(&CommonWords::default()), 80);
        assert_eq!(sampled(&directory(&[("the", 1)])), 2);
    }

    #[test]
    fn what_is_learnt_later_is_twice_as_common() {
        assert_eq!(full().learn(&directory(&[("the", 1)])), ["rare"]);
    }
}
