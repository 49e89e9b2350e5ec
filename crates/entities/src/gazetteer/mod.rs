//! Known names, their types, their importance and their ids.
//!
//! Read from tab-separated lists (see [`row`]) and compiled to one hash table
//! over token sequences. The text of a list is kept as it is and an item is a
//! line of it, so tens of thousands of places cost a few megabytes. Left out:
//! which of several items a name means (see `linking`).

mod built_in;
mod compact;
mod listed;
mod phrases;
pub(crate) mod row;

use crate::entity::EntityKind;
use crate::error::ModelError;
use crate::features::Look;
use crate::word::{Case, Word};
use dateline_text::Document;
pub use listed::Listed;
use phrases::{Builder, Phrases};
use row::{Class, Row};
use std::borrow::Cow;

/// Longest known name, in tokens.
const MAX_TOKENS: usize = 8;

/// Weight from which a name is believed in a language that the model has not
/// learned.
const SURE: u8 = 60;

/// Bits of a list mark behind the three places of the classes.
const WITHIN_GIVEN_NAME: u32 = 1 << (3 * Class::COUNT);
const WITHIN_SURNAME: u32 = 2 << (3 * Class::COUNT);

/// What a list mark says of a word as part of a person's name: 1 a given
/// name, 2 a family name, 3 either.
pub(crate) fn name_part(lists: u32) -> u32 {
    let given = lists & (Class::GivenName.bit() | WITHIN_GIVEN_NAME) != 0;
    let family = lists & (Class::Surname.bit() | WITHIN_SURNAME) != 0;
    u32::from(given) + 2 * u32::from(family)
}

/// A list mark without what it says of names of persons by single words.
pub(crate) fn without_name_part(lists: u32) -> u32 {
    lists & !(Class::GivenName.bit() | Class::Surname.bit() | WITHIN_GIVEN_NAME | WITHIN_SURNAME)
}

/// Weight from which it is believed although it is a given name too ("Berlin").
const VERY_SURE: u8 = 70;

/// Number of an item of a gazetteer.
pub(crate) type ItemId = u32;

/// Where the line of an item is.
#[derive(Debug, Clone, Copy)]
struct Item {
    list: u16,
    start: u32,
    end: u32,
    class: Class,
}

/// A named tab-separated list.
#[derive(Debug, Clone)]
pub struct List {
    /// Name for messages, usually the file name.
    pub name: Cow<'static, str>,
    /// The rows.
    pub text: Cow<'static, str>,
}

/// Known names, compiled for lookup by token.
#[derive(Debug, Default)]
pub struct Gazetteer {
    lists: Vec<List>,
    items: Vec<Item>,
    phrases: Phrases,
    /// Last names of people, for bare surnames of the famous.
    surnames: Phrases,
}

