//! The feature templates: what the model may look at around one token.
//!
//! Each feature is a 32-bit hash. Words are hashed once (see `word`), so a
//! template is one multiplication. Small words with no capital near them get
//! a short list: they are most of the text and hardly ever part of a name.

use crate::gazetteer::{name_part, without_name_part};
use crate::hash::{feature, pair};
use crate::template_names;
use crate::word::{Case, Word};
use std::ops::Range;

/// Most features of one token.
pub(crate) const MAX_FEATURES: usize = 88;

/// Everything that the templates look at, of one token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// The word itself.
    pub word: Word,
    /// Word classes, coarse and fine; 0 is "no class known".
    pub classes: [u16; 2],
    /// Bits of the gazetteer lists that the token stands in.
    pub lists: u32,
    /// The run of capitalised words that it belongs to.
    pub run: Run,
    /// Its most telling other occurrence in the text, from 1; 0 for none.
    pub elsewhere: u32,
    /// How it is written elsewhere: bits of `memory`.
    pub seen: u8,
}

/// A run of capitalised words and the small words that join them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    /// First token of the run; an empty range for tokens outside any.
    pub start: u32,
    /// First token after it.
    pub end: u32,
}

/// The features of one token. Which template each comes from is kept only
/// where it is `NOTED`: an explanation asks, tagging does not.
#[derive(Debug)]
pub(crate) struct Features<const NOTED: bool = false> {
    hashes: [u32; MAX_FEATURES],
    templates: [u64; MAX_FEATURES],
    length: usize,
    template: u64,
}

impl<const NOTED: bool> Features<NOTED> {
    pub(crate) fn new() -> Self {
        Self { hashes: [0; MAX_FEATURES], templates: [0; MAX_FEATURES], length: 0, template: 0 }
    }

    /// Hash of each feature and what it looks at.
    pub(crate) fn named(&self) -> impl Iterator<Item = (u32, &'static str)> + '_ {
        let both = self.as_slice().iter().zip(&self.templates);
        both.map(|(&hash, &template)| (hash, template_names::name(template)))
    }

    /// The hashes, in template order.
    pub(crate) fn as_slice(&self) -> &[u32] {
        &self.hashes[..self.length]
    }

    fn restart(&mut self, template: u64) {
        self.length = 0;
        self.template = template;
    }

    #[inline]
    fn add(&mut self, value: u64) {
        self.template += 1;
        if let Some(slot) = self.hashes.get_mut(self.length) {
            *slot = feature(self.template, value);
            if NOTED {
                self.templates[self.length] = self.template;
            }
            self.length += 1;
        }
    }

    /// As `add`, but nothing is added for the value 0 ("not known").
    #[inline]
    fn add_known(&mut self, value: u64) {
        if value == 0 {
            self.template += 1;
        } else {
            self.add(value);
        }
    }
}

/// Templates of the short list are numbered from here.
pub(crate) const SHORT: u64 = 200;

/// One sentence, as the templates see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence<'s> {
    looks: &'s [Look],
    range: (usize, usize),
    shouting: bool,
}

/// Templates of what the rest of the text shows are numbered from here.
pub(crate) const MEMORY: u64 = 100;

/// What stands before and after a sentence.
const EDGE: u64 = 0x0ed9_e000_0001;

impl<'s> Sentence<'s> {
    /// The sentence `range` of the tokens `looks`.
    pub(crate) fn new(looks: &'s [Look], range: Range<usize>) -> Self {
        let words = &looks[range.clone()];
        let capitalised = words.iter().filter(|look| look.word.is_capitalised()).count();
        let small = words.iter().filter(|look| look.word.case == Case::Lower).count();
        Self { looks, range: (range.start, range.end), shouting: capitalised > 2 && capitalised > 2 * small }
    }

