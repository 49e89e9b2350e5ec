//! Finds the temporal expressions of a text.
//!
//! One pass over the sentences: words are classed by the lexicon of the
//! language ([`item`]), the longest matching rule is taken at each place
//! ([`rule`], [`pattern`]), what it took becomes a [`frame`], and the frame a
//! value ([`resolve`]). The engine knows no word of any language.

pub(crate) mod class;
mod digits;
mod frame;
mod guard;
mod holiday;
mod item;
mod lexicon;
mod numbers;
mod pattern;
mod resolve;
pub(crate) mod rule;
mod tense;
mod unit;
mod value;

use crate::anchor::{Anchor, Context, Precision};
use crate::language::grammar;
use crate::timex::{Timex, TimexKind};
use class::{Class, REGION, REGIONS, VAGUE};
use dateline_text::Document;
use frame::{Frame, Vague};
use item::Item;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use resolve::{Meaning, Resolved, Story};
use rule::{Applies, Build, Extension, Grammar, Match};
pub(crate) use tense::Tense;
use value::Value;

/// The temporal expressions of `document`, in order, without overlaps.
///
/// ```
/// use dateline_dates::{Context, Language, tag};
/// let document = dateline_text::Document::new("Signed on 2023-11-03 in Kyiv.");
/// let found = tag(&document, &Context { anchor: None, language: Language::English });
/// assert_eq!(found[0].value, "2023-11-03");
/// ```
#[must_use]
pub fn tag(document: &Document<'_>, context: &Context<'_>) -> Vec<Timex> {
    let today =
        context.anchor.filter(|anchor| anchor.precision >= Precision::Day).map(|anchor| anchor.local.date());
    let mut tagger = Tagger {
        grammar: grammar(context.language),
        text: document.text(),
        zone: context.anchor.and_then(|anchor: &Anchor| anchor.zone.clone()).unwrap_or(TimeZone::UTC),
        story: Story { today, ..Story::default() },
        dated: None,
        found: Vec::new(),
    };
    let mut items = Vec::new();
    for sentence in document.sentences() {
        let tokens = &document.tokens()[sentence.start as usize..sentence.end as usize];
        item::read(document, tokens, &tagger.grammar.lexicon, &mut items);
        tagger.sentence(&items);
    }
    tagger.found
}

/// Most items of an aside between a time and its day.
const MAX_ASIDE: usize = 10;

/// A month that was named with its year.
struct DatedMonth {
    /// First byte after the expression.
    end: u32,
    year: i16,
    month: i8,
}

struct Tagger<'d> {
    grammar: &'static Grammar,
    text: &'d str,
    zone: TimeZone,
    story: Story,
    /// The last month that was named with its year.
    dated: Option<DatedMonth>,
    found: Vec<Timex>,
}

