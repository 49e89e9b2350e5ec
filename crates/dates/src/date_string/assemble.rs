//! Decides which number is the year, the month and the day.

use super::read::{Clock, Number, Reading};
use super::vocabulary::Role;
use super::{DateStringError, ParsedDate};
use crate::anchor::{Precision, Zone};
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, ToSpan};

/// The date that a reading gives.
pub(super) fn assemble(
    reading: &Reading,
    default_zone: Option<&TimeZone>,
) -> Result<ParsedDate, DateStringError> {
    let mut clock = reading.clock;
    let (date, precision) = date(reading, &mut clock)?;
    let Some(clock) = clock else {
        let local = date.at(0, 0, 0, 0);
        return Ok(ParsedDate { local, precision, zone: Zone::None, offset: Offset::UTC });
    };
    if precision != Precision::Day {
        return Err(DateStringError::Incomplete);
    }
    let local = at_time(date, clock, reading.meridiem)?;
    let precision = if clock.second.is_some() { Precision::Second } else { Precision::Minute };
    let (zone, offset, local) = zone(reading, local, default_zone)?;
    Ok(ParsedDate { local, precision, zone, offset })
}

fn at_time(date: Date, clock: Clock, meridiem: Option<u64>) -> Result<DateTime, DateStringError> {
    let hour = match meridiem {
        Some(0) if clock.hour == 12 => 0,
        Some(12) if clock.hour < 12 => clock.hour + 12,
        _ => clock.hour,
    };
    let number = |value: u64| i8::try_from(value).map_err(|_| DateStringError::Time);
    // 24:00 is the end of the day, a leap second the begin of the next minute.
    if hour == 24 && clock.minute == 0 && clock.second.unwrap_or(0) == 0 {
        return date.at(0, 0, 0, 0).checked_add(1.day()).map_err(|_| DateStringError::Day);
    }
    let leap = clock.second == Some(60) && clock.minute == 59;
    let second = if leap { 59 } else { clock.second.unwrap_or(0) };
    let nanosecond = i32::try_from(clock.nanosecond).map_err(|_| DateStringError::Time)?;
    let time = jiff::civil::Time::new(number(hour)?, number(clock.minute)?, number(second)?, nanosecond)
        .map_err(|_| DateStringError::Time)?;
    let extra = if leap { Span::new().seconds(1) } else { Span::new() };
    date.to_datetime(time).checked_add(extra).map_err(|_| DateStringError::Time)
}

fn zone(
    reading: &Reading,
    local: DateTime,
    default_zone: Option<&TimeZone>,
) -> Result<(Zone, Offset, DateTime), DateStringError> {
    if let Some(minutes) = reading.offset {
        let offset = Offset::from_seconds(minutes * 60).map_err(|_| DateStringError::Zone)?;
        return Ok((Zone::Explicit, offset, local));
    }
    if let Some(zone) = default_zone {
        // The hour that summer time skips is moved on by it.
        let instant = zone.to_timestamp(local).map_err(|_| DateStringError::Day)?;
        return Ok((Zone::Assumed, zone.to_offset(instant), zone.to_datetime(instant)));
    }
    // One country writes Korean dates this way, and it has one zone.
    let offset = if reading.korean { Offset::constant(9) } else { Offset::UTC };
    Ok((Zone::Assumed, offset, local))
}

fn date(reading: &Reading, clock: &mut Option<Clock>) -> Result<(Date, Precision), DateStringError> {
    let mut slots = [None; 3];
    for (place, number) in reading.numbers().enumerate() {
        *slots.get_mut(place).ok_or(DateStringError::TooManyNumbers)? = Some(number);
    }
    match (reading.month, slots) {
        (Some(month), [Some(first), Some(second), None]) => {
            let (year, day) = year_and_day(first, second);
            day_of(full_year(year), u64::from(month.unsigned_abs()), day.value)
        }
        (Some(month), [Some(only), None, None]) if only.digits == 4 || only.role == Some(Role::Year) => {
            month_of(full_year(only), u64::from(month.unsigned_abs()))
        }
        (Some(_), _) => Err(DateStringError::Incomplete),
        (None, [Some(first), Some(second), Some(third)]) => {
            let (year, month, day) = ordered(first, second, third);
            day_of(full_year(year), month.value, day.value)
        }
        (None, [Some(first), Some(second), None]) => two_numbers(reading, first, second),
        (None, [Some(only), None, None]) => one_number(reading, only, clock),
        (None, _) => Err(DateStringError::Unknown),
    }
}