    fn at(&self, index: usize, offset: isize) -> Option<&'s Look> {
        let index = index.checked_add_signed(offset)?;
        (index >= self.range.0 && index < self.range.1).then(|| &self.looks[index])
    }

    fn of(&self, index: usize, offset: isize, value: impl Fn(&Look) -> u64) -> u64 {
        self.at(index, offset).map_or(EDGE, value)
    }

    /// Writes the features of token `index` into `out`.
    pub(crate) fn features<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let look = &self.looks[index];
        let near_capital = |offset| self.at(index, offset).is_some_and(|look| look.word.is_capitalised());
        if !look.word.is_capitalised()
            && look.lists == 0
            && look.run.end == 0
            && !near_capital(-1)
            && !near_capital(1)
        {
            self.short(index, out);
        } else {
            self.full(index, out);
        }
    }

    fn short<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        out.restart(SHORT);
        let look = &self.looks[index];
        let before = self.of(index, -1, |look| look.word.lower);
        let after = self.of(index, 1, |look| look.word.lower);
        out.add(look.word.exact);
        out.add(look.word.shape);
        out.add(pair(before, look.word.lower));
        out.add(pair(look.word.lower, after));
        out.add(look.word.ending());
        out.add_known(u64::from(look.classes[1]));
        out.add_known(u64::from(look.classes[0]));
    }

    fn full<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        out.restart(0);
        out.add(0);
        self.words(index, out);
        self.shapes(index, out);
        self.classes(index, out);
        self.lists(index, out);
        self.run(index, out);
        self.memory(index, out);
    }

    fn words<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let word = &self.looks[index].word;
        let lower = |offset| self.of(index, offset, |look| look.word.lower);
        let exact = |offset| self.of(index, offset, |look| look.word.exact);
        let (before, after) = (exact(-1), exact(1));
        out.add(word.exact);
        out.add(word.lower);
        out.add(before);
        out.add(after);
        out.add(lower(-2));
        out.add(lower(2));
        out.add(pair(before, word.exact));
        out.add(pair(word.exact, after));
        out.add(pair(lower(-2), lower(-1)));
        out.add(pair(lower(1), lower(2)));
        out.add(pair(lower(-1), lower(1)));
        for length in 2..=4 {
            out.add(word.prefix(length));
        }
        for length in 1..=4 {
            out.add(word.suffix(length));
        }
        out.add(self.of(index, -1, |look| look.word.ending()));
        out.add(self.of(index, 1, |look| look.word.ending()));
    }

    fn shapes<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let shape = |offset| self.of(index, offset, |look| look.word.shape);
        let word = &self.looks[index].word;
        let first = u64::from(index == self.range.0) + 2 * u64::from(self.shouting);
        let (before, after) = (shape(-1), shape(1));
        out.add(word.shape);
        out.add(pair(word.shape, first));
        out.add(pair(word.lower, first));
        out.add(pair(before, word.shape));
        out.add(pair(word.shape, after));
        out.add(pair(pair(before, word.shape), after));
        out.add(pair(pair(shape(-2), before), word.shape));
        out.add(pair(pair(word.shape, after), shape(2)));
        out.add(pair(self.of(index, -1, |look| look.word.lower), word.shape));
        out.add(pair(word.shape, self.of(index, 1, |look| look.word.lower)));
        out.add(pair(word.ending(), pair(word.shape, first)));
    }

    fn classes<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let look = &self.looks[index];
        let coarse = |offset| self.of(index, offset, |look| u64::from(look.classes[0]));
        let fine = |offset| self.of(index, offset, |look| u64::from(look.classes[1]));
        let shape = look.word.shape;
        out.add_known(u64::from(look.classes[0]));
        out.add_known(u64::from(look.classes[1]));
        out.add(pair(shape, coarse(0)));
        out.add(fine(-1));
        out.add(fine(1));
        out.add(coarse(-2));
        out.add(coarse(2));
        out.add(pair(fine(-1), shape));
        out.add(pair(shape, fine(1)));
        out.add(pair(coarse(-1), coarse(0)));
        out.add(pair(coarse(0), coarse(1)));
        out.add(pair(pair(coarse(-1), shape), coarse(1)));
        out.add(pair(pair(coarse(-2), coarse(-1)), shape));
    }

    fn lists<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let lists = |offset| self.of(index, offset, |look| u64::from(without_name_part(look.lists)));
        let part = |offset| self.of(index, offset, |look| u64::from(name_part(look.lists)));
        let look = &self.looks[index];
        let own = u64::from(without_name_part(look.lists));
        out.add(own);
        out.add(pair(own, look.word.shape));
        out.add(pair(lists(-1), own));
        out.add(pair(own, lists(1)));
        out.add(pair(own, self.of(index, 1, |look| u64::from(look.classes[0]))));
        out.add(pair(self.of(index, -1, |look| u64::from(look.classes[0])), own));
        out.add(pair(part(0), look.word.shape));
        out.add(pair(part(0), own));
        out.add(pair(pair(part(-1), look.word.shape), part(0)));
        out.add(pair(pair(part(0), look.word.shape), part(1)));
        out.add(pair(part(0), self.of(index, -1, |look| u64::from(look.classes[1]))));
    }

    /// The run of capitalised words as a whole: its ends, its length, and the
    /// words on either side of it.
    fn run<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        let run = self.looks[index].run;
        if run.end == 0 {
            return;
        }
        let (start, end) = (run.start as usize, run.end as usize);
        let before = self.of(start, -1, |look| look.word.lower);
        let after = self.of(end, 0, |look| look.word.lower);
        let class_before = self.of(start, -1, |look| u64::from(look.classes[1]));
        let class_after = self.of(end, 0, |look| u64::from(look.classes[1]));
        let last = &self.looks[end - 1];
        let first = &self.looks[start];
        let place = u64::from(index == start) + 2 * u64::from(index + 1 == end);
        let length = ((end - start).min(6) as u64) * 4 + place;
        out.add(length);
        out.add(pair(before, place));
        out.add(pair(after, place));
        out.add(pair(class_before, length));
        out.add(pair(class_after, length));
        out.add(pair(last.word.lower, place));
        out.add(pair(first.word.lower, place));
        out.add(pair(u64::from(last.classes[1]), length));
        out.add(pair(u64::from(first.classes[1]), length));
        let lists = |look: &Look| u64::from(without_name_part(look.lists));
        out.add(pair(pair(lists(first), lists(last)), length));
        out.add(pair(pair(before, after), length));
        out.add(pair(last.word.ending(), length));
        let parts = self.looks[start..end.min(start + 4)]
            .iter()
            .fold(0, |parts, look| parts * 8 + u64::from(name_part(look.lists)) + 1);
        out.add(pair(parts, length));
        out.add(pair(pair(parts, place), class_before));
    }

    /// What the rest of the text shows of a capitalised word. Other sentences
    /// are looked at, too, so this goes past the ends of the own one.
    fn memory<const N: bool>(&self, index: usize, out: &mut Features<N>) {
        out.template = MEMORY;
        let look = &self.looks[index];
        if !look.word.is_capitalised() {
            return;
        }
        let first = u64::from(index == self.range.0) + 2 * u64::from(self.shouting);
        let seen = u64::from(look.seen) * 4 + first;
        out.add(pair(seen, look.word.shape));
        out.add(pair(seen, u64::from(look.classes[0])));
        let Some(other) = look.elsewhere.checked_sub(1).map(|other| other as usize) else { return };
        let run = self.looks[other].run;
        let (start, end) = (run.start as usize, run.end as usize);
        let place = u64::from(other == start) + 2 * u64::from(other + 1 == end);
        let length = ((end - start).min(6) as u64) * 4 + place;
        let before = start.checked_sub(1).map_or(EDGE, |at| self.looks[at].word.lower);
        let after = self.looks.get(end).map_or(EDGE, |look| look.word.lower);
        let (head, last) = (&self.looks[start], &self.looks[end - 1]);
        let lists = |look: &Look| u64::from(without_name_part(look.lists));
        out.add(pair(length, look.word.shape));
        out.add(pair(length, u64::from(look.run.end - look.run.start)));
        out.add(pair(before, length));
        out.add(pair(after, length));
        out.add(pair(last.word.lower, length));
        out.add(pair(head.word.lower, length));
        out.add(pair(u64::from(last.classes[1]), length));
        out.add(pair(lists(&self.looks[other]), length));
        let parts = self.looks[start..end.min(start + 4)]
            .iter()
            .fold(0, |parts, look| parts * 8 + u64::from(name_part(look.lists)) + 1);
        out.add(pair(parts, length));
    }
}

/// Marks the runs of capitalised words of the sentence `range`.
pub(crate) fn mark_runs(looks: &mut [Look], range: Range<usize>, joins: impl Fn(usize) -> bool) {
    let mut index = range.start;
    while index < range.end {
        if !looks[index].word.is_capitalised() {
            index += 1;
            continue;
        }
        let end = run_end(looks, index, range.end, &joins);
        let run = Run { start: narrow(index), end: narrow(end) };
        for look in &mut looks[index..end] {
            look.run = run;
        }
        index = end;
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// First token after the run that starts at `start`.
fn run_end(looks: &[Look], start: usize, limit: usize, joins: impl Fn(usize) -> bool) -> usize {
    let mut end = start + 1;
    loop {
        let mut next = end;
        while next < limit && next < end + 2 && !looks[next].word.is_capitalised() && joins(next) {
            next += 1;
        }
        if next >= limit || !looks[next].word.is_capitalised() {
            return end;
        }
        end = next + 1;
    }
}