impl Tagger<'_> {
    fn sentence(&mut self, items: &[Item]) {
        let mut at = 0;
        let mut free = 0;
        while at < items.len() {
            if !self.grammar.can_begin(&items[at]) {
                at += 1;
                continue;
            }
            let Some(found) = self.grammar.longest(items, at) else {
                at += 1;
                continue;
            };
            let taken = self.take(items, free, at, &found);
            at = if taken || found.rule.build == Build::Nothing { found.end } else { at + 1 };
            if taken {
                free = at;
            }
        }
    }

    /// Resolves a match and hands it out; false if it is none after all.
    fn take(&mut self, items: &[Item], free: usize, start: usize, found: &Match) -> bool {
        if !guard::admits(items, start, found, &self.grammar.lexicon) {
            return false;
        }
        let mut frame = Frame::gather(&found.captures, items, &self.grammar.lexicon);
        if self.is_apposed(items, start) {
            frame.beside = frame.beside.map(|_| 0);
        }
        if frame.is_clock_alone() {
            self.day_behind(items, found.end, &mut frame);
        }
        let tense = tense::around(self.grammar, self.text, items, start, found.end);
        self.place_month(items, (start, found.end), tense, &mut frame);
        self.day_in_aside(items, found.end, &mut frame);
        let build = if guard::is_rate(self.grammar, self.text, items, start, found) {
            Build::Set
        } else if guard::is_some_day(items, start, found, &self.grammar.lexicon) {
            frame.vague = Some(Vague::Future);
            Build::Vague
        } else {
            found.rule.build
        };
        let Some(mut resolved) = resolve::resolve(build, &frame, &self.story, tense) else {
            return false;
        };
        if let Some(begin) = self.begin_of_range(items, start) {
            resolved = resolve::ended(resolved, &frame, begin);
        }
        let (first, last) = self.extend(items, free, (start, found.end), (build, &mut resolved));
        self.story.remember(&resolved, build, &frame);
        if let (Some(year), Some(month)) = (frame.year, frame.month) {
            self.dated = Some(DatedMonth { end: items[last - 1].end, year, month });
        }
        let mut timex = self.timex(&items[first], &items[last - 1], resolved, found.rule.info.name);
        timex.tense = tense;
        self.found.push(timex);
        true
    }

    /// "Thursday (June 13)": the aside says which Thursday.
    fn day_in_aside(&self, items: &[Item], end: usize, frame: &mut Frame) {
        let opens = items.get(end).is_some_and(|item| item.has(Class::Open));
        if frame.weekday.is_none() || frame.month.is_some() || !opens || end + 1 >= items.len() {
            return;
        }
        let aside = self.grammar.longest(items, end + 1).filter(|day| day.rule.build == Build::Calendar);
        let aside = aside.map(|day| Frame::gather(&day.captures, items, &self.grammar.lexicon));
        if let Some(day) = aside.filter(|aside| aside.month.is_some() && aside.clock.is_none()) {
            (frame.year, frame.month, frame.day) = (day.year, day.month, day.day.or(day.ordinal));
        }
    }

    /// The year of a month that has none, where the words around it name one.
    fn place_month(&self, items: &[Item], (start, end): (usize, usize), tense: Tense, frame: &mut Frame) {
        let relative = frame.shift.is_some() || frame.from_story.is_some();
        if frame.month.is_none() || frame.year.is_some() || relative {
            return;
        }
        self.year_behind(items, end, frame);
        let attacks = items.get(end).is_some_and(|next| next.has(Class::Mishap));
        if frame.is_nine_eleven() && (attacks || tense::names_mishap(items, start, end)) {
            frame.year = self.story.nine_eleven().map(Date::year);
        }
        if frame.year.is_none() && frame.weekday.is_none() && !tense.is_ahead() {
            frame.year = self.year_before(items, start, frame);
        }
    }

    /// "convicted in May 2015 and freed in July": nothing between them ends the clause.
    fn year_before(&self, items: &[Item], start: usize, frame: &Frame) -> Option<i16> {
        let dated = self.dated.as_ref().filter(|dated| dated.end > items[0].start)?;
        let between = items[..start].iter().rev().take_while(|item| item.start >= dated.end);
        let joined = between.clone().any(|item| item.has(Class::And));
        let (month, today) = (frame.month?, self.story.today?);
        let year = dated.year + i16::from(month < dated.month);
        let over = (year, month) <= (today.year(), today.month());
        (joined && over && !between.clone().any(|item| item.has(Class::Stop))).then_some(year)
    }

    /// "at 10:15 (02:15 UTC) on Sunday": both times are Sunday's.
    fn day_behind(&self, items: &[Item], end: usize, frame: &mut Frame) {
        let has = |at: usize, class: Class| items.get(at).is_some_and(|item| item.has(class));
        let mut at = end;
        if has(at, Class::Open) {
            let close = (at..items.len().min(at + MAX_ASIDE)).find(|&at| has(at, Class::Close));
            at = close.map_or(at, |close| close + 1);
        } else if has(at, Class::Close) {
            at += 1;
        }
        at += usize::from(has(at, Class::Comma));
        at += usize::from(has(at, Class::OnDay));
        if at == end || at >= items.len() || !self.grammar.can_begin(&items[at]) {
            return;
        }
        if let Some(day) = self.grammar.longest(items, at).filter(|day| day.rule.build == Build::Calendar) {
            frame.take_day(&Frame::gather(&day.captures, items, &self.grammar.lexicon));
        }
    }

    /// "from June to August 2005", "in June and August 2005": one year for both.
    fn year_behind(&self, items: &[Item], end: usize, frame: &mut Frame) {
        let Some(joint) = items.get(end) else { return };
        let through = joint.has(Class::Through);
        if !(through || joint.has(Class::And) || joint.has(Class::Or)) || end + 1 >= items.len() {
            return;
        }
        let other = self.grammar.longest(items, end + 1).filter(|other| other.rule.build == Build::Calendar);
        let other = other.map(|other| Frame::gather(&other.captures, items, &self.grammar.lexicon));
        let Some((other, year)) = other.and_then(|other| Some((other, other.year?))) else { return };
        if other.month.is_some() && other.day.is_some() == frame.day.is_some() {
            frame.year = Some(year - i16::from(through && other.month < frame.month));
        }
    }

    /// What the expression at `start` is the end of: "Monday" in "Monday through Friday".
    fn begin_of_range(&self, items: &[Item], start: usize) -> Option<Value> {
        let before = start.checked_sub(2)?;
        let last = self.found.last().filter(|last| last.end == items[before].end as usize)?;
        // "The three months through June" begin nowhere that was named.
        if last.kind == TimexKind::Duration {
            return None;
        }
        let paired = || {
            let begin = items[..start].iter().rposition(|item| item.start as usize == last.start);
            begin.is_some_and(|begin| begin > 0 && items[begin - 1].has(Class::Between))
        };
        let joint = &items[start - 1];
        let ranged = joint.has(Class::Through) || (joint.has(Class::And) && paired());
        self.story.reference.filter(|_| ranged)
    }

    /// "Nov. 3, the day before the vote" speaks of one day.
    fn is_apposed(&self, items: &[Item], start: usize) -> bool {
        let before = start.checked_sub(2).map(|at| items[at].end as usize);
        items.get(start.wrapping_sub(1)).is_some_and(|comma| comma.has(Class::Stop))
            && self.found.last().is_some_and(|last| Some(last.end) == before)
    }

    /// Takes in the words around `items[start..end]` that belong to it.
    fn extend(
        &self,
        items: &[Item],
        free: usize,
        (start, end): (usize, usize),
        (build, resolved): (Build, &mut Resolved),
    ) -> (usize, usize) {
        let mut bounds = (start, end);
        let reach = free.max(start.saturating_sub(5));
        let possessor = items.get(end).is_some_and(|next| next.has(Class::Possessive));
        'before: for first in reach..start {
            for (pattern, extension) in &self.grammar.before {
                // "to get around Wednesday's ruling" is no rough date.
                let rough = extension.applies == Applies::Any && possessor;
                if !rough
                    && pattern.first().admits(&items[first])
                    && applies(extension, build, resolved, &items[start])
                    && pattern.run(items, first).is_some_and(|(e, _)| e == start)
                {
                    bounds.0 = if extension.inside { first } else { start };
                    resolved.modifier = extension.modifier.or(resolved.modifier);
                    break 'before;
                }
            }
        }
        for (pattern, extension) in &self.grammar.after {
            let first = pattern.first();
            let begins = items.get(end).map_or(first.anything, |item| first.admits(item));
            let counted = is_counted(resolved) && extension.applies == Applies::Any;
            if !begins || !(counted || applies(extension, build, resolved, &items[start])) {
                continue;
            }
            if let Some((last, _)) = pattern.run(items, end) {
                bounds.1 = last;
                resolved.modifier = extension.modifier.or(resolved.modifier);
                break;
            }
        }
        bounds
    }

    fn timex(&self, first: &Item, last: &Item, resolved: Resolved, rule: &'static str) -> Timex {
        let (value, borders) = match resolved.meaning {
            Meaning::Point(value) => (value.to_string(), value.borders()),
            Meaning::Open(text) | Meaning::Recurring(text) => (text, None),
            Meaning::Amount(text, borders) => (text, borders),
            Meaning::Vague(vague) => (vague.as_str().to_owned(), None),
        };
        let named = resolved.offset.and_then(named_zone);
        let zone = named.as_ref().unwrap_or(&self.zone);
        let instant = |local: DateTime| zone.to_timestamp(local).ok();
        Timex {
            start: first.start as usize,
            end: last.end as usize,
            kind: resolved.kind,
            value,
            begin: borders.and_then(|(begin, _)| instant(begin)),
            until: borders.and_then(|(_, until)| instant(until)),
            modifier: resolved.modifier,
            anchor: resolved.anchor.map(|value| value.to_string()),
            rule,
            tense: Tense::Unknown,
        }
    }
}

