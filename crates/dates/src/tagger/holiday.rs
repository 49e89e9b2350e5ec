//! Feasts and named days: fixed, movable, and bound to Easter.

use super::unit::Unit;
use super::value::{Value, monday, shift};
use jiff::civil::Date;

/// When a named day falls.
#[derive(Debug, Clone, Copy)]
enum When {
    /// Month and day.
    Fixed(i8, i8),
    /// Month, which one (-1 for the last), weekday (Monday = 1).
    Nth(i8, i8, i8),
    /// Days after Easter Sunday.
    Easter(i64),
    /// The first Tuesday after the first Monday of November.
    UsElection,
    /// The ISO week before Easter Sunday.
    HolyWeek,
}

/// The named days, by their number in the lexica.
const DAYS: [When; 27] = [
    When::Fixed(12, 25), // 0 Christmas
    When::Fixed(12, 24), // 1 Christmas Eve
    When::Fixed(1, 1),   // 2 New Year's Day
    When::Fixed(12, 31), // 3 New Year's Eve
    When::Easter(0),     // 4 Easter
    When::Easter(-2),    // 5 Good Friday
    When::Easter(1),     // 6 Easter Monday
    When::Easter(-7),    // 7 Palm Sunday
    When::Easter(-46),   // 8 Ash Wednesday
    When::Nth(11, 4, 4), // 9 Thanksgiving
    When::Fixed(10, 31), // 10 Halloween
    When::Fixed(2, 14),  // 11 Valentine's Day
    When::Nth(9, 1, 1),  // 12 Labor Day
    When::Nth(5, -1, 1), // 13 Memorial Day
    When::Fixed(7, 4),   // 14 Independence Day (United States)
    When::Fixed(11, 11), // 15 Veterans Day, Armistice Day
    When::Nth(10, 2, 1), // 16 Columbus Day
    When::Nth(1, 3, 1),  // 17 Martin Luther King Day
    When::Nth(2, 3, 1),  // 18 Presidents' Day
    When::UsElection,    // 19 Election Day
    When::Fixed(3, 17),  // 20 St. Patrick's Day
    When::Fixed(5, 1),   // 21 May Day
    When::Fixed(12, 26), // 22 Boxing Day
    When::Fixed(7, 14),  // 23 Bastille Day
    When::HolyWeek,      // 24 Holy Week
    When::Easter(-3),    // 25 Maundy Thursday
    When::Easter(49),    // 26 Pentecost
];

fn numbered(name: i64) -> Option<When> {
    DAYS.get(usize::try_from(name).ok()?).copied()
}

/// The day with this number in `year`.
pub(crate) fn date(name: i64, year: i16) -> Option<Value> {
    let date = match numbered(name)? {
        When::Fixed(month, day) => Date::new(year, month, day).ok()?,
        When::Nth(month, nth, weekday) => nth_weekday(year, month, nth, weekday)?,
        When::Easter(days) => shift(easter(year)?, Unit::Day, days)?,
        When::UsElection => shift(nth_weekday(year, 11, 1, 1)?, Unit::Day, 1)?,
        When::HolyWeek => return Some(Value::Week(monday(easter(year)?))),
    };
    Some(Value::Day(date))
}

/// Its value where the year is unknown.
pub(crate) fn undated(name: i64) -> String {
    match numbered(name) {
        Some(When::Fixed(month, day)) => format!("XXXX-{month:02}-{day:02}"),
        Some(When::Nth(month, ..)) => format!("XXXX-{month:02}-XX"),
        Some(When::UsElection) => "XXXX-11-XX".to_owned(),
        Some(When::HolyWeek) => "XXXX-WXX".to_owned(),
        Some(When::Easter(_)) | None => "XXXX-XX-XX".to_owned(),
    }
}

fn nth_weekday(year: i16, month: i8, nth: i8, weekday: i8) -> Option<Date> {
    let weekday = jiff::civil::Weekday::from_monday_one_offset(weekday).ok()?;
    Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
}

/// Easter Sunday of the Gregorian calendar (Gauss's rule as corrected by
/// Lichtenberg), as days after the end of February.
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let century = year_number / 100;
    let moon = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sun = 2 - (3 * century + 3) / 4;
    let cycle = year_number % 19;
    let seed = (19 * cycle + moon) % 30;
    let correction = (seed + cycle / 11) / 29;
    let limit = 21 + seed - correction;
    let first_sunday = 7 - (year_number + year_number / 4 + sun) % 7;
    let days = limit + 7 - (limit - first_sunday).rem_euclid(7);
    shift(Date::new(year, 3, 1).ok()?, Unit::Day, i64::from(days) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: i64, year: i16, expected: &str) {
        assert_eq!(date(name, year).map(|value| value.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn falls_on_the_right_day() {
        check(4, 2000, "2000-04-23");
        check(4, 2024, "2024-03-31");
        check(4, 2025, "2025-04-20");
        check(5, 2023, "2023-04-07");
        check(9, 1999, "1999-11-25");
        check(12, 2021, "2021-09-06");
        check(13, 2021, "2021-05-31");
        check(19, 1998, "1998-11-03");
        check(24, 2000, "2000-W16");
    }
}