impl Gazetteer {
    /// The gazetteer that ships with Dateline.
    ///
    /// # Errors
    /// [`ModelError::Gazetteer`] when a shipped list has a bad row.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::from_lists(built_in::lists())
    }

    /// The shipped lists and an operator's own behind them.
    ///
    /// # Errors
    /// [`ModelError::Gazetteer`] names the first row that cannot be read.
    pub fn built_in_and(own: impl IntoIterator<Item = List>) -> Result<Self, ModelError> {
        Self::from_lists(built_in::lists().into_iter().chain(own))
    }

    /// Compiles lists.
    ///
    /// # Errors
    /// [`ModelError::Gazetteer`] names the first row that cannot be read.
    pub fn from_lists(lists: impl IntoIterator<Item = List>) -> Result<Self, ModelError> {
        let mut gazetteer = Self::default();
        let (mut names, mut surnames) = (Builder::default(), Builder::default());
        for list in lists {
            gazetteer.add_list(list, &mut names, &mut surnames)?;
        }
        gazetteer.phrases = names.finish();
        gazetteer.surnames = surnames.finish();
        Ok(gazetteer)
    }

    fn add_list(
        &mut self,
        list: List,
        names: &mut Builder,
        surnames: &mut Builder,
    ) -> Result<(), ModelError> {
        let number = u16::try_from(self.lists.len()).unwrap_or(u16::MAX);
        let bad = |line: usize, problem: &str| ModelError::Gazetteer {
            file: list.name.to_string(),
            line: line + 1,
            problem: problem.to_owned(),
        };
        let mut start = 0;
        for (line_number, line) in list.text.split('\n').enumerate() {
            let end = start + line.len();
            if !line.trim().is_empty() && !line.starts_with('#') {
                let row = Row::parse(line).map_err(|problem| bad(line_number, problem))?;
                let offset = |at: usize| u32::try_from(at).map_err(|_| bad(line_number, "list over 4 GiB"));
                let id = ItemId::try_from(self.items.len()).map_err(|_| bad(line_number, "too many rows"))?;
                self.items.push(Item {
                    list: number,
                    start: offset(start)?,
                    end: offset(end)?,
                    class: row.class,
                });
                for alias in row.names() {
                    add_alias(alias, id, names);
                }
                if row.class == Class::Person
                    && let Some((_, surname)) = row.name.rsplit_once(' ')
                {
                    surnames.add(std::iter::once(Word::new(surname).lower), id);
                }
            }
            start = end + 1;
        }
        self.lists.push(list);
        Ok(())
    }

    /// What is wrong with a line of a list, if anything.
    ///
    /// # Errors
    /// What the row lacks, in words.
    pub fn check_row(line: &str) -> Result<(), &'static str> {
        Row::parse(line).map(|_| ())
    }

    /// The row of an item.
    pub(crate) fn row(&self, id: ItemId) -> Row<'_> {
        let item = self.items[id as usize];
        let line = &self.lists[usize::from(item.list)].text[item.start as usize..item.end as usize];
        Row::parse(line).expect("every line was parsed when the list was compiled")
    }

    /// Number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Items of exactly this name.
    pub(crate) fn find(&self, words: &[Word]) -> Vec<ItemId> {
        let strict = self.phrases.find(words.iter().map(|word| key(word, Folding::Strict)));
        let found = strict.or_else(|| self.phrases.find(words.iter().map(|word| key(word, Folding::Loose))));
        found.map(|head| self.phrases.items(head).collect()).unwrap_or_default()
    }

    /// Length in tokens and items of the longest known name that starts here.
    pub(crate) fn longest(&self, looks: &[Look]) -> Option<(usize, u32)> {
        let words = |folding| looks.iter().take(MAX_TOKENS).map(move |look| key(&look.word, folding));
        let strict = self.phrases.longest(words(Folding::Strict));
        if strict.is_some() || looks[0].word.case != Case::Upper {
            return strict;
        }
        self.phrases.longest(words(Folding::Loose))
    }

    /// Kind of an item.
    pub(crate) fn kind(&self, id: ItemId) -> EntityKind {
        self.items[id as usize].class.kind()
    }

    /// Whether a mention can mean this item.
    pub(crate) fn is_linkable(&self, id: ItemId) -> bool {
        self.items[id as usize].class.is_linkable()
    }

    /// The best known people of this surname, of at least weight `least`.
    pub(crate) fn famous(&self, surname: &Word, least: u8) -> Vec<ItemId> {
        let found = self.surnames.find(std::iter::once(surname.lower));
        let people = found.into_iter().flat_map(|head| self.surnames.items(head));
        people.filter(|&id| self.row(id).weight >= least).collect()
    }

    /// Names that need no model to be believed, as (first token, token after
    /// the last, kind): well-known ones of one kind, capitalised in the text.
    pub(crate) fn sure_names(&self, looks: &[Look]) -> Vec<(usize, usize, EntityKind)> {
        let mut names = Vec::new();
        let mut at = 0;
        while at < looks.len() {
            let found = if looks[at].word.is_capitalised() { self.longest(&looks[at..]) } else { None };
            let Some((length, head)) = found else {
                at += 1;
                continue;
            };
            let ids: Vec<ItemId> = self.phrases.items(head).collect();
            let linkable = ids.iter().filter(|&&id| self.is_linkable(id));
            let Some(&best) = linkable.max_by_key(|&&id| self.row(id).weight) else {
                at += length;
                continue;
            };
            let (known, kind) = (self.row(best).weight >= SURE, self.kind(best));
            let sure = |&id: &ItemId| {
                let class = self.items[id as usize].class;
                match class {
                    Class::Surname => true,
                    Class::GivenName => self.row(best).weight >= VERY_SURE,
                    _ => class.kind() == kind,
                }
            };
            if known && ids.iter().all(sure) {
                names.push((at, at + length, kind));
            }
            at += length;
        }
        names
    }

    /// Marks which lists each token of a sentence stands in.
    pub(crate) fn mark_lists(&self, looks: &mut [Look]) {
        // A sentence without any capital was typed so: its names are small too.
        let careless = !looks.iter().any(|look| look.word.is_capitalised());
        let mut at = 0;
        while at < looks.len() {
            if !careless && !looks[at].word.is_capitalised() {
                at += 1;
                continue;
            }
            let Some((length, head)) = self.longest(&looks[at..]) else {
                at += 1;
                continue;
            };
            let classes =
                self.phrases.items(head).fold(0_u32, |bits, id| bits | self.items[id as usize].class.bit());
            for (number, look) in looks[at..at + length].iter_mut().enumerate() {
                let place = match (number, length) {
                    (_, 1) => 0,
                    (0, _) => 1,
                    _ => 2,
                };
                look.lists |= classes << (place * Class::COUNT);
            }
            if length > 1 {
                self.mark_names_within(&mut looks[at..at + length]);
            }
            at += length;
        }
    }

    /// Given and family names that are part of a longer known name ("Jordan"
    /// in "Jordan River").
    fn mark_names_within(&self, looks: &mut [Look]) {
        for look in looks.iter_mut().filter(|look| look.word.is_capitalised()) {
            let Some(head) = self.phrases.find(std::iter::once(key(&look.word, Folding::Strict))) else {
                continue;
            };
            let classes =
                self.phrases.items(head).fold(0_u32, |bits, id| bits | self.items[id as usize].class.bit());
            if classes & Class::GivenName.bit() != 0 {
                look.lists |= WITHIN_GIVEN_NAME;
            }
            if classes & Class::Surname.bit() != 0 {
                look.lists |= WITHIN_SURNAME;
            }
        }
    }
}