/// The zone that an expression names.
fn named_zone(payload: i32) -> Option<TimeZone> {
    match payload.checked_sub(REGION).and_then(|region| usize::try_from(region).ok()) {
        Some(region) => REGIONS.get(region).and_then(|name| TimeZone::get(name).ok()),
        None => Offset::from_seconds(payload.checked_mul(60)?).ok().map(TimeZone::fixed),
    }
}

/// Whether it is a point or a length, which can be rough.
fn is_counted(resolved: &Resolved) -> bool {
    !matches!(resolved.meaning, Meaning::Vague(_) | Meaning::Recurring(_))
}

fn applies(extension: &Extension, build: Build, resolved: &Resolved, first: &Item) -> bool {
    match extension.applies {
        // "around the days of the vote" is a place in time, not a rough one.
        Applies::Any => is_counted(resolved) && !first.has(Class::The),
        Applies::Exact => {
            let counted = (first.has(Class::Number) && first.amount != VAGUE) || first.has(Class::A);
            counted && matches!(resolved.meaning, Meaning::Amount(..))
        }
        Applies::Lengths => build == Build::Duration && matches!(resolved.meaning, Meaning::Amount(..)),
        Applies::Amounts => matches!(resolved.meaning, Meaning::Amount(..)),
        Applies::Units => {
            let relative = matches!(build, Build::Deictic | Build::Anaphor);
            relative || (build == Build::Calendar && (first.has(Class::Today) || first.has(Class::This)))
        }
        Applies::Points => matches!(resolved.meaning, Meaning::Point(_) | Meaning::Open(_)),
    }
}
