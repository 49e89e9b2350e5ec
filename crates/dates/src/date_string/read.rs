//! Gathers what the pieces of a date string say, in whatever order.

use super::DateStringError;
use super::scan::{Piece, Pieces};
use super::vocabulary::{self, Meaning, Role};

/// A number that is part of the date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) digits: usize,
    pub(super) role: Option<Role>,
    /// The mark after it, a space where there is none.
    pub(super) separator: char,
}

/// A time of day as it was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u64,
    pub(super) minute: u64,
    pub(super) second: Option<u64>,
    pub(super) nanosecond: u64,
}

/// All that a string says.
#[derive(Debug, Default)]
pub(super) struct Reading {
    numbers: [Option<Number>; 4],
    pub(super) count: usize,
    pub(super) month: Option<i8>,
    pub(super) clock: Option<Clock>,
    /// Hours to add for the half of the day: 0 or 12.
    pub(super) meridiem: Option<u64>,
    /// Minutes east of UTC.
    pub(super) offset: Option<i32>,
    /// The offset comes from digits, which tell more than a name.
    offset_in_digits: bool,
    pub(super) korean: bool,
    /// Truncated ISO form: begins with a hyphen.
    pub(super) truncated: bool,
}

impl Reading {
    pub(super) fn numbers(&self) -> impl Iterator<Item = Number> + '_ {
        self.numbers.iter().flatten().copied()
    }

    fn push(&mut self, value: u64, digits: usize, role: Option<Role>) -> Result<(), DateStringError> {
        let slot = self.numbers.get_mut(self.count).ok_or(DateStringError::TooManyNumbers)?;
        *slot = Some(Number { value, digits, role, separator: ' ' });
        self.count += 1;
        Ok(())
    }

    /// Whether day, month and year are all there.
    fn date_is_complete(&self) -> bool {
        self.count + usize::from(self.month.is_some()) >= 3
    }
}

/// Reads all pieces.
pub(super) fn read(pieces: &Pieces<'_>) -> Result<Reading, DateStringError> {
    let mut reading = Reading { truncated: pieces.get(0) == Some(Piece::Mark('-')), ..Reading::default() };
    let mut at = 0;
    while at < pieces.len() {
        at += match pieces.get(at) {
            Some(Piece::Number(value, digits)) => number(&mut reading, pieces, at, value, digits)?,
            Some(Piece::Word(word)) => word_at(&mut reading, pieces, at, word)?,
            Some(Piece::Mark(mark)) => mark_at(&mut reading, pieces, at, mark)?,
            None => break,
        };
    }
    Ok(reading)
}

/// A number begins a time of day or is part of the date.
fn number(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    value: u64,
    digits: usize,
) -> Result<usize, DateStringError> {
    if pieces.joined(at + 1) == Some(Piece::Mark(':')) {
        return colon_time(reading, pieces, at, value, digits);
    }
    if after_t(pieces, at) && reading.clock.is_none() {
        return compact_time(reading, pieces, at, value, digits);
    }
    if let Some(taken) = point_time(reading, pieces, at, value, digits) {
        return Ok(taken);
    }
    if let Some(Piece::Word(word)) = pieces.get(at + 1)
        && let Some(taken) = marked(reading, pieces, at, (value, digits), word)?
    {
        return Ok(taken);
    }
    if reading.date_is_complete() && reading.clock.is_none() && digits == 6 {
        return compact_time(reading, pieces, at, value, digits);
    }
    if reading.count == 1 && digits == 6 && matches!(reading.numbers[0], Some(n) if n.digits >= 6) {
        return compact_time(reading, pieces, at, value, digits);
    }
    let year = at > 0 && digits == 2 && pieces.get(at - 1) == Some(Piece::Mark('\''));
    reading.push(value, digits, year.then_some(Role::Year))?;
    Ok(1)
}

/// Whether the "T" of ISO 8601 stands before the number.
fn after_t(pieces: &Pieces<'_>, at: usize) -> bool {
    at > 1
        && pieces.joined(at).is_some()
        && matches!(pieces.joined(at - 1), Some(Piece::Word("T" | "t")))
        && matches!(pieces.get(at - 2), Some(Piece::Number(..)))
}

