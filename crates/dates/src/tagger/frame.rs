//! The meaning of a match, gathered from its words in whatever order they
//! came: one slot for each part of a date, time or amount.

use super::class::Class;
use super::digits;
use super::item::Item;
use super::lexicon::Lexicon;
use super::pattern::{Capture, Captures};
use super::unit::Unit;

/// The parts of a temporal expression that were named.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Frame {
    pub(crate) year: Option<i16>,
    pub(crate) month: Option<i8>,
    pub(crate) day: Option<i8>,
    /// The second number of a date in digits ("10/31/89").
    pub(crate) second_day: Option<i8>,
    /// The second year of a range.
    pub(crate) second_year: Option<i16>,
    /// Minutes east of UTC of a named zone.
    pub(crate) offset: Option<i32>,
    pub(crate) weekday: Option<i8>,
    pub(crate) iso: Option<i64>,
    pub(crate) part: Option<usize>,
    pub(crate) season: Option<usize>,
    pub(crate) holiday: Option<i64>,
    pub(crate) decade: Option<i16>,
    /// Minutes since midnight.
    pub(crate) clock: Option<i64>,
    pub(crate) meridiem: Option<i64>,
    pub(crate) hour: Option<i64>,
    /// Amounts in thousandths, in order.
    pub(crate) amounts: [Option<i64>; 2],
    pub(crate) units: [Option<Unit>; 2],
    pub(crate) ordinal: Option<i8>,
    /// "this" 0, "last" -1, "next" 1.
    pub(crate) shift: Option<i8>,
    /// "today" 0, "yesterday" -1.
    pub(crate) today: Option<i8>,
    /// Counted from publication (`ago`) or from the story (`earlier`).
    pub(crate) from_anchor: Option<i8>,
    pub(crate) from_story: Option<i8>,
    pub(crate) vague: Option<Vague>,
    pub(crate) half: Option<i64>,
    /// Days beside today ("the day before yesterday").
    pub(crate) beside: Option<i8>,
    pub(crate) plural: bool,
    pub(crate) latest: bool,
}

/// A vague reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vague {
    Past,
    Present,
    Future,
}

impl Vague {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Past => "PAST_REF",
            Self::Present => "PRESENT_REF",
            Self::Future => "FUTURE_REF",
        }
    }
}

impl Frame {
    /// Gathers what `captures` took.
    pub(crate) fn gather(captures: &Captures, items: &[Item], lexicon: &Lexicon) -> Self {
        let mut frame = Self::default();
        for Capture { class, item } in captures.iter() {
            frame.put(class, &items[item], lexicon);
        }
        if let (Some(hour), None) = (frame.hour, frame.clock) {
            frame.clock = Some(hour * 60);
        }
        if let (Some(clock), Some(meridiem)) = (frame.clock, frame.meridiem) {
            frame.clock = digits::twelve_hours(clock, meridiem);
        }
        frame
    }

    fn put(&mut self, class: Class, item: &Item, lexicon: &Lexicon) {
        let payload = item.payload(class, lexicon);
        let tiny = i8::try_from(payload).ok();
        let index = usize::try_from(payload).ok();
        match class {
            Class::Year | Class::ShortYear if self.year.is_some() => {
                self.second_year = i16::try_from(payload).ok();
            }
            Class::Year => self.year = i16::try_from(payload).ok(),
            Class::ShortYear => self.year = i16::try_from(full_year(payload)).ok(),
            Class::Zone => self.offset = i32::try_from(payload).ok(),
            Class::Month | Class::MonthWord | Class::MonthShort => self.month = tiny,
            Class::Day if self.day.is_some() => self.second_day = tiny,
            Class::Day => self.day = tiny,
            Class::Weekday | Class::WeekdayShort => self.weekday = tiny,
            Class::Weekdays => (self.weekday, self.plural) = (tiny, true),
            Class::Iso | Class::IsoMonth => self.iso = Some(payload),
            Class::Part | Class::Tonight => self.part = index,
            Class::Parts => (self.part, self.plural) = (index, true),
            Class::Season | Class::SeasonWord => self.season = index,
            Class::Seasons => (self.season, self.plural) = (index, true),
            Class::Holiday | Class::NamedDay | Class::NamedEve | Class::Feast => self.holiday = Some(payload),
            Class::Decade | Class::ShortDecade => self.decade = i16::try_from(payload / 10).ok(),
            Class::Clock | Class::ClockMeridiem | Class::ClockWord => self.clock = Some(payload),
            Class::Military => self.clock = Some(payload / 100 * 60 + payload % 100),
            Class::Hour => self.hour = Some(payload),
            Class::Meridiem => self.meridiem = Some(payload),
            Class::Number => self.add_amount(item.amount),
            Class::A => self.add_amount(1000),
            Class::Half => self.half = Some(payload),
            Class::Unit | Class::Frequency | Class::HalfYear | Class::Period | Class::Lasting => {
                self.add_unit(payload);
            }
            // A unit that the pattern names by its spelling.
            Class::Word if item.has(Class::Unit) => self.add_unit(item.payload(Class::Unit, lexicon)),
            Class::Units => {
                self.add_unit(payload);
                self.plural = true;
            }
            _ => self.put_relation(class, tiny),
        }
    }

    fn put_relation(&mut self, class: Class, payload: Option<i8>) {
        match class {
            Class::Ordinal => self.ordinal = payload,
            Class::QuarterName => (self.ordinal, self.units[0]) = (payload, Some(Unit::Quarter)),
            Class::Beside => self.beside = payload,
            Class::This | Class::Last | Class::Next => self.shift = payload,
            Class::Today => self.today = payload,
            Class::Tonight => self.today = Some(0),
            Class::Ago => self.from_anchor = Some(-1),
            Class::Hence => self.from_anchor = Some(1),
            Class::Earlier => self.from_story = Some(-1),
            Class::Later => self.from_story = Some(1),
            Class::Following | Class::Beyond | Class::NextDay => self.from_story = payload,
            Class::Latest => self.latest = true,
            Class::Past | Class::PastNoun => self.vague = Some(Vague::Past),
            Class::Present | Class::PresentNoun => self.vague = Some(Vague::Present),
            Class::Future | Class::FutureNoun => self.vague = Some(Vague::Future),
            _ => {}
        }
    }

    fn add_amount(&mut self, amount: i64) {
        let slot = usize::from(self.amounts[0].is_some());
        self.amounts[slot] = Some(amount);
    }

    fn add_unit(&mut self, payload: i64) {
        let slot = usize::from(self.units[0].is_some());
        self.units[slot] = Unit::numbered(payload);
    }
}

/// Two digits as a year: 70 to 99 lie in the last century.
pub(crate) fn full_year(digits: i64) -> i64 {
    match digits {
        0..50 => 2000 + digits,
        50..100 => 1900 + digits,
        _ => digits,
    }
}
