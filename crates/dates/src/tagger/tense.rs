//! Whether the words around an expression speak of the past or the future.

use super::class::Class;
use super::item::Item;
use super::rule::Grammar;

/// Where the verb beside an expression points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    Past,
    Future,
    Unknown,
}

/// How many items to either side are looked at.
const REACH: usize = 14;

/// The tense of the verb that `items[start..end]` goes with: the nearest one
/// before it, or else the nearest one after it.
pub(crate) fn around(grammar: &Grammar, text: &str, items: &[Item], start: usize, end: usize) -> Tense {
    // "until mid-May", "by the end of May"
    let skipped =
        |item: &Item| [Class::Start, Class::Mid, Class::End, Class::The].iter().any(|&class| item.has(class));
    let lead = items[..start].iter().rposition(|item| !skipped(item));
    match lead.map(|at| &items[at]) {
        Some(item) if item.has(Class::Since) => return Tense::Past,
        Some(item) if item.has(Class::Until) && start > 1 => return Tense::Future,
        _ => {}
    }
    let before = (start.saturating_sub(REACH)..start).rev();
    let after = end..items.len().min(end + REACH);
    before
        .map(|at| cue(grammar, text, items, at))
        .chain(after.map(|at| cue(grammar, text, items, at)))
        .find(|&tense| tense != Tense::Unknown)
        .unwrap_or(Tense::Unknown)
}

fn cue(grammar: &Grammar, text: &str, items: &[Item], at: usize) -> Tense {
    let item = &items[at];
    if item.has(Class::FutureCue) {
        return Tense::Future;
    }
    if item.has(Class::PastCue) || item.has(Class::PastGovernor) {
        return Tense::Past;
    }
    if has_past_ending(grammar, text, item) {
        // "to be completed" tells nothing yet; the words before it will.
        let passive = at.checked_sub(1).is_some_and(|before| items[before].has(Class::Be));
        return if passive { Tense::Unknown } else { Tense::Past };
    }
    if item.has(Class::Infinitive)
        && at + 1 < items.len()
        && (is_plain_word(&items[at + 1]) || items[at + 1].has(Class::Be))
    {
        return infinitive(items, at);
    }
    Tense::Unknown
}

/// "agreed to meet" looks ahead, "began to meet" does not.
fn infinitive(items: &[Item], at: usize) -> Tense {
    let governor = at.checked_sub(1).map(|before| &items[before]);
    match governor {
        Some(item) if item.has(Class::PastGovernor) => Tense::Past,
        _ => Tense::Future,
    }
}

fn is_plain_word(item: &Item) -> bool {
    item.classes.is_empty() && !item.capital
}

fn has_past_ending(grammar: &Grammar, text: &str, item: &Item) -> bool {
    let word = item.text(text);
    item.classes.is_empty()
        && !item.capital
        && word.len() > 4
        && grammar.data.past_endings.iter().any(|ending| word.ends_with(ending))
        && !grammar.data.other_endings.iter().any(|ending| word.ends_with(ending))
}
