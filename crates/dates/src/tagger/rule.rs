//! Rules as a language states them, and their compiled form.

use super::class::Class;
use super::item::Item;
use super::lexicon::Lexicon;
use super::pattern::{Captures, Opening, Pattern};
use crate::rules::RuleInfo;
use crate::timex::Modifier;

/// What a rule makes of the words that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// A place on the calendar or clock, whatever parts of it are named.
    Calendar,
    /// Like [`Build::Calendar`], but only where the words around it say that a
    /// bare number or everyday word is meant as a date.
    Guarded,
    /// "this year", "the past week": one unit, counted from publication.
    Deictic,
    /// "the last five years": a length that ends or begins at publication.
    Window,
    /// "five years ago", "a month later".
    Offset,
    /// "five years".
    Duration,
    /// "every day", "Mondays".
    Set,
    /// "now", "recently".
    Vague,
    /// "that day", "the same month": what the story spoke of last.
    Anaphor,
    /// "the year-ago quarter": last year's counterpart of what was spoken of.
    YearAgo,
    /// A day of the month after another: "April 24 and 25".
    FurtherDay,
    /// "the first Monday of March".
    NthOfMonth,
    /// "los años 90": the decade of a year in digits.
    Decade,
    /// "las ocho y media": a time whose hour is a number phrase.
    SpokenClock,
    /// "31/10/1989": day before month.
    DayFirst,
    /// "the quarter ended Sept. 30".
    QuarterEnded,
    /// "10/31/89": month before day, unless that is impossible.
    Digits,
    /// "May 3-5": an ISO 8601 interval of days or months.
    Range,
    /// "8-10 p.m.": an interval of times.
    ClockRange,
    /// "2019-21".
    Years,
    /// "year end": the end of the unit that publication lies in.
    UnitEnd,
    /// Looks temporal and is not: takes the words so that no rule does.
    Nothing,
}

/// One rule of a language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) info: RuleInfo,
    pub(crate) build: Build,
    pub(crate) patterns: &'static [&'static str],
}

impl Rule {
    pub(crate) const fn new(
        name: &'static str,
        description: &'static str,
        build: Build,
        patterns: &'static [&'static str],
    ) -> Self {
        Self { info: RuleInfo { name, description }, build, patterns }
    }
}

/// What kinds of expression words beside them change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applies {
    Points,
    /// Units and parts of days that count from publication or the story.
    Units,
    Amounts,
    /// Lengths that lead to no point.
    Lengths,
    /// Amounts that begin with their number.
    Exact,
    Any,
}

/// Words before or after an expression that belong to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension {
    /// What they make of it; nothing for words that only belong to it.
    pub(crate) modifier: Option<Modifier>,
    /// Whether they stand inside the span.
    pub(crate) inside: bool,
    pub(crate) applies: Applies,
    pub(crate) patterns: &'static [&'static str],
}

impl Extension {
    pub(crate) const fn new(modifier: Modifier, applies: Applies, patterns: &'static [&'static str]) -> Self {
        Self { modifier: Some(modifier), inside: true, applies, patterns }
    }

    /// Words that change the expression after them and stay outside its span: "about five hours".
    pub(crate) const fn outside(
        modifier: Modifier,
        applies: Applies,
        patterns: &'static [&'static str],
    ) -> Self {
        Self { modifier: Some(modifier), inside: false, applies, patterns }
    }

    /// Words that belong to the expression and change nothing: "earlier this year".
    pub(crate) const fn bare(applies: Applies, patterns: &'static [&'static str]) -> Self {
        Self { modifier: None, inside: true, applies, patterns }
    }
}

/// All that the engine knows of a language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LanguageData {
    pub(crate) words: &'static [(Class, &'static str)],
    /// In parts, by kind.
    pub(crate) rules: &'static [&'static [Rule]],
    pub(crate) before: &'static [Extension],
    pub(crate) after: &'static [Extension],
    /// Endings of verbs in a past tense that the lexicon does not list.
    pub(crate) past_endings: &'static [&'static str],
    /// Endings that look like them and are none: "succeed".
    pub(crate) other_endings: &'static [&'static str],
    /// Endings of verbs in a progressive form: "is leaving Friday".
    pub(crate) progressive_endings: &'static [&'static str],
    /// Endings of adverbs, which may stand before a participle: "a newly formed panel".
    pub(crate) adverb_endings: &'static [&'static str],
    /// Endings of verbs in a future tense.
    pub(crate) future_endings: &'static [&'static str],
    /// Whether days carry an article ("el lunes"), so that one says nothing.
    pub(crate) articled_days: bool,
    /// Whether a comma stands before the decimals of a number ("2,5 años").
    pub(crate) decimal_comma: bool,
    /// Endings of nouns in the plural: "visits a day" is a rate.
    pub(crate) plural_endings: &'static [&'static str],
}