/// "10:49:41.502"; digits before the hour belong to the date ("2016020417:10").
fn colon_time(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    value: u64,
    digits: usize,
) -> Result<usize, DateStringError> {
    if reading.clock.is_some() {
        return Err(DateStringError::TwoTimes);
    }
    let mut hour = value;
    if digits > 2 {
        reading.push(value / 100, digits - 2, None)?;
        hour = value % 100;
    }
    let Some(Piece::Number(minute, 1 | 2)) = pieces.joined(at + 2) else {
        return Err(DateStringError::Time);
    };
    let mut clock = Clock { hour, minute, ..Clock::default() };
    let mut taken = 3;
    if pieces.joined(at + 3) == Some(Piece::Mark(':')) {
        let Some(Piece::Number(second, 1 | 2)) = pieces.joined(at + 4) else {
            return Err(DateStringError::Time);
        };
        clock.second = Some(second);
        taken = 5;
        if let (Some(Piece::Mark('.' | ',')), Some(Piece::Number(fraction, places))) =
            (pieces.joined(at + 5), pieces.joined(at + 6))
        {
            clock.nanosecond = nanoseconds(fraction, places);
            taken = 7;
        }
    }
    if pieces.joined(at + taken) == Some(Piece::Mark(':')) {
        return Err(DateStringError::Time);
    }
    reading.clock = Some(clock);
    Ok(taken)
}

fn nanoseconds(fraction: u64, places: usize) -> u64 {
    let mut value = fraction;
    for _ in places..9 {
        value = value.saturating_mul(10);
    }
    for _ in 9..places {
        value /= 10;
    }
    value
}

/// "104941" or "1049" or "10" after the "T" of ISO 8601.
fn compact_time(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    value: u64,
    digits: usize,
) -> Result<usize, DateStringError> {
    let mut clock = match digits {
        1 | 2 => Clock { hour: value, ..Clock::default() },
        4 => Clock { hour: value / 100, minute: value % 100, ..Clock::default() },
        6 => Clock {
            hour: value / 10_000,
            minute: value / 100 % 100,
            second: Some(value % 100),
            nanosecond: 0,
        },
        _ => return Err(DateStringError::Time),
    };
    let mut taken = 1;
    if let (6, Some(Piece::Mark('.' | ',')), Some(Piece::Number(fraction, places))) =
        (digits, pieces.joined(at + 1), pieces.joined(at + 2))
    {
        clock.nanosecond = nanoseconds(fraction, places);
        taken = 3;
    }
    reading.clock = Some(clock);
    Ok(taken)
}

/// "13.12" after a complete date, "04.2h".
fn point_time(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    value: u64,
    digits: usize,
) -> Option<usize> {
    if digits > 2 || reading.clock.is_some() || !reading.date_is_complete() {
        return None;
    }
    let (Some(Piece::Mark('.')), Some(Piece::Number(rest, places))) =
        (pieces.joined(at + 1), pieces.joined(at + 2))
    else {
        return None;
    };
    if let Some(Piece::Word("h" | "H")) = pieces.joined(at + 3) {
        let minute = nanoseconds(rest, places).saturating_mul(60) / 1_000_000_000;
        reading.clock = Some(Clock { hour: value, minute, ..Clock::default() });
        return Some(4);
    }
    if places != 2 {
        return None;
    }
    let mut clock = Clock { hour: value, minute: rest, ..Clock::default() };
    let mut taken = 3;
    if let (Some(Piece::Mark('.')), Some(Piece::Number(second, 2))) =
        (pieces.joined(at + 3), pieces.joined(at + 4))
    {
        clock.second = Some(second);
        taken = 5;
    }
    reading.clock = Some(clock);
    Some(taken)
}

/// A number whose part the word after it names: "14h40", "2016年", "8 a.m.".
fn marked(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    (value, digits): (u64, usize),
    word: &str,
) -> Result<Option<usize>, DateStringError> {
    match vocabulary::find(word) {
        Some(Meaning::Meridiem(hours))
            if digits <= 2 && reading.clock.is_none() && pieces.joined(at + 3) != Some(Piece::Mark(':')) =>
        {
            reading.clock = Some(Clock { hour: value, ..Clock::default() });
            reading.meridiem = Some(hours);
            Ok(Some(2))
        }
        Some(Meaning::Role(Role::Hour)) if reading.clock.is_none() => {
            let minute = match pieces.joined(at + 2) {
                Some(Piece::Number(minute, 2)) => Some(minute),
                _ => None,
            };
            reading.clock = Some(Clock { hour: value, minute: minute.unwrap_or(0), ..Clock::default() });
            Ok(Some(2 + usize::from(minute.is_some())))
        }
        Some(Meaning::Role(Role::Minute)) if reading.clock.is_some() => {
            reading.clock = reading.clock.map(|clock| Clock { minute: value, ..clock });
            Ok(Some(2))
        }
        Some(Meaning::Role(Role::Second)) if reading.clock.is_some() => {
            reading.clock = reading.clock.map(|clock| Clock { second: Some(value), ..clock });
            Ok(Some(2))
        }
        Some(Meaning::Role(role @ (Role::Year | Role::Month | Role::Day))) => {
            reading.push(value, digits, Some(role))?;
            note_script(reading, word);
            Ok(Some(2))
        }
        _ => Ok(None),
    }
}

