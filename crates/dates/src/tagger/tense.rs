//! Whether the words around an expression speak of the past or the future.

use super::class::Class;
use super::item::Item;
use super::rule::Grammar;

/// Where the verb beside an expression points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    Past,
    Future,
    /// Plans and possibilities: the future, unless that is far-fetched.
    Likely,
    Unknown,
}

impl Tense {
    /// Whether it looks ahead at all.
    pub(crate) fn is_ahead(self) -> bool {
        matches!(self, Self::Future | Self::Likely)
    }
}

/// How many items to either side are looked at.
const REACH: usize = 14;

/// How many items before an auxiliary or participle belong to its verb group.
const GROUP: usize = 3;

/// The tense of the verb that `items[start..end]` goes with: the nearest one
/// before it, or else the nearest one after it.
pub(crate) fn around(grammar: &Grammar, text: &str, items: &[Item], start: usize, end: usize) -> Tense {
    // "until mid-May", "by the end of May"
    let skipped =
        |item: &Item| [Class::Start, Class::Mid, Class::End, Class::The].iter().any(|&class| item.has(class));
    let lead = items[..start].iter().rposition(|item| !skipped(item));
    // "ways to get around Wednesday's ruling": a possessor is no object of the infinitive,
    // and "killed by Monday's storm" no deadline.
    let possessor = items.get(end).is_some_and(|next| next.has(Class::Possessive));
    if let Some(tense) = lead.and_then(|at| led(grammar, items, at, start, possessor)) {
        return tense;
    }
    let before = (start.saturating_sub(REACH)..start).rev();
    let after = end..items.len().min(end + REACH);
    before
        .map(|at| cue(grammar, text, items, at, possessor))
        .chain(after.map(|at| cue(grammar, text, items, at, false)))
        .find(|&tense| tense != Tense::Unknown)
        .unwrap_or(Tense::Unknown)
}

/// What the preposition at `lead` alone decides.
fn led(grammar: &Grammar, items: &[Item], lead: usize, start: usize, possessor: bool) -> Option<Tense> {
    let item = &items[lead];
    let before = lead.checked_sub(1).map(|at| &items[at]);
    if item.has(Class::Since) {
        return Some(Tense::Past);
    }
    // "laid down by the May 3 accord" is no deadline.
    let attributive = items[start - 1].has(Class::The) && !grammar.data.articled_days;
    let until = item.has(Class::Until) && start > 1 && !attributive && !possessor;
    // "as early as Tuesday", "ahead of Sunday's vote"
    let ahead = item.has(Class::AheadSecond) && before.is_some_and(|before| before.has(Class::AheadFirst));
    let starting = items[start - 1].has(Class::Starting);
    (until || ahead || starting).then_some(Tense::Future)
}

fn cue(grammar: &Grammar, text: &str, items: &[Item], at: usize, possessor: bool) -> Tense {
    let item = &items[at];
    let before = at.checked_sub(1).map(|before| &items[before]);
    if item.has(Class::FutureCue) {
        return match item.has(Class::Will) {
            _ if is_past_perfect(items, at) => Tense::Past,
            true => Tense::Future,
            false => Tense::Likely,
        };
    }
    if ends_with(text, item, grammar.data.future_endings) {
        return Tense::Future;
    }
    if item.has(Class::PastCue) || item.has(Class::PastGovernor) || item.has(Class::Had) {
        // "to be held" tells nothing yet; the words before it will.
        let passive = before.is_some_and(|before| before.has(Class::Be));
        return if passive { Tense::Unknown } else { Tense::Past };
    }
    if ends_with(text, item, grammar.data.progressive_endings) {
        let progressive = before.is_some_and(|before| before.has(Class::BePresent));
        return if progressive { Tense::Likely } else { Tense::Unknown };
    }
    if has_past_ending(grammar, text, item) {
        // Neither does "an armed man".
        let silent = [Class::Be, Class::A, Class::The, Class::Its];
        let none = before.is_some_and(|before| silent.iter().any(|&class| before.has(class)));
        return if none { Tense::Unknown } else { Tense::Past };
    }
    if item.has(Class::Infinitive)
        && at + 1 < items.len()
        && (is_plain_word(&items[at + 1]) || items[at + 1].has(Class::Be))
    {
        return match infinitive(items, at) {
            _ if possessor => Tense::Unknown,
            // "guidelines to be published in November"
            Tense::Unknown if items[at + 1].has(Class::Be) => Tense::Likely,
            tense => tense,
        };
    }
    Tense::Unknown
}

/// "agreed to meet" and "told him to meet" look ahead, "began to meet" does not,
/// and in "came to meet" the verb before it decides.
fn infinitive(items: &[Item], at: usize) -> Tense {
    let governor = items[..at].iter().rposition(|item| !item.has(Class::Pronoun));
    match governor.map(|governor| (governor, &items[governor])) {
        Some((_, item)) if item.has(Class::PastGovernor) => Tense::Past,
        Some((governor, _)) if is_past_perfect(items, governor) => Tense::Past,
        Some((_, item)) if item.has(Class::FutureGovernor) || item.has(Class::FutureCue) => Tense::Likely,
        _ => Tense::Unknown,
    }
}

/// "had been expected"
fn is_past_perfect(items: &[Item], participle: usize) -> bool {
    items[participle.saturating_sub(GROUP)..participle].iter().any(|item| item.has(Class::Had))
}

fn is_plain_word(item: &Item) -> bool {
    (item.classes.is_empty() || item.has(Class::FutureGovernor)) && !item.capital
}

fn has_past_ending(grammar: &Grammar, text: &str, item: &Item) -> bool {
    ends_with(text, item, grammar.data.past_endings) && !ends_with(text, item, grammar.data.other_endings)
}

/// Whether an unknown word of some length has one of these endings.
fn ends_with(text: &str, item: &Item, endings: &[&str]) -> bool {
    let word = item.text(text);
    item.classes.is_empty()
        && !item.capital
        && word.len() > 4
        && endings.iter().any(|ending| word.ends_with(ending))
}
