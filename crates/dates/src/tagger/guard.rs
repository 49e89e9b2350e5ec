//! Matches that are no dates after all: parts of words, quantities, names.

use super::class::Class;
use super::item::Item;
use super::lexicon::Lexicon;
use super::rule::{Build, Grammar, Match};
use super::unit::Unit;

/// The payload of modal verbs among the words that look ahead.
const MODAL: i64 = 1;

/// One, as an amount in thousandths.
const ONE: i64 = 1000;

/// Whether the words around a match let it be a temporal expression.
pub(crate) fn admits(items: &[Item], start: usize, found: &Match, lexicon: &Lexicon) -> bool {
    let taken = &items[start..found.end];
    let cuts_word = items.get(found.end).is_some_and(|next| next.hyphened) || items[start].hyphened;
    if found.rule.build == Build::FurtherDay && is_range_end(items, start) {
        return true;
    }
    let part = [Class::Start, Class::Mid, Class::End];
    let parted = start > 0 && part.iter().any(|&class| items[start - 1].has(class));
    if cuts_word && !parted && !taken.iter().any(is_month) {
        return false;
    }
    if taken.iter().any(|item| item.has(Class::MonthWord) && !item.capital) {
        return false;
    }
    // "1998 et al." has no zone.
    if taken.iter().any(|item| item.has(Class::Zone) && !item.capital) {
        return false;
    }
    match found.rule.build {
        Build::Guarded => is_date(items, start, found.end),
        Build::Set => !is_name(items, start, found.end),
        Build::FurtherDay => is_further_day(items, start),
        // "A year-earlier loss" is a "year-earlier" one.
        Build::Offset => !taken.last().is_some_and(|last| last.hyphened) && !lacks_number(items, start),
        Build::Deictic | Build::Window | Build::Duration => {
            !is_title(taken) && !is_fraction(taken, lexicon) && !is_counted_from(items, start, found.end)
        }
        _ => true,
    }
}

/// "the weeks before the vote": the weeks are the expression, what they are counted from is another.
fn is_counted_from(items: &[Item], start: usize, end: usize) -> bool {
    let bare = end == start + 2 && items[start].has(Class::The) && items[start + 1].has(Class::Units);
    bare && items.get(end).is_some_and(|next| next.has(Class::Beside))
}

/// "years ago" of "4000000000 years ago".
fn lacks_number(items: &[Item], start: usize) -> bool {
    items[start].has(Class::Units) && start > 0 && items[start - 1].has(Class::Number)
}

/// "two visits a day", "$5 million a year": one unit after what is counted.
pub(crate) fn is_rate(grammar: &Grammar, text: &str, items: &[Item], start: usize, found: &Match) -> bool {
    let Some(before) = start.checked_sub(1).map(|at| &items[at]) else { return false };
    let one = items[start].has(Class::A) && found.end == start + 2 && items[start + 1].has(Class::Unit);
    let word = before.text(text);
    // "marks a year" has a verb: what is counted has its number.
    let counted = items[start.saturating_sub(5)..start].iter().any(|item| item.has(Class::Number));
    let plural = counted
        && (before.classes.is_empty() || before.has(Class::Mishap))
        && word.len() > 3
        && grammar.data.plural_endings.iter().any(|ending| word.ends_with(ending));
    found.rule.build == Build::Duration
        && one
        && (plural || before.has(Class::Number) || before.has(Class::Sign))
}

/// "may one day return": the day is none that lasts.
pub(crate) fn is_some_day(items: &[Item], start: usize, found: &Match, lexicon: &Lexicon) -> bool {
    let modal = |item: &Item| item.has(Class::FutureCue) && item.payload(Class::FutureCue, lexicon) == MODAL;
    let day = |item: &Item| {
        item.has(Class::Unit) && Unit::numbered(item.payload(Class::Unit, lexicon)) == Some(Unit::Day)
    };
    found.rule.build == Build::Duration
        && found.end == start + 2
        && items[start].amount == ONE
        && day(&items[start + 1])
        && start.checked_sub(1).is_some_and(|at| modal(&items[at]))
}

/// The "Daily" of "the Daily Mail" and "China Daily".
fn is_name(items: &[Item], start: usize, end: usize) -> bool {
    let named = items.get(end).is_some_and(|next| next.capital) || start > 0;
    end - start == 1 && items[start].has(Class::Frequency) && items[start].capital && named
}

