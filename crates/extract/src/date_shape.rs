//! Recognises that something *looks like* a date string, and how long it is.
//! What it means is the business of `dateline-dates`.

use crate::quick_hash::QuickSet;
use std::sync::LazyLock;

/// Names and abbreviations of months in the languages of the larger agencies.
/// A trailing full stop is taken off before the look-up.
const MONTHS: [&str; 17] = [
    "january february march april may june july august september october november december",
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    // Spanish
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic",
    // Portuguese
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev mai set out dez",
    // French
    "janvier février mars avril juin juillet août septembre octobre novembre décembre",
    "janv févr avr juil déc",
    // German
    "januar jänner februar märz april mai juni juli august september oktober november dezember okt",
    // Italian
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen mag giu lug ott",
    // Dutch
    "januari februari maart mei augustus mrt",
    // Danish, Norwegian, Swedish
    "marts maj augusti mai desember",
    // Polish, in the genitive of dates
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    // Russian, in the genitive of dates
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    // Turkish
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    // Greek, in the genitive of dates
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου μαίου ιουνίου ιουλίου αυγούστου σεπτεμβρίου",
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
    // Hungarian
    "január február március április május június július augusztus szeptember október",
];

/// Weekdays in English, as they open a date line.
const WEEKDAYS: [&str; 2] =
    ["monday tuesday wednesday thursday friday saturday sunday", "mon tue tues wed thu fri sat sun"];

/// The names of a list, for one look-up instead of a hundred comparisons: this
/// is asked of many words of every article.
type Names = LazyLock<QuickSet<&'static str>>;

static MONTH_NAMES: Names = LazyLock::new(|| MONTHS.iter().flat_map(|names| names.split(' ')).collect());
static WEEKDAY_NAMES: Names = LazyLock::new(|| WEEKDAYS.iter().flat_map(|names| names.split(' ')).collect());

/// A date string at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateShape {
    /// Its length in bytes.
    pub(crate) length: usize,
    /// It names a year.
    pub(crate) has_year: bool,
}

/// The date string that the text begins with, time of day included.
pub(crate) fn prefix(text: &str) -> Option<DateShape> {
    let mut cursor = Cursor { text, at: 0 };
    if cursor.word_in(&WEEKDAY_NAMES) {
        cursor.eat(",");
        cursor.blanks();
    }
    let has_year = numeric(&mut cursor).or_else(|| named(&mut cursor))?;
    let length = time_of_day(text, cursor.at);
    (!goes_on(&text[length..])).then_some(DateShape { length, has_year })
}

/// True where a number or word before `rest` has not ended. A capital begins
/// something new: pages set `Dec 17, 2025` and `Julian Lee` without a space.
fn goes_on(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric() && !c.is_uppercase())
}

/// The first date of year, month and day in digits, anywhere in the text.
pub(crate) fn find_numeric(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| {
        let fresh = at == 0 || !bytes[at - 1].is_ascii_digit();
        let length =
            if fresh && bytes[at].is_ascii_digit() { year_month_day(&text[at..])? } else { return None };
        (!bytes.get(at + length).is_some_and(u8::is_ascii_digit)).then(|| &text[at..at + length])
    })
}

/// Year, month and day of the first date in a path.
pub(crate) fn day_of_path(path: &str) -> Option<(u32, u32, u32)> {
    let found = find_numeric(path)?;
    let mut parts = found.split(['-', '/', '.', '_']);
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?.parse().ok()?);
    Some((year, month_at(month)?.0, day))
}