fn note_script(reading: &mut Reading, word: &str) {
    reading.korean |= word.chars().next().is_some_and(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'));
}

fn word_at(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    word: &str,
) -> Result<usize, DateStringError> {
    if let Some(taken) = named_zone(reading, pieces, at, word) {
        return Ok(taken);
    }
    note_script(reading, word);
    match vocabulary::find(word).or_else(|| vocabulary::by_prefix(word)) {
        Some(Meaning::Month(month)) => reading.month = Some(joined_month(reading.month, month)?),
        Some(Meaning::Meridiem(hours)) => {
            // "am" is also German for "on": only a time makes it a meridiem.
            reading.meridiem = reading.meridiem.or(Some(hours));
        }
        // "at" is a word, "AT" behind a time of day a zone.
        Some(Meaning::Zone(_))
            if word.len() == 2 && (word != word.to_ascii_uppercase() || reading.clock.is_none()) => {}
        Some(Meaning::Zone(minutes)) if !reading.offset_in_digits => reading.offset = Some(minutes),
        Some(Meaning::Clock(minutes)) if reading.clock.is_none() => {
            let minutes = u64::from(minutes);
            reading.clock = Some(Clock { hour: minutes / 60, minute: minutes % 60, ..Clock::default() });
        }
        Some(_) => {}
        None if word.chars().count() == 1 && !word.is_ascii() => {}
        None if is_number_ending(pieces, at) => {}
        None => return Err(DateStringError::Word(word.chars().take(40).collect())),
    }
    Ok(1)
}

/// Vietnamese counts its months in words: ten and one is eleven.
fn joined_month(known: Option<i8>, month: i8) -> Result<i8, DateStringError> {
    match known {
        None => Ok(month),
        Some(known) if known == month => Ok(month),
        Some(10) if month <= 2 => Ok(10 + month),
        Some(_) => Err(DateStringError::TwoMonths),
    }
}

/// Ordinal endings of many languages stand directly behind the day; Latin ones
/// are known words.
fn is_number_ending(pieces: &Pieces<'_>, at: usize) -> bool {
    let directly = pieces.joined(at).is_some() && at > 0;
    let native =
        matches!(pieces.get(at), Some(Piece::Word(word)) if !word.is_ascii() && word.chars().count() <= 3);
    directly && native && matches!(pieces.get(at - 1), Some(Piece::Number(_, 1 | 2)))
}

/// "Etc/GMT", "Europe/Berlin": only fixed ones mean an offset by themselves.
fn named_zone(reading: &mut Reading, pieces: &Pieces<'_>, at: usize, word: &str) -> Option<usize> {
    let (Some(Piece::Mark('/')), Some(Piece::Word(city))) = (pieces.joined(at + 1), pieces.joined(at + 2))
    else {
        return None;
    };
    if word.eq_ignore_ascii_case("etc") && matches!(city, "GMT" | "UTC" | "UCT" | "Zulu") {
        reading.offset = Some(0);
        return Some(3);
    }
    None
}

fn mark_at(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    mark: char,
) -> Result<usize, DateStringError> {
    let signed = matches!(mark, '+' | '-');
    if let (true, Some(Piece::Number(value, digits)), Some(clock)) =
        (signed, pieces.joined(at + 1), reading.clock)
    {
        let apart = pieces.joined(at).is_none();
        let date_first = reading.count > 0 || reading.month.is_some();
        if date_first || !apart || clock.second.is_some() {
            return offset(reading, pieces, at, (value, digits), mark);
        }
    }
    if mark == '+' {
        return Err(DateStringError::Zone);
    }
    let last = reading.count.checked_sub(1).and_then(|last| reading.numbers[last].as_mut());
    if let Some(last) = last.filter(|last| last.separator == ' ' && mark != ',') {
        last.separator = mark;
    }
    Ok(1)
}

/// "+0200", "-05:00", "+02".
fn offset(
    reading: &mut Reading,
    pieces: &Pieces<'_>,
    at: usize,
    (value, digits): (u64, usize),
    sign: char,
) -> Result<usize, DateStringError> {
    let (hours, minutes, taken) = match (digits, pieces.joined(at + 2), pieces.joined(at + 3)) {
        (1 | 2, Some(Piece::Mark(':')), Some(Piece::Number(minutes, 2))) => (value, minutes, 4),
        (1 | 2, Some(Piece::Mark(':')), _) => return Err(DateStringError::Zone),
        (1 | 2, _, _) => (value, 0, 2),
        (3 | 4, _, _) => (value / 100, value % 100, 2),
        _ => return Err(DateStringError::Zone),
    };
    if hours > 15 || minutes > 59 {
        return Err(DateStringError::Zone);
    }
    let total = i32::try_from(hours * 60 + minutes).map_err(|_| DateStringError::Zone)?;
    reading.offset = Some(if sign == '-' { -total } else { total });
    reading.offset_in_digits = true;
    Ok(taken)
}
