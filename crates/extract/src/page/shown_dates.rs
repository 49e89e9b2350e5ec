//! The dates that a reader sees on a page: short lines, `time` elements and
//! elements whose class names a date. Each is judged by what it is called and
//! by where it stands; what it means is the business of `dateline-dates`.
//!
//! Left out: dates inside the article's sentences, which tell of what happened.

use super::content::Judged;
use super::date_labels::{Label, label_of};
use super::day_order::Order;
use super::facts::Facts;
use super::facts::markup::Stated;
use super::word_list::WordList;
use crate::date_shape;
use crate::html::{Document, NodeId, Tag};

/// Bytes of a line that may be a line of dates.
const MOST_BYTES: usize = 160;

/// Bytes of a line that may call the date below it something.
const LONGEST_HEADING: usize = 40;

/// What a date must reach to be believed without a machine-readable element.
const LEAST_SCORE: i32 = 2;

/// A date on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sighting {
    raw: String,
    label: Label,
    /// How much speaks for it, in the points of [`Judge::score`].
    score: i32,
    /// An element says that it is a date.
    is_marked: bool,
    /// It stands in a list of other articles, a comment or the footer.
    is_beside: bool,
}

/// The dates of a page by what they are called.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The likeliest day of publication.
    pub(super) published: Option<String>,
    /// The page calls it so.
    pub(super) is_called_published: bool,
    /// The likeliest day of the last change, where it is called so.
    pub(super) updated: Option<String>,
}

/// Reads them.
pub(super) fn of(document: &Document<'_>, facts: &Facts<'_>, judged: &Judged, order: &Order<'_>) -> Shown {
    let judge = Judge { document, judged };
    let mut found = Vec::new();
    for at in 0..judged.blocks.list.len() {
        judge.block(at, &mut found);
    }
    for stated in &facts.markup.times {
        judge.element(stated, &mut found);
    }
    for stated in &facts.markup.dated {
        judge.element(stated, &mut found);
    }
    let (updated, published): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|sighting| sighting.label == Label::Updated);
    let is_called_published =
        likeliest(&published).is_some_and(|one| one.label == Label::Published && !one.is_beside);
    let raw = |list: &[Sighting]| {
        let best = likeliest(list)?;
        Some(order.clear(&best.raw, list.iter().map(|one| one.raw.as_str())))
    };
    Shown { published: raw(&published), is_called_published, updated: raw(&updated) }
}

/// The one with most points, the first of equals. What stands beside the
/// article counts only where all of it names one day.
fn likeliest(found: &[Sighting]) -> Option<&Sighting> {
    let believed = |one: &&Sighting| !one.is_beside && (one.is_marked || one.score >= LEAST_SCORE);
    let best = found.iter().filter(believed).rev().max_by_key(|one| one.score);
    if best.is_some() {
        return best;
    }
    let marked = found.iter().filter(|one| one.is_marked);
    // In digits and in words apart: whether the two agree is not known here.
    let (digits, words): (Vec<_>, Vec<_>) =
        marked.map(|one| (date_shape::find_numeric(&one.raw), one)).partition(|(day, _)| day.is_some());
    let one_day = digits.windows(2).all(|pair| pair[0].0 == pair[1].0)
        && words.windows(2).all(|pair| pair[0].1.raw == pair[1].1.raw);
    let first = digits.first().or_else(|| words.first())?;
    one_day.then_some(first.1)
}

struct Judge<'p, 'a> {
    document: &'p Document<'a>,
    judged: &'p Judged,
}

impl Judge<'_, '_> {
    /// The dates of a short block, called what the block before may call them.
    fn block(&self, at: usize, found: &mut Vec<Sighting>) {
        let list = &self.judged.blocks.list;
        let text = self.judged.blocks.text_of(&list[at]);
        let may_be_dated = text.len() <= MOST_BYTES && text.bytes().any(|byte| byte.is_ascii_digit());
        if !may_be_dated || next_date(text, 0).is_none() {
            return;
        }
        let before = at.checked_sub(1).map(|at| self.judged.blocks.text_of(&list[at]));
        let heading = before.filter(|line| line.len() < LONGEST_HEADING).map_or(Label::None, label_of);
        self.line(text, heading, list[at].first, false, found);
    }

