//! Patterns over items, compiled once to a small program and run with
//! backtracking.
//!
//! A pattern is a list of elements. `Month` takes an item of that class,
//! `of` an item of that spelling, `Day|Ordinal` either, `~Unit` only if it is
//! joined to the item before it by a hyphen, `^Unit` only if it is not, `[, Year]?` is a group; a `?`
//! makes an element or group optional, what follows `/` must stand there but
//! is no part of the expression. Longer matches are tried first.

use super::class::{Class, ClassSet};
use super::item::Item;
use super::lexicon::{Lexicon, WordId};

/// Most items that one pattern can take.
pub(crate) const MAX_CAPTURES: usize = 16;

/// An item that a pattern took, and what it took it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) class: Class,
    pub(crate) item: u32,
}

/// What a pattern took, in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Captures {
    list: [Capture; MAX_CAPTURES],
    length: usize,
    /// Where the expression ends, if before the end of the match.
    pub(crate) end: Option<usize>,
}

impl Captures {
    pub(crate) const NONE: Self =
        Self { list: [Capture { class: Class::Word, item: 0 }; MAX_CAPTURES], length: 0, end: None };

    pub(crate) fn iter(&self) -> impl Iterator<Item = Capture> + '_ {
        self.list[..self.length].iter().copied()
    }
}

#[derive(Debug, Clone)]
enum Op {
    Take(Test),
    /// Tries the next instruction, then the one at this place.
    Split(usize),
    /// The expression ends here; what follows only has to be there.
    End,
    Accept,
}

/// What one element accepts.
#[derive(Debug, Clone, Default)]
struct Test {
    classes: ClassSet,
    order: Vec<Class>,
    words: Vec<WordId>,
    hyphened: bool,
    /// Must stand apart from the item before it.
    apart: bool,
}

impl Test {
    fn accepts(&self, item: &Item) -> Option<Class> {
        if (self.hyphened && !item.hyphened) || (self.apart && item.hyphened) {
            return None;
        }
        if item.classes.meets(self.classes) {
            return self.order.iter().copied().find(|&class| item.has(class));
        }
        (item.word != 0 && self.words.contains(&item.word)).then_some(Class::Word)
    }
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    ops: Vec<Op>,
    /// What a match can begin with.
    first: Opening,
    /// What must stand behind its first item, if anything must.
    second: Opening,
}

/// What can stand at one place of a match.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opening {
    /// Items of these classes.
    pub(crate) classes: ClassSet,
    /// Items of these spellings.
    pub(crate) words: Vec<WordId>,
    /// Whatever it is: the match may end before it.
    pub(crate) anything: bool,
}

impl Opening {
    fn take(&mut self, test: &Test) {
        self.classes = self.classes.union(test.classes);
        self.words.extend(&test.words);
    }

    /// Whether such an item can stand here.
    #[inline]
    pub(crate) fn admits(&self, item: &Item) -> bool {
        self.anything
            || item.classes.meets(self.classes)
            || (item.word != 0 && self.words.contains(&item.word))
    }
}

impl Pattern {
    /// Compiles `source`; spellings in it are added to `lexicon`.
    ///
    /// # Panics
    /// On a malformed pattern: patterns are constants, checked by tests.
    pub(crate) fn new(source: &str, lexicon: &mut Lexicon) -> Self {
        let spaced = source.replace('[', " [ ").replace("]?", " ]? ");
        let elements: Vec<&str> = spaced.split_whitespace().collect();
        let mut ops = Vec::new();
        let mut open = Vec::new();
        for element in elements {
            match element {
                "[" => {
                    open.push(ops.len());
                    ops.push(Op::Split(0));
                }
                "]?" => {
                    let begin = open.pop().expect("a pattern closes only groups that it opened");
                    ops[begin] = Op::Split(ops.len());
                }
                "/" => ops.push(Op::End),
                _ => compile_element(element, lexicon, &mut ops),
            }
        }
        assert!(open.is_empty(), "unclosed group in pattern {source}");
        ops.push(Op::Accept);
        let mut pattern = Self { ops, first: Opening::default(), second: Opening::default() };
        let (mut first, mut second) = (Opening::default(), Opening::default());
        for at in pattern.taking_from(0, &mut first) {
            drop(pattern.taking_from(at + 1, &mut second));
        }
        (pattern.first, pattern.second) = (first, second);
        pattern
    }

