//! The dates that a reader sees on a page: short lines, `time` elements and
//! elements whose class names a date. Each is judged by what it is called and
//! by where it stands; what it means is the business of `dateline-dates`.
//!
//! Left out: dates inside the article's sentences, which tell of what happened.

use super::content::Judged;
use super::facts::Facts;
use super::facts::markup::Stated;
use crate::date_shape;
use crate::html::{Document, NodeId, Tag};

/// Bytes of a line that may be a line of dates.
const MOST_BYTES: usize = 160;

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

/// What the words before a date call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    Published,
    Updated,
}

/// The dates of a page by what they are called.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The likeliest day of publication.
    pub(super) published: Option<String>,
    /// The likeliest day of the last change, where it is called so.
    pub(super) updated: Option<String>,
}

/// Reads them.
pub(super) fn of(document: &Document<'_>, facts: &Facts<'_>, judged: &Judged) -> Shown {
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
    Shown { published: likeliest(&published), updated: likeliest(&updated) }
}

/// The one with most points, the first of equals. What stands beside the
/// article counts only where all of it names one day.
fn likeliest(found: &[Sighting]) -> Option<String> {
    let believed = |one: &&Sighting| !one.is_beside && (one.is_marked || one.score >= LEAST_SCORE);
    let best = found.iter().filter(believed).rev().max_by_key(|one| one.score);
    if let Some(best) = best {
        return Some(clearer(best, found));
    }
    let marked = found.iter().filter(|one| one.is_marked);
    // In digits and in words apart: whether the two agree is not known here.
    let (digits, words): (Vec<_>, Vec<_>) =
        marked.map(|one| (date_shape::find_numeric(&one.raw), &one.raw)).partition(|(day, _)| day.is_some());
    let one_day = digits.windows(2).all(|pair| pair[0].0 == pair[1].0)
        && words.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let first = digits.first().or_else(|| words.first())?;
    one_day.then(|| first.1.clone())
}

/// `02-12-2025` is a day in February or in December: a statement of the same
/// numbers in the international order says which.
fn clearer(best: &Sighting, found: &[Sighting]) -> String {
    let Some((first, second, year)) = ambiguous(&best.raw) else { return best.raw.clone() };
    let readings = [format!("{year}-{first:02}-{second:02}"), format!("{year}-{second:02}-{first:02}")];
    let told = found.iter().find(|one| readings.iter().any(|day| one.raw.starts_with(day.as_str())));
    told.map_or_else(|| best.raw.clone(), |one| one.raw.clone())
}

/// The numbers of a date whose day and month may be either way round.
fn ambiguous(raw: &str) -> Option<(u8, u8, u16)> {
    let mut numbers = raw.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut small = || numbers.next().filter(|part| part.len() <= 2)?.parse().ok().filter(|n: &u8| *n <= 12);
    let (first, second) = (small()?, small()?);
    let year = numbers.next()?.parse().ok()?;
    (!raw.contains(char::is_alphabetic) && first != second).then_some((first, second, year))
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
        if text.len() > MOST_BYTES || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let before = at.checked_sub(1).map(|at| self.judged.blocks.text_of(&list[at]));
        let heading = before.filter(|line| line.len() < 40).map_or(Label::None, label_of);
        self.line(text, heading, list[at].first, false, found);
    }

    fn element(&self, stated: &Stated, found: &mut Vec<Sighting>) {
        let block = self.block_of(stated.node);
        let around = block.map(|at| self.judged.blocks.text_of(&self.judged.blocks.list[at]));
        let before = block.and_then(|at| at.checked_sub(1));
        let before = before.map(|at| self.judged.blocks.text_of(&self.judged.blocks.list[at]));
        let named = |text: Option<&str>, most: usize| {
            text.filter(|text| text.len() <= most).map_or(Label::None, label_of)
        };
        // A short block's words, else the line above.
        let label = match named(around, 60) {
            Label::None => named(before, 40),
            label => label,
        };
        for text in stated.value.lines() {
            self.line(text, label, stated.node, true, found);
        }
    }

    /// Every date of a line: `Published 3 May 2023 | Updated 4 June 2024`.
    fn line(&self, text: &str, heading: Label, node: NodeId, is_marked: bool, found: &mut Vec<Sighting>) {
        if text.len() > MOST_BYTES || is_notice(text) {
            return;
        }
        let is_beside = is_of_another(self.document, node);
        let mut from = 0;
        while let Some((start, end)) = next_date(text, from) {
            let label = match label_of(&text[from..start]) {
                Label::None if from == 0 => heading,
                label => label,
            };
            let score = self.score(node, label, is_marked, text.len() - (end - start));
            found.push(Sighting { raw: text[start..end].to_owned(), label, score, is_marked, is_beside });
            from = end;
        }
    }

    /// Points: near the heading or the text's begin, called a date of
    /// publication, marked as a date, alone on its line.
    fn score(&self, node: NodeId, label: Label, is_marked: bool, other_bytes: usize) -> i32 {
        let place = self.block_of(node).map_or(0, |at| self.place(at));
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

    /// The block that a node stands in, or the one before it.
    fn block_of(&self, node: NodeId) -> Option<usize> {
        let end = self.document.node(node).end;
        self.judged.blocks.list.partition_point(|block| block.first < end).checked_sub(1)
    }
}