fn year_and_day(first: Number, second: Number) -> (Number, Number) {
    let first_is_year = first.role == Some(Role::Year) || first.digits >= 3 || first.value > 31;
    if first_is_year { (first, second) } else { (second, first) }
}

/// Year, month and day of three numbers.
fn ordered(first: Number, second: Number, third: Number) -> (Number, Number, Number) {
    let year_first = first.role == Some(Role::Year) || first.digits >= 4 || first.value > 31;
    if year_first {
        // "2003/25/09" can only be that; with hyphens it is ISO 8601, and wrong.
        let swapped =
            second.value > 12 && third.value <= 12 && second.role.is_none() && first.separator != '-';
        return if swapped { (first, third, second) } else { (first, second, third) };
    }
    let day_first = first.value > 12 || (second.value <= 12 && first.separator == '.');
    if day_first && second.value <= 12 { (third, second, first) } else { (third, first, second) }
}

/// "2003-12", "2003-335", "-03-12".
fn two_numbers(
    reading: &Reading,
    first: Number,
    second: Number,
) -> Result<(Date, Precision), DateStringError> {
    if first.digits == 4 && second.digits == 3 {
        return day_of_year(first.value, second.value);
    }
    if first.digits == 4 && second.digits <= 2 {
        return month_of(first.value, second.value);
    }
    if reading.truncated && first.digits == 2 && second.digits == 2 {
        return month_of(full_year(first), second.value);
    }
    Err(DateStringError::Incomplete)
}

/// "20030925", "199709020908", "2003", "031231", "-0312".
fn one_number(
    reading: &Reading,
    number: Number,
    clock: &mut Option<Clock>,
) -> Result<(Date, Precision), DateStringError> {
    let value = number.value;
    match number.digits {
        4 if reading.truncated => month_of(century(value / 100), value % 100),
        4 => Date::new(year(value)?, 1, 1)
            .map(|date| (date, Precision::Year))
            .map_err(|_| DateStringError::Unknown),
        6 => day_of(century(value / 10_000), value / 100 % 100, value % 100),
        8 => day_of(value / 10_000, value / 100 % 100, value % 100),
        12 | 14 if clock.is_none() => {
            let scale = if number.digits == 12 { 10_000 } else { 1_000_000 };
            let time = value % scale;
            *clock = Some(if number.digits == 12 {
                Clock { hour: time / 100, minute: time % 100, ..Clock::default() }
            } else {
                Clock {
                    hour: time / 10_000,
                    minute: time / 100 % 100,
                    second: Some(time % 100),
                    nanosecond: 0,
                }
            });
            let day = value / scale;
            day_of(day / 10_000, day / 100 % 100, day % 100)
        }
        _ => Err(DateStringError::Unknown),
    }
}

fn full_year(number: Number) -> u64 {
    if number.digits <= 2 { century(number.value) } else { number.value }
}

/// Two digits of a year: up to 69 in this century, as POSIX has it.
fn century(value: u64) -> u64 {
    match value {
        0..69 => 2000 + value,
        69..100 => 1900 + value,
        _ => value,
    }
}

fn year(value: u64) -> Result<i16, DateStringError> {
    i16::try_from(value).map_err(|_| DateStringError::Day)
}

fn day_of(full: u64, month: u64, day: u64) -> Result<(Date, Precision), DateStringError> {
    let small = |value: u64| i8::try_from(value).map_err(|_| DateStringError::Day);
    let date = Date::new(year(full)?, small(month)?, small(day)?).map_err(|_| DateStringError::Day)?;
    Ok((date, Precision::Day))
}

fn month_of(full: u64, month: u64) -> Result<(Date, Precision), DateStringError> {
    day_of(full, month, 1).map(|(date, _)| (date, Precision::Month))
}

fn day_of_year(full: u64, day: u64) -> Result<(Date, Precision), DateStringError> {
    let day = i16::try_from(day).map_err(|_| DateStringError::Day)?;
    let first = Date::new(year(full)?, 1, 1).map_err(|_| DateStringError::Day)?;
    let date = first.with().day_of_year(day).build().map_err(|_| DateStringError::Day)?;
    Ok((date, Precision::Day))
}
