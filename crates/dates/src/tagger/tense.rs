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

/// Bytes of the longest prefix that a verb takes with a hyphen ("co-", "re-", "mis-").
const LONGEST_PREFIX: u32 = 3;

/// How many items before an auxiliary or participle belong to its verb group.
const GROUP: usize = 3;

/// The payload of words that look ahead without a day right behind them ("ahead of").
const ALWAYS_AHEAD: i64 = 1;

/// The payload of words that look ahead before "to" ("postponed to Friday").
const MOVED: i64 = 2;

/// The tense of the verb that `items[start..end]` goes with: the nearest one
/// before it, or else the nearest one after it.
pub(crate) fn around(grammar: &Grammar, text: &str, items: &[Item], start: usize, end: usize) -> Tense {
    // "until mid-May", "by the end of May"
    let skipped =
        |item: &Item| [Class::Start, Class::Mid, Class::End, Class::The].iter().any(|&class| item.has(class));
    let lead = items[..start].iter().rposition(|item| !skipped(item));
    // "ways to get around Wednesday's ruling": a possessor is no object of the infinitive,
    // and "killed by Monday's storm" no deadline.
    let possessor = is_possessor(items, end);
    if let Some(tense) = lead.and_then(|at| led(grammar, items, at, (start, end))) {
        return tense;
    }
    if names_mishap(items, start, end) {
        return Tense::Past;
    }
    let before = (start.saturating_sub(REACH)..start).rev();
    // "the Monday deadline" is no deadline that is yet to come.
    let described = start > 0 && is_attributive(grammar, items, start) && !possessor;
    let after = end + usize::from(described)..items.len().min(end + REACH);
    let mut before = before.map(|at| {
        if is_eve(grammar, items, at, start) {
            Tense::Likely
        } else {
            cue(grammar, text, items, at, possessor)
        }
    });
    let mut after = after.map(|at| cue(grammar, text, items, at, false));
    let known = |&tense: &Tense| tense != Tense::Unknown;
    // "said that on Friday it will close": the verb of the clause that the day opens.
    let found = if opens_clause(items, lead) {
        after.find(known).or_else(|| before.find(known))
    } else {
        before.find(known).or_else(|| after.find(known))
    };
    found.unwrap_or(Tense::Unknown)
}

/// "Monday's deadly attack", "the Monday attack" has happened, whoever will look into it.
/// "On Monday raids will begin" has none: the noun there is no part of the day's phrase.
pub(crate) fn names_mishap(items: &[Item], start: usize, end: usize) -> bool {
    let possessor = is_possessor(items, end);
    let before = start.checked_sub(1).map(|at| &items[at]);
    let articles = [Class::The, Class::A, Class::Its];
    let determined = before.is_some_and(|item| articles.iter().any(|&class| item.has(class)));
    if !possessor && !determined {
        return false;
    }
    let from = end + usize::from(possessor);
    let mut phrase = items[from..].iter().take(GROUP).take_while(|item| !item.has(Class::Preposition));
    phrase.any(|item| item.has(Class::Mishap))
}

/// Whether `item` is a first word of this payload.
fn is_first(grammar: &Grammar, item: &Item, payload: i64) -> bool {
    item.has(Class::AheadFirst) && item.payload(Class::AheadFirst, &grammar.lexicon) == payload
}

/// Whether a conjunction stands before the preposition at `lead`.
fn opens_clause(items: &[Item], lead: Option<usize>) -> bool {
    let first = lead.and_then(|at| if items[at].has(Class::OnDay) { at.checked_sub(1) } else { Some(at) });
    first.is_some_and(|at| items[at].has(Class::That))
}

/// The "of" of "ahead of a summit on Friday", within one clause.
fn is_eve(grammar: &Grammar, items: &[Item], at: usize, start: usize) -> bool {
    items[at].has(Class::AheadSecond)
        && at > 0
        && is_first(grammar, &items[at - 1], ALWAYS_AHEAD)
        && !items[at..start].iter().any(|item| item.has(Class::Stop))
}

fn is_possessor(items: &[Item], end: usize) -> bool {
    items.get(end).is_some_and(|next| next.has(Class::Possessive))
}