/// The length of `2023-11-07`, `2023/11/7`, `2023.11.07` or `2023/nov/07` at
/// the start.
fn year_month_day(text: &str) -> Option<usize> {
    let (year, at) = digits(text, 4)?;
    let separator = text[at..].chars().next().filter(|c| matches!(c, '-' | '/' | '.' | '_'))?;
    let (month, second) = month_at(&text[at + 1..])?;
    let rest = text[at + 1 + second..].strip_prefix(separator)?;
    let (day, third) = digits(rest, 2)?;
    let plausible = (1800..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    plausible.then_some(at + 1 + second + 1 + third)
}

/// A month in digits or by its English name at the start: which one, and the
/// length.
fn month_at(text: &str) -> Option<(u32, usize)> {
    if let Some(found) = digits(text, 2) {
        return Some(found);
    }
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = text[..length].to_ascii_lowercase();
    let at =
        MONTHS[0].split(' ').position(|month| month == name || (length == 3 && month.starts_with(&name)));
    Some((u32::try_from(at?).ok()? + 1, length))
}

/// `7/11/2023`, `07.11.2023`: either order of day and month.
fn day_month_year(text: &str) -> Option<usize> {
    let (first, at) = digits(text, 2)?;
    let separator = text[at..].chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (second, middle) = digits(&text[at + 1..], 2)?;
    let rest = text[at + 1 + middle..].strip_prefix(separator)?;
    let (year, last) = digits(rest, 4)?;
    let plausible = (1..=31).contains(&first) && (1..=31).contains(&second) && (first <= 12 || second <= 12);
    (plausible && (1800..=2200).contains(&year)).then_some(at + 1 + middle + 1 + last)
}

/// `2023年11月3日`, `2023년 11월 3일`.
fn with_signs(text: &str) -> Option<usize> {
    let (_, mut at) = digits(text, 4)?;
    for signs in [['年', '년'], ['月', '월']] {
        at += text[at..].chars().next().filter(|sign| signs.contains(sign))?.len_utf8();
        at += text[at..].len() - text[at..].trim_start().len();
        at += digits(&text[at..], 2)?.1;
    }
    let last = text[at..].chars().next().filter(|sign| ['日', '일'].contains(sign))?;
    Some(at + last.len_utf8())
}

/// Up to `most` digits at the start: their value and number. A year has four.
fn digits(text: &str, most: usize) -> Option<(u32, usize)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let enough = if most == 4 { length == 4 } else { length > 0 };
    enough.then(|| text[..length].parse().ok().map(|value| (value, length)))?
}

fn numeric(cursor: &mut Cursor<'_>) -> Option<bool> {
    let rest = cursor.rest();
    let length = year_month_day(rest).or_else(|| day_month_year(rest)).or_else(|| with_signs(rest))?;
    let whole = !rest[length..].starts_with(|c: char| c.is_ascii_digit());
    cursor.at += length;
    whole.then_some(true)
}

/// `7 November 2023`, `Nov. 7, 2023`, `7 de noviembre de 2023`, `Nov 3`.
fn named(cursor: &mut Cursor<'_>) -> Option<bool> {
    let day_first = cursor.day();
    if day_first {
        cursor.eat(".");
        cursor.blanks();
        cursor.linking_word();
    }
    if !cursor.word_in(&MONTH_NAMES) {
        return None;
    }
    if !day_first {
        let before = cursor.at;
        cursor.blanks();
        if !cursor.day() {
            cursor.at = before;
            // A month alone needs its year: "March" opens many a sentence.
            return cursor.year().then_some(true);
        }
    }
    Some(cursor.year())
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn eat(&mut self, mark: &str) -> bool {
        let here = self.rest().starts_with(mark);
        self.at += if here { mark.len() } else { 0 };
        here
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\u{a0}']).len();
    }

    /// A word of the list, and the full stop of its abbreviation.
    fn word_in(&mut self, names: &Names) -> bool {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let found = is_name(&rest[..length], names);
        if found {
            self.at += length;
            self.eat(".");
        }
        found
    }

    /// A day of the month, with an English or Romance ordinal ending.
    fn day(&mut self) -> bool {
        let Some((day, length)) = digits(self.rest(), 2) else { return false };
        let after = &self.rest()[length..];
        let ending = ["st", "nd", "rd", "th", "er", "º"].into_iter().find(|ending| after.starts_with(ending));
        let length = length + ending.map_or(0, str::len);
        let ends = !self.rest()[length..].starts_with(|c: char| c.is_alphanumeric());
        let is_day = (1..=31).contains(&day) && ends;
        self.at += if is_day { length } else { 0 };
        is_day
    }

    /// The "de" of "7 de noviembre", the "of" of "7th of November".
    fn linking_word(&mut self) {
        for word in ["de ", "of "] {
            if self.eat(word) {
                return;
            }
        }
    }

    /// `, 2023`, ` 2023`, ` de 2023`; leaves the cursor where it was otherwise.
    fn year(&mut self) -> bool {
        let before = self.at;
        self.eat(",");
        self.blanks();
        self.linking_word();
        let year = digits(self.rest(), 4).filter(|(year, _)| (1800..=2200).contains(year));
        let apart = self.at > before;
        match year {
            Some((_, length)) if apart && !goes_on(&self.rest()[length..]) => {
                self.at += length;
                true
            }
            _ => {
                self.at = before;
                false
            }
        }
    }
}

/// Whether a word in any case is a name of the list.
fn is_name(word: &str, names: &Names) -> bool {
    /// Bytes of the longest name and more.
    const MOST: usize = 16;
    if word.is_empty() || word.len() > MOST {
        return false;
    }
    if !word.is_ascii() {
        return names.contains(word.to_lowercase().as_str());
    }
    // Nearly every word is asked for, so that none may cost a text of its own.
    let mut lower = [0; MOST];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|lower| names.contains(lower))
}

