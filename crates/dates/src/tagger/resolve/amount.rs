//! Lengths of time and what recurs.

use super::{Meaning, Resolved, Story, whole};
use crate::tagger::class::{PARTS, SEASONS, VAGUE};
use crate::tagger::frame::{Frame, Vague};
use crate::tagger::unit::Unit;
use crate::tagger::value::{Value, shift};
use crate::timex::TimexKind;
use jiff::civil::DateTime;

/// "five years", "a year and a half".
pub(super) fn duration(frame: &Frame) -> Option<Resolved> {
    let unit = frame.units[0]?;
    let total = total(frame);
    Some(Resolved {
        kind: TimexKind::Duration,
        meaning: Meaning::Amount(length(total, unit), None),
        modifier: None,
        anchor: None,
        offset: None,
    })
}

/// The amount that is named, in thousandths: of "five", "a and a half", "half a".
pub(super) fn total(frame: &Frame) -> i64 {
    let amount = frame.amounts[0].unwrap_or(if frame.plural { VAGUE } else { 1000 });
    match (frame.fraction, frame.half) {
        (Some(fraction), _) => fraction,
        (None, Some(_)) if amount == VAGUE => VAGUE,
        // "half a year" and "a half year", but "a year and a half".
        (None, Some(half)) if frame.ands == 0 => half,
        (None, Some(half)) => amount.saturating_add(half),
        (None, None) => amount,
    }
}

/// The TIMEX3 form of a length, `amount` in thousandths.
pub(super) fn length(amount: i64, unit: Unit) -> String {
    let time = if unit.is_clock() { "T" } else { "" };
    let (letter, each) = unit.letter();
    // Beyond counting is as good as vague.
    let Some(amount) = amount.checked_mul(each).filter(|_| amount != VAGUE) else {
        return match unit {
            Unit::Decade => "PXDE".to_owned(),
            Unit::Century => "PXCE".to_owned(),
            _ => format!("P{time}X{letter}"),
        };
    };
    match (whole(amount), unit) {
        (Some(count), _) => format!("P{time}{count}{letter}"),
        (None, Unit::Year) if amount.checked_mul(12).is_some_and(|months| months % 1000 == 0) => {
            let (years, months) = (amount / 1000, amount % 1000 * 12 / 1000);
            if years == 0 { format!("P{months}M") } else { format!("P{years}Y{months}M") }
        }
        (None, Unit::Hour) => clock_length(amount, 60, ('H', 'M')),
        (None, Unit::Minute) => clock_length(amount, 60, ('M', 'S')),
        (None, _) => {
            let fraction = format!("{:03}", amount % 1000);
            format!("P{time}{}.{}{letter}", amount / 1000, fraction.trim_end_matches('0'))
        }
    }
}

/// "an hour and a half" as hours and minutes.
fn clock_length(thousandths: i64, parts: i64, letters: (char, char)) -> String {
    let (whole, rest) = (thousandths / 1000, thousandths % 1000 * parts / 1000);
    if whole == 0 {
        format!("PT{rest}{}", letters.1)
    } else {
        format!("PT{whole}{}{rest}{}", letters.0, letters.1)
    }
}

/// "the last five years", "the next few days": with borders at publication.
pub(super) fn window(frame: &Frame, story: &Story) -> Option<Resolved> {
    if let (Some(season), Some(count)) = (frame.season, frame.amounts[0].and_then(whole)) {
        let meaning = Meaning::Amount(format!("P{count}{}", SEASONS[season]), None);
        return Some(Resolved { kind: TimexKind::Duration, ..Resolved::date(meaning) });
    }
    let unit = frame.units[0]?;
    let amount = frame.amounts[0].unwrap_or(if frame.plural { VAGUE } else { 1000 });
    let ahead = frame.vague == Some(Vague::Future);
    let direction = frame.shift.unwrap_or(if ahead { 1 } else { -1 });
    let borders = story.today.and_then(|today| span(today.at(0, 0, 0, 0), amount, unit, direction));
    Some(Resolved {
        kind: TimexKind::Duration,
        meaning: Meaning::Amount(length(amount, unit), borders),
        modifier: None,
        anchor: story.today.map(Value::Day),
        offset: None,
    })
}

fn span(today: DateTime, amount: i64, unit: Unit, direction: i8) -> Option<(DateTime, DateTime)> {
    if amount == VAGUE || unit.is_clock() {
        return None;
    }
    let other = shift(today.date(), unit, whole(amount)? * i64::from(direction))?.at(0, 0, 0, 0);
    (other != today).then(|| if other < today { (other, today) } else { (today, other) })
}

/// "every day", "Mondays", "each July", "daily".
pub(super) fn set(frame: &Frame) -> Option<Resolved> {
    let value = if let Some(month) = frame.month {
        format!("XXXX-{month:02}")
    } else if let Some(weekday) = frame.weekday {
        let part = frame.part.map_or("", |part| PARTS[part]);
        format!("XXXX-WXX-{weekday}{part}")
    } else if let Some(season) = frame.season {
        format!("XXXX-{}", SEASONS[season])
    } else if let (Some(part), None) = (frame.part, frame.units[0]) {
        format!("XXXX-XX-XX{}", PARTS[part])
    } else if frame.units[0] == Some(Unit::Weekend) {
        "XXXX-WXX-WE".to_owned()
    } else if let (Some(ordinal), Some(Unit::Quarter)) = (frame.ordinal, frame.units[0]) {
        format!("XXXX-Q{ordinal}")
    } else {
        length(frame.amounts[0].unwrap_or(1000), frame.units[0]?)
    };
    Some(Resolved {
        kind: TimexKind::Set,
        meaning: Meaning::Recurring(value),
        modifier: None,
        anchor: None,
        offset: None,
    })
}