    /// The instructions that can take the next item from `at` on; adds what they
    /// take to `opening`.
    fn taking_from(&self, at: usize, opening: &mut Opening) -> Vec<usize> {
        match &self.ops[at] {
            Op::Take(test) => {
                opening.take(test);
                vec![at]
            }
            Op::Split(target) => {
                let mut taking = self.taking_from(at + 1, opening);
                taking.extend(self.taking_from(*target, opening));
                taking
            }
            Op::End => self.taking_from(at + 1, opening),
            Op::Accept => {
                opening.anything = true;
                Vec::new()
            }
        }
    }

    /// What a match can begin with.
    pub(crate) fn first(&self) -> &Opening {
        &self.first
    }

    /// What can stand behind the first item of a match.
    pub(crate) fn second(&self) -> &Opening {
        &self.second
    }

    /// The end of the longest match at `start`, with what it took.
    ///
    /// The end is that of the words looked at; [`Captures::end`] that of the
    /// expression.
    pub(crate) fn run(&self, items: &[Item], start: usize) -> Option<(usize, Captures)> {
        let mut captures = Captures::NONE;
        let end = self.step(0, items, start, &mut captures)?;
        Some((end, captures))
    }

    fn step(&self, op: usize, items: &[Item], at: usize, captures: &mut Captures) -> Option<usize> {
        match &self.ops[op] {
            Op::Accept => Some(at),
            Op::End => {
                let end = self.step(op + 1, items, at, captures);
                captures.end = end.map(|_| at);
                end
            }
            Op::Split(target) => {
                self.step(op + 1, items, at, captures).or_else(|| self.step(*target, items, at, captures))
            }
            Op::Take(test) => {
                let class = test.accepts(items.get(at)?)?;
                let before = captures.length;
                let slot = captures.list.get_mut(before)?;
                *slot = Capture { class, item: u32::try_from(at).ok()? };
                captures.length += 1;
                let end = self.step(op + 1, items, at + 1, captures);
                if end.is_none() {
                    captures.length = before;
                }
                end
            }
        }
    }
}

/// A class by its name, or several by the name of their family.
fn classes_named(name: &str) -> Vec<Class> {
    match name {
        "AnyMonth" => vec![Class::Month, Class::MonthWord, Class::MonthShort],
        "AnySeason" => vec![Class::Season, Class::SeasonWord],
        "AnyUnit" => vec![Class::Unit, Class::Units],
        "AnyWeekday" => vec![Class::Weekday, Class::WeekdayShort],
        _ => vec![Class::named(name).unwrap_or_else(|| panic!("no class {name} in a pattern"))],
    }
}

fn compile_element(element: &str, lexicon: &mut Lexicon, ops: &mut Vec<Op>) {
    let (element, optional) = element.strip_suffix('?').map_or((element, false), |inner| (inner, true));
    let (element, hyphened) = element.strip_prefix('~').map_or((element, false), |inner| (inner, true));
    let (element, apart) = element.strip_prefix('^').map_or((element, false), |inner| (inner, true));
    let mut test = Test { hyphened, apart, ..Test::default() };
    for name in element.split('|') {
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            for class in classes_named(name) {
                test.classes = test.classes.with(class);
                test.order.push(class);
            }
        } else {
            test.words.push(lexicon.literal(name));
        }
    }
    if optional {
        ops.push(Op::Split(ops.len() + 2));
    }
    ops.push(Op::Take(test));
}