/// The next date with a year at or after `from`: where it begins and ends.
fn next_date(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &text[from..];
    let starts = rest.char_indices().filter(|&(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    [0].into_iter().chain(starts).map(|at| from + at).filter(|&at| at < text.len()).find_map(|at| {
        let shape = date_shape::prefix(&text[at..]).filter(|shape| shape.has_year)?;
        Some((at, at + shape.length))
    })
}

fn is_notice(text: &str) -> bool {
    text.contains('©') || text.to_lowercase().contains("copyright")
}

const UPDATED: [&str; 24] = [
    "updated",
    "update:",
    "last update",
    "modified",
    "reviewed",
    "revised",
    "edited",
    "aktualisiert",
    "geändert",
    "letzte änderung",
    "mis à jour",
    "mise à jour",
    "modifié",
    "actualizado",
    "actualización",
    "aggiornato",
    "modificato",
    "atualizado",
    "bijgewerkt",
    "uppdaterad",
    "opdateret",
    "oppdatert",
    "обновлен",
    "zaktualizowan",
];

const PUBLISHED: [&str; 20] = [
    "publish",
    "posted",
    "created",
    "issued",
    "first seen",
    "veröffentlicht",
    "erschienen",
    "erstellt",
    "publié",
    "publicado",
    "publicada",
    "pubblicato",
    "gepubliceerd",
    "publicerad",
    "publiceret",
    "publisert",
    "опубликован",
    "opublikowan",
    "yayın",
    "közzétéve",
];

/// What the words before a date call it; the last word counts.
fn label_of(text: &str) -> Label {
    let lower = text.to_lowercase();
    let last = |words: &[&str]| words.iter().filter_map(|word| lower.rfind(word)).max();
    match (last(&PUBLISHED), last(&UPDATED)) {
        (None, None) => Label::None,
        (published, updated) if published > updated => Label::Published,
        _ => Label::Updated,
    }
}

/// True for an element in a comment, a list of other articles or the footer.
pub(super) fn is_of_another(document: &Document<'_>, node: NodeId) -> bool {
    const BESIDE: [&str; 12] = [
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
    ];
    document.ancestors(node).take(12).any(|id| {
        let names = document.attributes(id);
        let of = |name: &str| names.raw(name).unwrap_or_default().to_ascii_lowercase();
        let text = of("class") + " " + &of("id");
        let tag = document.node(id).tag;
        matches!(tag, Tag::Footer | Tag::Aside | Tag::Nav) || BESIDE.iter().any(|word| text.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{Label, Sighting, ambiguous, label_of, likeliest, next_date};

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
    fn labels() {
        let check = |text: &str, expected: Label| assert_eq!(label_of(text), expected, "{text}");
        check("Posted on ", Label::Published);
        check("Last updated: ", Label::Updated);
        check(", updated on ", Label::Updated);
        check("Updated 3 times, published ", Label::Published);
        check("Veröffentlicht am ", Label::Published);
        check("By Ann Lee | ", Label::None);
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
            assert_eq!(likeliest(&found).as_deref(), expected, "{raws:?}");
        };
        check(&["2024-08-30T12:00:00Z", "August 30, 2024", "2024-08-30"], Some("2024-08-30T12:00:00Z"));
        check(&["2024-08-30", "2024-09-02"], None);
        check(&["August 30, 2024", "August 30, 2024"], Some("August 30, 2024"));
        check(&["August 30, 2024", "September 2, 2024"], None);
        check(&[], None);
    }

    #[test]
    fn either_way_round() {
        assert_eq!(ambiguous("02-12-2025"), Some((2, 12, 2025)));
        assert_eq!(ambiguous("13/11/2025"), None);
        assert_eq!(ambiguous("2025-02-12"), None);
        assert_eq!(ambiguous("12 Feb 2025"), None);
    }
}