/// What the preposition at `lead` alone decides.
fn led(grammar: &Grammar, items: &[Item], lead: usize, (start, end): (usize, usize)) -> Option<Tense> {
    let item = &items[lead];
    let possessor = is_possessor(items, end);
    let before = lead.checked_sub(1).map(|at| &items[at]);
    if item.has(Class::Since) || item.has(Class::Earlier) || is_report(items, lead) {
        return Some(Tense::Past);
    }
    // "laid down by the May 3 accord" is no deadline.
    let attributive = is_attributive(grammar, items, start);
    let until = item.has(Class::Until)
        && start > 1
        && !attributive
        && !possessor
        && !is_stretch_end(items, lead, &items[start]);
    // "as early as Tuesday", "ahead of Sunday's vote"
    let ahead = item.has(Class::AheadSecond) && before.is_some_and(|before| before.has(Class::AheadFirst));
    let starting = items[start - 1].has(Class::Starting);
    // "put off to Friday"
    let moved = item.has(Class::Infinitive) && before.is_some_and(|item| is_first(grammar, item, MOVED));
    if until || ahead || starting || moved {
        return Some(Tense::Future);
    }
    // "between now and Friday"
    if item.has(Class::And) && before.is_some_and(|before| before.has(Class::Present)) {
        return Some(Tense::Future);
    }
    // "the vote is Friday", "the vote is in May"
    // and "is at 7 p.m. Friday", but not "the figures are from May".
    let clock =
        [Class::Clock, Class::ClockMeridiem, Class::Hour].iter().any(|&class| items[start].has(class));
    let leads = item.has(Class::OnDay) || item.has(Class::InPart) || (clock && item.has(Class::AtTime));
    let copula = if leads { before } else { Some(item) };
    if copula.is_some_and(|verb| verb.has(Class::BePresent)) && !possessor {
        return Some(Tense::Likely);
    }
    // "a vote is set for Friday" and "they called a strike for Friday", but neither
    // "sales for March" nor "for Friday prayers".
    let closes = items.get(end).is_none_or(|next| !next.classes.is_empty() && !next.has(Class::Mishap));
    let weekday = items[start].has(Class::Weekday) && closes && !possessor;
    let planned =
        item.has(Class::For) && (weekday || before.is_some_and(|before| before.has(Class::FutureGovernor)));
    planned.then_some(Tense::Likely)
}

/// "profit fell in the nine months through September": the verb says when.
/// "Closed this week through Friday" and "this month until the 30th" do look ahead.
fn is_stretch_end(items: &[Item], lead: usize, end: &Item) -> bool {
    let is_stretch =
        |item: &Item| [Class::Unit, Class::Units, Class::Period].iter().any(|&class| item.has(class));
    items[lead].has(Class::Through)
        && !end.has(Class::Weekday)
        && lead >= 2
        && is_stretch(&items[lead - 1])
        && !items[lead - 2].has(Class::This)
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
    if is_compound(items, at) || is_adjective(grammar, text, items, at) {
        return Tense::Unknown;
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
        let passive = before.is_some_and(|before| before.has(Class::Be));
        return if passive { Tense::Unknown } else { Tense::Past };
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

/// The participle of "a Boston-based company", but not of "was re-elected".
fn is_compound(items: &[Item], at: usize) -> bool {
    let prefix = |item: &Item| !item.capital && item.end - item.start <= LONGEST_PREFIX;
    items[at].hyphened && at > 0 && !prefix(&items[at - 1])
}

/// "An armed man" tells nothing of a time, nor does "a newly armed man".
fn is_adjective(grammar: &Grammar, text: &str, items: &[Item], at: usize) -> bool {
    let before = |at: usize| at.checked_sub(1).map(|at| &items[at]);
    let adverb = before(at).is_some_and(|item| ends_with(text, item, grammar.data.adverb_endings));
    let leader = before(at - usize::from(adverb));
    leader.is_some_and(|item| [Class::A, Class::The, Class::Its].iter().any(|&class| item.has(class)))
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
    // "are to end Friday", "hopes to win Friday"
    let verbs = [
        Class::Mishap,
        Class::FutureGovernor,
        Class::PastGovernor,
        Class::PastCue,
        Class::Report,
        Class::Start,
        Class::End,
    ];
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
