//! Which article an item of a feed is: new, a new version, or known.
//!
//! An article is what is published under one canonical address; where items have none,
//! what the source names with one guid. Both are wrong often enough to be checked
//! against what the source gave before:
//!
//! - an address that several items of one answer share, or that is a site's front page,
//!   names no article; neither does a guid that several items share
//! - a known guid with another address is the same article that moved if title or text
//!   stayed, and a new article if both changed
//! - a known guid without address is a new article if both title and text changed
//! - a new guid for a known address is the known article

use super::seen::{Seen, SeenItem, hash};
use dateline_extract::canonical_url;
use dateline_model::{Article, ArticleId, SubjectToken};
use std::collections::{HashMap, HashSet};
use url::Url;

/// Separates what a hash is made of; no feed has it in its text.
const SEPARATOR: char = '\u{1f}';

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// An article that was not there before.
    New,
    /// Another version of a known article.
    Changed,
    /// Nothing that was not seen.
    Known,
    /// Another item of the same answer is the same article.
    Repeated,
}

/// An item with its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// What to remember once it is accepted.
    pub(crate) item: SeenItem,
}

/// Judges the items of one answer, in its order.
pub(crate) fn judge(source: &SubjectToken, items: &[&Article], seen: &Seen) -> Vec<Judged> {
    let marks: Vec<Marks> = items.iter().map(|item| Marks::of(item)).collect();
    let shared_urls = shared(&marks, |marks| marks.url.as_deref(), |marks| (marks.guid.clone(), marks.title));
    let shared_guids =
        shared(&marks, |marks| marks.guid.as_deref(), |marks| (marks.url.clone(), marks.title));
    let mut given = HashSet::new();
    items
        .iter()
        .zip(marks)
        .map(|(item, mut marks)| {
            marks.url = marks.url.filter(|url| !shared_urls.contains(url) && !is_front_page(url));
            marks.guid = marks.guid.filter(|guid| !shared_guids.contains(guid));
            let (verdict, id) = decide(source, item, &marks, seen);
            let item = SeenItem { key: marks.key(), id, title: marks.title, text: marks.text };
            let verdict = if given.insert(id) { verdict } else { Verdict::Repeated };
            Judged { verdict, item }
        })
        .collect()
}

/// What an item can be told by.
struct Marks {
    url: Option<String>,
    guid: Option<String>,
    title: u64,
    text: u64,
    has_text: bool,
}

impl Marks {
    fn of(item: &Article) -> Self {
        let parts = [item.summary.as_deref(), Some(item.text.as_str()), item.byline.as_deref()];
        let text = parts.map(Option::unwrap_or_default).join(&SEPARATOR.to_string());
        let guid = item.guid.as_deref().or(item.input_id.as_deref()).map(str::trim);
        Self {
            url: item.url.as_deref().and_then(canonical_url),
            guid: guid.filter(|guid| !guid.is_empty()).map(str::to_owned),
            title: hash(item.title.as_deref().unwrap_or_default().trim()),
            text: hash(&text),
            has_text: item.summary.is_some() || !item.text.is_empty(),
        }
    }

    /// How the source names it.
    fn key(&self) -> u64 {
        match (&self.guid, &self.url) {
            (Some(guid), _) => hash(&format!("guid{SEPARATOR}{guid}")),
            (None, Some(url)) => hash(&format!("url{SEPARATOR}{url}")),
            (None, None) => self.title ^ self.text.rotate_left(1),
        }
    }

    fn same_title(&self, seen: &SeenItem) -> bool {
        self.title == seen.title
    }

    /// Two absent texts say nothing.
    fn same_text(&self, seen: &SeenItem) -> bool {
        self.has_text && self.text == seen.text
    }
}

fn decide(source: &SubjectToken, item: &Article, marks: &Marks, seen: &Seen) -> (Verdict, ArticleId) {
    let own = own_id(source, item, marks);
    let version = |known: &SeenItem| {
        let same = marks.title == known.title && marks.text == known.text;
        (if same { Verdict::Known } else { Verdict::Changed }, known.id)
    };
    let Some(known) = seen.by_key(marks.key()) else {
        return seen.by_id(own).map_or((Verdict::New, own), version);
    };
    let kept_something = marks.same_title(known) || marks.same_text(known);
    let same_address = marks.url.is_some() && known.id == own;
    if kept_something || same_address {
        return version(known);
    }
    // The source used its name for something else.
    let id = match (&marks.url, &marks.guid) {
        (None, Some(guid)) => ArticleId::from_guid(
            source.as_str(),
            &format!("{guid}{SEPARATOR}{}", item.title.as_deref().unwrap_or_default().trim()),
        ),
        _ => own,
    };
    seen.by_id(id).map_or((Verdict::New, id), version)
}

/// The id that an item has by itself.
fn own_id(source: &SubjectToken, item: &Article, marks: &Marks) -> ArticleId {
    match (&marks.url, &marks.guid) {
        (Some(url), _) => ArticleId::from_url(url),
        (None, Some(guid)) => ArticleId::from_guid(source.as_str(), guid),
        (None, None) => ArticleId::from_content(item.content_hash()),
    }
}