    fn element(&self, stated: &Stated, found: &mut Vec<Sighting>) {
        let block = block_of(self.document, self.judged, stated.node);
        let around = block.map_or("", |at| self.judged.blocks.text_of(&self.judged.blocks.list[at]));
        let before = block.and_then(|at| at.checked_sub(1));
        let before = before.map_or("", |at| self.judged.blocks.text_of(&self.judged.blocks.list[at]));
        let named = |text: &str, most: usize| if text.len() <= most { label_of(text) } else { Label::None };
        // The words before it in its block, those of a block with no other
        // date, else the line above.
        let in_block = || self.visible_at(stated.node, around).map_or("", |at| &around[..at]);
        let whole = || if dates_in(around) < 2 { named(around, 60) } else { Label::None };
        let mut label =
            named(in_block(), MOST_BYTES).or_else(whole).or_else(|| named(before, LONGEST_HEADING));
        for text in stated.value.lines() {
            self.line(text, label, stated.node, true, found);
            // "Last update:" on a line of its own speaks of the line below.
            if text.len() < LONGEST_HEADING && dates_in(text) == 0 {
                label = label_of(text).or_else(|| label);
            }
        }
    }

    /// Where the text of an element stands in its block.
    fn visible_at(&self, node: NodeId, block: &str) -> Option<usize> {
        let text = self.document.line(node);
        if text.is_empty() { None } else { block.find(&text) }
    }

    /// Every date of a line: `Published 3 May 2023 | Updated 4 June 2024`.
    fn line(&self, text: &str, heading: Label, node: NodeId, is_marked: bool, found: &mut Vec<Sighting>) {
        if text.len() > MOST_BYTES || is_notice(text) {
            return;
        }
        let mut next = next_date(text, 0);
        // Asked only of what has a date: it looks at all the elements above.
        let is_beside = next.is_some() && is_of_another(self.document, self.judged, node);
        let mut from = 0;
        while let Some((start, end)) = next {
            let label = match label_of(&text[from..start]) {
                Label::None if from == 0 => heading,
                label => label,
            };
            let score = self.score(node, label, is_marked, text.len() - (end - start));
            found.push(Sighting { raw: text[start..end].to_owned(), label, score, is_marked, is_beside });
            from = end;
            next = next_date(text, from);
        }
    }

    /// Points: near the heading or the text's begin, called a date of
    /// publication, marked as a date, alone on its line.
    fn score(&self, node: NodeId, label: Label, is_marked: bool, other_bytes: usize) -> i32 {
        let place = block_of(self.document, self.judged, node).map_or(0, |at| self.place(at));
        let called = if label == Label::None { 0 } else { 3 };
        place + called + 2 * i32::from(is_marked) - i32::from(other_bytes > 60)
    }

    fn place(&self, at: usize) -> i32 {
        let between =
            |at: usize, from: usize| i64::try_from(at).unwrap_or(0) - i64::try_from(from).unwrap_or(0);
        let heading = self.judged.heading.map_or(0, |heading| match between(at, heading) {
            -3..=4 => 4,
            -5..=14 => 2,
            _ => 0,
        });
        let text = self.judged.kept.first().map_or(0, |&first| match between(at, first) {
            -4..=1 => 3,
            -8..=-5 => 1,
            _ => 0,
        });
        let end = self.judged.kept.last().map_or(0, |&last| i32::from((1..=6).contains(&between(at, last))));
        heading.max(text) + i32::from(heading > 0 && text > 0) + end
    }
}

