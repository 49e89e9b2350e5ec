//! What a token made of digits can mean.

use super::class::{Class, ClassSet};

/// Classes and payload of a token of digits, points, commas, colons and
/// hyphens. One token has one payload: the number itself for plain digits.
pub(crate) fn number(text: &str) -> (ClassSet, i64) {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    if plain {
        return integer(text);
    }
    if let Some(minutes) = clock(text) {
        return (ClassSet::of(Class::Clock), minutes);
    }
    if let Some(found) = iso(text) {
        return found;
    }
    let Some(minutes) = point_clock(text) else {
        return thousandths(text).map_or((ClassSet::default(), 0), |_| (ClassSet::of(Class::Number), 0));
    };
    (ClassSet::of(Class::Number).with(Class::PointClock), minutes)
}

/// "9.15": a number, or minutes since midnight as Britain writes them.
fn point_clock(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once('.')?;
    let (hour, minute) = (small(hour)?, (minute.len() == 2).then(|| small(minute)).flatten()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

fn integer(text: &str) -> (ClassSet, i64) {
    let Ok(value) = text.parse::<i64>() else { return (ClassSet::default(), 0) };
    let mut classes = ClassSet::of(Class::Number);
    if text.len() <= 2 {
        if (1..=31).contains(&value) {
            classes = classes.with(Class::Day);
        }
        if value <= 24 {
            classes = classes.with(Class::Hour);
        }
        if text.len() == 2 {
            classes = classes.with(Class::ShortYear);
        }
    }
    if text.len() == 4 {
        if (1000..2200).contains(&value) {
            classes = classes.with(Class::Year);
        }
        if value <= 2400 && value % 100 < 60 {
            classes = classes.with(Class::Military);
        }
    }
    (classes, value)
}

/// "9:15", "21:15:30": minutes since midnight.
fn clock(text: &str) -> Option<i64> {
    let (hour, rest) = text.split_once(':')?;
    let minute = rest.split(':').next()?;
    let (hour, minute) = (small(hour)?, (minute.len() == 2).then(|| small(minute)).flatten()?);
    (hour * 60 + minute <= 24 * 60 && minute < 60).then_some(hour * 60 + minute)
}

fn small(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 2).then(|| text.parse().ok()).flatten()
}

/// "2023-11-03", "2023-11" and dates with points ("03.11.2023").
fn iso(text: &str) -> Option<(ClassSet, i64)> {
    let separator = if text.contains('-') { '-' } else { '.' };
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'.') {
        return None;
    }
    match (first.len(), second.len(), third.map(str::len)) {
        (4, 2, Some(2)) => day(first, second, third?),
        (1 | 2, 1 | 2, Some(4)) if separator == '.' => day(third?, second, first),
        (4, 2, None) if separator == '-' => {
            let (year, month): (i64, i64) = (first.parse().ok()?, second.parse().ok()?);
            // "2019-11" could be a range of years; a month only up to 12.
            ((1900..2100).contains(&year) && (1..=12).contains(&month))
                .then(|| (ClassSet::of(Class::IsoMonth), year * 100 + month))
        }
        _ => None,
    }
}

fn day(year: &str, month: &str, day: &str) -> Option<(ClassSet, i64)> {
    let (year, month, day): (i16, i8, i8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    jiff::civil::Date::new(year, month, day).ok()?;
    Some((ClassSet::of(Class::Iso), i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)))
}

/// "1,000" and "2.5" as a quantity, in thousandths.
pub(crate) fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.split(',').collect::<String>().parse().ok()?;
    let digits = fraction.get(..fraction.len().min(3))?;
    let scaled: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let missing = u32::try_from(3 - digits.len()).ok()?;
    whole.checked_mul(1000)?.checked_add(scaled * 10_i64.pow(missing)).filter(|&value| value < 1 << 50)
}

/// "1.000" and "2,5" with point and comma changed for each other.
pub(crate) fn swap_marks(text: &str) -> String {
    let swapped = text.chars().map(|c| match c {
        '.' => ',',
        ',' => '.',
        other => other,
    });
    swapped.collect()
}

/// "5th", "1990s", "90s", "8pm", "8:30am".
pub(crate) fn mixed(text: &str) -> (ClassSet, i64) {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b':' || *b == b'.').count();
    let (head, tail) = text.split_at(digits);
    let found = match tail.to_ascii_lowercase().as_str() {
        "st" | "nd" | "rd" | "th" => head.parse().ok().map(|value| (Class::Ordinal, value)),
        "º" | "ª" | "°" => head.parse().ok().map(|value| (Class::Ordinal, value)),
        "h" | "hs" => clock(head).map(|value| (Class::Clock, value)),
        "s" | "'s" | "’s" if head.len() == 2 => decade(head).map(|value| (Class::ShortDecade, value)),
        "s" | "'s" | "’s" => decade(head).map(|value| (Class::Decade, value)),
        "am" | "a.m." | "a.m" => meridiem(head, 0).map(|value| (Class::ClockMeridiem, value)),
        "pm" | "p.m." | "p.m" => meridiem(head, 12).map(|value| (Class::ClockMeridiem, value)),
        _ => None,
    };
    found.map_or((ClassSet::default(), 0), |(class, value)| (ClassSet::of(class), value))
}

fn decade(head: &str) -> Option<i64> {
    let value: i64 = head.parse().ok()?;
    match head.len() {
        2 if value % 10 == 0 && value >= 20 => Some(1900 + value),
        4 if value % 10 == 0 && (1000..2200).contains(&value) => Some(value),
        _ => None,
    }
}

fn meridiem(head: &str, offset: i64) -> Option<i64> {
    let minutes = match head.split_once([':', '.']) {
        Some((hour, minute)) => small(hour)? * 60 + small(minute)?,
        None => small(head)? * 60,
    };
    twelve_hours(minutes, offset)
}

/// Minutes since midnight of a time on a twelve-hour clock.
pub(crate) fn twelve_hours(minutes: i64, offset: i64) -> Option<i64> {
    (minutes < 13 * 60).then(|| minutes % 720 + offset * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, class: Class, value: i64) {
        let (classes, found) = number(text);
        assert!(classes.has(class), "{text}");
        assert_eq!(found, value, "{text}");
    }

    #[test]
    fn digits_mean_many_things() {
        check("12", Class::Day, 12);
        check("12", Class::Hour, 12);
        check("1989", Class::Year, 1989);
        check("0915", Class::Military, 915);
        check("9:15", Class::Clock, 555);
        check("1,000", Class::Number, 0);
        check("2023-11-03", Class::Iso, 20_231_103);
        check("3.11.2023", Class::Iso, 20_231_103);
        check("2023-11", Class::IsoMonth, 202_311);
        assert_eq!(thousandths("1,000"), Some(1_000_000));
        assert_eq!(thousandths("2.5"), Some(2500));
        assert!(number("2023-13-03").0.is_empty());
        assert!(!number("1,989").0.has(Class::Year));
        assert!(!number("25:15").0.has(Class::Clock));
    }

    #[test]
    fn digits_with_letters() {
        assert_eq!(mixed("5th"), (ClassSet::of(Class::Ordinal), 5));
        assert_eq!(mixed("90s"), (ClassSet::of(Class::ShortDecade), 1990));
        assert_eq!(mixed("1890s"), (ClassSet::of(Class::Decade), 1890));
        assert_eq!(mixed("8pm"), (ClassSet::of(Class::ClockMeridiem), 20 * 60));
        assert_eq!(mixed("12am"), (ClassSet::of(Class::ClockMeridiem), 0));
        assert!(mixed("F-16").0.is_empty());
    }
}