/// "three-quarters", "more than a quarter".
fn is_fraction(taken: &[Item], lexicon: &Lexicon) -> bool {
    taken.last().is_some_and(|last| {
        let unit = [Class::Unit, Class::Units].into_iter().find(|&class| last.has(class));
        (last.hyphened || taken[0].has(Class::A))
            && unit.is_some_and(|class| Unit::numbered(last.payload(class, lexicon)) == Some(Unit::Quarter))
    })
}

/// "60 Minutes", "This Week": a unit with a capital belongs to a name.
fn is_title(taken: &[Item]) -> bool {
    taken.iter().skip(1).any(|item| item.capital && (item.has(Class::Unit) || item.has(Class::Units)))
}

fn is_date(items: &[Item], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|at| &items[at]);
    let after = items.get(end);
    if items[start].has(Class::Clock) {
        let measured = after.is_some_and(|after| after.has(Class::Units) || after.hyphened);
        return before.is_some_and(|before| before.has(Class::AtTime)) && !measured;
    }
    if items[end - 1].has(Class::Part) {
        let led = if end - start == 1 { Class::PartBound } else { Class::InPart };
        return before.is_some_and(|before| before.has(led));
    }
    if items[end - 1].has(Class::SeasonWord) {
        // "Climber Killed In Fall"
        let titled = start > 1 && items[start].capital && before.is_some_and(|item| item.capital);
        return !titled && is_season(before, after);
    }
    let signed = |item: Option<&Item>| item.is_some_and(|item| item.has(Class::Sign));
    if signed(before) || signed(after) || before.is_some_and(|item| item.has(Class::Counter)) {
        return false;
    }
    let led = before.is_some_and(|item| item.has(Class::Preposition));
    let first = &items[start];
    if end - start == 2 {
        // "'89", but neither "''60 Minutes" nor "'60 minutes".
        let quoted = before.is_some_and(|item| !item.has(Class::Preposition)) && first.joined;
        return !quoted && after.is_none_or(|item| !item.has(Class::Units)) && items[start + 1].joined;
    }
    if first.has(Class::MonthWord) {
        let part = [Class::Start, Class::Mid, Class::End, Class::The];
        return led || before.is_some_and(|item| part.iter().any(|&class| item.has(class)));
    }
    if first.has(Class::ShortDecade) {
        return start >= 2 && is_listed(&items[start - 1]) && items[start - 2].has(Class::Decade);
    }
    if first.has(Class::Units) {
        let counted = start > 0 && is_counted_from(items, start - 1, end);
        let led = before.is_some_and(|item| item.has(Class::For));
        // "the worst storm in years."
        let ends = after.is_none_or(|item| item.has(Class::Stop));
        let within = ends && before.is_some_and(|item| item.has(Class::InPart));
        return !first.capital && (counted || led || within);
    }
    // "mid-2008", "(2008)", but not "(2008 feet)"
    let closed = after.is_none_or(|item| item.has(Class::Stop) || item.has(Class::Through));
    let parted = before.is_some_and(|item| item.has(Class::Mid) || (closed && item.has(Class::Open)));
    is_year(first.joined, after, led || parted)
}

/// "in the spring", but neither "the spring of his life" nor "in spring training".
fn is_season(before: Option<&Item>, after: Option<&Item>) -> bool {
    let led = before.is_some_and(|item| item.has(Class::InPart) || item.has(Class::PartBound));
    led && after.is_none_or(|after| !after.classes.is_empty() || after.capital)
}

fn is_listed(item: &Item) -> bool {
    item.has(Class::And) || item.has(Class::Or)
}

/// The "5" of "May 3-5".
fn is_range_end(items: &[Item], start: usize) -> bool {
    start >= 2 && items[start].hyphened && items[start - 1].has(Class::Day) && is_month(&items[start - 2])
}

fn is_month(item: &Item) -> bool {
    [Class::Month, Class::MonthWord, Class::MonthShort].iter().any(|&month| item.has(month))
}

/// The "25" of "April 24 and 25", but not of "April 24 and 25 people".
fn is_further_day(items: &[Item], start: usize) -> bool {
    let listed = start >= 3
        && is_listed(&items[start - 1])
        && items[start - 2].has(Class::Day)
        && is_month(&items[start - 3]);
    let known = |next: &Item| next.joined || (!next.classes.is_empty() && !next.has(Class::Sign));
    listed && items.get(start + 1).is_none_or(known)
}

/// A bare number of four digits is a year unless it counts something.
fn is_year(joined: bool, after: Option<&Item>, led: bool) -> bool {
    let counts =
        after.is_some_and(|item| item.has(Class::Units) || item.has(Class::Unit) || item.has(Class::Factor));
    !counts && (led || !joined)
}