/// Values that items with different `other` marks share.
fn shared<'a, T: PartialEq>(
    marks: &'a [Marks],
    value: impl Fn(&'a Marks) -> Option<&'a str>,
    other: impl Fn(&'a Marks) -> T,
) -> HashSet<String> {
    let mut first: HashMap<&str, T> = HashMap::new();
    let mut shared = HashSet::new();
    for marks in marks {
        let Some(value) = value(marks) else { continue };
        let other = other(marks);
        match first.get(value) {
            Some(one) if *one != other => {
                shared.insert(value.to_owned());
            }
            Some(_) => {}
            None => {
                first.insert(value, other);
            }
        }
    }
    shared
}

/// A front page is where all articles are announced, and none of them.
fn is_front_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == "/" && url.query().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 100;

    /// `guid|url|title|text`, each of which may be empty.
    fn article(line: &str) -> Article {
        let mut parts = line.split('|').map(|part| (!part.is_empty()).then(|| part.to_owned()));
        let mut next = || parts.next().flatten();
        let (guid, url, title, text) = (next(), next(), next(), next());
        let url = url.map(|path| format!("https://n.example/{path}"));
        Article { guid, url, title, text: text.unwrap_or_default(), ..Article::default() }
    }

    /// Polls with these items; gives a letter for each verdict and the ids.
    fn poll(seen: &mut Seen, lines: &[&str]) -> (String, Vec<ArticleId>) {
        let articles: Vec<Article> = lines.iter().map(|line| article(line)).collect();
        let judged = judge(&SubjectToken::new("s"), &articles.iter().collect::<Vec<_>>(), seen);
        seen.remember(judged.iter().map(|one| one.item), LIMIT);
        let letter = |one: &Judged| match one.verdict {
            Verdict::New => 'n',
            Verdict::Changed => 'c',
            Verdict::Known => 'k',
            Verdict::Repeated => 'r',
        };
        (judged.iter().map(letter).collect(), judged.iter().map(|one| one.item.id).collect())
    }

    /// Polls one item after the other; `same` says whether both are one article.
    fn check(first: &str, second: &str, verdict: &str, same: bool) {
        let mut seen = Seen::default();
        let (_, one) = poll(&mut seen, &[first]);
        let (letters, two) = poll(&mut seen, &[second]);
        assert_eq!((letters.as_str(), one == two), (verdict, same), "{first} then {second}");
        let (again, three) = poll(&mut seen, &[second]);
        assert_eq!((again.as_str(), three), ("k", two), "a second time: {second}");
    }

    #[test]
    fn addresses_name_articles() {
        check("g|a|T|x", "g|a|T|x", "k", true);
        check("g|a|T|x", "g|a|T|y", "c", true);
        check("g|a|T|x", "g|a|U|y", "c", true);
        check("|a|T|x", "|a?utm_source=rss|T|x", "k", true);
        check("g|a|T|x", "h|a|T|x", "k", true);
        check("g|a|T|x", "h|a|T|y", "c", true);
        check("|a|T|x", "|b|T|x", "n", false);
    }

    #[test]
    fn a_guid_follows_an_article_that_moved_and_not_a_new_one() {
        check("g|a|T|x", "g|b|T|x", "k", true);
        check("g|a|T|x", "g|b|T|y", "c", true);
        check("g|a|T|x", "g|b|U|x", "c", true);
        check("g|a|T|x", "g|b|U|y", "n", false);
        check("g|a|T|", "g|b|U|", "n", false);
    }

    #[test]
    fn a_guid_without_address_is_a_new_article_when_everything_changed() {
        check("g||T|x", "g||T|x", "k", true);
        check("g||T|x", "g||T|y", "c", true);
        check("g||T|x", "g||U|x", "c", true);
        check("g||T|x", "g||U|y", "n", false);
        check("g||T|", "g||U|", "n", false);
        check("||T|x", "||T|x", "k", true);
        check("||T|x", "||T|y", "n", false);
    }

    #[test]
    fn shared_addresses_and_guids_name_nothing() {
        let mut seen = Seen::default();
        let (letters, ids) = poll(&mut seen, &["g|live|T|x", "h|live|U|y", "i|live|V|z"]);
        assert_eq!(letters, "nnn");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 3);
        let (letters, ids) = poll(&mut Seen::default(), &["g|a|T|x", "g|b|U|y", "g|c|V|z"]);
        assert_eq!((letters.as_str(), ids.iter().collect::<HashSet<_>>().len()), ("nnn", 3));
        let (letters, _) = poll(&mut Seen::default(), &["||T|x", "||U|y", "||T|x"]);
        assert_eq!(letters, "nnr");
        let mut seen = Seen::default();
        poll(&mut seen, &["g||T|x"]);
        let front = Article { url: Some("https://n.example/".into()), ..article("h||U|y") };
        let judged = judge(&SubjectToken::new("s"), &[&front], &seen);
        assert_eq!(judged[0].item.id, ArticleId::from_guid("s", "h"));
    }

    #[test]
    fn the_same_article_twice_in_one_answer_is_one() {
        let (letters, ids) = poll(&mut Seen::default(), &["g|a|T|x", "g|a|T|y", "|b|T|x", "|b?fbclid=1|T|x"]);
        assert_eq!(letters, "nrnr");
        assert_eq!((ids[0], ids[2]), (ids[1], ids[3]));
    }
}