/// A language, compiled.
#[derive(Debug)]
pub(crate) struct Grammar {
    pub(crate) lexicon: Lexicon,
    pub(crate) data: &'static LanguageData,
    rules: Vec<(Pattern, &'static Rule)>,
    /// Which patterns can begin with an item, and which can go on with it.
    first: Index,
    second: Index,
    pub(crate) before: Vec<(Pattern, &'static Extension)>,
    pub(crate) after: Vec<(Pattern, &'static Extension)>,
}

/// Which patterns can begin at an item; at most 256 patterns a language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct PatternSet([u128; 2]);

impl PatternSet {
    fn add(&mut self, index: usize) {
        self.0[index / 128] |= 1 << (index % 128);
    }

    #[inline]
    fn union(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    #[inline]
    fn common(self, other: Self) -> Self {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1]])
    }

    #[inline]
    fn is_empty(self) -> bool {
        self.0 == [0, 0]
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        (0..2).flat_map(move |half| {
            let mut bits = self.0[half];
            std::iter::from_fn(move || {
                (bits != 0).then(|| {
                    let bit = bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    half * 128 + bit
                })
            })
        })
    }
}

/// Which patterns admit an item at one of their places.
#[derive(Debug)]
struct Index {
    /// By class, in the order of the classes.
    by_class: Vec<PatternSet>,
    /// By spelling, in the order of the lexicon.
    by_word: Vec<PatternSet>,
    /// Those that admit anything, even the end of the sentence.
    any: PatternSet,
}

impl Index {
    fn new<'p>(openings: impl Iterator<Item = &'p Opening>, lexicon: &Lexicon) -> Self {
        let mut index = Self {
            by_class: vec![PatternSet::default(); 128],
            by_word: vec![PatternSet::default(); lexicon.len()],
            any: PatternSet::default(),
        };
        for (number, opening) in openings.enumerate() {
            opening.classes.numbers().for_each(|class| index.by_class[class].add(number));
            opening.words.iter().for_each(|&word| index.by_word[usize::from(word)].add(number));
            if opening.anything {
                index.any.add(number);
            }
        }
        index
    }

    #[inline]
    fn of(&self, item: &Item) -> PatternSet {
        let by_word = self.any.union(self.by_word[usize::from(item.word)]);
        item.classes.numbers().fold(by_word, |all, class| all.union(self.by_class[class]))
    }
}

/// The longest match at an item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Match {
    pub(crate) rule: &'static Rule,
    /// End of the expression.
    pub(crate) end: usize,
    /// End of the words that were looked at.
    reach: usize,
    pub(crate) captures: Captures,
}

impl Grammar {
    pub(crate) fn new(data: &'static LanguageData) -> Self {
        let mut lexicon = Lexicon::new(data.words);
        lexicon.decimal_comma = data.decimal_comma;
        let mut rules = Vec::new();
        for rule in data.rules.iter().copied().flatten() {
            for pattern in rule.patterns {
                rules.push((Pattern::new(pattern, &mut lexicon), rule));
            }
        }
        assert!(rules.len() <= 256, "a language holds at most 256 patterns");
        let mut extensions = |list: &'static [Extension]| -> Vec<(Pattern, &'static Extension)> {
            list.iter()
                .flat_map(|extension| extension.patterns.iter().map(move |pattern| (pattern, extension)))
                .map(|(pattern, extension)| (Pattern::new(pattern, &mut lexicon), extension))
                .collect()
        };
        let (before, after) = (extensions(data.before), extensions(data.after));
        let first = Index::new(rules.iter().map(|(pattern, _)| pattern.first()), &lexicon);
        let second = Index::new(rules.iter().map(|(pattern, _)| pattern.second()), &lexicon);
        Self { lexicon, data, rules, first, second, before, after }
    }

    /// The longest match at `items[start]`; among equals the first rule wins.
    pub(crate) fn longest(&self, items: &[Item], start: usize) -> Option<Match> {
        let second = items.get(start + 1).map_or(self.second.any, |item| self.second.of(item));
        let candidates = self.first.of(&items[start]).common(second);
        let mut best: Option<Match> = None;
        for index in candidates.iter() {
            let (pattern, rule) = &self.rules[index];
            let Some((reach, captures)) = pattern.run(items, start) else { continue };
            if best.is_none_or(|best| reach > best.reach) {
                let end = captures.end.unwrap_or(reach);
                best = Some(Match { rule, end, reach, captures });
            }
        }
        best
    }

    /// Whether any pattern can begin with an item like this.
    #[inline]
    pub(crate) fn can_begin(&self, item: &Item) -> bool {
        !self.first.of(item).is_empty()
    }
}
