//! The meaning of a match, gathered from its words in whatever order they
//! came: one slot for each part of a date, time or amount.

use super::class::{Class, PARTS};
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
    /// The second month of a range.
    pub(crate) second_month: Option<i8>,
    /// The end of a range of times, in minutes since midnight.
    pub(crate) second_clock: Option<i64>,
    /// A named zone: minutes east of UTC, or a region.
    pub(crate) offset: Option<i32>,
    /// How the hour after a named zone counts: east with a sign ("UTC+2"), else west.
    pub(crate) zone_sign: Option<i64>,
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
    /// 0 for where the story is ("August of that year").
    pub(crate) from_story: Option<i8>,
    pub(crate) vague: Option<Vague>,
    pub(crate) half: Option<i64>,
    /// How often "and" stands in it: then a half is added ("a year and a half").
    pub(crate) ands: u8,
    /// A part of one unit, in thousandths ("quarter-century").
    pub(crate) fraction: Option<i64>,
    /// The point is known to the day ("exactly two years ago").
    pub(crate) exact: bool,
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
    /// The future as an adverb tells of it ("soon").
    Soon,
}

impl Vague {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Past => "PAST_REF",
            Self::Present => "PRESENT_REF",
            Self::Future | Self::Soon => "FUTURE_REF",
        }
    }
}

impl Frame {
    /// Gathers what `captures` took.
    pub(crate) fn gather(captures: &Captures, items: &[Item], lexicon: &Lexicon) -> Self {
        let mut frame = Self::default();
        for Capture { class, item } in captures.iter() {
            frame.put(class, &items[item as usize], lexicon);
        }
        if let (Some(hour), None) = (frame.hour, frame.clock) {
            frame.clock = Some(hour * 60);
        }
        if let (Some(clock), Some(meridiem)) = (frame.clock, frame.meridiem) {
            frame.clock = digits::twelve_hours(clock, meridiem);
        }
        frame.clock = frame.clock.map(|clock| frame.by_part(clock));
        frame.settle_range();
        frame
    }

    /// "eight o'clock in the evening" is 20:00.
    pub(crate) fn by_part(&self, clock: i64) -> i64 {
        let late = match self.part.map(|part| PARTS[part]) {
            Some("TAF" | "TEV") => true,
            Some("TNI") => clock >= 6 * 60,
            _ => false,
        };
        if late && self.meridiem.is_none() && clock < 12 * 60 { clock + 12 * 60 } else { clock }
    }

    /// Whether it is a time of day and says nothing of the day.
    pub(crate) fn is_clock_alone(&self) -> bool {
        let dated =
            self.month.is_some() || self.weekday.is_some() || self.today.is_some() || self.iso.is_some();
        self.clock.is_some() && !dated && self.day.is_none() && self.year.is_none()
    }

    /// Whether it is the day of a month that became a name, without a year.
    pub(crate) fn is_nine_eleven(&self) -> bool {
        (self.month, self.day, self.year) == (Some(9), Some(11), None)
    }

    /// Takes the day that another expression names.
    pub(crate) fn take_day(&mut self, other: &Self) {
        if other.clock.is_none() && other.part.is_none() {
            (self.year, self.month, self.day) = (other.year, other.month, other.day.or(other.ordinal));
            (self.weekday, self.today, self.iso) = (other.weekday, other.today, other.iso);
        }
    }

    /// One "p.m." serves both ends of "8 to 10 p.m."; in "11 to 1 p.m." only the second.
    fn settle_range(&mut self) {
        let Some(end) = self.second_clock else { return };
        let Some(meridiem) = self.meridiem else {
            // "8-10pm" says it in the word of its end.
            let first = self.clock.filter(|&first| end >= 720 && first < 720 && first + 720 < end);
            self.clock = first.map(|first| first + 720).or(self.clock);
            return;
        };
        self.second_clock = digits::twelve_hours(end, meridiem);
        if self.clock >= self.second_clock {
            self.clock = self.clock.map(|first| first - 720);
        }
    }

    fn put_clock(&mut self, minutes: i64) {
        if self.clock.is_some() || self.hour.is_some() {
            self.second_clock = Some(minutes);
        } else {
            self.clock = Some(minutes);
        }
    }

