//! Joins the words of a number into one item: "twenty-four", "a couple of",
//! "two and a half", "nineteen ninety-six", "2.5 million".

use super::class::{Class, ClassSet, VAGUE};
use super::item::Item;
use super::lexicon::Lexicon;

/// One number phrase: how many items it takes and what it is worth.
struct Phrase {
    length: usize,
    amount: i64,
    is_year: bool,
}

/// Joins all number phrases of `items` in place.
pub(crate) fn join(items: &mut Vec<Item>, lexicon: &Lexicon) {
    let mut kept = 0;
    let mut at = 0;
    while at < items.len() {
        let mut item = items[at];
        let mut length = 1;
        if let Some(phrase) = phrase(&items[at..], lexicon) {
            length = phrase.length;
            item.amount = phrase.amount;
            if length > 1 {
                item.word = 0;
                item.end = items[at + length - 1].end;
                item.classes = ClassSet::of(Class::Number);
            } else {
                item.classes = item.classes.with(Class::Number);
            }
            if phrase.is_year {
                item.classes = item.classes.with(Class::Year);
                item.value = phrase.amount / 1000;
            }
        }
        items[kept] = item;
        kept += 1;
        at += length;
    }
    items.truncate(kept);
}

fn phrase(items: &[Item], lexicon: &Lexicon) -> Option<Phrase> {
    let first = items.first()?;
    if first.classes.is_empty() {
        return None;
    }
    indefinite(items).or_else(|| group(items, lexicon)).or_else(|| exact(items, lexicon))
}

/// "several", "a few".
fn indefinite(items: &[Item]) -> Option<Phrase> {
    let skipped = usize::from(items[0].has(Class::A));
    items.get(skipped)?.has(Class::Several).then_some(Phrase {
        length: skipped + 1,
        amount: VAGUE,
        is_year: false,
    })
}

/// "a couple of", "two dozen", "half a dozen".
fn group(items: &[Item], lexicon: &Lexicon) -> Option<Phrase> {
    let half = usize::from(items[0].has(Class::Half));
    let counted = items.get(half)?.has(Class::A) || (half == 0 && items[0].has(Class::Number));
    let at = half + usize::from(counted);
    let named = items.get(at).filter(|item| item.has(Class::Group))?;
    let factor = if half == 1 {
        500
    } else if items[0].has(Class::Number) {
        amount(&items[0], lexicon)
    } else {
        1000
    };
    let of = usize::from(items.get(at + 1).is_some_and(|item| item.has(Class::Preposition) && !item.capital));
    Some(Phrase {
        length: at + 1 + of,
        amount: factor.saturating_mul(named.payload(Class::Group, lexicon)),
        is_year: false,
    })
}

fn amount(item: &Item, lexicon: &Lexicon) -> i64 {
    if item.word == 0 { item.amount } else { item.payload(Class::Number, lexicon).saturating_mul(1000) }
}

/// Numbers of words or digits that add and multiply.
fn exact(items: &[Item], lexicon: &Lexicon) -> Option<Phrase> {
    let mut sum = Sum::default();
    let mut length = 0;
    if items[0].has(Class::A) && items.get(1).is_some_and(|item| item.has(Class::Factor)) {
        length = 1;
    } else if !items[0].has(Class::Number) {
        return None;
    }
    while let Some(item) = items.get(length) {
        if item.has(Class::Factor) {
            sum.multiply(item.payload(Class::Factor, lexicon));
        } else if item.has(Class::Number) && (length == 0 || (item.word != 0 && items[0].word != 0)) {
            if !sum.add(amount(item, lexicon)) {
                break;
            }
        } else if let Some(more) = sum.connected(&items[length..], lexicon) {
            length += more;
            continue;
        } else {
            break;
        }
        length += 1;
    }
    let fraction = (items[0].word == 0).then(|| fraction(&items[length..], length)).flatten();
    if let Some(thousandths) = fraction {
        return Some(Phrase {
            length: length + 3,
            amount: sum.value().checked_add(thousandths)?,
            is_year: false,
        });
    }
    let is_year = length > 1 && sum.spelled_year();
    Some(Phrase { length, amount: sum.value(), is_year })
}

/// "1/2" behind a whole number, in thousandths.
fn fraction(items: &[Item], length: usize) -> Option<i64> {
    let [above, slash, below, ..] = items else { return None };
    let written = length == 1 && above.has(Class::Day) && slash.has(Class::Slash) && below.has(Class::Day);
    let apart = !above.joined && slash.joined && below.joined;
    (written && apart && above.value < below.value && below.value <= 8)
        .then(|| above.value * 1000 / below.value)
}

/// A number under construction, in thousandths.
#[derive(Default)]
struct Sum {
    done: i64,
    current: i64,
    century: bool,
}

impl Sum {
    /// Adds the next number word; false if it does not belong to this number.
    fn add(&mut self, value: i64) -> bool {
        let fits = self.current == 0
            || (self.current % 100_000 == 0 && value < 100_000)
            || (self.current % 10_000 == 0 && self.current % 100_000 >= 20_000 && value < 10_000);
        let century = !self.century && (11_000..=20_000).contains(&self.current) && value >= 10_000;
        if century {
            self.century = true;
            self.current *= 100;
        } else if !fits {
            return false;
        }
        self.current += value;
        true
    }

    fn multiply(&mut self, factor: i64) {
        let scaled = self.current.max(1000).saturating_mul(factor);
        if factor >= 1000 {
            self.done = self.done.saturating_add(scaled);
            self.current = 0;
        } else {
            self.current = scaled;
        }
    }

    /// Items of "and a half" or "and five" that go on with the number.
    fn connected(&mut self, rest: &[Item], lexicon: &Lexicon) -> Option<usize> {
        rest.first()?.has(Class::And).then_some(())?;
        let article = usize::from(rest.get(1)?.has(Class::A));
        let next = rest.get(1 + article)?;
        if next.has(Class::Half) && self.current > 0 && self.current % 1000 == 0 {
            self.current += next.payload(Class::Half, lexicon);
            return Some(2 + article);
        }
        let continues = article == 0 && next.has(Class::Number) && next.word != 0;
        let after_factor = self.current % 100_000 == 0 && (self.done > 0 || self.current > 0);
        let joins = next.hyphened || rest[0].payload(Class::And, lexicon) == 1;
        let tens = self.current % 10_000 == 0 && self.current % 100_000 >= 20_000 && joins;
        (continues && (after_factor || tens) && self.add(amount(next, lexicon))).then_some(2)
    }

    fn value(&self) -> i64 {
        self.done.saturating_add(self.current)
    }

    /// "nineteen ninety-six", "two thousand".
    fn spelled_year(&self) -> bool {
        self.century || (2_000_000..2_100_000).contains(&self.value())
    }
}
