//! `02-12-2025` is a day in February or in December. Which one is told by what
//! else names the day, then by the habit of the page's language.

use crate::date_shape;

/// What tells which number is the day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Order<'p> {
    /// The address of the page, which often has the day in its path.
    pub(super) url: Option<&'p str>,
    /// The language of the page, a BCP 47 tag.
    pub(super) language: Option<&'p str>,
}

impl Order<'_> {
    /// A date as it is to be read: as written where only one reading is
    /// possible or nothing tells; else as the statement in the international
    /// order that tells.
    pub(super) fn clear<'s>(&self, raw: &str, others: impl Iterator<Item = &'s str>) -> String {
        let Some((first, second, year)) = ambiguous(raw) else { return raw.to_owned() };
        let readings = [format!("{year}-{first:02}-{second:02}"), format!("{year}-{second:02}-{first:02}")];
        // A time of day stays behind it.
        let rest = raw.split_once(&year.to_string()).map_or("", |(_, rest)| rest);
        let mut others = others;
        if let Some(told) = others.find(|other| readings.iter().any(|day| other.starts_with(day.as_str()))) {
            return told.to_owned();
        }
        let of_url = self.url.and_then(date_shape::day_of_path);
        if let Some((_, month, _)) = of_url
            .filter(|&(y, m, d)| y == u32::from(year) && [(first, second), (second, first)].contains(&(m, d)))
        {
            return format!("{}{rest}", readings[usize::from(month != first)]);
        }
        if self.is_day_first() { format!("{}{rest}", readings[1]) } else { raw.to_owned() }
    }

    /// Whether a reader of the language takes the first number for the day.
    /// English alone says nothing; of its countries only a few put the month
    /// first.
    fn is_day_first(&self) -> bool {
        const MONTH_FIRST: [&str; 4] = ["en-US", "en-PH", "en-CA", "en"];
        const YEAR_FIRST: [&str; 5] = ["ja", "zh", "ko", "hu", "lt"];
        self.language.is_some_and(|tag| {
            let language = tag.split('-').next().unwrap_or_default();
            !MONTH_FIRST.contains(&tag) && !YEAR_FIRST.contains(&language)
        })
    }
}

/// The numbers of a date whose day and month may be either way round.
fn ambiguous(raw: &str) -> Option<(u32, u32, u16)> {
    let mut numbers = raw.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut small =
        || numbers.next().filter(|part| part.len() <= 2)?.parse().ok().filter(|n: &u32| (1..=12).contains(n));
    let (first, second) = (small()?, small()?);
    let year = numbers.next().filter(|part| part.len() == 4)?.parse().ok()?;
    // Dots part day and month in one order everywhere.
    let plain = !raw.contains(|c: char| c.is_alphabetic() || c == '.');
    (plain && first != second).then_some((first, second, year))
}

#[cfg(test)]
mod tests {
    use super::{Order, ambiguous};

    #[test]
    fn either_way_round() {
        assert_eq!(ambiguous("02-12-2025"), Some((2, 12, 2025)));
        assert_eq!(ambiguous("13/11/2025"), None);
        assert_eq!(ambiguous("2025-02-12"), None);
        assert_eq!(ambiguous("12 Feb 2025"), None);
        assert_eq!(ambiguous("02.12.2025"), None);
    }

    #[test]
    fn what_tells_the_order() {
        let check = |raw: &str, other: &str, url: &str, language: &str, expected: &str| {
            let order = Order { url: Some(url), language: Some(language) };
            assert_eq!(order.clear(raw, [other].into_iter()), expected, "{raw} {other} {url} {language}");
        };
        check("03/10/2023", "", "", "en", "03/10/2023");
        check("03/10/2023", "", "", "en-US", "03/10/2023");
        check("03/10/2023", "", "", "en-GB", "2023-10-03");
        check("03/10/2023", "", "", "fr", "2023-10-03");
        check("03/10/2023 10:15", "", "", "fr", "2023-10-03 10:15");
        check("03/10/2023", "", "", "ja", "03/10/2023");
        check("03/10/2023", "2023-03-10T10:00:00Z", "", "fr", "2023-03-10T10:00:00Z");
        check("03/10/2023", "2023-03-11", "https://e.org/2023/october/03/a", "en", "2023-10-03");
        check("03/10/2023", "", "https://e.org/2023/03/10/a", "fr", "2023-03-10");
        check("03/10/2023", "", "https://e.org/2022/03/10/a", "en", "03/10/2023");
        check("23/10/2023", "", "", "en", "23/10/2023");
        check("3 October 2023", "", "", "fr", "3 October 2023");
    }
}