/// How capitals are treated when names are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folding {
    /// "WHO" is not "Who".
    Strict,
    /// "IRAQ" in a headline is "Iraq".
    Loose,
}

fn key(word: &Word, folding: Folding) -> u64 {
    if folding == Folding::Strict && word.case == Case::Upper { word.exact } else { word.lower }
}

fn add_alias(alias: &str, id: ItemId, builder: &mut Builder) {
    if alias.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        builder.add(std::iter::once(key(&Word::new(alias), Folding::Strict)), id);
        return;
    }
    let document = Document::new(alias);
    let tokens = document.tokens();
    if tokens.is_empty() || tokens.len() > MAX_TOKENS {
        return;
    }
    let keys = tokens.iter().map(|token| key(&Word::new(document.slice(token)), Folding::Strict));
    builder.add(keys, id);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer() -> Gazetteer {
        let text = "# kind and so on\n\
            place\tcountry\tGeorgia\tRepublic of Georgia\tgeonames:614540\tGE\t42,43.5\t80\n\
            place\tregion\tGeorgia\t\tgeonames:4197000\tUS-GA\t32.7,-83.2\t78\n\
            organisation\tbody\tWorld Health Organization\tWHO\twikipedia:World Health Organization\t\t\t75\n";
        Gazetteer::from_lists([List { name: "test".into(), text: text.into() }]).unwrap()
    }

    fn check(text: &str, expected: usize) {
        let document = Document::new(text);
        let words: Vec<Word> = document.tokens().iter().map(|t| Word::new(document.slice(t))).collect();
        assert_eq!(gazetteer().find(&words).len(), expected, "{text}");
    }

    #[test]
    fn names_and_aliases_are_found() {
        check("Georgia", 2);
        check("GEORGIA", 2);
        check("Republic of Georgia", 1);
        check("Republic of", 0);
        check("WHO", 1);
        check("Who", 0);
        check("World Health Organization", 1);
        check("Nowhere", 0);
    }

    #[test]
    fn rows_say_what_is_wrong_with_them() {
        let bad = [List { name: "own.tsv".into(), text: "# comment\nplanet\tcountry\tMars".into() }];
        let error = Gazetteer::from_lists(bad).unwrap_err().to_string();
        assert!(error.contains("own.tsv, line 2"), "{error}");
    }

    #[test]
    fn shipped_lists_are_well_formed() {
        let shipped = Gazetteer::built_in().unwrap();
        assert!(shipped.len() > 10_000, "{} items", shipped.len());
    }
}
