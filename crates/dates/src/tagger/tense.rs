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
    // "the Monday deadline" is no deadline that is yet to come.
    let described = start > 0 && is_attributive(grammar, items, start) && !possessor;
    let after = end + usize::from(described)..items.len().min(end + REACH);
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
    if item.has(Class::Since) || item.has(Class::Earlier) || is_report(items, lead) {
        return Some(Tense::Past);
    }
    // "laid down by the May 3 accord" is no deadline.
    let attributive = is_attributive(grammar, items, start);
    let until = item.has(Class::Until) && start > 1 && !attributive && !possessor;
    // "as early as Tuesday", "ahead of Sunday's vote"
    let ahead = item.has(Class::AheadSecond) && before.is_some_and(|before| before.has(Class::AheadFirst));
    let starting = items[start - 1].has(Class::Starting);
    if until || ahead || starting {
        return Some(Tense::Future);
    }
    // "a vote is set for Friday"
    let planned = item.has(Class::For) && before.is_some_and(|before| before.has(Class::FutureGovernor));
    planned.then_some(Tense::Likely)
}

/// Whether the expression at `start` describes a noun: "the Monday deadline".
fn is_attributive(grammar: &Grammar, items: &[Item], start: usize) -> bool {
    items[start - 1].has(Class::The) && !grammar.data.articled_days
}

/// "the paper reports Monday", "officials say on Monday", but not "due to report Monday".
fn is_report(items: &[Item], lead: usize) -> bool {
    let verb = if items[lead].has(Class::OnDay) { lead.checked_sub(1) } else { Some(lead) };
    let governed = |verb: usize| {
        verb.checked_sub(1).is_some_and(|at| {
            items[at].has(Class::Infinitive) || items[at].has(Class::Will) || items[at].has(Class::FutureCue)
        })
    };
    verb.is_some_and(|verb| items[verb].has(Class::Report) && !governed(verb))
}

fn cue(grammar: &Grammar, text: &str, items: &[Item], at: usize, possessor: bool) -> Tense {
    let item = &items[at];
    let before = at.checked_sub(1).map(|before| &items[before]);
    if item.has(Class::FutureCue) {
        return future_cue(items, at);
    }
    if ends_with(text, item, grammar.data.future_endings) {
        return Tense::Future;
    }
    if item.has(Class::PastCue) || item.has(Class::PastGovernor) || item.has(Class::Had) {
        // "to be held" tells nothing yet; the words before it will.
        // So do those before "hit" in "will hit".
        let silent = [Class::Be, Class::Infinitive, Class::FutureCue];
        let passive = before.is_some_and(|before| silent.iter().any(|&class| before.has(class)));
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

/// A modal or a word of plan.
fn future_cue(items: &[Item], at: usize) -> Tense {
    let item = &items[at];
    let month = item.has(Class::MonthWord) && item.capital && at > 0;
    // "will likely decide"
    let will =
        item.has(Class::Will) || items[at.saturating_sub(2)..at].iter().any(|item| item.has(Class::Will));
    match will {
        _ if month => Tense::Unknown,
        _ if is_past_perfect(items, at) => Tense::Past,
        true => Tense::Future,
        false => Tense::Likely,
    }
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
    let verbs = [Class::FutureGovernor, Class::PastGovernor, Class::PastCue, Class::Report];
    (item.classes.is_empty() || verbs.iter().any(|&class| item.has(class))) && !item.capital
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