/// The next date with a year at or after `from`: where it begins and ends.
pub(super) fn next_date(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &text[from..];
    let starts = rest.char_indices().filter(|&(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    [0].into_iter().chain(starts).map(|at| from + at).filter(|&at| at < text.len()).find_map(|at| {
        let shape = date_shape::prefix(&text[at..]).filter(|shape| shape.has_year)?;
        Some((at, at + shape.length))
    })
}

/// How many dates a line has.
fn dates_in(text: &str) -> usize {
    let (mut from, mut count) = (0, 0);
    while let Some((_, end)) = next_date(text, from) {
        (from, count) = (end, count + 1);
    }
    count
}

fn is_notice(text: &str) -> bool {
    static NOTICE: WordList<2> = WordList::new(["©", "copyright"]);
    NOTICE.any_in(text)
}

/// The block that a node stands in, or the one before it.
fn block_of(document: &Document<'_>, judged: &Judged, node: NodeId) -> Option<usize> {
    let end = document.node(node).end;
    judged.blocks.list.partition_point(|block| block.first < end).checked_sub(1)
}

/// True for an element between the heading and the end of the text, or little
/// before or behind.
pub(super) fn is_near_text(document: &Document<'_>, judged: &Judged, node: NodeId) -> bool {
    const BEFORE: usize = 14;
    const BEHIND: usize = 4;
    let first = judged.heading.into_iter().chain(judged.kept.first().copied()).min();
    let last = judged.kept.last().copied().or(judged.heading);
    let Some(((first, last), at)) = first.zip(last).zip(block_of(document, judged, node)) else {
        return true;
    };
    (first.saturating_sub(BEFORE)..=last + BEHIND).contains(&at)
}

/// True for an element in a comment, a list of other articles or the footer. A
/// frame that holds the article too, and only speaks of what else it holds
/// (`with-sidebar`), does not count.
pub(super) fn is_of_another(document: &Document<'_>, judged: &Judged, node: NodeId) -> bool {
    static BESIDE: WordList<12> = WordList::new([
        "comment",
        "related",
        "sidebar",
        "recommend",
        "footer",
        "latest",
        "popular",
        "teaser",
        "trending",
        "carousel",
        "upcoming",
        "readmore",
    ]);
    let middle = judged.kept.get(judged.kept.len() / 2).copied();
    let own = [judged.heading, middle].map(|at| at.map(|at| judged.blocks.list[at].first));
    let holds_article = |id: NodeId| own.iter().flatten().any(|own| document.inside(id).contains(own));
    document.ancestors(node).take(12).filter(|&id| !holds_article(id)).any(|id| {
        let names = document.attributes(id);
        let speaks = |name: &str| names.raw(name).is_some_and(|names| BESIDE.any_in(names));
        let tag = document.node(id).tag;
        matches!(tag, Tag::Footer | Tag::Aside | Tag::Nav) || speaks("class") || speaks("id")
    })
}

#[cfg(test)]
mod tests {
    use super::{Label, Sighting, likeliest, next_date};

    #[test]
    fn dates_in_lines() {
        let check = |line: &str, expected: &[&str]| {
            let mut found = Vec::new();
            let mut from = 0;
            while let Some((start, end)) = next_date(line, from) {
                found.push(&line[start..end]);
                from = end;
            }
            assert_eq!(found, expected, "{line}");
        };
        check("2024-11-06", &["2024-11-06"]);
        check("Posted on April 13, 2023", &["April 13, 2023"]);
        check("By Ann Lee | 3 November 2023 | 5 min read", &["3 November 2023"]);
        check("Published Apr 26, 2023 Updated Aug 21, 2025", &["Apr 26, 2023", "Aug 21, 2025"]);
        check("Dec 17, 2025Julian Lee", &["Dec 17, 2025"]);
        check("Jan 27, 2025", &["Jan 27, 2025"]);
        check("the May 2024 vote", &["May 2024"]);
        check("in 3 days", &[]);
    }

    #[test]
    fn what_stands_beside_must_name_one_day() {
        let check = |raws: &[&str], expected: Option<&str>| {
            let beside = |raw: &&str| Sighting {
                raw: (*raw).to_owned(),
                label: Label::None,
                score: 0,
                is_marked: true,
                is_beside: true,
            };
            let found: Vec<_> = raws.iter().map(beside).collect();
            assert_eq!(likeliest(&found).map(|one| one.raw.as_str()), expected, "{raws:?}");
        };
        check(&["2024-08-30T12:00:00Z", "August 30, 2024", "2024-08-30"], Some("2024-08-30T12:00:00Z"));
        check(&["2024-08-30", "2024-09-02"], None);
        check(&["August 30, 2024", "August 30, 2024"], Some("August 30, 2024"));
        check(&["August 30, 2024", "September 2, 2024"], None);
        check(&[], None);
    }
}