/// Where a time of day that follows the date ends; the date's own end if none does.
fn time_of_day(text: &str, date_end: usize) -> usize {
    let rest = &text[date_end..];
    let gap = rest.len() - rest.trim_start_matches(['T', ' ', ',']).len();
    let time = &rest[gap..];
    let clock = time.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')).count();
    let clock = time[..clock].trim_end_matches(['.', ':']).len();
    if gap == 0 || gap > 3 || clock < 4 || !time[..clock].contains(':') {
        return date_end;
    }
    let end = date_end + gap + clock;
    end + zone(&text[end..])
}

/// The length of ` GMT`, `Z`, `+01:00`, ` a.m. EST` at the start.
fn zone(text: &str) -> usize {
    const HALVES: [&str; 8] = ["a.m.", "p.m.", "am", "pm", "AM", "PM", "a. m.", "p. m."];
    let mut at = 0;
    let blank = |at: usize| usize::from(text[at..].starts_with(' '));
    if let Some(half) = HALVES.iter().find(|half| text[blank(0)..].starts_with(**half)) {
        at = blank(0) + half.len();
    }
    let start = at + blank(at);
    let letters = text[start..].bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b':');
    let offset = text[start..].bytes().take_while(digits).count();
    let offset = text[start..start + offset].trim_end_matches([':', '-']).len();
    let is_offset = text[start..].starts_with(['+', '-']) && offset >= 3;
    let ends = |length: usize| !text[start + length..].starts_with(|c: char| c.is_alphanumeric());
    match (letters, is_offset) {
        (1, _) if text[start..].starts_with('Z') && ends(1) => start + 1,
        (3..=4, _) if ends(letters) => start + letters,
        (_, true) => start + offset,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The date string at the start is exactly this one.
    fn whole(date: &str) {
        for tail in ["", " Headline", ") -", ": text", "\tx"] {
            let text = format!("{date}{tail}");
            assert_eq!(prefix(&text).map(|shape| &text[..shape.length]), Some(date), "{text}");
        }
    }

    fn none(text: &str) {
        assert_eq!(prefix(text), None, "{text}");
    }

    #[test]
    fn dates_in_digits() {
        whole("2023-11-07");
        whole("2023/11/07");
        whole("2023.11.07");
        whole("2023-1-7");
        whole("07/11/2023");
        whole("07.11.2023");
        whole("7.11.2023");
        whole("2023-11-07T10:15:00Z");
        whole("2023-11-07T10:15:00+01:00");
        whole("2023-11-07 10:15");
        whole("2023-11-07 10:15:30 UTC");
    }

    #[test]
    fn dates_in_words() {
        whole("Nov 3");
        whole("Nov. 3");
        whole("November 3, 2023");
        whole("November 3rd, 2023");
        whole("3 November 2023");
        whole("3rd of November 2023");
        whole("Tuesday, November 7, 2023");
        whole("Tue, 07 Nov 2023 10:00:00 GMT");
        whole("7 de noviembre de 2023");
        whole("7 novembre 2023");
        whole("1er janvier 2024");
        whole("7. November 2023");
        whole("3. Januar 2024");
        whole("3 févr");
        whole("November 2023");
        whole("November 7, 2023 10:30 a.m. EST");
    }

    #[test]
    fn not_dates() {
        for text in [
            "",
            "Monday",
            "May",
            "March of the penguins",
            "2023",
            "2023-13-07",
            "2023-11-32",
            "12345-11-07",
            "32 March",
            "Novembery 3",
            "3 Novembers",
            "1.2.3",
            "10:30",
            "3 men",
            "Mar-a-Lago",
            "Sun 3",
            "2023-11-071",
            "99/99/2023",
        ] {
            none(text);
        }
    }

    #[test]
    fn a_year_makes_it_a_whole_date() {
        assert!(prefix("Nov 3, 2023").is_some_and(|shape| shape.has_year));
        assert!(prefix("Nov 3").is_some_and(|shape| !shape.has_year));
        assert!(prefix("2023-11-07").is_some_and(|shape| shape.has_year));
    }

    #[test]
    fn dates_inside_names() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(find_numeric(text), expected, "{text}");
        check("2023-02-06-turkey-earthquake.txt", Some("2023-02-06"));
        check("/news/2023/11/07/title", Some("2023/11/07"));
        check("/news/2023/1/7/title", Some("2023/1/7"));
        check("/world/2023/nov/07/title", Some("2023/nov/07"));
        check("/world/2023/November/7/title", Some("2023/November/7"));
        check("/world/2023/nove/07/title", None);
        check("report_2023_11_07.txt", Some("2023_11_07"));
        check("/news/2023/11/title", None);
        check("/id/12023-11-07", None);
        check("/id/2023-11-077", None);
        check("/2023/13/01/", None);
        check("undated.txt", None);
        check("é2023-11-07é", Some("2023-11-07"));
    }
}