    /// An hour of the clock, the end of a range, or the "2" of "UTC+2".
    fn put_hour(&mut self, hour: i64) {
        if let Some(offset) = self.offset {
            let sign = self.zone_sign.unwrap_or(-1);
            self.offset =
                i32::try_from(hour * 60 * sign).ok().and_then(|minutes| offset.checked_add(minutes));
        } else if self.clock.is_some() || self.hour.is_some() {
            self.second_clock = Some(hour * 60);
        } else {
            self.hour = Some(hour);
        }
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
            Class::Zone | Class::ZoneWord => self.offset = i32::try_from(payload).ok(),
            Class::Month | Class::MonthWord | Class::MonthShort if self.month.is_some() => {
                self.second_month = tiny;
            }
            Class::Month | Class::MonthWord | Class::MonthShort => self.month = tiny,
            Class::Day if self.day.is_some() => self.second_day = tiny,
            Class::Day => self.day = tiny,
            Class::Weekday | Class::WeekdayShort => self.weekday = tiny,
            Class::Weekdays => (self.weekday, self.plural) = (tiny, true),
            Class::Iso | Class::IsoMonth => self.iso = Some(payload),
            Class::Part | Class::SmallHours => self.part = index,
            Class::Tonight => {
                self.part = usize::try_from(payload.rem_euclid(10)).ok();
                self.today = i8::try_from(payload.div_euclid(10)).ok();
            }
            Class::Parts => (self.part, self.plural) = (index, true),
            Class::Season | Class::SeasonWord => self.season = index,
            Class::Seasons => (self.season, self.plural) = (index, true),
            Class::Holiday | Class::NamedDay | Class::NamedEve | Class::Feast => self.holiday = Some(payload),
            Class::Decade | Class::ShortDecade => self.decade = i16::try_from(payload / 10).ok(),
            Class::Clock | Class::ClockMeridiem | Class::ClockWord | Class::PointClock => {
                self.put_clock(payload);
            }
            Class::Military => self.put_clock(payload / 100 * 60 + payload % 100),
            Class::Hour => self.put_hour(payload),
            Class::Meridiem => self.meridiem = Some(payload),
            Class::Number => self.add_amount(item.amount),
            Class::A => self.add_amount(1000),
            Class::Half => self.half = Some(payload),
            Class::Fraction => self.fraction = Some(payload),
            Class::Unit | Class::Frequency | Class::HalfYear | Class::Period | Class::Lasting => {
                self.add_unit(payload);
            }
            // A unit that the pattern names by its spelling.
            Class::Word if item.has(Class::Unit) => self.add_unit(item.payload(Class::Unit, lexicon)),
            Class::Word if item.has(Class::Units) => self.add_unit(item.payload(Class::Units, lexicon)),
            Class::Units => {
                self.add_unit(payload);
                self.plural = true;
            }
            _ => self.put_relation(class, tiny),
        }
    }

    fn put_relation(&mut self, class: Class, payload: Option<i8>) {
        match class {
            // Of "the 19th and 20th centuries" the first one is told.
            Class::Ordinal => self.ordinal = self.ordinal.or(payload),
            Class::QuarterName => (self.ordinal, self.units[0]) = (payload, Some(Unit::Quarter)),
            Class::Beside => self.beside = payload,
            Class::This | Class::Last | Class::Next => self.shift = payload,
            Class::Today => self.today = payload,
            Class::Ago => self.from_anchor = Some(-1),
            Class::Hence => self.from_anchor = Some(1),
            Class::Earlier => self.from_story = Some(-1),
            Class::Later => self.from_story = Some(1),
            Class::Following | Class::Beyond | Class::NextDay => self.from_story = payload,
            Class::Latest => self.latest = true,
            Class::That | Class::Same => self.from_story = Some(0),
            // "three times a week" recurs each week.
            Class::Times => self.amounts = [None; 2],
            Class::Alternate => self.amounts[0] = payload.map(|count| i64::from(count) * 1000),
            Class::Plus => self.zone_sign = Some(1),
            Class::Exactly => self.exact = true,
            Class::And => self.ands = self.ands.saturating_add(1),
            Class::Past | Class::PastNoun => self.vague = Some(Vague::Past),
            Class::Present | Class::PresentNoun => self.vague = Some(Vague::Present),
            Class::Future => self.vague = Some(Vague::Soon),
            Class::FutureNoun | Class::Coming => self.vague = Some(Vague::Future),
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
